#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "index/record/verdict_record.h"
#include "scanners/core/digest.h"
#include "scanners/core/result.h"

// This room holds files apart: it moves them out of reach of whatever serves them,
// keeps what is needed to put them back, and puts them back.
namespace credence {

// SHA-256 of all that an open file holds, read from its start.
using FileDigestFunction = std::function<Result<Digest>(int descriptor)>;

struct QuarantineOptions {
  std::filesystem::path root;  // made with mode 0700 where it is not there
  FileDigestFunction digest;   // required
  bool always_copy = false;    // also within one file system, where a rename would do
};

struct QuarantineRequest {
  std::filesystem::path path;  // absolute, without links in any part of it
  std::string uri;
  Digest digest;          // of the bytes that were judged
  FileIdentity identity;  // when they were judged; zero where it is not known
  std::vector<std::string> reasons;
  std::string actor;
  std::int64_t at_ms = 0;
};

// What is held.
struct QuarantineEntry {
  std::string id;  // "<digest, hexadecimal>.<number>"
  std::string uri;
  std::string original_path;  // bytes, as the file system had them
  Digest digest;
  std::vector<std::string> reasons;
  std::string actor;
  std::int64_t at_ms = 0;
  std::uint32_t mode = 0;  // permission bits it had
  std::int64_t mtime_ns = 0;
  std::uint64_t size = 0;
};

struct Quarantined {
  std::string id;
  AuditEntry audit;
};

// A directory for each file held, with manifest.json and, mode 0400, `content`.
// The manifest is durable before the file is moved, and goes after it: a manifest
// without content is an action that was cut off before or after the move, and is
// cleared away by open(). Links are never followed, in any part of any path.
//
// Thread-safe. Every action gives the entry to write to the audit log.
class Quarantine {
 public:
  static Result<std::unique_ptr<Quarantine>> open(QuarantineOptions options);
  ~Quarantine();
  Quarantine(const Quarantine&) = delete;
  Quarantine& operator=(const Quarantine&) = delete;

  // Moves a file into quarantine. kNotFound: it is not there any more; kUnavailable:
  // it is no longer what was judged, and stays where it is (judge it again).
  Result<Quarantined> take(const QuarantineRequest& request);

  [[nodiscard]] Result<std::vector<QuarantineEntry>> list() const;  // by id
  [[nodiscard]] Result<QuarantineEntry> show(std::string_view id) const;

  // Puts a file back where it was, with mode and time, making directories that are
  // gone. kAlreadyExists: something is there now; nothing changes.
  Result<AuditEntry> release(std::string_view id, std::string_view actor, std::int64_t at_ms);

  // Deletes a file for good.
  Result<AuditEntry> remove(std::string_view id, std::string_view actor, std::int64_t at_ms);

 private:
  Quarantine(QuarantineOptions options, int root) : options_(std::move(options)), root_(root) {}

  Result<void> clear_cut_off();
  Result<std::string> make_entry(const QuarantineEntry& entry);

  const QuarantineOptions options_;
  const int root_;            // descriptor of the directory, owned
  mutable std::mutex mutex_;  // one action at a time
};

}  // namespace credence
