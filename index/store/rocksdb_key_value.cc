#include "index/store/rocksdb_key_value.h"

#include <chrono>
#include <cstdarg>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>
#include <sys/stat.h>

#include "index/store/lock_holder.h"

namespace credence {
namespace {

constexpr const char* kAheadOfLog = "SST file is ahead of WALs";  // of RocksDB 7.8.3

constexpr int kBloomBitsPerKey = 10;
constexpr std::chrono::seconds kResumeInterval{2};
constexpr std::size_t kBlockBytes = 8U << 10;

rocksdb::Slice slice(std::string_view text) noexcept { return {text.data(), text.size()}; }
std::string_view view(const rocksdb::Slice& bytes) noexcept { return {bytes.data(), bytes.size()}; }

Error to_error(const rocksdb::Status& status, const std::filesystem::path& path,
               std::string_view attempted) {
  const std::string what =
      std::string(attempted) + " the store " + path.string() + ": " + status.ToString();
  if (status.IsNoSpace() || status.subcode() == rocksdb::Status::kSpaceLimit) {
    return Error(ErrorCode::kResourceExhausted,
                 what + "; make room on the disk, 100 MiB or more, and writing goes on by itself");
  }
  if (status.IsCorruption()) return Error(ErrorCode::kCorrupt, what);
  if (status.IsIOError()) {
    return Error(ErrorCode::kIo, what +
                                     "; what was kept is safe, open the store again once the "
                                     "cause is mended");
  }
  if (status.IsBusy() || status.IsTryAgain() || status.IsTimedOut() ||
      status.IsShutdownInProgress()) {
    return Error(ErrorCode::kUnavailable, what);
  }
  if (status.IsInvalidArgument()) return Error(ErrorCode::kInvalidArgument, what);
  return Error(ErrorCode::kInternal, what);
}

// RocksDB keeps no log of its own: 7.8.3 as Debian builds it ends the process at the line
// after one that could not be written. What matters is in our errors.
class SilentLogger final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char* /*format*/, va_list /*arguments*/) override {}
};

// What RocksDB 7.8.3 gets wrong is left off; the version in which each was mended:
// parallel flushes (7.9.0), track_and_verify_wals (7.10.0), log compression
// (7.10.2), asynchronous reads (7.9.0), atomic_flush without a log (8.1.0).
rocksdb::DBOptions database_options(const RocksDbOptions& options, rocksdb::Env* env) {
  rocksdb::DBOptions out;
  if (env != nullptr) out.env = env;
  out.create_if_missing = options.create_if_missing;
  out.create_missing_column_families = true;
  out.paranoid_checks = true;
  out.max_background_flushes = 1;
  out.max_background_compactions = 1;
  out.track_and_verify_wals_in_manifest = false;
  out.wal_compression = rocksdb::kNoCompression;
  out.atomic_flush = false;
  out.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  out.max_total_wal_size = options.log_bytes_max;
  out.db_write_buffer_size = options.memtable_bytes;
  out.max_open_files = 512;
  out.bytes_per_sync = 1U << 20;
  out.info_log = std::make_shared<SilentLogger>();
  return out;
}

rocksdb::ColumnFamilyOptions family_options(const RocksDbOptions& options,
                                            const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.block_size = kBlockBytes;
  table.checksum = rocksdb::kXXH3;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kBloomBitsPerKey));
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.format_version = 5;

  rocksdb::ColumnFamilyOptions out;
  out.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  out.compression = rocksdb::kLZ4Compression;
  out.write_buffer_size = options.memtable_bytes / 2;
  out.level_compaction_dynamic_level_bytes = true;
  return out;
}

class RocksBatch final : public KeyValue::Batch {
 public:
  explicit RocksBatch(const std::vector<rocksdb::ColumnFamilyHandle*>& families)
      : families_(families) {}

  void put(Family family, std::string_view key, std::string_view value) override {
    note(batch_.Put(handle(family), slice(key), slice(value)));
  }
  void erase(Family family, std::string_view key) override {
    note(batch_.Delete(handle(family), slice(key)));
  }
  [[nodiscard]] std::size_t size_bytes() const override { return batch_.GetDataSize(); }

  [[nodiscard]] rocksdb::WriteBatch& batch() noexcept { return batch_; }
  [[nodiscard]] const rocksdb::Status& status() const noexcept { return status_; }

