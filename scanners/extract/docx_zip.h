#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scanners/core/budget.h"
#include "scanners/core/layer.h"
#include "scanners/core/scan_sink.h"

namespace credence {

// One member of a package (PKWARE APPNOTE 6.3, stored or deflated).
struct ZipMember {
  std::string name;  // untrusted; '\' made '/'
  std::uint16_t method = 0;
  std::uint64_t size = 0;  // as claimed
  ByteSpan packed;         // its bytes in the layer
  bool encrypted = false;
};

// The members of an Office package. Says through `sink` where the directory and
// the members contradict one another: such packages show different readers
// different content. Borrows the layer.
class ZipPackage {
 public:
  // Reads the directory; when there is none, the members that still stand in the
  // file one after another.
  ZipPackage(const Layer& layer, ScanSink& sink);

  [[nodiscard]] const std::vector<ZipMember>& members() const noexcept { return members_; }

  // The bytes of a member, as far as they can be had within the budget; nullopt
  // when none can. Says so through the sink either way.
  [[nodiscard]] std::optional<std::string> read(const ZipMember& member, Budget& budget) const;

 private:
  bool read_directory();
  void read_without_directory();
  bool resolve(ZipMember& member, std::uint64_t local_offset, std::uint64_t packed_size);
  void check_members();
  void report(FindingCode code, std::string_view rule, std::string_view evidence,
              ByteSpan span) const;
  void lower(CoverageReason reason, std::string_view detail) const;

  const Layer& layer_;
  ScanSink& sink_;
  std::vector<ZipMember> members_;
};

}  // namespace credence
