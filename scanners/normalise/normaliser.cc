#include "scanners/normalise/normaliser.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "scanners/core/utf8.h"
#include "scanners/normalise/candidate_scan.h"
#include "scanners/normalise/canonical.h"
#include "scanners/normalise/confusables.h"
#include "scanners/normalise/decoders/ascii85.h"
#include "scanners/normalise/decoders/base64.h"
#include "scanners/normalise/decoders/hex_pairs.h"
#include "scanners/normalise/decoders/leet.h"
#include "scanners/normalise/decoders/morse.h"
#include "scanners/normalise/decoders/number_codes.h"
#include "scanners/normalise/decoders/reversed.h"
#include "scanners/normalise/decoders/rot13.h"
#include "scanners/normalise/decoders/spaced_out.h"
#include "scanners/normalise/decoders/substitution.h"
#include "scanners/normalise/fold_view.h"
#include "scanners/normalise/view_store.h"

namespace credence {

using normalise::Candidates;
using normalise::Canonicaliser;
using normalise::Confusables;
using normalise::Decoded;
using normalise::Folder;
using normalise::LanguageGate;
using normalise::MappedText;
using normalise::UnicodeClasses;
using normalise::UnicodeReporter;
using normalise::ViewStore;

struct Normaliser::Views::State {
  ViewStore store;
  Candidates candidates;  // of the canonical text
};

Normaliser::Views::Views() : state_(std::make_unique<State>()) {}
Normaliser::Views::~Views() = default;
Normaliser::Views::Views(Views&&) noexcept = default;
Normaliser::Views& Normaliser::Views::operator=(Views&&) noexcept = default;

std::span<const TextView> Normaliser::Views::views() const noexcept {
  return state_->store.views();
}

struct Normaliser::Tables {
  UnicodeClasses classes;
  Confusables confusables;
  LanguageGate gate;
};

Normaliser::Normaliser(std::unique_ptr<const Tables> tables) : tables_(std::move(tables)) {}
Normaliser::~Normaliser() = default;

Result<std::unique_ptr<Normaliser>> Normaliser::create() {
  auto tables = std::make_unique<Tables>();
  if (tables->classes.empty()) {
    return Error(ErrorCode::kUnsupported,
                 "ICU has no normalisation data: install its data library");
  }
  return std::unique_ptr<Normaliser>(new Normaliser(std::move(tables)));
}

namespace {

// Whether the encoding hides every letter, so that what comes out was meant to be read.
bool is_payload(Decoding decoding) noexcept {
  return decoding == Decoding::kBase64 || decoding == Decoding::kHex ||
         decoding == Decoding::kBase32 || decoding == Decoding::kAscii85 ||
         decoding == Decoding::kCharacterCodes;
}

// Decodes one chunk: everything that is decoded is made canonical, stored when it is
// readable, and looked through again, down to the depth limit.
class Pass {
 public:
  Pass(const UnicodeClasses& classes, const Confusables& confusables, const LanguageGate& gate,
       LayerId layer, Budget& budget, ViewStore& store, UnicodeReporter& reporter, ScanSink& sink)
      : canonicaliser_(classes, gate),
        folder_(classes, confusables, gate),
        gate_(gate),
        layer_(layer),
        budget_(budget),
        store_(store),
        reporter_(reporter),
        sink_(sink),
        bytes_left_(budget.limits().decoded_bytes_max) {}

  void chunk(const Chunk& chunk, Candidates& candidates) {
    scan_candidates(chunk.text.text(), candidates);
    if (!candidates.non_ascii()) {
      store_.borrow(chunk.text);
      if (candidates.any()) decode(canonical(), candidates, {}, 1);
      return;
    }
    const OffsetMap identity;
    std::vector<Decoded> found;
    auto outcome = canonicaliser_.run({chunk.text.text(), identity}, Canonicaliser::Origin::kChunk,
                                      reporter_, found);
    if (outcome.text) {
      store_.add(outcome.text->first, std::move(outcome.text->second), Decoding::kNone, 0);
      scan_candidates(canonical().text, candidates);
    } else {
      store_.borrow(chunk.text);
    }
    if (Folder::applies(outcome.seen)) folder_.run(canonical(), reporter_, found);
    decode(canonical(), candidates, std::move(found), 1);
  }

 private:
  [[nodiscard]] MappedText canonical() const {
    const TextView& view = store_.views()[0];
    return {view.text.text(), *view.map};
  }

