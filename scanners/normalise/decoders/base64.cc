#include "scanners/normalise/decoders/base64.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "scanners/core/ascii.h"
#include "scanners/normalise/decoders/payload.h"
#include "scanners/normalise/decoders/stretch.h"

namespace credence::normalise {
namespace {

constexpr std::size_t kDigitsMin = 16;  // twelve bytes of payload
constexpr std::size_t kTextMin = 8;     // bytes of text that are worth a look

constexpr std::array<std::int8_t, 256> make_values() {
  std::array<std::int8_t, 256> values{};
  for (auto& value : values) value = -1;
  for (int i = 0; i < 26; ++i) {
    values[static_cast<std::size_t>('A' + i)] = static_cast<std::int8_t>(i);
    values[static_cast<std::size_t>('a' + i)] = static_cast<std::int8_t>(26 + i);
  }
  for (int i = 0; i < 10; ++i) {
    values[static_cast<std::size_t>('0' + i)] = static_cast<std::int8_t>(52 + i);
  }
  values['+'] = values['-'] = 62;
  values['/'] = values['_'] = 63;
  return values;
}

constexpr std::array<std::int8_t, 256> kValues = make_values();

int value_of(char c) noexcept { return kValues[static_cast<unsigned char>(c)]; }
bool is_digit64(char c) noexcept { return value_of(c) >= 0; }

// One encoded run: its digits without what stands between them, and where each
// piece of them stands in the source.
class Run {
 public:
  void clear() {
    digits_.clear();
    pieces_.clear();
  }

  void add(std::string_view text, Stretch where) {
    pieces_.push_back({digits_.size(), where.begin});
    digits_.append(text.substr(where.begin, where.end - where.begin));
  }

  [[nodiscard]] std::string_view digits() const noexcept { return digits_; }

  // Source bytes from digit `first` up to digit `last`, both included.
  [[nodiscard]] Stretch place(std::size_t first, std::size_t last) const noexcept {
    return {offset_of(first), offset_of(last) + 1};
  }

 private:
  struct Piece {
    std::size_t digit;
    std::size_t offset;
  };

  [[nodiscard]] std::size_t offset_of(std::size_t digit) const noexcept {
    auto it =
        std::upper_bound(pieces_.begin(), pieces_.end(), digit,
                         [](std::size_t value, const Piece& piece) { return value < piece.digit; });
    --it;
    return it->offset + (digit - it->digit);
  }

  std::string digits_;
  std::vector<Piece> pieces_;
};

std::string bytes_of_base64(std::string_view digits) {
  std::string out;
  out.reserve(digits.size() * 3 / 4);
  std::uint32_t group = 0;
  std::size_t count = 0;
  for (const char c : digits) {
    group = group << 6 | static_cast<std::uint32_t>(value_of(c));
    if (++count % 4 != 0) continue;
    out += static_cast<char>(group >> 16 & 0xFF);
    out += static_cast<char>(group >> 8 & 0xFF);
    out += static_cast<char>(group & 0xFF);
  }
  if (count % 4 == 2) out += static_cast<char>(group >> 4 & 0xFF);
  if (count % 4 == 3) {
    out += static_cast<char>(group >> 10 & 0xFF);
    out += static_cast<char>(group >> 2 & 0xFF);
  }
  return out;
}

// RFC 4648, section 6.
bool is_digit32(char c) noexcept { return is_upper(c) || (c >= '2' && c <= '7'); }

std::string bytes_of_base32(std::string_view digits) {
  std::string out;
  std::uint32_t group = 0;
  unsigned bits = 0;
  for (const char c : digits) {
    group =
        (group << 5 | static_cast<std::uint32_t>(is_upper(c) ? c - 'A' : c - '2' + 26)) & 0xFFFF;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    out += static_cast<char>(group >> bits & 0xFF);
  }
  return out;
}

std::string bytes_of_hex(std::string_view digits) {
  std::string out;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    out += static_cast<char>(hex_value(digits[i]) * 16 + hex_value(digits[i + 1]));
  }
  return out;
}

class RunDecoder {
 public:
  RunDecoder(const MappedText& source, const LanguageGate& gate, std::vector<Decoded>& out)
      : source_(source), text_(source.text), gate_(gate), out_(out) {}

