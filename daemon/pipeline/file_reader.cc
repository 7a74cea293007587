#include "daemon/pipeline/file_reader.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/pipeline/unique_fd.h"
#include "provenance/crypto/sha256.h"

namespace credence {
namespace {

Error system_error(const char* what, const std::string& path, int code) {
  ErrorCode kind = ErrorCode::kIo;
  if (code == ENOENT || code == ENOTDIR) kind = ErrorCode::kNotFound;
  if (code == EACCES || code == EPERM) kind = ErrorCode::kPermissionDenied;
  if (code == ELOOP) kind = ErrorCode::kUnsupported;
  if (code == EMFILE || code == ENFILE || code == ENOMEM) kind = ErrorCode::kResourceExhausted;
  return Error(kind, std::string(what) + " " + path + ": " + std::strerror(code));
}

constexpr std::int64_t nanoseconds(const timespec& time) noexcept {
  return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

FileIdentity identity_of(const struct stat& s) noexcept {
  return {s.st_dev, s.st_ino, static_cast<std::uint64_t>(s.st_size), nanoseconds(s.st_mtim),
          nanoseconds(s.st_ctim)};
}

Result<FileIdentity> identity(int fd, const std::string& path) {
  struct stat s {};
  if (::fstat(fd, &s) != 0) return system_error("cannot inspect", path, errno);
  if (!S_ISREG(s.st_mode)) {
    return Error(ErrorCode::kUnsupported, path + " is not a regular file");
  }
  return identity_of(s);
}

Result<int> open_regular(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) return system_error("cannot open", path, errno);
  return fd;
}

// Reads until `size` bytes are there or the file ends; the count, or an Error.
Result<std::size_t> fill(int fd, const std::string& path, char* data, std::size_t size) {
  std::size_t filled = 0;
  while (filled < size) {
    const ssize_t got = ::read(fd, data + filled, size - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("cannot read", path, errno);
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  return filled;
}

}  // namespace

Result<FileContent> read_file(const std::string& path, std::uint64_t size_max,
                              PaddedBuffer& buffer) {
  buffer.clear();
  const auto opened = open_regular(path);
  if (!opened) return opened.error();
  const UniqueFd fd(*opened);
  const auto before = identity(fd.get(), path);
  if (!before) return before.error();

  FileContent content;
  content.identity = *before;
  content.size = before->size;
  buffer.resize_uninitialised(static_cast<std::size_t>(std::min(before->size, size_max)));
  const auto filled = fill(fd.get(), path, buffer.data(), buffer.size());
  if (!filled) return filled.error();
  buffer.truncate(*filled);

  const auto after = identity(fd.get(), path);
  if (!after) return after.error();
  content.changed = *after != *before || *filled < std::min(before->size, size_max);
  return content;
}

Result<Digest> hash_file(const std::string& path) {
  const auto opened = open_regular(path);
  if (!opened) return opened.error();
  const UniqueFd fd(*opened);
  if (auto regular = identity(fd.get(), path); !regular) return regular.error();
  Sha256 hash;
  std::vector<char> block(1 << 20);
  while (true) {
    const auto filled = fill(fd.get(), path, block.data(), block.size());
    if (!filled) return filled.error();
    hash.update(std::string_view(block.data(), *filled));
    if (*filled < block.size()) return hash.finish();
  }
}

Result<FileIdentity> file_identity(const std::string& path) {
  struct stat s {};
  if (::lstat(path.c_str(), &s) != 0) return system_error("cannot inspect", path, errno);
  if (!S_ISREG(s.st_mode)) {
    return Error(ErrorCode::kUnsupported, path + " is not a regular file");
  }
  return identity_of(s);
}

}  // namespace credence
