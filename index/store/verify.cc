#include "index/store/verify.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "index/record/codec.h"
#include "index/record/verdict_record.h"
#include "index/store/keys.h"
#include "scanners/core/utf8.h"

namespace credence {
namespace {

constexpr std::size_t kDefectsMax = 1000;
constexpr std::size_t kShownMax = 200;

class Verifier {
 public:
  Verifier(const KeyValue& base, DigestFunction digest) : base_(base), digest_(digest) {}

  Result<std::vector<std::string>> run() {
    if (auto sums = base_.verify_checksums(); !sums) {
      if (sums.error().code() != ErrorCode::kCorrupt) return sums.error();
      defect(sums.error().message());
    }
    for (const auto step : {&Verifier::verdicts, &Verifier::chunks, &Verifier::uris,
                            &Verifier::caller_ids, &Verifier::audit, &Verifier::queue}) {
      if (auto done = (this->*step)(); !done) {
        if (done.error().code() != ErrorCode::kCorrupt) return done.error();
        defect(done.error().message());
      }
    }
    if (failed_) return *std::move(failed_);
    if (count_ > kDefectsMax) {
      defects_.push_back("and " + std::to_string(count_ - kDefectsMax) + " more");
    }
    return std::move(defects_);
  }

 private:
  void defect(std::string message) {
    if (++count_ <= kDefectsMax) defects_.push_back(std::move(message));
  }

  bool exists(Family family, std::string_view key) {
    auto found = base_.get(family, key);
    if (found.ok()) return found->has_value();
    if (found.error().code() != ErrorCode::kCorrupt) failed_ = std::move(found).error();
    return false;
  }

  bool leads_to_record(const Digest& digest) {
    return exists(Family::kVerdicts, digest_key(digest)) ||
           exists(Family::kChunks, digest_key(digest));
  }

  static std::string shown(std::string_view text) { return printable(text, kShownMax); }

  Result<void> verdicts() {
    return base_.scan(Family::kVerdicts, {}, [&](std::string_view key, std::string_view value) {
      const auto record = decode_verdict(value);
      if (!record || digest_key(record->digest) != key) defect("a verdict is not its key's");
      return !failed_;
    });
  }

  Result<void> chunks() {
    return base_.scan(Family::kChunks, {}, [&](std::string_view key, std::string_view value) {
      const auto record = decode_chunk(value);
      if (!record || digest_key(record->digest) != key) {
        defect("a chunk's verdict is not its key's");
      } else if (!exists(Family::kVerdicts, digest_key(record->artifact))) {
        defect("chunk " + record->digest.hex() + " names an artifact without a verdict");
      }
      return !failed_;
    });
  }

  Result<void> uris() {
    return base_.scan(Family::kUris, {}, [&](std::string_view key, std::string_view value) {
      const auto record = decode_uri(value);
      if (!record) {
        defect("the record of URI " + shown(key) + " does not read back");
      } else if (!exists(Family::kVerdicts, digest_key(record->digest))) {
        defect("URI " + shown(key) + " leads to no verdict");
      }
      return !failed_;
    });
  }

  Result<void> caller_ids() {
    return base_.scan(Family::kCallerIds, {}, [&](std::string_view key, std::string_view value) {
      const auto digest = decode_alias(value);
      if (!digest) {
        defect("caller's id " + shown(key) + " does not read back");
      } else if (!leads_to_record(*digest)) {
        defect("caller's id " + shown(key) + " leads to no verdict");
      }
      return !failed_;
    });
  }

  Result<void> audit() {
    std::uint64_t expected = 1;
    Digest previous;
    return base_.scan(Family::kAudit, {}, [&](std::string_view key, std::string_view value) {
      const auto sequence = parse_sequence(key);
      const auto entry = decode_audit(value);
      const std::string name =
          sequence ? "audit entry " + std::to_string(*sequence) : "an audit entry";
      if (!sequence || !entry || entry->sequence != *sequence) {
        defect(name + " does not read back");
      } else if (*sequence != expected) {
        defect("audit entries before " + std::to_string(*sequence) + " are missing");
      } else if (entry->previous != previous) {
        defect(name + " does not follow from the one before");
      }
      expected = sequence.value_or(expected) + 1;
      previous = digest_(std::as_bytes(std::span(value)));
      return true;
    });
  }

  Result<void> queue() {
    return base_.scan(Family::kQueue, {}, [&](std::string_view key, std::string_view value) {
      if (key.front() == kWorkTag) {
        const auto item = decode_work(value);
        if (!item || work_key(item->sequence) != key) {
          defect("a work item is not its key's");
        } else if (!exists(Family::kQueue, work_uri_key(item->uri))) {
          defect("work item " + std::to_string(item->sequence) + " is not found by its URI");
        }
      }
      return !failed_;
    });
  }

  const KeyValue& base_;
  const DigestFunction digest_;
  std::vector<std::string> defects_;
  std::size_t count_ = 0;
  std::optional<Error> failed_;  // reading failed, which says nothing of the store
};

}  // namespace

Result<std::vector<std::string>> verify_records(const KeyValue& base, DigestFunction digest) {
  return Verifier(base, digest).run();
}

}  // namespace credence
