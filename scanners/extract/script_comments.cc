#include "scanners/extract/script_comments.h"

#include <algorithm>

namespace credence {
namespace {

constexpr std::size_t kProseMin = 16;

bool is_prose(std::string_view text) noexcept {
  return text.size() >= kProseMin && std::count(text.begin(), text.end(), ' ') >= 2;
}

}  // namespace

void append_script_comments(std::string_view source, MarkupRange range, bool with_strings,
                            ChunkBuilder& builder) {
  const std::string_view text = source.substr(0, range.end);
  const std::string_view openers = with_strings ? "/\"'" : "/";
  const auto deliver = [&](std::size_t begin, std::size_t end) {
    if (!is_prose(text.substr(begin, end - begin))) return;
    builder.break_line(begin);
    builder.copy(begin, end);
  };
  std::size_t at = range.begin;
  while (true) {
    at = with_strings ? text.find_first_of(openers, at) : text.find('/', at);
    if (at >= text.size()) return;
    const std::string_view here = text.substr(at);
    std::string_view closer;
    std::size_t opener_size = 2;
    if (here.starts_with("/*")) {
      closer = "*/";
    } else if (here.starts_with("//")) {
      closer = "\n";
    } else if (here[0] != '/') {
      closer = here.substr(0, 1);
      opener_size = 1;
    } else {
      ++at;
      continue;
    }
    const std::size_t begin = at + opener_size;
    const std::size_t end = std::min(text.find(closer, begin), text.size());
    deliver(begin, end);
    at = std::min(end + closer.size(), text.size());
  }
}

}  // namespace credence
