#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "scanners/core/result.h"

// This room is where artifacts arrive from: directory trees that are watched.
namespace credence {

// Something happened below a watched root. Spurious events are allowed, missed ones
// are not: whoever cannot say what happened says kLost.
struct FileEvent {
  enum class Kind : std::uint8_t {
    kChanged,  // a file was written and closed, or put here under this name
    kCreated,  // a name appeared; its content may still be written
    kGone,     // a file's name is no more
    kFolder,   // a folder appeared with whatever is in it
    kFolderGone,
    kLost,  // events were dropped: everything may have changed; path is empty
  };

  Kind kind = Kind::kLost;
  std::string path;
};

// The kernel's word on what happens below one root. One thread.
class FileEvents {
 public:
  virtual ~FileEvents() = default;

  // Appends what happened, waiting at most `timeout` for the first event. An Error
  // means that watching has ended for good.
  virtual Result<void> wait(std::chrono::milliseconds timeout, std::vector<FileEvent>& events) = 0;

  // "fanotify" or "inotify".
  [[nodiscard]] virtual std::string_view name() const noexcept = 0;

  // Folders that cannot be watched for want of kernel resources; the crawl covers them.
  [[nodiscard]] virtual std::uint64_t unwatched_folders() const noexcept { return 0; }
};

// A fanotify mark on the whole file system of `root`, with an unlimited queue: no event
// is lost and new folders need no watch of their own. kPermissionDenied without
// CAP_SYS_ADMIN, kUnsupported on file systems without file handles.
[[nodiscard]] Result<std::unique_ptr<FileEvents>> watch_with_fanotify(const std::string& root);

// An inotify watch on each folder below `root`.
[[nodiscard]] Result<std::unique_ptr<FileEvents>> watch_with_inotify(const std::string& root);

// The better of the two that works here.
[[nodiscard]] Result<std::unique_ptr<FileEvents>> watch_tree(const std::string& root);

}  // namespace credence