 private:
  [[nodiscard]] rocksdb::ColumnFamilyHandle* handle(Family family) const {
    return families_[static_cast<std::size_t>(family)];
  }
  void note(const rocksdb::Status& status) {
    if (status_.ok() && !status.ok()) status_ = status;
  }

  const std::vector<rocksdb::ColumnFamilyHandle*>& families_;
  rocksdb::WriteBatch batch_;
  rocksdb::Status status_;  // the first failure
};

class RocksKeyValue final : public KeyValue {
 public:
  // `handles` are those of the families in order, then that of "default".
  RocksKeyValue(std::filesystem::path path, std::unique_ptr<rocksdb::DB> database,
                std::vector<rocksdb::ColumnFamilyHandle*> handles)
      : path_(std::move(path)), database_(std::move(database)), handles_(std::move(handles)) {}

  RocksKeyValue(const RocksKeyValue&) = delete;
  RocksKeyValue& operator=(const RocksKeyValue&) = delete;

  ~RocksKeyValue() override {
    for (rocksdb::ColumnFamilyHandle* handle : handles_) {
      static_cast<void>(database_->DestroyColumnFamilyHandle(handle));
    }
    static_cast<void>(database_->Close());  // every write was synced
  }

  [[nodiscard]] std::unique_ptr<Batch> make_batch() const override {
    return std::make_unique<RocksBatch>(handles_);
  }

  Result<void> write(Batch& batch) override {
    auto& rocks = static_cast<RocksBatch&>(batch);
    if (!rocks.status().ok()) return to_error(rocks.status(), path_, "writing to");
    if (auto resumed = resume(); !resumed) return resumed;
    rocksdb::WriteOptions options;
    options.sync = true;
    const rocksdb::Status written = database_->Write(options, &rocks.batch());
    if (written.ok()) return {};
    stopped_ = to_error(written, path_, "writing to");
    return *stopped_;
  }

  Result<std::optional<std::string>> get(Family family, std::string_view key) const override {
    std::string value;
    const rocksdb::Status found =
        database_->Get(rocksdb::ReadOptions(), handle(family), slice(key), &value);
    if (found.IsNotFound()) return std::optional<std::string>();
    if (!found.ok()) return to_error(found, path_, "reading");
    return std::optional(std::move(value));
  }

  Result<void> scan(Family family, std::string_view from, const Visit& visit) const override {
    rocksdb::ReadOptions options;
    options.fill_cache = false;
    const std::unique_ptr<rocksdb::Iterator> it(database_->NewIterator(options, handle(family)));
    for (it->Seek(slice(from)); it->Valid(); it->Next()) {
      if (!visit(view(it->key()), view(it->value()))) break;
    }
    if (!it->status().ok()) return to_error(it->status(), path_, "reading");
    return {};
  }

  Result<std::optional<std::pair<std::string, std::string>>> last(Family family) const override {
    const std::unique_ptr<rocksdb::Iterator> it(
        database_->NewIterator(rocksdb::ReadOptions(), handle(family)));
    it->SeekToLast();
    if (!it->status().ok()) return to_error(it->status(), path_, "reading");
    if (!it->Valid()) return std::optional<std::pair<std::string, std::string>>();
    return std::optional(std::pair(it->key().ToString(), it->value().ToString()));
  }

  [[nodiscard]] std::uint64_t estimate(Family family) const override {
    std::uint64_t count = 0;
    if (!database_->GetIntProperty(handle(family), rocksdb::DB::Properties::kEstimateNumKeys,
                                   &count)) {
      return 0;
    }
    return count;
  }

  [[nodiscard]] std::uint64_t bytes_on_disk() const override {
    std::uint64_t total = 0;
    std::error_code error;
    for (std::filesystem::directory_iterator it(path_, error), end; !error && it != end;
         it.increment(error)) {
      std::error_code gone;  // files come and go while we look
      const std::uint64_t size = it->file_size(gone);
      if (!gone) total += size;
    }
    return total;
  }

  Result<void> verify_checksums() const override {
    const rocksdb::Status verified = database_->VerifyChecksum();
    if (!verified.ok()) return to_error(verified, path_, "verifying");
    return {};
  }

 private:
  [[nodiscard]] rocksdb::ColumnFamilyHandle* handle(Family family) const {
    return handles_[static_cast<std::size_t>(family)];
  }

