#include "scanners/normalise/confusables.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uspoof.h>
#include <unicode/utf16.h>

#include "scanners/core/ascii.h"
#include "scanners/core/utf8.h"

namespace credence::normalise {
namespace {

// Characters and the letters they stand for, place by place.
struct Listed {
  FoldKind kind;
  std::string_view from;
  std::string_view to;
};

constexpr Listed kListed[] = {
    // Cyrillic.
    {FoldKind::kOtherScript, "аАвВгеЕёЁзіІїЇјЈкКмМнНоОпрРсСтТуУхХѕЅһҺԁԛԝԜүҮғѵѴьЬӏӀ",
     "aAbBreEeE3iIiIjJkKmMhHoOnpPcCtTyYxXsShHdqwWyYfvVbblI"},
    // Greek.
    {FoldKind::kOtherScript, "αΑΒβεΕΖηΗιΙκΚΜνΝοΟρΡσςτΤυΥχΧγωΖ", "aABbeEZnHiIkKMvNoOpPoctTuYxXywZ"},
    // Armenian.
    {FoldKind::kOtherScript, "աոսհցօՕՍ", "wnuhgoOU"},
    // Small capitals.
    {FoldKind::kSymbol, "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘǫʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnopqrstuvwyz"},
    // Braille, grade 1.
    {FoldKind::kSymbol, "⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚⠅⠇⠍⠝⠕⠏⠟⠗⠎⠞⠥⠧⠺⠭⠽⠵", "abcdefghijklmnopqrstuvwxyz"},
    // Upside down.
    {FoldKind::kTurned, "ɐɔǝɟƃɥᴉıɾʞןɯɹʇʌʍʎ∀ƎℲ⅁⊥Λ⅄", "acefghiijklmrtvwyAEFGTVY"},
    // Letters with strokes and hooks, which have no decomposition.
    {FoldKind::kAccent, "đĐłŁøØħĦŧŦɨƀɓƈɗɠɦƙɱɲƥɍʂƭʋƴƶȺⱥȼɇɉƵɑɡıɩ",
     "dDlLoOhHtTibbcdghkmnprstvyzAacejZagii"},
};

struct Alphabet {
  char32_t first;
  FoldKind kind;
};

// Alphabets of 26 letters in order that have no compatibility mapping.
constexpr Alphabet kAlphabets[] = {
    {0x1F150, FoldKind::kSymbol},  // negative circled
    {0x1F170, FoldKind::kSymbol},  // negative squared
    {0x1F1E6, FoldKind::kSymbol},  // regional indicators
};

struct SpoofCloser {
  void operator()(USpoofChecker* checker) const noexcept { uspoof_close(checker); }
};

// Blocks with letters that are mistaken for Latin ones.
struct Range {
  char32_t first;
  char32_t last;
};
constexpr Range kSkeletonRanges[] = {
    {0x250, 0x2AF},     {0x370, 0x58F},     {0x10A0, 0x10FF},   {0x13A0, 0x13FF},
    {0x1400, 0x167F},   {0x1C80, 0x1C8F},   {0x2C60, 0x2CFF},   {0x2D00, 0x2D2F},
    {0xA4D0, 0xA4FF},   {0xA640, 0xA69F},   {0xA720, 0xA7FF},   {0xAB30, 0xABBF},
    {0x10280, 0x102DF}, {0x10400, 0x1044F}, {0x104B0, 0x104FF}, {0x118A0, 0x118DF},
};

}  // namespace

Confusables::Confusables() {
  add_listed();
  add_ranges();
  add_accents();
  add_skeletons();
  // Of several entries for a character the first added counts.
  std::stable_sort(entries_.begin(), entries_.end(),
                   [](const Entry& a, const Entry& b) { return a.from < b.from; });
  entries_.erase(std::unique(entries_.begin(), entries_.end(),
                             [](const Entry& a, const Entry& b) { return a.from == b.from; }),
                 entries_.end());
  index();
}

void Confusables::add(char32_t from, std::string_view letters, FoldKind kind) {
  Fold fold{kind, static_cast<std::uint8_t>(letters.size()), {}};
  std::copy(letters.begin(), letters.end(), fold.letters);
  entries_.push_back({from, fold});
}

void Confusables::add_listed() {
  for (const Listed& listed : kListed) {
    std::string_view from = listed.from;
    for (std::size_t i = 0; !from.empty() && i < listed.to.size(); ++i) {
      const CodePoint point = decode_utf8(from);
      add(point.value, listed.to.substr(i, 1), listed.kind);
      from.remove_prefix(point.length);
    }
  }
}

void Confusables::add_ranges() {
  for (const Alphabet& alphabet : kAlphabets) {
    for (char32_t i = 0; i < 26; ++i) {
      const char letter = static_cast<char>('a' + static_cast<char>(i));
      add(alphabet.first + i, {&letter, 1}, alphabet.kind);
    }
  }
  for (const Range& range : {Range{0x300, 0x36F}, Range{0x483, 0x489}, Range{0x1AB0, 0x1AFF},
                             Range{0x1DC0, 0x1DFF}, Range{0x20D0, 0x20F0}, Range{0xFE20, 0xFE2F}}) {
    for (char32_t c = range.first; c <= range.last; ++c) add(c, {}, FoldKind::kCombining);
  }
}

void Confusables::add_accents() {
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2* nfd = unorm2_getNFDInstance(&status);
  if (U_FAILURE(status) != 0) return;
  for (const Range& range : {Range{0xC0, 0x24F}, Range{0x1E00, 0x1EFF}}) {
    for (char32_t c = range.first; c <= range.last; ++c) {
      UChar parts[8];
      UErrorCode failure = U_ZERO_ERROR;
      const std::int32_t length =
          unorm2_getDecomposition(nfd, static_cast<UChar32>(c), parts, 8, &failure);
      if (U_FAILURE(failure) != 0 || length < 2 || parts[0] >= 0x80) continue;
      const char letter = static_cast<char>(parts[0]);
      if (is_letter(letter)) add(c, {&letter, 1}, FoldKind::kAccent);
    }
  }
}

void Confusables::add_skeletons() {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<USpoofChecker, SpoofCloser> checker(uspoof_open(&status));
  if (U_FAILURE(status) != 0) return;
  for (const Range& range : kSkeletonRanges) {
    for (char32_t c = range.first; c <= range.last; ++c) {
      const auto point = static_cast<UChar32>(c);
      if (u_isalpha(point) == 0) continue;
      UChar source[2];
      std::int32_t length = 0;
      U16_APPEND_UNSAFE(source, length, point);
      UChar skeleton[8];
      UErrorCode failure = U_ZERO_ERROR;
      const std::int32_t size =
          uspoof_getSkeleton(checker.get(), 0, source, length, skeleton, 8, &failure);
      if (U_FAILURE(failure) != 0 || size != 1 || skeleton[0] >= 0x80) continue;
      char letter = static_cast<char>(skeleton[0]);
      if (!is_letter(letter)) continue;
      // One prototype stands for capital I and small l.
      if (letter == 'l' && u_isupper(point) != 0) letter = 'I';
      add(c, {&letter, 1}, FoldKind::kOtherScript);
    }
  }
}

void Confusables::index() {
  pages_.assign(256, 0);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const char32_t c = entries_[i].from;
    std::uint8_t& page = page_of_[c >> 8];
    if (page == 0) {
      page = static_cast<std::uint8_t>(pages_.size() / 256);
      pages_.resize(pages_.size() + 256, 0);
    }
    pages_[page * std::size_t{256} + (c & 0xFF)] = static_cast<std::uint16_t>(i + 1);
  }
}

}  // namespace credence::normalise
