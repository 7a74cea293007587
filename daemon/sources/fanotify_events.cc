#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <optional>

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

  // Records are padded to 4 bytes only, so each header is copied out before it is read.
  void take(std::size_t size, std::vector<FileEvent>& events) {
    std::string_view records(buffer_.data(), size);
    fanotify_event_metadata event;
    while (records.size() >= sizeof event) {
      std::memcpy(&event, records.data(), sizeof event);
      if (event.event_len < sizeof event || event.event_len > records.size()) return;
      const std::string_view record = records.substr(0, event.event_len);
      records.remove_prefix(event.event_len);
      if (event.vers != FANOTIFY_METADATA_VERSION || (event.mask & FAN_Q_OVERFLOW) != 0) {
        events.push_back({FileEvent::Kind::kLost, {}});
        continue;
      }
      std::string path = path_of(record.substr(sizeof event));
      if (path.empty()) continue;
      if (path.size() > root_.size() && path.starts_with(root_)) {
        append(event.mask, std::move(path), events);
      } else if ((event.mask & FAN_ONDIR) != 0 && root_.starts_with(path + "/")) {
        // The root, or a folder it is in, went or was replaced.
        const std::string root = root_.substr(0, root_.size() - 1);
        events.push_back({FileEvent::Kind::kFolderGone, root});
        events.push_back({FileEvent::Kind::kFolder, root});
      }
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

  // The full path of an event's name, from the information record behind its header; empty
  // when its folder is gone or lies elsewhere.
  std::string path_of(std::string_view info) {
    fanotify_event_info_fid fid;
    file_handle head;
    if (info.size() < sizeof fid + sizeof head) return {};
    std::memcpy(&fid, info.data(), sizeof fid);
    if (fid.hdr.info_type != FAN_EVENT_INFO_TYPE_DFID_NAME) return {};
    info = info.substr(sizeof fid, fid.hdr.len - std::min<std::size_t>(fid.hdr.len, sizeof fid));
    if (info.size() < sizeof head) return {};
    std::memcpy(&head, info.data(), sizeof head);
    const std::size_t handle_size = sizeof head + head.handle_bytes;
    if (handle_size >= info.size()) return {};
    const std::string_view handle = info.substr(0, handle_size);
    if (handle != last_handle_) {
      last_handle_ = handle;
      last_folder_ = resolve(last_handle_);
    }
    if (!last_folder_) return {};
    const std::string_view name = info.substr(handle_size);
    return *last_folder_ + "/" + std::string(name.substr(0, name.find('\0')));
  }

  // The folder's path without a slash at its end; nothing when it is gone.
  std::optional<std::string> resolve(std::string& handle) const {
    // open_by_handle_at wants a writable, aligned handle.
    alignas(file_handle) std::array<char, sizeof(file_handle) + MAX_HANDLE_SZ> aligned{};
    if (handle.size() > aligned.size()) return std::nullopt;
    std::memcpy(aligned.data(), handle.data(), handle.size());
    const UniqueFd folder(::open_by_handle_at(
        mount_.get(), reinterpret_cast<file_handle*>(aligned.data()), O_PATH | O_CLOEXEC));
    if (folder.get() < 0) return std::nullopt;
    std::array<char, PATH_MAX> path;
    const std::string link = "/proc/self/fd/" + std::to_string(folder.get());
    const ssize_t size = ::readlink(link.c_str(), path.data(), path.size());
    if (size <= 0 || static_cast<std::size_t>(size) == path.size()) return std::nullopt;
    std::string out(path.data(), static_cast<std::size_t>(size));
    if (out == "/") out.clear();
    if (out.ends_with(" (deleted)")) return std::nullopt;
    return out;
  }

  UniqueFd fanotify_;
  UniqueFd mount_;
  std::string root_;  // ends with "/"
  std::array<char, 256 * 1024> buffer_;
  std::string last_handle_;
  std::optional<std::string> last_folder_;
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
