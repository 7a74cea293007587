#include "daemon/pipeline/file_reader.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace credence {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) noexcept : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const noexcept { return fd_; }

 private:
  int fd_;
};

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

}  // namespace

Result<FileContent> read_file(const std::string& path, std::uint64_t size_max,
                              PaddedBuffer& buffer) {
  buffer.clear();
  const Descriptor fd(
      ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  if (fd.get() < 0) return system_error("cannot open", path, errno);
  const auto before = identity(fd.get(), path);
  if (!before) return before.error();

  FileContent content;
  content.identity = *before;
  content.size = before->size;
  buffer.resize_uninitialised(static_cast<std::size_t>(std::min(before->size, size_max)));
  std::size_t filled = 0;
  while (filled < buffer.size()) {
    const ssize_t got = ::read(fd.get(), buffer.data() + filled, buffer.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("cannot read", path, errno);
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  buffer.truncate(filled);

  const auto after = identity(fd.get(), path);
  if (!after) return after.error();
  content.changed = *after != *before || filled < std::min(before->size, size_max);
  return content;
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
