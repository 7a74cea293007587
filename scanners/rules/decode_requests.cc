#include "scanners/rules/decode_requests.h"

#include <algorithm>
#include <cstddef>

#include "scanners/core/utf8.h"

namespace credence {
namespace {

// Ends closer than this are one match that can end in several places.
constexpr std::uint64_t kSameMatch = 3;

// The paragraph around [first, last], at most half a window beyond each.
ByteSpan lines_around(std::string_view text, std::uint64_t first, std::uint64_t last) {
  constexpr std::uint64_t kHalf = DecodeRequests::kWindowMax / 2;
  const std::size_t low = first > kHalf ? utf8_floor(text, first - kHalf) : 0;
  const std::size_t high = utf8_floor(text, std::min<std::uint64_t>(text.size(), last + kHalf));
  const std::size_t before = text.substr(low, first - low).rfind("\n\n");
  const std::size_t after = text.substr(last, high - last).find("\n\n");
  const std::size_t begin = before == std::string_view::npos ? low : low + before + 2;
  const std::size_t end = after == std::string_view::npos ? high : last + after;
  return {begin, end - begin};
}

}  // namespace

bool DecodeRequests::send(std::string_view text, ScanSink& sink) {
  std::sort(hits_.begin(), hits_.end(), [](const Hit& a, const Hit& b) {
    return a.decoding != b.decoding ? a.decoding < b.decoding : a.end < b.end;
  });
  std::size_t sent = 0;
  std::uint64_t asked_to = 0;
  for (std::size_t i = 1; i < hits_.size(); ++i) {
    const Hit& first = hits_[i - 1];
    const Hit& second = hits_[i];
    if (first.decoding != second.decoding) {
      asked_to = 0;
      continue;
    }
    const std::uint64_t apart = second.end - first.end;
    if (apart < kSameMatch || apart > kTogether || second.end <= asked_to) continue;
    if (sent == kRequestsMax) return false;
    ByteSpan window = lines_around(text, first.end, second.end);
    if (window.offset < asked_to) window = {asked_to, window.end() - asked_to};
    sink.request_decoding(second.decoding, window);
    asked_to = window.end();
    ++sent;
  }
  return true;
}

}  // namespace credence
