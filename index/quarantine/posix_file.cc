#include "index/quarantine/posix_file.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include "scanners/core/utf8.h"

namespace credence {
namespace {

constexpr std::size_t kCopyBytes = 256U << 10;
constexpr std::size_t kShownMax = 300;
constexpr mode_t kMadeMode = 0755;

Result<void> write_all(int descriptor, std::string_view bytes, std::string_view name) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_error(errno, "writing", name);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

// Runs `fill` on a new file and makes it durable.
template <typename Fill>
Result<void> make_file(int directory, const std::string& name, mode_t mode, Fill fill) {
  const Descriptor file(::openat(directory, name.c_str(),
                                 O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (file.get() < 0) return system_error(errno, "making", name);
  Result<void> done = fill(file.get());
  if (done.ok() && ::fchmod(file.get(), mode) != 0) {
    done = system_error(errno, "setting the mode of", name);
  }
  if (done.ok()) done = sync(file.get(), name);
  if (!done.ok()) ::unlinkat(directory, name.c_str(), 0);
  return done;
}

ErrorCode code_of(int number) noexcept {
  switch (number) {
    case ENOENT: return ErrorCode::kNotFound;
    case ENOTDIR: return ErrorCode::kNotFound;
    case EEXIST: return ErrorCode::kAlreadyExists;
    case EACCES: return ErrorCode::kPermissionDenied;
    case EPERM: return ErrorCode::kPermissionDenied;
    case EROFS: return ErrorCode::kPermissionDenied;
    case ENOSPC: return ErrorCode::kResourceExhausted;
    case EDQUOT: return ErrorCode::kResourceExhausted;
    case EMFILE: return ErrorCode::kResourceExhausted;
    case ELOOP: return ErrorCode::kInvalidArgument;
    default: return ErrorCode::kIo;
  }
}

}  // namespace

void Descriptor::close() noexcept {
  if (number_ >= 0) ::close(number_);
}

Error system_error(int number, std::string_view attempted, std::string_view name) {
  const std::string reason = number == ELOOP ? "it is a link, and links are not followed"
                                             : std::generic_category().message(number);
  return Error(code_of(number),
               std::string(attempted) + ' ' + printable(name, kShownMax) + ": " + reason);
}

Result<Descriptor> open_directory(const std::string& path, Missing missing) {
  constexpr int kFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  if (path.empty() || path.front() != '/' || path.find('\0') != std::string::npos) {
    return Error(ErrorCode::kInvalidArgument,
                 "not an absolute path: " + printable(path, kShownMax));
  }
  Descriptor directory(::open("/", kFlags));
  for (std::size_t at = 1; at < path.size() && directory.get() >= 0;) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string part = path.substr(at, end - at);
    at = end + 1;
    if (part.empty() || part == ".") continue;
    if (part == "..") return Error(ErrorCode::kInvalidArgument, "a path with \"..\" in it");
    if (missing == Missing::kMake) ::mkdirat(directory.get(), part.c_str(), kMadeMode);
    int next = ::openat(directory.get(), part.c_str(), kFlags);
    // The kernel says "not a directory" of a link that is not to be followed.
    struct stat status = {};
    if (next < 0 && errno == ENOTDIR &&
        ::fstatat(directory.get(), part.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) {
      errno = S_ISLNK(status.st_mode) ? ELOOP : ENOTDIR;
    }
    directory = Descriptor(next);
  }
  if (directory.get() < 0) return system_error(errno, "opening directory", path);
  return directory;
}

Result<Descriptor> open_file(int directory, const std::string& name) {
  // O_NONBLOCK: a FIFO put in the file's place does not stop us.
  Descriptor file(
      ::openat(directory, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (file.get() < 0) return system_error(errno, "opening", name);
  auto status = status_of(file.get());
  if (!status) return std::move(status).error();
  if (!S_ISREG(status->st_mode)) {
    return Error(ErrorCode::kInvalidArgument, printable(name, kShownMax) + " is no regular file");
  }
  return file;
}

Result<struct stat> status_of(int descriptor) {
  struct stat status = {};
  if (::fstat(descriptor, &status) != 0) return system_error(errno, "examining", "an open file");
  return status;
}

Result<void> sync(int descriptor, std::string_view name) {
  if (::fsync(descriptor) != 0) return system_error(errno, "syncing", name);
  return {};
}

Result<void> write_file(int directory, const std::string& name, std::string_view bytes,
                        mode_t mode) {
  return make_file(directory, name, mode, [&](int to) { return write_all(to, bytes, name); });
}

Result<void> copy_file(int from, int directory, const std::string& name, mode_t mode) {
  return make_file(directory, name, mode, [&](int to) -> Result<void> {
    const auto buffer = std::make_unique<std::array<char, kCopyBytes>>();
    off_t offset = 0;
    while (true) {
      const ssize_t size = ::pread(from, buffer->data(), buffer->size(), offset);
      if (size < 0 && errno == EINTR) continue;
      if (size < 0) return system_error(errno, "reading for", name);
      if (size == 0) return {};
      offset += size;
      auto written = write_all(to, {buffer->data(), static_cast<std::size_t>(size)}, name);
      if (!written) return written;
    }
  });
}

Result<std::string> read_file(int directory, const std::string& name, std::size_t size_max) {
  auto file = open_file(directory, name);
  if (!file) return std::move(file).error();
  std::string out;
  std::array<char, 4096> buffer;
  while (true) {
    const ssize_t size = ::read(file->get(), buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return system_error(errno, "reading", name);
    if (size == 0) return out;
    out.append(buffer.data(), static_cast<std::size_t>(size));
    if (out.size() > size_max) return Error(ErrorCode::kCorrupt, name + " is too long");
  }
}

Result<bool> move_file(Place from, Place to) {
  if (::renameat2(from.directory, from.name.c_str(), to.directory, to.name.c_str(),
                  RENAME_NOREPLACE) == 0) {
    return true;
  }
  if (errno == EXDEV) return false;
  return system_error(errno, "moving", from.name);
}

}  // namespace credence
