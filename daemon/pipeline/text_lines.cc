#include "daemon/pipeline/text_lines.h"

#include <algorithm>

#include "scanners/core/media_kind.h"
#include "scanners/extract/charset.h"

namespace credence {
namespace {

struct Place {
  std::uint64_t line = 0;
  std::uint64_t column = 0;
};

// Walks a text of lines forwards.
class LineCounter {
 public:
  explicit LineCounter(const TextPart& part) : part_(part), line_(part.lines_before + 1) {}

  // `offset` in the file; not before the last one.
  Place at(std::uint64_t offset) {
    const std::size_t end = static_cast<std::size_t>(std::min<std::uint64_t>(
        offset < part_.offset ? 0 : offset - part_.offset, part_.text.size()));
    for (; at_ < end; ++at_) {
      const auto byte = static_cast<unsigned char>(part_.text[at_]);
      if (byte == '\n') {
        ++line_;
        column_ = 1;
      } else if ((byte & 0xC0) != 0x80) {
        column_ += byte >= 0xF0 ? 2 : 1;  // such a character is two units of UTF-16
      }
    }
    return {line_, column_};
  }

 private:
  const TextPart& part_;
  std::size_t at_ = 0;
  std::uint64_t line_;
  std::uint64_t column_ = 1;
};

bool has_lines(const TextPart& part, const Report& report) {
  return info(report.kind).is_text && !report.findings.empty() &&
         is_ascii_based(detect_charset(part.text));
}

}  // namespace

std::vector<LineSpan> line_spans(const TextPart& part, const Report& report) {
  if (!has_lines(part, report)) return {};
  struct Edge {
    std::uint64_t offset;
    std::size_t finding;
    bool end;
  };
  std::vector<Edge> edges;
  for (std::size_t i = 0; i < report.findings.size(); ++i) {
    const Finding& finding = report.findings[i];
    if (finding.layer != 0) continue;
    edges.push_back({finding.span.offset, i, false});
    edges.push_back({finding.span.end(), i, true});
  }
  std::sort(edges.begin(), edges.end(),
            [](const Edge& a, const Edge& b) { return a.offset < b.offset; });
  std::vector<LineSpan> spans(report.findings.size());
  LineCounter counter(part);
  for (const Edge& edge : edges) {
    const Place place = counter.at(edge.offset);
    LineSpan& span = spans[edge.finding];
    (edge.end ? span.end_line : span.begin_line) = place.line;
    (edge.end ? span.end_column : span.begin_column) = place.column;
  }
  return spans;
}

}  // namespace credence
