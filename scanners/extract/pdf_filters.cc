#include "scanners/extract/pdf_filters.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include <zlib.h>

#include "scanners/core/ascii.h"

namespace credence {
namespace {

constexpr unsigned char byte_at(std::string_view data, std::size_t i) noexcept {
  return static_cast<unsigned char>(data[i]);
}

PdfFilterOutput inflate_zlib(std::string_view data, std::size_t size_max) {
  PdfFilterOutput out;
  z_stream stream{};
  if (inflateInit(&stream) != Z_OK) return {"", false, true};
  std::array<unsigned char, 64 * 1024> block;
  // zlib reads through a pointer that it does not write to, yet not const.
  stream.next_in = reinterpret_cast<unsigned char*>(const_cast<char*>(data.data()));
  stream.avail_in = static_cast<uInt>(std::min<std::size_t>(data.size(), 1U << 30));
  int status = Z_OK;
  while (status == Z_OK) {
    stream.next_out = block.data();
    stream.avail_out = block.size();
    status = inflate(&stream, Z_NO_FLUSH);
    const std::size_t made = block.size() - stream.avail_out;
    const std::size_t room = size_max - out.bytes.size();
    out.bytes.append(reinterpret_cast<const char*>(block.data()), std::min(made, room));
    if (made > room) {
      out.truncated = true;
      break;
    }
    if (status == Z_OK && stream.avail_in == 0 && stream.avail_out > 0) break;
  }
  out.damaged = status != Z_STREAM_END && !out.truncated;
  inflateEnd(&stream);
  return out;
}

// Variable-width codes of 9 to 12 bits, most significant bit first.
PdfFilterOutput decode_lzw(std::string_view data, bool early_change, std::size_t size_max) {
  constexpr unsigned kClear = 256;
  constexpr unsigned kEnd = 257;
  struct Entry {
    std::size_t offset;  // the string is a stretch of the output
    std::size_t length;
  };
  PdfFilterOutput out;
  std::vector<Entry> table(4096);
  unsigned next = 258;
  unsigned width = 9;
  bool have_previous = false;
  Entry previous{};
  std::uint32_t bits = 0;
  unsigned bit_count = 0;
  for (std::size_t i = 0; i < data.size();) {
    while (bit_count < width && i < data.size()) {
      bits = bits << 8 | byte_at(data, i++);
      bit_count += 8;
    }
    if (bit_count < width) break;
    const unsigned code = bits >> (bit_count - width) & ((1U << width) - 1);
    bit_count -= width;
    if (code == kEnd) return out;
    if (code == kClear) {
      next = 258;
      width = 9;
      have_previous = false;
      continue;
    }
    // What a code stands for is the previous string and the byte that followed it:
    // a stretch of the output, which the code may be the first to complete.
    const bool defines = have_previous && next < table.size();
    if (defines) table[next] = {previous.offset, previous.length + 1};
    const std::size_t begin = out.bytes.size();
    if (code < 256) {
      out.bytes += static_cast<char>(code);
    } else if (code < next || (code == next && defines)) {
      const Entry entry = table[code];
      for (std::size_t k = 0; k < entry.length; ++k) out.bytes += out.bytes[entry.offset + k];
    } else {
      out.damaged = true;
      return out;
    }
    if (out.bytes.size() > size_max) {
      out.bytes.resize(size_max);
      out.truncated = true;
      return out;
    }
    if (defines) ++next;
    previous = {begin, out.bytes.size() - begin};
    have_previous = true;
    const unsigned limit = next + (early_change ? 1U : 0U);
    width = limit >= 2048 ? 12 : limit >= 1024 ? 11 : limit >= 512 ? 10 : 9;
  }
  return out;
}

PdfFilterOutput decode_hex(std::string_view data, std::size_t size_max) {
  PdfFilterOutput out;
  int high = -1;
  for (const char c : data) {
    if (c == '>') break;
    const int value = hex_value(c);
    if (value < 0) continue;
    if (high < 0) {
      high = value;
      continue;
    }
    if (out.bytes.size() == size_max) {
      out.truncated = true;
      return out;
    }
    out.bytes += static_cast<char>(high << 4 | value);
    high = -1;
  }
  if (high >= 0 && out.bytes.size() < size_max) out.bytes += static_cast<char>(high << 4);
  return out;
}

PdfFilterOutput decode_ascii85(std::string_view data, std::size_t size_max) {
  PdfFilterOutput out;
  std::uint32_t group = 0;
  int count = 0;
  const auto flush = [&](int bytes) {
    for (int i = 0; i < bytes; ++i) out.bytes += static_cast<char>(group >> (24 - 8 * i) & 0xFF);
    group = 0;
    count = 0;
  };
  for (const char c : data) {
    if (c == '~') break;
    if (out.bytes.size() + 4 > size_max) {
      out.truncated = true;
      return out;
    }
    if (c == 'z' && count == 0) {
      flush(4);
    } else if (c >= '!' && c <= 'u') {
      group = group * 85 + static_cast<std::uint32_t>(c - '!');
      if (++count == 5) flush(4);
    }
  }
  if (count > 1) {
    const int bytes = count - 1;
    for (; count < 5; ++count) group = group * 85 + 84;
    flush(bytes);
  }
  return out;
}

PdfFilterOutput decode_run_length(std::string_view data, std::size_t size_max) {
  PdfFilterOutput out;
  for (std::size_t i = 0; i < data.size();) {
    const unsigned length = byte_at(data, i++);
    if (length == 128) return out;
    const std::size_t count = length < 128 ? length + 1U : 257U - length;
    if (out.bytes.size() + count > size_max) {
      out.truncated = true;
      return out;
    }
    if (length < 128) {
      out.bytes += data.substr(i, count);
      i += count;
    } else if (i < data.size()) {
      out.bytes.append(count, data[i++]);
    }
  }
  return out;
}

int paeth(int left, int up, int corner) noexcept {
  const int estimate = left + up - corner;
  const int to_left = std::abs(estimate - left);
  const int to_up = std::abs(estimate - up);
  const int to_corner = std::abs(estimate - corner);
  if (to_left <= to_up && to_left <= to_corner) return left;
  return to_up <= to_corner ? up : corner;
}

// Undoes the PNG predictors in place: each row has a byte that names its own.
bool undo_png(std::string& bytes, std::size_t row_size, std::size_t pixel_size) {
  const std::string_view in = bytes;
  std::string out(in.size() / (row_size + 1) * row_size, '\0');
  const std::size_t rows = out.size() / row_size;
  for (std::size_t row = 0; row < rows; ++row) {
    const unsigned type = byte_at(in, row * (row_size + 1));
    const std::string_view source = in.substr(row * (row_size + 1) + 1, row_size);
    char* line = out.data() + row * row_size;
    const char* above = row == 0 ? nullptr : line - row_size;
    for (std::size_t i = 0; i < row_size; ++i) {
      const auto get = [](const char* from, std::size_t at) {
        return from == nullptr ? 0 : static_cast<int>(static_cast<unsigned char>(from[at]));
      };
      const int left = i < pixel_size ? 0 : get(line, i - pixel_size);
      const int up = get(above, i);
      const int corner = i < pixel_size ? 0 : get(above, i - pixel_size);
      int guess = 0;
      if (type == 1) guess = left;
      if (type == 2) guess = up;
      if (type == 3) guess = (left + up) / 2;
      if (type == 4) guess = paeth(left, up, corner);
      line[i] = static_cast<char>(byte_at(source, i) + guess);
    }
  }
  const bool whole = in.size() % (row_size + 1) == 0;
  bytes = std::move(out);
  return whole;
}

void undo_tiff(std::string& bytes, std::size_t row_size, std::size_t colors) {
  for (std::size_t row = 0; row + row_size <= bytes.size(); row += row_size) {
    for (std::size_t i = colors; i < row_size; ++i) {
      bytes[row + i] = static_cast<char>(bytes[row + i] + bytes[row + i - colors]);
    }
  }
}

void undo_predictor(const PdfFilterParameters& parameters, PdfFilterOutput& out) {
  constexpr int kColumnsMax = 1 << 20;
  const int bits = parameters.colors * parameters.bits_per_component;
  if (parameters.predictor <= 1) return;
  if (parameters.colors < 1 || parameters.colors > 64 || parameters.bits_per_component < 1 ||
      parameters.bits_per_component > 16 || parameters.columns < 1 ||
      parameters.columns > kColumnsMax) {
    out.damaged = true;
    return;
  }
  const auto row_size =
      (static_cast<std::size_t>(parameters.columns) * static_cast<std::size_t>(bits) + 7) / 8;
  const auto pixel_size = std::max<std::size_t>(1, static_cast<std::size_t>(bits) / 8);
  if (parameters.predictor >= 10) {
    if (!undo_png(out.bytes, row_size, pixel_size)) out.damaged = true;
  } else if (parameters.bits_per_component == 8) {
    undo_tiff(out.bytes, row_size, static_cast<std::size_t>(parameters.colors));
  }
}

}  // namespace

PdfFilterOutput decode_pdf_filter(PdfFilter filter, const PdfFilterParameters& parameters,
                                  std::string_view data, std::size_t size_max) {
  PdfFilterOutput out;
  switch (filter) {
    case PdfFilter::kAsciiHex: return decode_hex(data, size_max);
    case PdfFilter::kAscii85: return decode_ascii85(data, size_max);
    case PdfFilter::kRunLength: return decode_run_length(data, size_max);
    case PdfFilter::kFlate: out = inflate_zlib(data, size_max); break;
    case PdfFilter::kLzw: out = decode_lzw(data, parameters.early_change, size_max); break;
  }
  undo_predictor(parameters, out);
  return out;
}

}  // namespace credence
