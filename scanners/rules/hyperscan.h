#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "scanners/core/padded_buffer.h"
#include "scanners/core/result.h"

namespace credence {

// One expression as Hyperscan is to read it.
struct HyperscanPattern {
  std::string expression;
  std::uint32_t id = 0;  // what a match is reported with
  bool caseless = false;
  bool dot_all = false;
  bool multi_line = false;
  bool utf8 = false;             // the expression and the text are UTF-8; the text must be valid
  bool unicode_classes = false;  // \w and its kin know more than ASCII; excludes \b
};

class HyperscanDatabase;

// Working memory of scans, for one thread at a time.
class HyperscanScratch {
 public:
  HyperscanScratch();
  HyperscanScratch(HyperscanScratch&&) noexcept;
  HyperscanScratch& operator=(HyperscanScratch&&) noexcept;
  ~HyperscanScratch();

  // Makes the scratch large enough for `database` too. Cheap when it already is.
  Result<void> fit(const HyperscanDatabase& database);

 private:
  friend class HyperscanDatabase;
  struct Handle;
  std::unique_ptr<Handle> handle_;
};

// A compiled set of patterns for scanning whole blocks. The only owner of calls
// into Hyperscan. Immutable; any number of threads may scan with it at once.
class HyperscanDatabase {
 public:
  HyperscanDatabase(HyperscanDatabase&&) noexcept;
  HyperscanDatabase& operator=(HyperscanDatabase&&) noexcept;
  ~HyperscanDatabase();

  // `patterns` is not empty. On failure *failed, where given, is the index of the
  // pattern at fault, or patterns.size() where no single one is.
  [[nodiscard]] static Result<HyperscanDatabase> compile(std::span<const HyperscanPattern> patterns,
                                                         std::size_t* failed = nullptr);

  // serialise() gives bytes that deserialise() turns back into the database, by
  // the same version of Hyperscan on a CPU of the same features. Hyperscan does
  // not check the bytes: they must be known to be what serialise() gave.
  [[nodiscard]] Result<std::string> serialise() const;
  [[nodiscard]] static Result<HyperscanDatabase> deserialise(std::string_view bytes);

  [[nodiscard]] std::size_t size_bytes() const noexcept;

  // Calls on_match(id, end) for each match of each pattern, until it returns false. A
  // pattern that matches up to several ends is reported at each. Starts are not told:
  // tracking them would make the scan four times slower. Nothing may escape on_match.
  //
  // Takes a PaddedView because Hyperscan 5.4.0 reads up to two bytes past the end.
  template <typename OnMatch>
  Result<void> scan(PaddedView text, HyperscanScratch& scratch, OnMatch& on_match) const {
    static_assert(std::is_nothrow_invocable_r_v<bool, OnMatch&, std::uint32_t, std::uint64_t>,
                  "on_match(id, end) is a noexcept callable returning bool");
    return scan_block(text, scratch, &forward<OnMatch>, &on_match);
  }

 private:
  struct Handle;
  using Handler = int (*)(unsigned id, unsigned long long start, unsigned long long end,
                          unsigned flags, void* context) noexcept;

  friend class HyperscanScratch;
  explicit HyperscanDatabase(std::unique_ptr<Handle> handle) noexcept;

  template <typename OnMatch>
  static int forward(unsigned id, unsigned long long /*start*/, unsigned long long end,
                     unsigned /*flags*/, void* context) noexcept {
    return (*static_cast<OnMatch*>(context))(id, end) ? 0 : 1;
  }

  Result<void> scan_block(PaddedView text, HyperscanScratch& scratch, Handler handler,
                          void* context) const;

  std::unique_ptr<Handle> handle_;
};

// Several databases, any of them absent, in one string: its size (of this machine's byte
// order) and what serialise() gave, of each. `bytes` is moved past what is taken; `wanted`
// says whether the next one is there.
void append_database(std::string& out, const std::optional<HyperscanDatabase>& database);
[[nodiscard]] Result<std::optional<HyperscanDatabase>> take_database(std::string_view& bytes,
                                                                     bool wanted);

// How long what `pattern` matches can be, in bytes.
struct HyperscanWidth {
  std::uint32_t min = 0;
  std::uint32_t max = 0;  // kUnbounded: there is no bound
  static constexpr std::uint32_t kUnbounded = ~std::uint32_t{0};
};
[[nodiscard]] Result<HyperscanWidth> hyperscan_width(const HyperscanPattern& pattern);

// Version of the library, "5.4.0 2023-01-01": part of a rule set's digest.
[[nodiscard]] std::string hyperscan_version();

// What the library would tune for on this machine: part of the name of a cached database.
[[nodiscard]] std::string hyperscan_platform();

}  // namespace credence
