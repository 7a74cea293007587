#include <array>
#include <cerrno>
#include <climits>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <sys/fanotify.h>
#include <unistd.h>

#include "daemon/pipeline/unique_fd.h"
#include "daemon/sources/file_events.h"

namespace credence {
namespace {

constexpr std::uint64_t kMask =
    FAN_CLOSE_WRITE | FAN_MOVED_TO | FAN_MOVED_FROM | FAN_DELETE | FAN_CREATE | FAN_ONDIR;

Error fanotify_error(const char* what, const std::string& root, int code) {
  ErrorCode kind = ErrorCode::kIo;
  if (code == EPERM || code == EACCES) kind = ErrorCode::kPermissionDenied;
  if (code == ENOSYS || code == EINVAL || code == EOPNOTSUPP || code == EXDEV || code == ENODEV) {
    kind = ErrorCode::kUnsupported;
  }
  return Error(kind, std::string(what) + " " + root + ": " + std::strerror(code));
}

// Kernel interface: fanotify(7), records of type FAN_EVENT_INFO_TYPE_DFID_NAME.
class FanotifyEvents final : public FileEvents {
 public:
  FanotifyEvents(UniqueFd fanotify, UniqueFd mount, std::string root)
      : fanotify_(std::move(fanotify)), mount_(std::move(mount)), root_(std::move(root)) {}

  std::string_view name() const noexcept override { return "fanotify"; }

  Result<void> wait(std::chrono::milliseconds timeout, std::vector<FileEvent>& events) override {
    pollfd ready{fanotify_.get(), POLLIN, 0};
    const int polled = ::poll(&ready, 1, static_cast<int>(timeout.count()));
    if (polled == 0 || (polled < 0 && errno == EINTR)) return {};
    if (polled < 0) return fanotify_error("cannot wait for events of", root_, errno);
    while (events.size() < kEventsMax) {
      const ssize_t size = ::read(fanotify_.get(), buffer_.data(), buffer_.size());
      if (size < 0 && errno == EAGAIN) return {};
      if (size < 0 && errno == EINTR) continue;
      if (size < 0) return fanotify_error("cannot read events of", root_, errno);
      last_handle_.clear();
      take(static_cast<std::size_t>(size), events);
    }
    return {};
  }

 private:
  static constexpr std::size_t kEventsMax = 65'536;

  void take(std::size_t size, std::vector<FileEvent>& events) {
    const auto* event = reinterpret_cast<const fanotify_event_metadata*>(buffer_.data());
    auto left = static_cast<ssize_t>(size);
    for (; FAN_EVENT_OK(event, left); event = FAN_EVENT_NEXT(event, left)) {
      if (event->vers != FANOTIFY_METADATA_VERSION || (event->mask & FAN_Q_OVERFLOW) != 0) {
        events.push_back({FileEvent::Kind::kLost, {}});
        continue;
      }
      std::string path = path_of(event);
      if (path.size() <= root_.size() || !path.starts_with(root_)) continue;
      append(event->mask, std::move(path), events);
    }
  }

  static void append(std::uint64_t mask, std::string path, std::vector<FileEvent>& events) {
    using Kind = FileEvent::Kind;
    const bool folder = (mask & FAN_ONDIR) != 0;
    // The kernel may merge events on one name; the last word is what lstat says later,
    // so a name that both came and went is given as both.
    if ((mask & (FAN_DELETE | FAN_MOVED_FROM)) != 0) {
      events.push_back({folder ? Kind::kFolderGone : Kind::kGone, path});
    }
    if (folder && (mask & (FAN_CREATE | FAN_MOVED_TO)) != 0) {
      events.push_back({Kind::kFolder, std::move(path)});
    } else if (!folder && (mask & (FAN_CLOSE_WRITE | FAN_MOVED_TO)) != 0) {
      events.push_back({Kind::kChanged, std::move(path)});
    } else if (!folder && (mask & FAN_CREATE) != 0) {
      events.push_back({Kind::kCreated, std::move(path)});
    }
  }

  // The full path of an event's name; empty when its folder is gone or lies elsewhere.
  std::string path_of(const fanotify_event_metadata* event) {
    const auto* info = reinterpret_cast<const fanotify_event_info_fid*>(event + 1);
    if (event->event_len < sizeof *event + sizeof *info) return {};
    if (info->hdr.info_type != FAN_EVENT_INFO_TYPE_DFID_NAME) return {};
    const auto* raw = reinterpret_cast<const char*>(info->handle);
    file_handle head;
    std::memcpy(&head, raw, sizeof head);
    const std::size_t handle_size = sizeof head + head.handle_bytes;
    const char* name = raw + handle_size;
    const char* end = reinterpret_cast<const char*>(info) + info->hdr.len;
    if (name >= end) return {};
    const std::string_view handle(raw, handle_size);
    if (handle != last_handle_) {
      last_handle_ = handle;
      last_folder_ = resolve(last_handle_);
    }
    if (last_folder_.empty()) return {};
    return last_folder_ + "/" +
           std::string(name, ::strnlen(name, static_cast<std::size_t>(end - name)));
  }

  std::string resolve(std::string& handle) const {
    // open_by_handle_at wants a writable, aligned handle.
    alignas(file_handle) std::array<char, sizeof(file_handle) + MAX_HANDLE_SZ> aligned{};
    if (handle.size() > aligned.size()) return {};
    std::memcpy(aligned.data(), handle.data(), handle.size());
    const UniqueFd folder(::open_by_handle_at(
        mount_.get(), reinterpret_cast<file_handle*>(aligned.data()), O_PATH | O_CLOEXEC));
    if (folder.get() < 0) return {};
    std::array<char, PATH_MAX> path;
    const std::string link = "/proc/self/fd/" + std::to_string(folder.get());
    const ssize_t size = ::readlink(link.c_str(), path.data(), path.size());
    if (size <= 0 || static_cast<std::size_t>(size) == path.size()) return {};
    std::string out(path.data(), static_cast<std::size_t>(size));
    if (out == "/") out.clear();
    return out.ends_with(" (deleted)") ? std::string() : out;
  }

  UniqueFd fanotify_;
  UniqueFd mount_;
  std::string root_;  // ends with "/"
  alignas(fanotify_event_metadata) std::array<char, 256 * 1024> buffer_;
  std::string last_handle_;
  std::string last_folder_;
};

}  // namespace

Result<std::unique_ptr<FileEvents>> watch_with_fanotify(const std::string& root) {
  UniqueFd fanotify(::fanotify_init(
      FAN_CLASS_NOTIF | FAN_REPORT_DFID_NAME | FAN_UNLIMITED_QUEUE | FAN_CLOEXEC | FAN_NONBLOCK,
      O_RDONLY));
  if (fanotify.get() < 0) return fanotify_error("cannot watch", root, errno);
  UniqueFd mount(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (mount.get() < 0) return fanotify_error("cannot open", root, errno);
  if (::fanotify_mark(fanotify.get(), FAN_MARK_ADD | FAN_MARK_FILESYSTEM, kMask, mount.get(),
                      nullptr) != 0) {
    return fanotify_error("cannot watch", root, errno);
  }
  std::string prefix = root;
  if (!prefix.ends_with('/')) prefix += '/';
  return std::unique_ptr<FileEvents>(
      std::make_unique<FanotifyEvents>(std::move(fanotify), std::move(mount), std::move(prefix)));
}

Result<std::unique_ptr<FileEvents>> watch_tree(const std::string& root) {
  auto events = watch_with_fanotify(root);
  if (events) return events;
  return watch_with_inotify(root);
}

}  // namespace credence
