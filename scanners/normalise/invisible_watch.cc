#include "scanners/normalise/invisible_watch.h"

#include <algorithm>
#include <cstring>

#include "scanners/normalise/decoders/payload.h"
#include "scanners/normalise/decoders/reversed.h"
#include "scanners/normalise/decoders/zero_width.h"
#include "scanners/normalise/utf8_scan.h"

namespace credence::normalise {
namespace {

constexpr char32_t kBlackFlag = 0x1F3F4;
constexpr char32_t kCancelTag = 0xE007F;
constexpr std::size_t kTagBytes = 4;
constexpr std::size_t kRunMax = 1U << 16;  // zero-width characters of one payload
constexpr std::size_t kHitGap = 64;

// The length in bytes of the tags that make the black flag before `at` the flag of
// a region: two to six letters or digits and the closing tag. 0 when they do not.
std::size_t flag_length(std::string_view text, std::size_t at) {
  std::size_t i = at;
  for (int count = 0; i < text.size(); ++count) {
    const CodePoint point = point_at(text, i);
    i += kTagBytes;
    if (point.value == kCancelTag) return count >= 3 && count <= 6 ? i - at : 0;
    const char32_t c = point.value - 0xE0000;
    const bool fits = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9' && count >= 2);
    if (point.length != kTagBytes || !fits || count == 6) return 0;
  }
  return 0;
}

bool is_text(std::string_view bytes) {
  std::size_t letters = 0;
  std::size_t points = 0;
  for (std::size_t i = 0; i < bytes.size(); ++points) {
    const CodePoint point = point_at(bytes, i);
    if (point.length == 0) return false;
    const char32_t c = point.value;
    if (c < 0x20 && c != '\t' && c != '\n' && c != '\r') return false;
    if ((c | 0x20) - 'a' < 26 || c == ' ' || c >= 0xC0) ++letters;
    i += point.length;
  }
  return points >= 4 && letters * 2 >= points;
}

}  // namespace

ClassMask InvisibleWatch::class_before(std::size_t offset) const {
  const CodePoint point = point_before(source_.text, offset);
  if (point.length == 0) return kSpace;
  if (point.value < 0x80) {
    const char32_t c = point.value;
    return (c | 0x20) - 'a' < 26 ? kLetter | kLatin : (c < 0x21 ? kSpace : 0);
  }
  return classes_.of(point.value);
}

ClassMask InvisibleWatch::class_after(std::size_t offset) const {
  if (offset >= source_.text.size()) return kSpace;
  const CodePoint point = point_at(source_.text, offset);
  if (point.value < 0x80) {
    const char32_t c = point.value;
    return (c | 0x20) - 'a' < 26 ? kLetter | kLatin : (c < 0x21 ? kSpace : 0);
  }
  return classes_.of(point.value);
}

void InvisibleWatch::see(std::size_t offset, CodePoint point, ClassMask mask) {
  if ((mask & kTag) != 0) {
    tag(offset, point);
  } else if ((mask & kSelector) != 0) {
    selector(offset, point);
  } else if ((mask & kBidi) != 0) {
    bidi(offset, point);
  } else {
    zero_width(offset, point);
  }
}

void InvisibleWatch::finish() {
  flush_run();
  flush_hits();
  flush_tags();
  flush_selectors();
  flush_paragraph();
}

void InvisibleWatch::collect(Payload& payload, char byte, std::size_t offset, std::size_t end) {
  if (!payload.bytes) {
    payload.bytes.emplace(source_);
    payload.begin = offset;
    payload.in_row_max = 0;
    payload.end = 0;
  }
  payload.in_row = offset == payload.end ? payload.in_row + 1 : 1;
  payload.in_row_max = std::max(payload.in_row_max, payload.in_row);
  payload.bytes->replace({&byte, 1}, offset, end);
  payload.end = end;
}

void InvisibleWatch::tag(std::size_t offset, CodePoint point) {
  if (offset < flag_end_) return;
  const CodePoint before = point_before(source_.text, offset);
  if (before.value == kBlackFlag && before.length != 0) {
    const std::size_t length = flag_length(source_.text, offset);
    if (length > 0) {
      flag_end_ = offset + length;
      return;
    }
  }
  if (tags_.bytes && offset > tags_.end + kPayloadGap) flush_tags();
  if (point.value < 0xE0020 || point.value == kCancelTag) return;
  collect(tags_, static_cast<char>(point.value - 0xE0000), offset, offset + point.length);
}

void InvisibleWatch::flush_tags() {
  if (!tags_.bytes) return;
  auto built = tags_.bytes->take();
  tags_.bytes.reset();
  const bool readable = is_text(built.first) || gate_.reads_as_language(built.first);
  reporter_.report({FindingCode::kTagCharacters, in_chunk(tags_.begin, tags_.end),
                    readable ? 0.9F : 0.5F, "unicode.tag_characters",
                    readable ? Strength::kStrong : Strength::kWeak, built.first,
                    Decoding::kHiddenUnicode});
  hidden_.push_back(make_decoded(std::move(built), Decoding::kHiddenUnicode, readable));
}

void InvisibleWatch::selector(std::size_t offset, CodePoint point) {
  const char32_t c = point.value;
  if (c >= 0x180B && c <= 0x180F) return;  // Mongolian
  if (selectors_.bytes && offset > selectors_.end + kPayloadGap) flush_selectors();
  const bool in_row = selectors_.bytes && offset == selectors_.end;
  const CodePoint next = offset + point.length < source_.text.size()
                             ? point_at(source_.text, offset + point.length)
                             : CodePoint{};
  const bool next_selects =
      next.value != c && next.value >= 0xFE00 && (classes_.of(next.value) & kSelector) != 0;
  const CodePoint before = point_before(source_.text, offset);
  const bool keycap = before.length == 1 && (before.value == '#' || before.value == '*' ||
                                             (before.value >= '0' && before.value <= '9'));
  const bool takes = keycap || (class_before(offset) & (kTakesSelector | kPictograph)) != 0;
  if (takes && !in_row && !next_selects) return;
  // A doubled emoji selector is a slip of some keyboards.
  if (before.value == c && (c == 0xFE0F || c == 0xFE0E) && !in_row) return;
  const char32_t value = c >= 0xE0100 ? c - 0xE0100 + 16 : c - 0xFE00;
  collect(selectors_, static_cast<char>(value), offset, offset + point.length);
}

void InvisibleWatch::flush_selectors() {
  if (!selectors_.bytes) return;
  const std::size_t size = selectors_.bytes->text().size();
  auto built = selectors_.bytes->take();
  selectors_.bytes.reset();
  const bool readable = is_text(built.first);
  if (readable) {
    reporter_.report({FindingCode::kVariationSelectors, in_chunk(selectors_.begin, selectors_.end),
                      0.9F, "unicode.variation_selectors", Strength::kStrong, built.first,
                      Decoding::kHiddenUnicode});
    hidden_.push_back(make_decoded(std::move(built), Decoding::kHiddenUnicode, true));
  } else if (selectors_.in_row_max >= 4 || size >= 8) {
    reporter_.report({FindingCode::kVariationSelectors, in_chunk(selectors_.begin, selectors_.end),
                      selectors_.in_row_max >= 8 ? 0.6F : 0.3F, "unicode.variation_selectors"});
  }
}

// Whether the run has a use where it stands.
bool InvisibleWatch::is_spelling() const {
  const ClassMask before = class_before(run_begin_);
  const ClassMask after = class_after(run_end_);
  constexpr ClassMask kWestern = kLatin | kLookalike;
  switch (run_.front()) {
    case 0x200C:  // joins or parts letters; in German and English it parts ligatures
    case 0x200D:
      return (before & (kCursive | kVirama | kPictograph | kSelector | kMark)) != 0 ||
             (after & (kCursive | kPictograph)) != 0 || (before & kWestern) == 0 ||
             (after & kWestern) == 0;
    case 0xAD: {  // between syllables, never after every letter
      const CodePoint last = point_before(source_.text, run_begin_);
      const CodePoint second = point_before(source_.text, run_begin_ - last.length);
      return second.value != 0xAD;
    }
    default: return (before & kWestern) == 0 || (after & kWestern) == 0;
  }
}

void InvisibleWatch::zero_width(std::size_t offset, CodePoint point) {
  const char32_t c = point.value;
  if (c == 0xFEFF && offset == 0) return;
  if (!run_.empty() && offset == run_end_) {
    if (run_.size() < kRunMax) run_.push_back(c);
    run_end_ = offset + point.length;
    return;
  }
  flush_run();
  run_.assign(1, c);
  run_begin_ = offset;
  run_end_ = offset + point.length;
}

void InvisibleWatch::flush_run() {
  if (run_.empty()) return;
  // A few too many beside a blank come from editors and translation programs.
  constexpr std::size_t kStrayMax = 3;
  const std::size_t weight = is_spelling() && run_.size() <= kStrayMax ? 0 : run_.size();
  if (run_.size() >= kZeroWidthSymbolsMin) {
    const std::string bytes = decode_zero_width(run_, gate_);
    const bool readable = !bytes.empty();
    reporter_.report({FindingCode::kZeroWidth, in_chunk(run_begin_, run_end_),
                      readable ? 0.9F : 0.5F, "unicode.zero_width_run",
                      readable ? Strength::kStrong : Strength::kWeak, bytes,
                      readable ? Decoding::kHiddenUnicode : Decoding::kNone});
    if (readable) {
      hidden_.push_back(
          decoded_at(source_, {run_begin_, run_end_}, bytes, Decoding::kHiddenUnicode, true));
    }
  } else if (weight > 0) {
    if (hits_ > 0 && run_begin_ > hits_end_ + kHitGap) flush_hits();
    if (hits_ == 0) hits_begin_ = run_begin_;
    hits_ += weight;
    hits_end_ = run_end_;
  }
  run_.clear();
}

void InvisibleWatch::flush_hits() {
  if (hits_ >= 2) {
    reporter_.report({FindingCode::kZeroWidth, in_chunk(hits_begin_, hits_end_),
                      hits_ >= 4 ? 0.5F : 0.2F, "unicode.zero_width_in_words"});
    read_as_blanks(hits_begin_, hits_end_);
  }
  hits_ = 0;
}

// Canonical text joins what invisible characters part. Where they parted words rather
// than letters, the words are lost; this reading keeps them.
void InvisibleWatch::read_as_blanks(std::size_t begin, std::size_t end) {
  const std::string_view text = source_.text;
  const std::size_t from = utf8_floor(text, begin > kHitGap ? begin - kHitGap : 0);
  const std::size_t to = utf8_floor(text, std::min(text.size(), end + kHitGap));
  TextBuilder parted(source_);
  TextBuilder joined(source_);
  std::size_t copied = from;
  for (std::size_t i = find_high(text, from); i < to;) {
    const CodePoint point = point_at(text, i);
    const std::size_t next = i + std::max<std::size_t>(point.length, 1);
    if (point.length != 0 && (classes_.of(point.value) & kInvisible) != 0) {
      parted.copy(copied, i);
      joined.copy(copied, i);
      parted.replace(" ", i, next);
      copied = next;
    }
    i = find_high(text, next);
  }
  parted.copy(copied, to);
  joined.copy(copied, to);
  if (gate_.measure(parted.text()).known_long < gate_.measure(joined.text()).known_long + 2) return;
  hidden_.push_back(make_decoded(parted.take(), Decoding::kHiddenUnicode, true));
}

void InvisibleWatch::bidi(std::size_t offset, CodePoint point) {
  const std::string_view text = source_.text;
  if (bidi_count_ > 0 &&
      std::memchr(text.data() + bidi_last_, '\n', offset - bidi_last_) != nullptr) {
    flush_paragraph();
  }
  if (bidi_count_++ == 0) bidi_first_ = offset;
  bidi_last_ = offset + point.length;
  switch (point.value) {
    case 0x202A:
    case 0x202B: ++embeddings_; break;
    case 0x202D:
    case 0x202E:
      ++embeddings_;
      overrides_ = true;
      override_begin_ = bidi_last_;
      break;
    case 0x202C:
      --embeddings_;
      if (override_begin_ > 0) {
        append_reversed(source_, override_begin_, offset, gate_, hidden_);
        override_begin_ = 0;
      }
      break;
    case 0x2069: --isolates_; break;
    default: ++isolates_; break;
  }
}

void InvisibleWatch::flush_paragraph() {
  if (bidi_count_ == 0) return;
  if (override_begin_ > 0) {
    const std::size_t end = std::min(source_.text.find('\n', override_begin_), source_.text.size());
    append_reversed(source_, override_begin_, end, gate_, hidden_);
  }
  if (overrides_ || embeddings_ > 0 || isolates_ > 0) {
    reporter_.report({FindingCode::kBidiControl, in_chunk(bidi_first_, bidi_last_),
                      overrides_ ? 0.6F : 0.2F,
                      overrides_ ? "unicode.bidi_override" : "unicode.bidi_unbalanced"});
  }
  bidi_count_ = embeddings_ = isolates_ = 0;
  override_begin_ = 0;
  overrides_ = false;
}

}  // namespace credence::normalise