  void around(std::uint32_t block) {
    std::size_t i = std::max(block * Candidates::kBlock, done_);
    const std::size_t end = std::min(text_.size(), (block + std::size_t{1}) * Candidates::kBlock);
    while (i < end) {
      if (!is_digit64(text_[i])) {
        ++i;
        continue;
      }
      Stretch token = token_at(i);
      i = token.end;
      if (!gather_groups(token) && token.end - token.begin >= kDigitsMin) gather_lines(token);
      if (run_.digits().size() < kDigitsMin) continue;
      decode();
      i = std::max(i, gathered_end_);
      done_ = i;
    }
  }

 private:
  [[nodiscard]] Stretch token_at(std::size_t at) const noexcept {
    Stretch token{at, at};
    while (token.begin > done_ && is_digit64(text_[token.begin - 1])) --token.begin;
    while (token.end < text_.size() && is_digit64(text_[token.end])) ++token.end;
    return token;
  }

  // Groups of equal length between single blanks, the last one shorter at most.
  bool gather_groups(Stretch token) {
    run_.clear();
    const std::size_t size = token.end - token.begin;
    if (size < 3 || size > 64) return false;
    // The groups may have begun before the block that was marked.
    while (token.begin >= done_ + size + 1 && text_[token.begin - 1] == ' ') {
      const Stretch before{token.begin - 1 - size, token.begin - 1};
      const bool apart = before.begin == done_ || !is_digit64(text_[before.begin - 1]);
      const std::string_view group = text_.substr(before.begin, size);
      if (!apart || !std::all_of(group.begin(), group.end(), is_digit64)) break;
      token = before;
    }
    std::size_t count = 0;
    for (Stretch group = token;;) {
      run_.add(text_, group);
      ++count;
      gathered_end_ = group.end;
      if (group.end - group.begin < size || group.end + 1 >= text_.size() ||
          text_[group.end] != ' ' || !is_digit64(text_[group.end + 1])) {
        break;
      }
      Stretch next{group.end + 1, group.end + 1};
      while (next.end < text_.size() && next.end - next.begin <= size &&
             is_digit64(text_[next.end])) {
        ++next.end;
      }
      if (next.end - next.begin > size) break;
      group = next;
    }
    if (count >= 4 && run_.digits().size() >= kDigitsMin) return true;
    run_.clear();
    return false;
  }

  // Lines that hold nothing but digits of one length, the last one shorter at most.
  void gather_lines(Stretch token) {
    run_.clear();
    run_.add(text_, token);
    gathered_end_ = token.end;
    const std::size_t size = token.end - token.begin;
    for (Stretch line = token; line.end - line.begin == size || line == token;) {
      std::size_t next = line.end;
      if (next < text_.size() && text_[next] == '\r') ++next;
      if (next >= text_.size() || text_[next] != '\n') break;
      ++next;
      while (next < text_.size() && (text_[next] == ' ' || text_[next] == '\t' ||
                                     text_[next] == '>' || text_[next] == '#')) {
        ++next;
      }
      Stretch following{next, next};
      while (following.end < text_.size() && following.end - following.begin <= size &&
             is_digit64(text_[following.end])) {
        ++following.end;
      }
      const char after = following.end < text_.size() ? text_[following.end] : '\n';
      const bool whole_line = after == '\n' || after == '\r' || after == '=' || after == '"';
      if (following.begin == following.end || following.end - following.begin > size ||
          !whole_line) {
        break;
      }
      run_.add(text_, following);
      gathered_end_ = following.end;
      line = following;
    }
  }

