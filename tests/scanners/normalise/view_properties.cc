#include "tests/scanners/normalise/view_properties.h"

#include "scanners/core/utf8.h"

namespace credence::test {
namespace {

bool is_ascii_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_valid_utf8(std::string_view text) {
  while (!text.empty()) {
    const CodePoint point = decode_utf8(text);
    if (point.length == 0) return false;
    text.remove_prefix(point.length);
  }
  return true;
}

// Whether views of `decoding` take over letters one by one unchanged.
bool keeps_letters(Decoding decoding) {
  return decoding == Decoding::kNone || decoding == Decoding::kUrl ||
         decoding == Decoding::kHtmlEntity || decoding == Decoding::kQuotedPrintable ||
         decoding == Decoding::kSpacedOut;
}

}  // namespace

std::string_view broken_view_property(const Chunk& chunk, const Normaliser::Views& views) {
  const std::string_view source = chunk.text.text();
  if (views.views().empty()) return "there is a canonical view";
  if (views.views()[0].decoding != Decoding::kNone) return "the canonical view comes first";
  for (const TextView& view : views.views()) {
    const std::string_view text = view.text.text();
    if (!is_valid_utf8(text)) return "views are valid UTF-8";
    for (std::size_t i = 0; i < text.size(); ++i) {
      const ByteSpan place = view.map->to_source({i, 1});
      if (place.end() > source.size()) return "views map into the chunk";
      if (place.length == 1 && is_ascii_letter(text[i]) && view.decode_depth <= 1 &&
          keeps_letters(view.decoding) && source[place.offset] != text[i]) {
        return "copied letters map to themselves";
      }
    }
    const ByteSpan all = view.map->to_source({0, text.size()});
    if (all.end() > source.size()) return "whole views map into the chunk";
  }
  return {};
}

}  // namespace credence::test
