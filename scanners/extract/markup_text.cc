#include "scanners/extract/markup_text.h"

#include <algorithm>
#include <string>

namespace credence {
namespace {

// Splits the range into stretches that stand for themselves and references.
template <typename Copy, typename Replace>
void walk(std::string_view source, MarkupRange range, EntityContext context, EntitySet set,
          Copy copy, Replace replace) {
  using namespace std::string_view_literals;
  const std::string_view text = source.substr(0, range.end);
  std::string decoded;
  std::size_t plain = range.begin;
  std::size_t at = range.begin;
  while (at < range.end) {
    const char* const begin = text.data();
    const char* const stop =
        std::find_if(begin + at, begin + range.end, [](char c) { return c == '&' || c == '\0'; });
    at = static_cast<std::size_t>(stop - begin);
    if (at >= range.end) break;
    decoded.clear();
    const std::size_t length =
        text[at] == '\0' ? 1 : decode_entity(text.substr(at), context, set, decoded);
    if (length == 0) {
      ++at;
      continue;
    }
    copy(plain, at);
    replace(std::string_view(decoded), ByteSpan{at, length});
    at += length;
    plain = at;
  }
  copy(plain, range.end);
}

}  // namespace

void append_markup_text(std::string_view source, MarkupRange range, EntityContext context,
                        EntitySet set, ChunkBuilder& builder) {
  walk(
      source, range, context, set,
      [&](std::size_t begin, std::size_t end) { builder.copy(begin, end); },
      [&](std::string_view text, ByteSpan span) { builder.replace(text, span); });
}

std::string decoded_markup(std::string_view source, MarkupRange range, EntityContext context,
                           EntitySet set, std::size_t size_max) {
  std::string out;
  range.end = std::min(range.end, range.begin + size_max);
  walk(
      source, range, context, set,
      [&](std::size_t begin, std::size_t end) { out.append(source.substr(begin, end - begin)); },
      [&](std::string_view text, ByteSpan) { out.append(text); });
  return out;
}

bool is_blank(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), is_markup_space);
}

}  // namespace credence
