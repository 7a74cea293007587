#include "scanners/extract/split_text.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "scanners/core/finding.h"
#include "scanners/core/utf8.h"

namespace credence {
namespace {

// Changes between visible and hidden inside words before the text counts as interleaved.
constexpr int kInterleavedMin = 3;
constexpr std::size_t kProseCharactersMin = 60;

constexpr bool is_blank(char c) noexcept { return c == ' ' || c == '\n' || c == '\t'; }

constexpr bool is_letter(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z');
}

// Whether a line reads as a sentence rather than as a label: several words, or a
// script that is written without blanks.
bool is_sentence(std::string_view line) noexcept {
  constexpr std::ptrdiff_t kBlanksMin = 3;
  constexpr std::ptrdiff_t kWideBytesMin = 24;
  return std::count(line.begin(), line.end(), ' ') >= kBlanksMin ||
         std::count_if(line.begin(), line.end(), [](char c) {
           return static_cast<unsigned char>(c) >= 0x80;
         }) >= kWideBytesMin;
}

}  // namespace

bool is_prose(std::string_view text) noexcept {
  std::size_t characters = 0;
  std::size_t letters = 0;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (!is_sentence(line)) continue;
    for (const char c : line) {
      if ((static_cast<unsigned char>(c) & 0xC0) == 0x80 || is_blank(c)) continue;
      ++characters;
      letters += is_letter(c) ? 1U : 0U;
    }
  }
  return characters > kProseCharactersMin && letters * 10 >= characters * 6;
}

void SplitText::separate(char separator) noexcept {
  if (text_.empty() || separator_ == '\n') return;
  separator_ = separator;
}

void SplitText::add(std::string_view utf8, bool hidden, ByteSpan source) {
  if (utf8.empty()) return;
  const bool same =
      !segments_.empty() && segments_.back().hidden == hidden && segments_.back().source == source;
  const std::size_t before = text_.size();
  if (separator_ != 0 && !is_blank(text_.back()) && !is_blank(utf8.front())) text_ += separator_;
  if (separator_ == '\n' && text_.back() == ' ') text_.back() = '\n';
  separator_ = 0;
  if (!same) segments_.push_back({before, hidden, source});
  text_ += utf8;
  if (hidden) hidden_bytes_ += text_.size() - before;
}

std::string_view SplitText::text_of(std::size_t segment) const noexcept {
  const std::size_t begin = segments_[segment].begin;
  const std::size_t end =
      segment + 1 < segments_.size() ? segments_[segment + 1].begin : text_.size();
  return std::string_view(text_).substr(begin, end - begin);
}

bool SplitText::is_interleaved() const noexcept {
  int changes = 0;
  for (std::size_t i = 1; i < segments_.size(); ++i) {
    if (segments_[i].hidden == segments_[i - 1].hidden) continue;
    const std::size_t at = segments_[i].begin;
    if (is_letter(text_[at]) && is_letter(text_[at - 1]) && ++changes >= kInterleavedMin) {
      return true;
    }
  }
  return false;
}

Chunk SplitText::cut(bool visible, bool hidden) const {
  std::string out;
  OffsetMap map;
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    if (segments_[i].hidden ? !hidden : !visible) continue;
    std::string_view piece = text_of(i);
    while (out.empty() && !piece.empty() && is_blank(piece.front())) piece.remove_prefix(1);
    if (piece.empty()) continue;
    const bool joins = i > 0 && segments_[i - 1].hidden == segments_[i].hidden;
    if (!out.empty() && !joins && !(visible && hidden) && !is_blank(out.back()) &&
        !is_blank(piece.front()) && piece.size() > 1) {
      out += ' ';
      map.replaced(1, {segments_[i].source.offset, 0});
    }
    out += piece;
    map.replaced(piece.size(), segments_[i].source);
  }
  return Chunk::owned(PaddedBuffer::copy_of(out), std::move(map));
}

bool SplitText::deliver(const Delivery& delivery, const Layer& layer, ChunkSink& chunks,
                        ScanSink& sink) const {
  const auto send = [&](Chunk chunk, Channel channel, std::string_view suffix) {
    chunk.channel = channel;
    chunk.locator = std::string(delivery.locator) + std::string(suffix);
    return chunks.chunk(std::move(chunk));
  };
  if (hidden_bytes_ < text_.size() && !send(cut(true, false), delivery.visible, "")) return false;
  if (hidden_bytes_ == 0) return true;

  Chunk hidden = cut(false, true);
  if (delivery.report_hidden && is_prose(hidden.text.text())) {
    Finding finding = Finding::of(FindingCode::kHiddenText, layer.id,
                                  hidden.map.to_source({0, hidden.text.size()}), 0.5F);
    finding.channel = Channel::kHidden;
    finding.evidence = printable(hidden.text.text(), Finding::kEvidenceMax);
    finding.rule = delivery.rule;
    finding.locator = std::string(delivery.locator) + ", hidden";
    sink.add(std::move(finding));
  }
  if (!send(std::move(hidden), Channel::kHidden, ", hidden")) return false;
  return !is_interleaved() || send(cut(true, true), Channel::kHidden, ", as drawn");
}

}  // namespace credence
