#include "index/store/lock_holder.h"

#include <fstream>

#include <fcntl.h>
#include <unistd.h>

namespace credence {

std::string lock_holder(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (descriptor < 0) return {};
  struct flock lock = {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  const bool asked = ::fcntl(descriptor, F_GETLK, &lock) == 0;
  ::close(descriptor);
  if (!asked || lock.l_type == F_UNLCK || lock.l_pid <= 0) return {};
  const std::string process = std::to_string(lock.l_pid);
  std::string name;
  std::ifstream comm("/proc/" + process + "/comm");
  std::getline(comm, name);
  return (name.empty() ? "a process" : name) + " (process " + process + ')';
}

}  // namespace credence
