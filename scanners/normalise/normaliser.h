#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "scanners/core/budget.h"
#include "scanners/core/chunk.h"
#include "scanners/core/layer.h"
#include "scanners/core/result.h"
#include "scanners/core/scan_sink.h"
#include "scanners/core/text_view.h"

// This room undoes what hides text from pattern matching: Unicode tricks,
// encodings, spelling games. Each view it makes maps back to the chunk.
namespace credence {

inline constexpr std::uint32_t kNormaliserVersion = 2;

// Immutable; one instance serves all threads.
class Normaliser {
 public:
  // The views of one chunk and the memory behind them, reused from chunk to
  // chunk. One a thread. Views are valid until the next normalise() into it.
  class Views {
   public:
    Views();
    ~Views();
    Views(Views&&) noexcept;
    Views& operator=(Views&&) noexcept;

    // views()[0] is the canonical text; never empty after normalise().
    [[nodiscard]] std::span<const TextView> views() const noexcept;

   private:
    friend class Normaliser;
    struct State;
    std::unique_ptr<State> state_;
  };

  [[nodiscard]] static Result<std::unique_ptr<Normaliser>> create();
  ~Normaliser();

  // Makes the canonical view of `chunk` and a view of every stretch that is
  // recognisably encoded (base64, base32, Ascii85, hexadecimal, numbers, Morse, URL,
  // entities, quoted-printable, spaced-out and leet spelling, text hidden in
  // invisible characters), decoded again and again up to the budget. Reports Unicode abuse to
  // `sink` with spans in the bytes of layer `layer`. Clean ASCII costs one read of it.
  void normalise(const Chunk& chunk, LayerId layer, Budget& budget, Views& views,
                 ScanSink& sink) const;

  // Appends the view for which a scanner asked: `span` of the chunk's canonical
  // text, undone by `decoding` (kRot13 or kReversed), when it reads as language
  // afterwards. Returns the index of the first new view, or views().size() when
  // nothing came of it. Existing views stay where they are.
  [[nodiscard]] std::size_t decode(const Chunk& chunk, Decoding decoding, ByteSpan span,
                                   Budget& budget, Views& views) const;

 private:
  struct Tables;
  explicit Normaliser(std::unique_ptr<const Tables> tables);
  std::unique_ptr<const Tables> tables_;
};

}  // namespace credence