  // A failed write stops RocksDB until it is told that the cause may be gone. To
  // find that it is not takes it a second, so it is asked seldom. It is busy while
  // it looks for room on the disk itself.
  Result<void> resume() {
    if (!stopped_) return {};
    if (std::chrono::steady_clock::now() < resume_after_) return *stopped_;
    const rocksdb::Status resumed = database_->Resume();
    if (resumed.ok()) {
      stopped_.reset();
      return {};
    }
    if (!resumed.IsBusy()) stopped_ = to_error(resumed, path_, "writing again to");
    resume_after_ = std::chrono::steady_clock::now() + kResumeInterval;
    return *stopped_;
  }

  const std::filesystem::path path_;
  const std::unique_ptr<rocksdb::DB> database_;
  const std::vector<rocksdb::ColumnFamilyHandle*> handles_;
  // Used by the writer alone.
  std::optional<Error> stopped_;  // why the last write failed
  std::chrono::steady_clock::time_point resume_after_;
};

// Makes the directory for its owner alone.
Result<void> make_directory(const std::filesystem::path& path) {
  std::error_code error;
  const std::filesystem::path parent = std::filesystem::absolute(path, error).parent_path();
  if (!error) std::filesystem::create_directories(parent, error);
  if (!error && ::mkdir(path.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
    error = std::error_code(errno, std::generic_category());
  }
  if (!error) return {};
  const ErrorCode code = error == std::errc::permission_denied    ? ErrorCode::kPermissionDenied
                         : error == std::errc::no_space_on_device ? ErrorCode::kResourceExhausted
                                                                  : ErrorCode::kIo;
  return Error(code, "making the store's directory " + path.string() + ": " + error.message());
}

Error open_error(const rocksdb::Status& status, const std::filesystem::path& path) {
  const std::string text = status.ToString();
  const bool locked = status.IsIOError() && !status.IsNoSpace() &&
                      (text.find("lock file") != std::string::npos ||
                       text.find("lock hold by") != std::string::npos);
  if (!locked) return to_error(status, path, "opening");
  std::string holder = "this process";
  if (text.find("current process") == std::string::npos) holder = lock_holder(path / "LOCK");
  if (holder.empty()) holder = "another process, probably credenced,";
  return Error(ErrorCode::kUnavailable,
               "the store " + path.string() + " is in use: " + holder +
                   " has it open; stop it, ask it instead, or open the store for reading only");
}

}  // namespace

Result<std::unique_ptr<KeyValue>> open_rocksdb_key_value(const RocksDbOptions& options,
                                                         rocksdb::Env* env) {
  std::error_code error;
  const bool exists = std::filesystem::exists(options.path / "CURRENT", error);
  if (!exists && (options.read_only || !options.create_if_missing)) {
    return Error(ErrorCode::kNotFound, "there is no store at " + options.path.string());
  }
  if (!exists) {
    if (auto made = make_directory(options.path); !made) return std::move(made).error();
  }

  const auto cache = rocksdb::NewLRUCache(options.cache_bytes);
  const rocksdb::ColumnFamilyOptions family = family_options(options, cache);
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  for (std::size_t i = 0; i < kFamilyCount; ++i) {
    descriptors.emplace_back(std::string(to_string(static_cast<Family>(i))), family);
  }
  descriptors.emplace_back(rocksdb::kDefaultColumnFamilyName, family);

  rocksdb::DB* opened = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DBOptions database = database_options(options, env);
  const auto open = [&] {
    return options.read_only
               ? rocksdb::DB::OpenForReadOnly(database, options.path.string(), descriptors,
                                              &handles, &opened)
               : rocksdb::DB::Open(database, options.path.string(), descriptors, &handles, &opened);
  };
  rocksdb::Status status = open();
  if (status.IsCorruption() && status.ToString().find(kAheadOfLog) != std::string::npos) {
    // A log write failed, RocksDB began to flush the families one by one, and power was
    // lost between two of them. What was acknowledged lies before the failed write; no
    // later one was taken. Skipping the bad record gives all of it.
    database.wal_recovery_mode = rocksdb::WALRecoveryMode::kSkipAnyCorruptedRecords;
    handles.clear();
    status = open();
  }
  if (!status.ok()) return open_error(status, options.path);
  return std::unique_ptr<KeyValue>(std::make_unique<RocksKeyValue>(
      options.path, std::unique_ptr<rocksdb::DB>(opened), std::move(handles)));
}

}  // namespace credence
