#pragma once

#include <memory>
#include <string>

#include "daemon/api/services.h"
#include "index/quarantine/quarantine.h"
#include "index/store/verdict_store.h"
#include "index/table/trust_table.h"
#include "scanners/core/clock.h"
#include "scanners/core/result.h"

namespace credence {

// The quarantine as the daemon works with it: files that were judged go in, operators
// list them, release them or destroy them. Every action is in the audit log. A release is
// an operator's word for the content: its verdict is overridden to allow first, so that
// the file is not moved aside again. Thread-safe.
class QuarantineDesk final : public QuarantineControl {
 public:
  // `store`, `table` and `clock` outlive the desk.
  [[nodiscard]] static Result<std::unique_ptr<QuarantineDesk>> open(const std::string& directory,
                                                                    VerdictStore& store,
                                                                    TrustTable& table,
                                                                    const Clock& clock);

  // Moves the file of a committed verdict aside when its disposition, an override
  // included, is quarantine or deny. False when there was nothing to move; a file that
  // changed or vanished meanwhile is left alone, for it is judged again.
  Result<bool> take(const ArtifactCommit& commit);

  Result<std::vector<QuarantineItem>> list(std::size_t count_max) override;
  Result<void> release(const Digest& digest, std::string_view actor) override;
  Result<void> remove(const Digest& digest, std::string_view actor) override;

 private:
  QuarantineDesk(std::unique_ptr<Quarantine> quarantine, VerdictStore& store, TrustTable& table,
                 const Clock& clock)
      : quarantine_(std::move(quarantine)), store_(store), table_(table), clock_(clock) {}

  Result<QuarantineEntry> newest(const Digest& digest) const;
  Result<void> allow(const Digest& digest, std::string_view actor);

  std::unique_ptr<Quarantine> quarantine_;
  VerdictStore& store_;
  TrustTable& table_;
  const Clock& clock_;
};

}  // namespace credence
