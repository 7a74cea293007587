#include "tests/index/store/faulty_file_system.h"

#include <filesystem>
#include <system_error>
#include <utility>

namespace credence::testing {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

class FaultyFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FaultyFile(FaultyFileSystem& disk, std::string name,
             std::unique_ptr<rocksdb::FSWritableFile>&& file)
      : FSWritableFileOwnerWrapper(std::move(file)), disk_(disk), name_(std::move(name)) {}

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    IOStatus fault = disk_.next_write();
    if (fault.ok()) return target()->Append(data, options, debug);
    static_cast<void>(target()->Append(Slice(data.data(), data.size() / 2), options, debug));
    return fault;
  }
  IOStatus Append(const Slice& data, const IOOptions& options, const rocksdb::DataVerificationInfo&,
                  IODebugContext* debug) override {
    return Append(data, options, debug);
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    IOStatus fault = disk_.next_write();
    if (!fault.ok()) return fault;
    IOStatus flushed = target()->Flush(options, debug);
    if (flushed.ok()) disk_.synced(name_, target()->GetFileSize(options, debug));
    return flushed;
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return Sync(options, debug);
  }
  IOStatus RangeSync(std::uint64_t, std::uint64_t, const IOOptions&, IODebugContext*) override {
    return IOStatus::OK();
  }

 private:
  FaultyFileSystem& disk_;
  const std::string name_;
};

void FaultyFileSystem::fail_at(std::uint64_t nth, Fault fault, std::uint64_t following) {
  const std::lock_guard lock(mutex_);
  until_fault_ = nth;
  faults_left_ = 1 + following;
  fault_ = fault;
  failed_ = false;
}

void FaultyFileSystem::heal() {
  const std::lock_guard lock(mutex_);
  until_fault_ = UINT64_MAX;
  faults_left_ = 0;
}

bool FaultyFileSystem::failed() const {
  const std::lock_guard lock(mutex_);
  return failed_;
}

IOStatus FaultyFileSystem::next_write() {
  const std::lock_guard lock(mutex_);
  if (until_fault_ > 1) {
    --until_fault_;
    return IOStatus::OK();
  }
  if (faults_left_ == 0) return IOStatus::OK();
  --faults_left_;
  failed_ = true;
  return fault_ == Fault::kNoSpace ? IOStatus::NoSpace("injected") : IOStatus::IOError("injected");
}

void FaultyFileSystem::synced(const std::string& name, std::uint64_t size) {
  const std::lock_guard lock(mutex_);
  if (!off_) synced_[name] = size;
}

void FaultyFileSystem::made(const std::string& name) {
  const std::lock_guard lock(mutex_);
  if (off_) {
    made_while_off_.insert(name);
  } else {
    synced_[name] = 0;
  }
}

void FaultyFileSystem::power_off() {
  const std::lock_guard lock(mutex_);
  until_fault_ = UINT64_MAX;
  off_ = true;
}

bool FaultyFileSystem::is_off() const {
  const std::lock_guard lock(mutex_);
  return off_;
}

void FaultyFileSystem::power_on() {
  const std::lock_guard lock(mutex_);
  off_ = false;
  for (const std::string& name : made_while_off_) {
    std::error_code gone;
    std::filesystem::remove(name, gone);
  }
  made_while_off_.clear();
  for (const auto& [name, size] : synced_) {
    std::error_code gone;
    const std::uint64_t now = std::filesystem::file_size(name, gone);
    if (!gone && now > size) std::filesystem::resize_file(name, size, gone);
  }
}

IOStatus FaultyFileSystem::NewWritableFile(const std::string& name,
                                           const rocksdb::FileOptions& options,
                                           std::unique_ptr<rocksdb::FSWritableFile>* file,
                                           IODebugContext* debug) {
  std::unique_ptr<rocksdb::FSWritableFile> real;
  IOStatus opened = target()->NewWritableFile(name, options, &real, debug);
  if (!opened.ok()) return opened;
  made(name);
  *file = std::make_unique<FaultyFile>(*this, name, std::move(real));
  return opened;
}

IOStatus FaultyFileSystem::ReopenWritableFile(const std::string& name,
                                              const rocksdb::FileOptions& options,
                                              std::unique_ptr<rocksdb::FSWritableFile>* file,
                                              IODebugContext* debug) {
  std::unique_ptr<rocksdb::FSWritableFile> real;
  IOStatus opened = target()->ReopenWritableFile(name, options, &real, debug);
  if (!opened.ok()) return opened;
  *file = std::make_unique<FaultyFile>(*this, name, std::move(real));
  return opened;
}

IOStatus FaultyFileSystem::ReuseWritableFile(const std::string& name, const std::string& old_name,
                                             const rocksdb::FileOptions& options,
                                             std::unique_ptr<rocksdb::FSWritableFile>* file,
                                             IODebugContext* debug) {
  IOStatus renamed = RenameFile(old_name, name, IOOptions(), debug);
  if (!renamed.ok()) return renamed;
  return NewWritableFile(name, options, file, debug);
}

IOStatus FaultyFileSystem::RenameFile(const std::string& from, const std::string& to,
                                      const IOOptions& options, IODebugContext* debug) {
  if (is_off()) return IOStatus::OK();
  IOStatus renamed = target()->RenameFile(from, to, options, debug);
  if (!renamed.ok()) return renamed;
  const std::lock_guard lock(mutex_);
  if (const auto found = synced_.find(from); found != synced_.end()) {
    synced_[to] = found->second;
    synced_.erase(from);
  }
  return renamed;
}

IOStatus FaultyFileSystem::DeleteFile(const std::string& name, const IOOptions& options,
                                      IODebugContext* debug) {
  if (is_off()) return IOStatus::OK();
  IOStatus deleted = target()->DeleteFile(name, options, debug);
  const std::lock_guard lock(mutex_);
  if (deleted.ok()) synced_.erase(name);
  return deleted;
}

}  // namespace credence::testing
