#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "scanners/core/budget.h"
#include "scanners/core/chunk.h"
#include "scanners/core/layer.h"
#include "scanners/core/result.h"
#include "scanners/core/scan_sink.h"
#include "scanners/core/text_view.h"

namespace credence {

// What a scanner is shown at a time.
enum class Scope : std::uint8_t {
  kLayer,  // the raw bytes of each layer of a kind it accepts
  kChunk,  // each chunk of extracted text, in all its views
};

// What a scanner is: constant for its life, and enough to print the table of
// scanners and to key verdicts, without running it.
struct ScannerInfo {
  std::string_view name;      // "rules"; stable, lower-case
  std::uint32_t version = 1;  // raised whenever the same bytes may judge otherwise
  Scope scope = Scope::kChunk;
  std::span<const MediaKind> accepts;  // kLayer scope; empty means every kind
};

// What is looked at. Borrowed for the call.
struct Subject {
  const Layer& layer;
  const Chunk* chunk = nullptr;     // kChunk scope only
  std::span<const TextView> views;  // kChunk scope only; views[0] is the canonical text
                                    // on the first call, decoded views on later calls
};

// Looks at one subject and says what it saw. A scanner does not decide: it has no
// policy, no store, no clock of its own, no network, and opens no file.
//
// Built complete (rules compiled, models loaded) by a static create(); immutable
// from then on. One instance serves all threads; what a thread needs to write
// lives in a Scratch, one a thread.
class Scanner {
 public:
  class Scratch {
   public:
    Scratch() = default;
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    virtual ~Scratch() = default;
  };

  virtual ~Scanner() = default;

  [[nodiscard]] virtual const ScannerInfo& info() const noexcept = 0;

  // Never null. Called once per thread, before its first scan().
  [[nodiscard]] virtual std::unique_ptr<Scratch> make_scratch() const {
    return std::make_unique<Scratch>();
  }

  // Examines `subject` and reports to `sink`. `scratch` came from this scanner's
  // make_scratch(); no other thread uses it meanwhile. May be called several
  // times for a chunk: once with its canonical view and those the normaliser
  // found, then with views that were asked for by request_decoding().
  //
  // Deterministic unless `budget` runs out, which is said by lower_coverage().
  // Malformed input is a finding or lowered coverage; an Error means that the
  // scanner itself failed, and the engine records it as kScannerError.
  virtual Result<void> scan(const Subject& subject, Budget& budget, Scratch& scratch,
                            ScanSink& sink) const = 0;
};

}  // namespace credence
