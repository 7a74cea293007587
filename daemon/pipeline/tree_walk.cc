#include "daemon/pipeline/tree_walk.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace credence {
namespace {

struct CloseDir {
  void operator()(DIR* dir) const noexcept { ::closedir(dir); }
};

struct Entries {
  std::vector<std::string> files;
  std::vector<std::string> folders;
};

Error trouble_with(const std::string& path, int code) {
  return Error(code == EACCES ? ErrorCode::kPermissionDenied : ErrorCode::kIo,
               "cannot look at " + path + ": " + std::strerror(code));
}

// The kind of an entry, as a mode; 0 when it has gone meanwhile.
mode_t mode_of(int folder, const dirent& entry, dev_t device) {
  if (entry.d_type == DT_REG) return S_IFREG;
  if (entry.d_type != DT_UNKNOWN && entry.d_type != DT_DIR) return 0;
  struct stat s {};
  if (::fstatat(folder, entry.d_name, &s, AT_SYMLINK_NOFOLLOW) != 0) return 0;
  if (S_ISDIR(s.st_mode) && s.st_dev != device) return 0;
  return s.st_mode & S_IFMT;
}

Entries list(const std::string& folder, dev_t device,
             const std::function<void(const Error&)>& trouble) {
  Entries entries;
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) {
    if (errno != ENOENT) trouble(trouble_with(folder, errno));
    return entries;
  }
  const std::unique_ptr<DIR, CloseDir> dir(::fdopendir(fd));
  if (!dir) {
    ::close(fd);
    return entries;
  }
  const std::string prefix = folder.ends_with('/') ? folder : folder + "/";
  while (const dirent* entry = ::readdir(dir.get())) {
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    const mode_t mode = mode_of(fd, *entry, device);
    if (mode == S_IFREG) entries.files.push_back(prefix + entry->d_name);
    if (mode == S_IFDIR) entries.folders.push_back(prefix + entry->d_name);
  }
  std::sort(entries.files.begin(), entries.files.end());
  std::sort(entries.folders.begin(), entries.folders.end(), std::greater<>());
  return entries;
}

}  // namespace

Result<void> walk_files(const std::string& root,
                        const std::function<bool(const std::string& path)>& visit,
                        const std::function<void(const Error&)>& trouble) {
  struct stat s {};
  if (::stat(root.c_str(), &s) != 0) {
    if (errno == ENOENT) return Error(ErrorCode::kNotFound, root + " does not exist");
    return trouble_with(root, errno);
  }
  // A root may be a link: the user named it. Below it none is followed.
  if (!S_ISDIR(s.st_mode)) {
    std::error_code failed;
    const auto target = std::filesystem::canonical(root, failed);
    const bool link = std::filesystem::is_symlink(root, failed);
    visit(link && !failed ? target.string() : root);
    return {};
  }
  std::string start = root;
  if (!start.ends_with('/')) start += '/';
  std::vector<std::string> pending = {start};
  while (!pending.empty()) {
    const std::string folder = std::move(pending.back());
    pending.pop_back();
    Entries entries = list(folder, s.st_dev, trouble);
    for (const std::string& file : entries.files) {
      if (!visit(file)) return {};
    }
    std::move(entries.folders.begin(), entries.folders.end(), std::back_inserter(pending));
  }
  return {};
}

}  // namespace credence
