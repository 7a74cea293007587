#include "scanners/normalise/canonical.h"

#include <algorithm>

#include "scanners/normalise/combining_watch.h"
#include "scanners/normalise/encoding_watch.h"
#include "scanners/normalise/invisible_watch.h"
#include "scanners/normalise/styled_watch.h"
#include "scanners/normalise/utf8_scan.h"

namespace credence::normalise {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// A starter and what may combine with it: the unit in which text is composed.
struct Cluster {
  std::size_t end = 0;
  int points = 0;
  int marks_dropped = 0;
  bool normal = true;        // every code point passes the quick check, marks in order
  std::size_t kept_end = 0;  // where the first dropped mark begins
};

}  // namespace

Canonicaliser::Outcome Canonicaliser::run(const MappedText& source, Origin origin,
                                          UnicodeReporter& reporter,
                                          std::vector<Decoded>& hidden) const {
  Outcome outcome;
  TextBuilder cleaned(source);
  if (clean(source, origin, reporter, hidden, cleaned, outcome.seen)) outcome.text = cleaned.take();
  if ((outcome.seen & (kNormalise | kMark | kJoins)) == 0) return outcome;

  const MappedText middle =
      outcome.text ? MappedText{outcome.text->first, outcome.text->second} : source;
  TextBuilder composed(middle);
  if (compose(middle, reporter, composed)) outcome.text = composed.take();
  return outcome;
}

bool Canonicaliser::clean(const MappedText& source, Origin origin, UnicodeReporter& reporter,
                          std::vector<Decoded>& hidden, TextBuilder& out, ClassMask& seen) const {
  const std::string_view text = source.text;
  InvisibleWatch invisible(classes_, gate_, source, reporter, hidden);
  EncodingWatch encoding(source, reporter);
  std::size_t copied = 0;  // source bytes before it are in `out`
  bool changed = false;
  ClassMask all = 0;
  for (std::size_t i = find_high(text, 0); i < text.size();) {
    if ((text[i] & 0x80) == 0) {
      i = find_high(text, i);
      continue;
    }
    const CodePoint point = point_at(text, i);
    if (point.length == 0) {
      encoding.see(i);
      out.copy(copied, i);
      out.replace(kReplacement, i, i + 1);
      changed = true;
      copied = ++i;
      continue;
    }
    const ClassMask mask = classes_.of(point.value);
    all |= mask;
    const std::size_t end = i + point.length;
    if ((mask & (kInvisible | kSpace | kLineBreak)) != 0) {
      out.copy(copied, i);
      if ((mask & kInvisible) != 0) {
        invisible.see(i, point, mask);
      } else {
        out.replace((mask & kSpace) != 0 ? " " : "\n", i, end);
      }
      changed = true;
      copied = end;
    }
    i = end;
  }
  invisible.finish();
  if (origin == Origin::kChunk) encoding.finish();
  seen = all;
  if (changed) out.copy(copied, text.size());
  return changed;
}

bool Canonicaliser::compose(const MappedText& source, UnicodeReporter& reporter,
                            TextBuilder& out) const {
  const std::string_view text = source.text;
  CombiningWatch combining(source, reporter);
  StyledWatch styled(source, reporter);
  std::string made;
  std::size_t copied = 0;
  std::size_t starter = 0;  // where the last code point that joins nothing began
  bool changed = false;

  // Reads on from `begin` to where the next cluster starts.
  const auto read_cluster = [&](std::size_t begin) {
    Cluster cluster;
    int last_class = 0;
    int marks = 0;
    std::size_t i = begin;
    for (; i < text.size(); ++cluster.points) {
      const CodePoint point = point_at(text, i);
      const ClassMask mask = point.value < 0x80 ? 0 : classes_.of(point.value);
      const bool first = i == begin;
      if (!first && (mask & (kJoins | kMark)) == 0) break;
      if (!first && (mask & kMark) == 0 && cluster.points >= Nfkc::kPieceMax / 2) break;
      marks = (mask & kMark) != 0 ? marks + 1 : 0;
      if (marks > kMarkRunMax) {
        if (cluster.marks_dropped++ == 0) cluster.kept_end = i;
        // Everything to the end of this run of marks goes; the cluster ends with it.
        i += point.length;
        while (i < text.size()) {
          const CodePoint next = point_at(text, i);
          if (next.value < 0x80 || (classes_.of(next.value) & kMark) == 0) break;
          ++cluster.marks_dropped;
          i += next.length;
        }
        cluster.normal = false;
        break;
      }
      if ((mask & kNormalise) != 0) cluster.normal = false;
      const int combining_class_here = (mask & kMark) != 0 ? combining_class(point.value) : 0;
      if (combining_class_here != 0 && combining_class_here < last_class) cluster.normal = false;
      last_class = combining_class_here;
      i += point.length;
    }
    cluster.end = i;
    if (cluster.marks_dropped == 0) cluster.kept_end = i;
    return cluster;
  };

  for (std::size_t i = 0; i < text.size();) {
    const std::size_t high = find_high(text, i);
    if (high > i) starter = high - 1;
    i = high;
    if (i >= text.size()) break;
    const CodePoint point = point_at(text, i);
    const ClassMask mask = classes_.of(point.value);
    if ((mask & kStyled) != 0) styled.see(i, point, mask);
    if ((mask & kZalgo) != 0) combining.see(i, point);
    if ((mask & (kNormalise | kMark)) == 0) {
      if ((mask & kJoins) == 0) starter = i;
      i += point.length;
      continue;
    }
    const std::size_t begin = (mask & (kJoins | kMark)) != 0 ? std::max(starter, copied) : i;
    const Cluster cluster = read_cluster(begin);
    for (std::size_t k = i + point.length; k < cluster.end;) {
      const CodePoint inner = point_at(text, k);
      if (inner.value >= 0x80 && (classes_.of(inner.value) & kZalgo) != 0) combining.see(k, inner);
      k += inner.length;
    }
    const std::size_t end = std::max(cluster.end, i + point.length);
    if (!cluster.normal) {
      const std::string_view piece = text.substr(begin, cluster.kept_end - begin);
      const bool single = piece.size() == point.length && begin == i;
      std::string_view replacement = single ? classes_.nfkc(point.value) : std::string_view();
      bool differs = !replacement.empty();
      if (!single && nfkc_.normalise(piece, made)) {
        replacement = made;
        differs = made != piece;
      }
      if (differs || cluster.marks_dropped > 0) {
        out.copy(copied, begin);
        if (differs) {
          out.replace(replacement, begin, cluster.end);
        } else {
          out.copy(begin, cluster.kept_end);
        }
        copied = end;
        changed = true;
      }
    }
    starter = end;
    i = end;
  }
  combining.finish();
  styled.finish();
  if (changed) out.copy(copied, text.size());
  return changed;
}

}  // namespace credence::normalise
