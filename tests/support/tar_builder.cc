#include "tests/support/tar_builder.h"

#include <array>
#include <cstdio>
#include <cstring>
#include <numeric>

#include <zlib.h>

#include "scanners/core/result.h"

namespace credence {
namespace {

constexpr std::size_t kBlock = 512;
constexpr std::size_t kNameMax = 100;
constexpr std::size_t kChecksumAt = 148;
constexpr int kGzipWindow = MAX_WBITS + 16;

std::string octal(std::uint64_t value, int digits) {
  std::array<char, 32> text;
  std::snprintf(text.data(), text.size(), "%0*llo", digits, static_cast<unsigned long long>(value));
  return text.data();
}

}  // namespace

TarBuilder& TarBuilder::add(std::string_view name, std::string_view bytes) {
  CREDENCE_CHECK(name.size() <= kNameMax);
  std::string header(kBlock, '\0');
  const auto put = [&header](std::size_t at, std::string_view field) {
    header.replace(at, field.size(), field);
  };
  put(0, name);
  put(100, "0000644");  // mode
  put(108, "0000000");  // owner
  put(116, "0000000");  // group
  put(124, octal(bytes.size(), 11));
  put(136, "00000000000");  // time
  put(kChecksumAt, "        ");
  put(156, "0");  // a regular file
  put(257, std::string_view("ustar\00000", 8));
  const auto sum = std::accumulate(header.begin(), header.end(), 0U, [](unsigned total, char c) {
    return total + static_cast<unsigned char>(c);
  });
  put(kChecksumAt, octal(sum, 6) + std::string("\0 ", 2));
  entries_ += header;
  entries_ += bytes;
  entries_.append((kBlock - bytes.size() % kBlock) % kBlock, '\0');
  return *this;
}

std::string TarBuilder::build() const { return entries_ + std::string(2 * kBlock, '\0'); }

std::string gzip(std::string_view bytes) {
  z_stream stream{};
  CREDENCE_CHECK(deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, 8,
                              Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<unsigned char*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<unsigned char*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  CREDENCE_CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace credence