  // Runs the decoders over `text` and takes what they and `found` hold.
  void decode(const MappedText& text, const Candidates& candidates, std::vector<Decoded> found,
              std::uint32_t depth) {
    if (candidates.any()) {
      for (const auto decoder :
           {normalise::decode_runs, normalise::decode_number_codes, normalise::decode_morse,
            normalise::decode_ascii85, normalise::decode_hex_pairs, normalise::decode_escapes,
            normalise::decode_percent, normalise::decode_entities,
            normalise::decode_quoted_printable, normalise::decode_spaced_out,
            normalise::decode_leet}) {
        if (budget_.expired()) return stop(CoverageReason::kDeadline, "decoding");
        decoder(text, candidates, gate_, found);
      }
    }
    for (Decoded& decoded : found) {
      if (!take(std::move(decoded), depth)) return;
    }
  }

  // False once the budget is spent.
  bool take(Decoded decoded, std::uint32_t depth) {
    if (decoded.text.empty()) return true;
    if (decoded.text.size() > bytes_left_ || store_.full()) {
      stop(CoverageReason::kExpansionLimit, "decoded views");
      return false;
    }
    bytes_left_ -= decoded.text.size();
    Candidates candidates;
    std::vector<Decoded> found;
    normalise::scan_candidates(decoded.text, candidates);
    if (candidates.non_ascii()) {
      auto outcome = canonicaliser_.run({decoded.text, decoded.map},
                                        Canonicaliser::Origin::kDecoded, reporter_, found);
      if (outcome.text) {
        decoded.text = std::move(outcome.text->first);
        decoded.map = std::move(outcome.text->second);
        normalise::scan_candidates(decoded.text, candidates);
      }
      if (decoded.decoding != Decoding::kFolded && Folder::applies(outcome.seen)) {
        folder_.run({decoded.text, decoded.map}, reporter_, found);
      }
    }
    if (!store_.remember(decoded)) return true;
    if (!decoded.readable && is_payload(decoded.decoding)) {
      const MappedText text{decoded.text, decoded.map};
      append_rot13(text, 0, text.text.size(), gate_, found);
      append_reversed(text, 0, text.text.size(), gate_, found);
    }
    if (decoded.readable) {
      store_.add(decoded.text, OffsetMap(decoded.map), decoded.decoding,
                 static_cast<std::uint8_t>(std::min(depth, 255U)));
    }
    if (depth >= budget_.limits().decode_depth_max) return true;
    decode({decoded.text, decoded.map}, candidates, std::move(found), depth + 1);
    return !stopped_;
  }

  void stop(CoverageReason reason, std::string_view what) {
    if (!stopped_) sink_.lower_coverage(Coverage::kPartial, reason, layer_, what);
    stopped_ = true;
  }

  Canonicaliser canonicaliser_;
  Folder folder_;
  const LanguageGate& gate_;
  LayerId layer_;
  Budget& budget_;
  ViewStore& store_;
  UnicodeReporter& reporter_;
  ScanSink& sink_;
  std::uint64_t bytes_left_;
  bool stopped_ = false;
};

}  // namespace

void Normaliser::normalise(const Chunk& chunk, LayerId layer, Budget& budget, Views& views,
                           ScanSink& sink) const {
  views.state_->store.clear();
  UnicodeReporter reporter(chunk, layer, budget.limits().findings_per_rule_max, sink);
  Pass pass(tables_->classes, tables_->confusables, tables_->gate, layer, budget,
            views.state_->store, reporter, sink);
  pass.chunk(chunk, views.state_->candidates);
}

std::size_t Normaliser::decode(const Chunk&, Decoding decoding, ByteSpan span, Budget& budget,
                               Views& views) const {
  ViewStore& store = views.state_->store;
  const std::size_t first = store.views().size();
  if (first == 0 || store.full() || budget.expired()) return first;
  const TextView& view = store.views()[0];
  const MappedText canonical{view.text.text(), *view.map};
  const std::size_t begin =
      utf8_floor(canonical.text, std::min<std::uint64_t>(span.offset, canonical.text.size()));
  const std::size_t end =
      utf8_floor(canonical.text, std::min<std::uint64_t>(span.end(), canonical.text.size()));
  if (begin >= end || end - begin > budget.limits().decoded_bytes_max) return first;
  std::vector<Decoded> found;
  if (decoding == Decoding::kRot13) {
    normalise::append_rot13(canonical, begin, end, tables_->gate, found);
  } else if (decoding == Decoding::kReversed) {
    normalise::append_reversed(canonical, begin, end, tables_->gate, found);
  }
  for (Decoded& decoded : found) {
    if (store.full() || !store.remember(decoded)) continue;
    store.add(decoded.text, std::move(decoded.map), decoded.decoding, 1);
  }
  return first;
}

}  // namespace credence
