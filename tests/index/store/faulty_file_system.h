#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include <rocksdb/file_system.h>

namespace credence::testing {

// A disk that fails on demand and forgets what was not synced. Counts as a write
// every append and every sync of a file that RocksDB writes, its own log excepted.
// Nothing is really synced: power_loss() does what that would show.
class FaultyFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  enum class Fault { kNoSpace, kIoError };

  explicit FaultyFileSystem(const std::shared_ptr<rocksdb::FileSystem>& target)
      : FileSystemWrapper(target) {}

  const char* Name() const override { return "FaultyFileSystem"; }

  // The nth write from now fails, half done, and `following` writes after it.
  void fail_at(std::uint64_t nth, Fault fault, std::uint64_t following);
  // Every write fails until heal().
  void fail_all(Fault fault) { fail_at(1, fault, UINT64_MAX - 1); }
  void heal();
  // Whether a write has failed since fail_at().
  [[nodiscard]] bool failed() const;

  // From now on nothing reaches the disk, though everything seems to succeed.
  void power_off();
  // Cuts every file back to what was synced before power_off(). No file is open.
  void power_on();

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus ReopenWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                       std::unique_ptr<rocksdb::FSWritableFile>* file,
                                       rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus ReuseWritableFile(const std::string& name, const std::string& old_name,
                                      const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSWritableFile>* file,
                                      rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus DeleteFile(const std::string& name, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;

 private:
  friend class FaultyFile;

  // Whether the write that is about to happen fails.
  rocksdb::IOStatus next_write();
  [[nodiscard]] bool is_off() const;
  void synced(const std::string& name, std::uint64_t size);
  void made(const std::string& name);

  mutable std::mutex mutex_;  // guards what follows
  std::uint64_t until_fault_ = UINT64_MAX;
  std::uint64_t faults_left_ = 0;
  Fault fault_ = Fault::kIoError;
  bool failed_ = false;
  bool off_ = false;
  std::map<std::string, std::uint64_t> synced_;  // bytes that survive, by name
  std::set<std::string> made_while_off_;
};

}  // namespace credence::testing
