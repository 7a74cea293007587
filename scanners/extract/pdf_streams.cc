#include "scanners/extract/pdf_streams.h"

#include <algorithm>
#include <exception>
#include <memory>
#include <mutex>

#include "scanners/core/result.h"
#include "scanners/extract/pdf_filters.h"
#include "scanners/extract/pdf_qpdf.h"

namespace credence {
namespace {

constexpr int kFiltersMax = 4;

thread_local PdfStreamGuard* current_guard = nullptr;

// Gathers what is written to it and passes on the decoded bytes at the end.
class DecodePipeline final : public Pipeline {
 public:
  DecodePipeline(PdfFilter filter, const PdfFilterParameters& parameters, Pipeline* to)
      : Pipeline("credence", to), filter_(filter), parameters_(parameters) {}

  void write(unsigned char const* data, std::size_t size) override {
    packed_.append(reinterpret_cast<const char*>(data), size);
  }

  void finish() override {
    PdfStreamGuard* guard = current_guard;
    if (guard != nullptr && !packed_.empty()) {
      const PdfFilterOutput out =
          decode_pdf_filter(filter_, parameters_, packed_, guard->allowance(packed_.size()));
      guard->account(packed_.size(), out.bytes.size(), out.truncated, out.damaged);
      getNext()->write(out.bytes.data(), out.bytes.size());
    }
    packed_.clear();
    getNext()->finish();
  }

 private:
  PdfFilter filter_;
  PdfFilterParameters parameters_;
  std::string packed_;
};

class BoundedFilter final : public QPDFStreamFilter {
 public:
  explicit BoundedFilter(PdfFilter filter) : filter_(filter) {}

  bool setDecodeParms(QPDFObjectHandle parameters) override {
    if (!parameters.isDictionary()) return true;
    const auto number = [&](const char* key, int& value) {
      QPDFObjectHandle entry = parameters.getKey(key);
      if (entry.isInteger()) value = entry.getIntValueAsInt();
    };
    int early = 1;
    number("/Predictor", parameters_.predictor);
    number("/Colors", parameters_.colors);
    number("/BitsPerComponent", parameters_.bits_per_component);
    number("/Columns", parameters_.columns);
    number("/EarlyChange", early);
    parameters_.early_change = early != 0;
    return true;
  }

  Pipeline* getDecodePipeline(Pipeline* next) override {
    pipeline_ = std::make_unique<DecodePipeline>(filter_, parameters_, next);
    return pipeline_.get();
  }

 private:
  PdfFilter filter_;
  PdfFilterParameters parameters_;
  std::unique_ptr<DecodePipeline> pipeline_;
};

void register_filters() {
  static std::once_flag once;
  std::call_once(once, [] {
    const auto add = [](const char* name, PdfFilter filter) {
      QPDF::registerStreamFilter(name,
                                 [filter] { return std::make_shared<BoundedFilter>(filter); });
    };
    add("/FlateDecode", PdfFilter::kFlate);
    add("/LZWDecode", PdfFilter::kLzw);
    add("/ASCIIHexDecode", PdfFilter::kAsciiHex);
    add("/ASCII85Decode", PdfFilter::kAscii85);
    add("/RunLengthDecode", PdfFilter::kRunLength);
  });
}

class StringPipeline final : public Pipeline {
 public:
  explicit StringPipeline(std::string& out) : Pipeline("credence", nullptr), out_(out) {}
  void write(unsigned char const* data, std::size_t size) override {
    out_.append(reinterpret_cast<const char*>(data), size);
  }
  void finish() override {}

 private:
  std::string& out_;
};

}  // namespace

PdfStreamGuard::PdfStreamGuard(Budget& budget) noexcept : budget_(budget) {
  CREDENCE_CHECK(current_guard == nullptr);
  register_filters();
  current_guard = this;
}

PdfStreamGuard::~PdfStreamGuard() { current_guard = nullptr; }

std::size_t PdfStreamGuard::allowance(std::size_t packed) const noexcept {
  const Limits& limits = budget_.limits();
  const std::uint64_t by_ratio =
      std::max(limits.ratio_grace_bytes, static_cast<std::uint64_t>(packed) * limits.ratio_max);
  return std::min({limits.layer_bytes_max, budget_.expanded_left(), by_ratio});
}

void PdfStreamGuard::account(std::size_t packed, std::size_t expanded, bool truncated,
                             bool damaged) noexcept {
  if (!budget_.spend_expanded(expanded)) limit_reached_ = true;
  if (truncated) {
    limit_reached_ = true;
    const Limits& limits = budget_.limits();
    ratio_exceeded_ |=
        expanded >= limits.ratio_grace_bytes && expanded / limits.ratio_max >= packed;
  }
  damaged_ |= damaged;
}

std::optional<std::string> pdf_stream_bytes(const QPDFObjectHandle& stream) {
  QPDFObjectHandle handle = stream;
  if (!handle.isStream()) return std::nullopt;
  QPDFObjectHandle filters = handle.getDict().getKey("/Filter");
  if (filters.isArray() && filters.getArrayNItems() > kFiltersMax) return std::nullopt;
  if (current_guard == nullptr || current_guard->allowance(1) == 0) return std::nullopt;
  std::string out;
  StringPipeline sink(out);
  bool filtered = false;
  static_cast<void>(handle.pipeStreamData(&sink, &filtered, 0, qpdf_dl_generalized, true, true));
  if (!filtered && !filters.isNull()) return std::nullopt;
  if (filters.isNull()) current_guard->account(out.size(), out.size(), false, false);
  return out;
}

ByteSpan pdf_stream_span(const QPDFObjectHandle& stream, std::uint64_t file_size) {
  QPDFObjectHandle handle = stream;
  if (!handle.isStream()) return {0, file_size};
  const qpdf_offset_t offset = handle.getParsedOffset();
  QPDFObjectHandle length = handle.getDict().getKey("/Length");
  if (offset <= 0 || static_cast<std::uint64_t>(offset) >= file_size || !length.isInteger()) {
    return {0, file_size};
  }
  const auto begin = static_cast<std::uint64_t>(offset);
  const long long size = std::max(0LL, length.getIntValue());
  return {begin, std::min(static_cast<std::uint64_t>(size), file_size - begin)};
}

}  // namespace credence
