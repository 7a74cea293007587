#include "index/quarantine/quarantine.h"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "index/quarantine/manifest.h"
#include "index/quarantine/posix_file.h"

namespace credence {
namespace {

const std::string kContent = "content";
const std::string kManifest = "manifest.json";
const std::string kPartial = "partial";  // a copy or manifest that is being written
constexpr int kSameDigestMax = 10'000;
constexpr std::size_t kReasonsMax = 64;
constexpr mode_t kHeldMode = 0400;
constexpr int kDirectory = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

FileIdentity identity_of(const struct stat& status) {
  const auto ns = [](const timespec& t) {
    return std::int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
  };
  return {.device = status.st_dev,
          .inode = status.st_ino,
          .size = static_cast<std::uint64_t>(status.st_size),
          .mtime_ns = ns(status.st_mtim),
          .ctime_ns = ns(status.st_ctim)};
}

bool is_same_file(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

Error changed(const std::filesystem::path& path) {
  return Error(ErrorCode::kUnavailable,
               path.string() + " is no longer the file that was judged; it stays where it is");
}

// Only what make_entry() names: an id is used as a path.
bool is_id(std::string_view id) {
  const std::size_t dot = id.find('.');
  if (dot != 2 * Digest::kSize || id.size() <= dot + 1 || id.size() > dot + 6) return false;
  return Digest::parse(id.substr(0, dot)).has_value() &&
         std::all_of(id.begin() + static_cast<std::ptrdiff_t>(dot) + 1, id.end(),
                     [](char c) { return c >= '0' && c <= '9'; });
}

AuditEntry audit_entry(std::string_view action, const QuarantineEntry& entry,
                       std::string_view actor, std::int64_t at_ms) {
  AuditEntry out;
  out.at_ms = at_ms;
  out.actor = actor;
  out.action = action;
  out.subject = entry.digest.uri();
  out.detail = entry.id + ' ' + entry.uri;
  return out;
}

Result<Descriptor> open_entry(int root, const std::string& id) {
  Descriptor directory(::openat(root, id.c_str(), kDirectory));
  if (directory.get() < 0) return system_error(errno, "opening quarantine entry", id);
  return directory;
}

// Removes an entry's directory and what may be in it, the manifest last.
Result<void> erase_entry(int root, const std::string& id) {
  auto directory = open_entry(root, id);
  if (!directory) return std::move(directory).error();
  for (const std::string& name : {kContent, kPartial, kManifest}) {
    if (::unlinkat(directory->get(), name.c_str(), 0) != 0 && errno != ENOENT) {
      return system_error(errno, "deleting", id + '/' + name);
    }
    if (name == kContent) static_cast<void>(::fsync(directory->get()));
  }
  if (::unlinkat(root, id.c_str(), AT_REMOVEDIR) != 0) {
    return system_error(errno, "deleting quarantine entry", id);
  }
  return sync(root, "the quarantine");
}

Result<std::vector<std::string>> entry_ids(int root) {
  std::vector<std::string> ids;
  const int copy = ::openat(root, ".", kDirectory);
  DIR* listing = copy < 0 ? nullptr : ::fdopendir(copy);
  if (listing == nullptr) return system_error(errno, "listing", "the quarantine");
  const std::unique_ptr<DIR, int (*)(DIR*)> owned(listing, ::closedir);
  while (const dirent* one = ::readdir(listing)) {
    if (is_id(one->d_name)) ids.emplace_back(one->d_name);
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

Result<QuarantineEntry> read_entry(int directory, const std::string& id) {
  auto json = read_file(directory, kManifest, kManifestBytesMax);
  if (!json) return std::move(json).error();
  auto entry = read_manifest(*json);
  if (!entry) return std::move(entry).error().with_context(id);
  entry->id = id;
  return entry;
}

// The opened content, checked to be the bytes that were judged.
Result<Descriptor> open_content(int directory, const QuarantineEntry& entry,
                                const FileDigestFunction& digest) {
  auto file = open_file(directory, kContent);
  if (!file) return file;
  auto found = digest(file->get());
  if (!found) return std::move(found).error();
  if (*found == entry.digest) return file;
  return Error(ErrorCode::kCorrupt,
               "what is held as " + entry.id + " is no longer what was put there; not released");
}

void restore_times(int file, std::int64_t mtime_ns) {
  const timespec mtime{.tv_sec = mtime_ns / 1'000'000'000, .tv_nsec = mtime_ns % 1'000'000'000};
  const timespec times[2] = {{.tv_sec = 0, .tv_nsec = UTIME_OMIT}, mtime};
  static_cast<void>(::futimens(file, times));
}

// Where a file is or is to be: its directory, held open, and its name.
struct Location {
  Descriptor directory;
  std::string name;
};

Result<Location> locate(const std::filesystem::path& path, Missing missing) {
  auto directory = open_directory(path.parent_path().string(), missing);
  if (!directory) return std::move(directory).error();
  return Location{*std::move(directory), path.filename().string()};
}

// Removes the name of a file that was copied, if it still is that file's.
Result<void> unlink_source(const Location& from, const struct stat& file,
                           const std::filesystem::path& path) {
  struct stat now = {};
  if (::fstatat(from.directory.get(), from.name.c_str(), &now, AT_SYMLINK_NOFOLLOW) != 0 ||
      !is_same_file(now, file)) {
    return changed(path);
  }
  if (::unlinkat(from.directory.get(), from.name.c_str(), 0) != 0) {
    return system_error(errno, "removing", path.string());
  }
  return sync(from.directory.get(), path.string());
}

// Brings a file into an entry's directory as `content`:
//  1. move it (or copy it, across file systems),
//  2. check that what arrived is the file that was opened, and the judged bytes,
//  3. make it durable, and for a copy remove the source.
// On failure the file is where it was.
class Arrival {
 public:
  Arrival(const QuarantineOptions& options, const QuarantineRequest& request, const Location& from,
          int source, const struct stat& status, int entry)
      : options_(options),
        request_(request),
        from_(from),
        source_(source),
        status_(status),
        entry_(entry) {}

  Result<void> run() {
    bool moved = false;
    if (!options_.always_copy) {  // (1)
      auto renamed = move_file({from_.directory.get(), from_.name}, {entry_, kContent});
      if (!renamed) return std::move(renamed).error();
      moved = *renamed;
    }
    if (!moved) {
      if (auto copied = copy_file(source_, entry_, kPartial, kHeldMode); !copied) return copied;
      auto named = move_file({entry_, kPartial}, {entry_, kContent});
      if (!named) return std::move(named).error();
    }
    auto checked = check(moved);                                                         // (2)
    if (checked.ok() && !moved) checked = unlink_source(from_, status_, request_.path);  // (3)
    if (checked.ok()) return checked;
    if (moved) {
      auto back = move_file({entry_, kContent}, {from_.directory.get(), from_.name});
      if (!back) {
        return Error(ErrorCode::kIo, checked.error().message() +
                                         "; putting it back failed: " + back.error().message());
      }
    }
    return checked;
  }

 private:
  Result<void> check(bool moved) {
    auto content = open_file(entry_, kContent);
    if (!content) return std::move(content).error();
    auto status = status_of(content->get());
    if (!status) return std::move(status).error();
    if (moved && !is_same_file(*status, status_)) return changed(request_.path);
    auto digest = options_.digest(content->get());
    if (!digest) return std::move(digest).error();
    if (*digest != request_.digest) return changed(request_.path);
    if (::fchmod(content->get(), kHeldMode) != 0) {
      return system_error(errno, "setting the mode of", request_.path.string());
    }
    for (const int each : {content->get(), entry_, from_.directory.get()}) {
      if (auto synced = sync(each, request_.path.string()); !synced) return synced;
    }
    return {};
  }

  const QuarantineOptions& options_;
  const QuarantineRequest& request_;
  const Location& from_;
  const int source_;
  const struct stat& status_;
  const int entry_;
};

}  // namespace

Result<std::unique_ptr<Quarantine>> Quarantine::open(QuarantineOptions options) {
  CREDENCE_CHECK(options.digest != nullptr);
  auto parent = locate(options.root, Missing::kMake);
  if (!parent) return std::move(parent).error();
  if (::mkdirat(parent->directory.get(), parent->name.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
    return system_error(errno, "making", options.root.string());
  }
  Descriptor root(::openat(parent->directory.get(), parent->name.c_str(), kDirectory));
  if (root.get() < 0) return system_error(errno, "opening", options.root.string());
  auto status = status_of(root.get());
  if (!status) return std::move(status).error();
  if ((status->st_mode & 077) != 0 || status->st_uid != ::geteuid()) {
    return Error(ErrorCode::kPermissionDenied,
                 "the quarantine " + options.root.string() +
                     " can be reached by others; make it ours with mode 0700");
  }
  std::unique_ptr<Quarantine> quarantine(new Quarantine(std::move(options), root.release()));
  if (auto cleared = quarantine->clear_cut_off(); !cleared) return std::move(cleared).error();
  return quarantine;
}

Quarantine::~Quarantine() { ::close(root_); }

Result<void> Quarantine::clear_cut_off() {
  auto ids = entry_ids(root_);
  if (!ids) return std::move(ids).error();
  for (const std::string& id : *ids) {
    struct stat status = {};
    const std::string content = id + '/' + kContent;
    if (::fstatat(root_, content.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) continue;
    if (errno != ENOENT) return system_error(errno, "examining", content);
    if (auto erased = erase_entry(root_, id); !erased) return erased;
  }
  return {};
}

// A directory with a durable manifest and no content yet; returns its id.
Result<std::string> Quarantine::make_entry(const QuarantineEntry& entry) {
  for (int n = 0; n < kSameDigestMax; ++n) {
    std::string id = entry.digest.hex() + '.' + std::to_string(n);
    if (::mkdirat(root_, id.c_str(), S_IRWXU) != 0) {
      if (errno == EEXIST) continue;
      return system_error(errno, "making quarantine entry", id);
    }
    auto directory = open_entry(root_, id);
    if (!directory) return std::move(directory).error();
    auto done = write_file(directory->get(), kPartial, write_manifest(entry), kHeldMode);
    if (done.ok()) {
      auto named = move_file({directory->get(), kPartial}, {directory->get(), kManifest});
      if (!named) done = std::move(named).error();
    }
    if (done.ok()) done = sync(directory->get(), id);
    if (done.ok()) done = sync(root_, id);
    if (done.ok()) return id;
    static_cast<void>(erase_entry(root_, id));
    return std::move(done).error();
  }
  return Error(ErrorCode::kResourceExhausted, "too many files with one digest are held");
}

Result<Quarantined> Quarantine::take(const QuarantineRequest& request) {
  const std::lock_guard lock(mutex_);
  auto from = locate(request.path, Missing::kFail);
  if (!from) return std::move(from).error();
  auto source = open_file(from->directory.get(), from->name);
  if (!source) return std::move(source).error();
  auto status = status_of(source->get());
  if (!status) return std::move(status).error();
  if (request.identity != FileIdentity{} && request.identity != identity_of(*status)) {
    return changed(request.path);
  }

  QuarantineEntry entry;
  entry.uri = request.uri;
  entry.original_path = request.path.string();
  entry.digest = request.digest;
  entry.reasons.assign(request.reasons.begin(),
                       request.reasons.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                     request.reasons.size(), kReasonsMax)));
  entry.actor = request.actor;
  entry.at_ms = request.at_ms;
  entry.mode = status->st_mode & 0777;
  entry.mtime_ns = identity_of(*status).mtime_ns;
  entry.size = static_cast<std::uint64_t>(status->st_size);
  auto id = make_entry(entry);
  if (!id) return std::move(id).error();
  entry.id = *id;

  auto directory = open_entry(root_, *id);
  if (!directory) return std::move(directory).error();
  auto arrived = Arrival(options_, request, *from, source->get(), *status, directory->get()).run();
  if (!arrived) {
    struct stat held = {};
    const bool stuck = !options_.always_copy &&
                       ::fstatat(directory->get(), kContent.c_str(), &held, 0) == 0 &&
                       is_same_file(held, *status);
    if (!stuck) static_cast<void>(erase_entry(root_, *id));
    return std::move(arrived).error();
  }
  return Quarantined{*id, audit_entry("quarantine", entry, request.actor, request.at_ms)};
}

Result<std::vector<QuarantineEntry>> Quarantine::list() const {
  const std::lock_guard lock(mutex_);
  auto ids = entry_ids(root_);
  if (!ids) return std::move(ids).error();
  std::vector<QuarantineEntry> entries;
  for (const std::string& id : *ids) {
    auto directory = open_entry(root_, id);
    if (!directory) return std::move(directory).error();
    auto entry = read_entry(directory->get(), id);
    if (!entry) return std::move(entry).error();
    entries.push_back(*std::move(entry));
  }
  return entries;
}

Result<QuarantineEntry> Quarantine::show(std::string_view id) const {
  const std::lock_guard lock(mutex_);
  if (!is_id(id)) return Error(ErrorCode::kInvalidArgument, "not the id of a quarantined file");
  auto directory = open_entry(root_, std::string(id));
  if (!directory) return std::move(directory).error();
  return read_entry(directory->get(), std::string(id));
}

Result<AuditEntry> Quarantine::release(std::string_view id, std::string_view actor,
                                       std::int64_t at_ms) {
  auto entry = show(id);
  if (!entry) return std::move(entry).error();
  const std::lock_guard lock(mutex_);
  auto directory = open_entry(root_, entry->id);
  if (!directory) return std::move(directory).error();
  auto content = open_content(directory->get(), *entry, options_.digest);
  if (!content) return std::move(content).error();
  auto to = locate(entry->original_path, Missing::kMake);
  if (!to) return std::move(to).error();

  bool moved = false;
  if (!options_.always_copy) {
    auto renamed = move_file({directory->get(), kContent}, {to->directory.get(), to->name});
    if (!renamed) return std::move(renamed).error();
    moved = *renamed;
  }
  Descriptor restored = *std::move(content);
  if (!moved) {
    // Copied beside its place first: it appears there whole or not at all.
    const std::string partial = ".credence-" + entry->id;
    auto copied = copy_file(restored.get(), to->directory.get(), partial, kHeldMode);
    if (!copied) return std::move(copied).error();
    auto named = move_file({to->directory.get(), partial}, {to->directory.get(), to->name});
    if (!named) {
      ::unlinkat(to->directory.get(), partial.c_str(), 0);
      return std::move(named).error();
    }
    auto copy = open_file(to->directory.get(), to->name);
    if (!copy) return std::move(copy).error();
    restored = *std::move(copy);
  }
  static_cast<void>(::fchmod(restored.get(), entry->mode));
  restore_times(restored.get(), entry->mtime_ns);
  if (auto synced = sync(restored.get(), entry->original_path); !synced) return synced.error();
  if (auto synced = sync(to->directory.get(), entry->original_path); !synced) {
    return synced.error();
  }
  if (auto erased = erase_entry(root_, entry->id); !erased) return erased.error();
  return audit_entry("release", *entry, actor, at_ms);
}

Result<AuditEntry> Quarantine::remove(std::string_view id, std::string_view actor,
                                      std::int64_t at_ms) {
  auto entry = show(id);
  if (!entry) return std::move(entry).error();
  const std::lock_guard lock(mutex_);
  if (auto erased = erase_entry(root_, entry->id); !erased) return erased.error();
  return audit_entry("delete", *entry, actor, at_ms);
}

}  // namespace credence