  void decode() {
    const std::string_view digits = run_.digits();
    const std::size_t skip = digits.substr(0, 2) == "0x" ? 2 : 0;
    const bool hex = std::all_of(digits.begin() + static_cast<std::ptrdiff_t>(skip), digits.end(),
                                 [](char c) { return is_hex(c); });
    if (hex) {
      if (offer(bytes_of_hex(digits.substr(skip)), skip, Decoding::kHex)) return;
      if (digits.size() >= 32) return;
    }
    if (std::all_of(digits.begin(), digits.end(), is_digit32) &&
        offer(bytes_of_base32(digits), 0, Decoding::kBase32)) {
      return;
    }
    for (std::size_t phase = 0; phase < 4 && phase < digits.size(); ++phase) {
      if (offer(bytes_of_base64(digits.substr(phase)), phase, Decoding::kBase64)) return;
    }
  }

  // Takes `bytes`, decoded from the digits from `first` on, when there is text in them.
  bool offer(std::string bytes, std::size_t first, Decoding decoding) {
    std::string recoded = from_utf16(bytes);
    if (!recoded.empty() && gate_.reads_as_language(recoded)) {
      add(recoded, {0, bytes.size()}, first, decoding, true);
      return true;
    }
    const Stretch text = longest_text(bytes);
    const std::size_t size = text.end - text.begin;
    if (size < kTextMin) return false;
    const std::string_view found = std::string_view(bytes).substr(text.begin, size);
    const bool readable = gate_.reads_as_language(found);
    // What is text from end to end may be encoded once more.
    if (!readable && size * 10 < bytes.size() * 9) return false;
    add(found, text, first, decoding, readable);
    return true;
  }

  void add(std::string_view text, Stretch bytes, std::size_t first, Decoding decoding,
           bool readable) {
    const std::size_t last_digit = run_.digits().size() - 1;
    std::size_t from = 0;
    std::size_t to = 0;
    if (decoding == Decoding::kHex) {
      from = first + bytes.begin * 2;
      to = first + bytes.end * 2 - 1;
    } else if (decoding == Decoding::kBase32) {
      from = first + bytes.begin * 8 / 5;
      to = first + (bytes.end * 8 + 4) / 5 - 1;
    } else {
      from = first + bytes.begin * 4 / 3;
      to = first + (bytes.end * 4 + 2) / 3 - 1;
    }
    const Stretch place = run_.place(from, std::min(to, last_digit));
    std::size_t end = place.end;
    if (to >= last_digit) {
      const std::size_t padding = decoding == Decoding::kBase32 ? 6 : 2;
      const std::size_t stop = std::min(text_.size(), end + padding);
      while (end < stop && text_[end] == '=') ++end;
    }
    out_.push_back(decoded_at(source_, {place.begin, end}, text, decoding, readable));
  }

  const MappedText& source_;
  std::string_view text_;
  const LanguageGate& gate_;
  std::vector<Decoded>& out_;
  Run run_;
  std::size_t gathered_end_ = 0;
  std::size_t done_ = 0;
};

}  // namespace

void decode_runs(const MappedText& source, const Candidates& candidates, const LanguageGate& gate,
                 std::vector<Decoded>& out) {
  const auto& runs = candidates.blocks(Candidate::kRun);
  const auto& groups = candidates.blocks(Candidate::kGroups);
  RunDecoder decoder(source, gate, out);
  // Both lists ascend: merged, each block once.
  auto run = runs.begin();
  auto group = groups.begin();
  while (run != runs.end() || group != groups.end()) {
    const bool from_runs = group == groups.end() || (run != runs.end() && *run <= *group);
    const std::uint32_t block = from_runs ? *run : *group;
    if (run != runs.end() && *run == block) ++run;
    if (group != groups.end() && *group == block) ++group;
    decoder.around(block);
  }
}

}  // namespace credence::normalise
