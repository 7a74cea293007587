#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "scanners/core/budget.h"
#include "scanners/core/offset_map.h"

class QPDFObjectHandle;

namespace credence {

// Bounds what the decoders of streams may produce on this thread while it lives.
// qpdf has no such bound of its own, and undoes object and cross-reference
// streams whenever it resolves an object; so its filters are replaced by ours,
// which make nothing unless a guard lives. Guards do not nest.
class PdfStreamGuard {
 public:
  explicit PdfStreamGuard(Budget& budget) noexcept;
  ~PdfStreamGuard();
  PdfStreamGuard(const PdfStreamGuard&) = delete;
  PdfStreamGuard& operator=(const PdfStreamGuard&) = delete;

  // What happened to streams so far.
  [[nodiscard]] bool limit_reached() const noexcept { return limit_reached_; }
  [[nodiscard]] bool ratio_exceeded() const noexcept { return ratio_exceeded_; }
  [[nodiscard]] bool damaged() const noexcept { return damaged_; }

  // Used by the filters: how many bytes one of them may make of `packed` bytes.
  [[nodiscard]] std::size_t allowance(std::size_t packed) const noexcept;
  void account(std::size_t packed, std::size_t expanded, bool truncated, bool damaged) noexcept;

 private:
  Budget& budget_;
  bool limit_reached_ = false;
  bool ratio_exceeded_ = false;
  bool damaged_ = false;
};

// The decoded bytes of a stream, as far as they decode; nullopt when it uses a
// filter that is not for text (an image's) or more filters than kFiltersMax.
// A guard must live on this thread.
[[nodiscard]] std::optional<std::string> pdf_stream_bytes(const QPDFObjectHandle& stream);

// Where the raw bytes of a stream lie in the file, at most `file_size`; the whole
// file when that is not known.
[[nodiscard]] ByteSpan pdf_stream_span(const QPDFObjectHandle& stream, std::uint64_t file_size);

}  // namespace credence
