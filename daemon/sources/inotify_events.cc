#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <memory>
#include <unordered_map>

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include "daemon/pipeline/unique_fd.h"
#include "daemon/sources/file_events.h"

namespace credence {
namespace {

constexpr std::uint32_t kMask = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE |
                                IN_CREATE | IN_MOVE_SELF | IN_ONLYDIR | IN_DONT_FOLLOW |
                                IN_EXCL_UNLINK;

struct CloseDir {
  void operator()(DIR* dir) const noexcept { ::closedir(dir); }
};

// Kernel interface: inotify(7). Watches are not recursive, so each folder has one; it is
// set before the folder is looked into, so that nothing falls between the two.
class InotifyEvents final : public FileEvents {
 public:
  InotifyEvents(UniqueFd inotify, std::string root)
      : inotify_(std::move(inotify)), root_(std::move(root)) {}

  std::string_view name() const noexcept override { return "inotify"; }
  std::uint64_t unwatched_folders() const noexcept override {
    return unwatched_ + (watch_of_.contains(root_) ? 0U : 1U);
  }

  // Watches `folder` and every folder below it.
  void add_tree(const std::string& folder) {
    std::vector<std::string> pending = {folder};
    while (!pending.empty()) {
      const std::string each = std::move(pending.back());
      pending.pop_back();
      if (add(each)) append_folders(each, pending);
    }
  }

  Result<void> wait(std::chrono::milliseconds timeout, std::vector<FileEvent>& events) override {
    if (!watch_of_.contains(root_)) {
      // It went; when it comes again everything in it is new.
      add_tree(root_);
      if (watch_of_.contains(root_)) events.push_back({FileEvent::Kind::kFolder, root_});
    }
    pollfd ready{inotify_.get(), POLLIN, 0};
    const int polled = ::poll(&ready, 1, static_cast<int>(timeout.count()));
    if (polled == 0 || (polled < 0 && errno == EINTR)) return {};
    if (polled < 0) return Error(ErrorCode::kIo, "cannot wait for events of " + root_);
    while (events.size() < kEventsMax) {
      const ssize_t size = ::read(inotify_.get(), buffer_.data(), buffer_.size());
      if (size < 0 && errno == EAGAIN) return {};
      if (size < 0 && errno == EINTR) continue;
      if (size <= 0) return Error(ErrorCode::kIo, "cannot read events of " + root_);
      take(static_cast<std::size_t>(size), events);
    }
    return {};
  }

 private:
  static constexpr std::size_t kEventsMax = 65'536;

  // False when the folder is gone or cannot be watched.
  bool add(const std::string& folder) {
    const int watch = ::inotify_add_watch(inotify_.get(), folder.c_str(), kMask);
    if (watch < 0) {
      // Out of watches: the crawl has to find what happens there. Subfolders would fare alike.
      if (errno == ENOSPC || errno == ENOMEM) ++unwatched_;
      return false;
    }
    folder_of_[watch] = folder;
    watch_of_[folder] = watch;
    return true;
  }

  static void append_folders(const std::string& folder, std::vector<std::string>& out) {
    const std::unique_ptr<DIR, CloseDir> dir(::opendir(folder.c_str()));
    if (!dir) return;
    while (const dirent* entry = ::readdir(dir.get())) {
      const std::string_view name = entry->d_name;
      if (name == "." || name == "..") continue;
      if (entry->d_type != DT_DIR && entry->d_type != DT_UNKNOWN) continue;
      out.push_back(folder + "/" + entry->d_name);  // IN_ONLYDIR refuses what is no folder
    }
  }

  void remove_tree(const std::string& folder) {
    const std::string below = folder + "/";
    auto it = watch_of_.lower_bound(folder);
    while (it != watch_of_.end() &&
           (it->first == folder || it->first < below || it->first.starts_with(below))) {
      if (it->first != folder && !it->first.starts_with(below)) {
        ++it;
        continue;
      }
      ::inotify_rm_watch(inotify_.get(), it->second);
      folder_of_.erase(it->second);
      it = watch_of_.erase(it);
    }
  }

  void take(std::size_t size, std::vector<FileEvent>& events) {
    std::size_t at = 0;
    while (at + sizeof(inotify_event) <= size) {
      inotify_event event;
      std::memcpy(&event, buffer_.data() + at, sizeof event);
      const char* name = buffer_.data() + at + sizeof event;
      at += sizeof event + event.len;
      if ((event.mask & IN_Q_OVERFLOW) != 0) {
        add_tree(root_);  // folders that came meanwhile have no watch yet
        events.push_back({FileEvent::Kind::kLost, {}});
        continue;
      }
      const auto folder = folder_of_.find(event.wd);
      if (folder == folder_of_.end()) continue;
      if ((event.mask & IN_IGNORED) != 0) {
        if (folder->second == root_) events.push_back({FileEvent::Kind::kFolderGone, root_});
        watch_of_.erase(folder->second);
        folder_of_.erase(folder);
        continue;
      }
      if ((event.mask & IN_MOVE_SELF) != 0 && folder->second == root_) {
        remove_tree(root_);
        events.push_back({FileEvent::Kind::kFolderGone, root_});
        continue;
      }
      if (event.len == 0) continue;
      append(event.mask, folder->second + "/" + std::string(name, ::strnlen(name, event.len)),
             events);
    }
  }

  void append(std::uint32_t mask, std::string path, std::vector<FileEvent>& events) {
    using Kind = FileEvent::Kind;
    const bool folder = (mask & IN_ISDIR) != 0;
    if ((mask & (IN_DELETE | IN_MOVED_FROM)) != 0) {
      if (folder) remove_tree(path);
      events.push_back({folder ? Kind::kFolderGone : Kind::kGone, std::move(path)});
    } else if (folder) {
      add_tree(path);
      events.push_back({Kind::kFolder, std::move(path)});
    } else if ((mask & (IN_CLOSE_WRITE | IN_MOVED_TO)) != 0) {
      events.push_back({Kind::kChanged, std::move(path)});
    } else if ((mask & IN_CREATE) != 0) {
      events.push_back({Kind::kCreated, std::move(path)});
    }
  }

  UniqueFd inotify_;
  std::string root_;
  std::unordered_map<int, std::string> folder_of_;
  std::map<std::string, int> watch_of_;
  std::uint64_t unwatched_ = 0;
  alignas(inotify_event) std::array<char, 64 * 1024> buffer_;
};

}  // namespace

Result<std::unique_ptr<FileEvents>> watch_with_inotify(const std::string& root) {
  UniqueFd inotify(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (inotify.get() < 0) {
    return Error(ErrorCode::kResourceExhausted,
                 "cannot watch " + root + ": " + std::strerror(errno));
  }
  auto events = std::make_unique<InotifyEvents>(std::move(inotify), root);
  events->add_tree(root);
  return std::unique_ptr<FileEvents>(std::move(events));
}

}  // namespace credence
