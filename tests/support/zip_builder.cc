#include "tests/support/zip_builder.h"

#include <zlib.h>

namespace credence {
namespace {

void put16(std::string& out, std::uint32_t value) {
  out += static_cast<char>(value & 0xFF);
  out += static_cast<char>(value >> 8 & 0xFF);
}

void put32(std::string& out, std::uint32_t value) {
  put16(out, value & 0xFFFF);
  put16(out, value >> 16);
}

std::string deflate_raw(std::string_view bytes) {
  z_stream stream{};
  deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<unsigned char*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<unsigned char*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace

ZipBuilder& ZipBuilder::add(std::string_view name, std::string_view bytes, const Member& member) {
  const std::string packed = member.deflate ? deflate_raw(bytes) : std::string(bytes);
  last_.flags = member.encrypted ? 1 : 0;
  last_.method = member.method != 0xFFFF ? member.method : member.deflate ? 8 : 0;
  last_.crc = static_cast<std::uint32_t>(crc32(
      0, reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<uInt>(bytes.size())));
  last_.packed_size = static_cast<std::uint32_t>(packed.size());
  last_.size = static_cast<std::uint32_t>(bytes.size());
  last_offset_ = static_cast<std::uint32_t>(members_.size());
  const std::string_view local = member.local_name.empty() ? name : member.local_name;
  members_ += "PK\x03\x04";
  put16(members_, 20);
  put16(members_, last_.flags);
  put16(members_, last_.method);
  put32(members_, 0x00210000);  // 1980-01-01
  put32(members_, last_.crc);
  put32(members_, last_.packed_size);
  put32(members_, last_.size);
  put16(members_, static_cast<std::uint32_t>(local.size()));
  put16(members_, 0);
  members_ += local;
  members_ += packed;
  add_entry(name);
  return *this;
}

ZipBuilder& ZipBuilder::alias(std::string_view name) {
  add_entry(name);
  return *this;
}

void ZipBuilder::add_entry(std::string_view name) {
  directory_ += "PK\x01\x02";
  put16(directory_, 20);
  put16(directory_, 20);
  put16(directory_, last_.flags);
  put16(directory_, last_.method);
  put32(directory_, 0x00210000);
  put32(directory_, last_.crc);
  put32(directory_, last_.packed_size);
  put32(directory_, last_.size);
  put16(directory_, static_cast<std::uint32_t>(name.size()));
  put16(directory_, 0);
  put16(directory_, 0);
  put16(directory_, 0);
  put16(directory_, 0);
  put32(directory_, 0);
  put32(directory_, last_offset_);
  directory_ += name;
  ++count_;
}

std::string ZipBuilder::build() const {
  std::string out = members_ + directory_;
  out += "PK\x05\x06";
  put32(out, 0);
  put16(out, count_);
  put16(out, count_);
  put32(out, static_cast<std::uint32_t>(directory_.size()));
  put32(out, static_cast<std::uint32_t>(members_.size()));
  put16(out, 0);
  return out;
}

}  // namespace credence
