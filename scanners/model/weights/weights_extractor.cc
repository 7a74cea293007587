#include "scanners/model/weights/weights_extractor.h"

#include <string>
#include <string_view>

#include "scanners/core/ascii.h"
#include "scanners/core/chunk_builder.h"
#include "scanners/core/json_tokenizer.h"
#include "scanners/core/utf8.h"
#include "scanners/model/weights/weights_finding.h"

namespace credence {
namespace {

constexpr std::size_t kTurnTokenMax = 48;
constexpr std::size_t kLocatorMax = 100;

constexpr bool is_in_brackets(char c) noexcept { return is_upper(c) || c == '_' || c == '/'; }

constexpr bool is_in_angles(char c) noexcept {
  return is_in_brackets(c) || is_alnum(c) || c == '|' || c == '-' || is_high(c);
}

// The length of the mark of a turn at the start of `text`, 0 where there is none:
// "<|im_start|>", "<start_of_turn>", "</tool_call>", "[INST]".
std::size_t turn_token(std::string_view text) noexcept {
  const bool angles = text[0] == '<';
  const std::size_t end = text.substr(0, kTurnTokenMax).find(angles ? '>' : ']');
  if (end == std::string_view::npos || end < 2) return 0;
  for (const char c : text.substr(1, end - 1)) {
    if (!(angles ? is_in_angles(c) : is_in_brackets(c))) return 0;
  }
  return end + 1;
}

// Hands on the texts of one layer.
class TextDelivery {
 public:
  TextDelivery(const Layer& layer, ChunkSink& chunks)
      : source_(layer.bytes.text()),
        texts_(layer, Channel::kMetadata, chunks),
        templates_(layer, Channel::kCode, chunks) {}

  void run(const WeightsFile& file) {
    texts_.set_locator("metadata");
    templates_.set_prompt(true);
    for (const WeightsText& text : file.texts) {
      if (!text.is_template) plain(text);
    }
    texts_.flush();
    for (const WeightsText& text : file.texts) {
      if (text.is_template) conversation(text);
    }
    templates_.flush();
  }

 private:
  void plain(const WeightsText& text) {
    texts_.break_line(text.value.offset);
    walk(
        text, [this](std::size_t begin, std::size_t end) { texts_.copy(begin, end); },
        [this](std::string_view part, ByteSpan span) { texts_.replace(part, span); });
  }

  void conversation(const WeightsText& text) {
    templates_.set_locator(printable(text.key, kLocatorMax));
    walk(
        text, [this](std::size_t begin, std::size_t end) { without_tokens(begin, end); },
        [this](std::string_view part, ByteSpan span) { templates_.replace(part, span); });
    templates_.flush();
  }

  void without_tokens(std::size_t begin, std::size_t end) {
    const std::string_view text = source_.substr(0, end);
    std::size_t kept = begin;
    for (std::size_t at = begin; (at = text.find_first_of("<[", at)) != std::string_view::npos;) {
      const std::size_t length = turn_token(text.substr(at));
      if (length == 0) {
        ++at;
        continue;
      }
      templates_.copy(kept, at);
      templates_.replace(" ", {at, length});
      at += length;
      kept = at;
    }
    templates_.copy(kept, end);
  }

  template <typename Copy, typename Replace>
  void walk(const WeightsText& text, Copy copy, Replace replace) const {
    const auto begin = static_cast<std::size_t>(text.value.offset);
    const auto end = static_cast<std::size_t>(text.value.end());
    walk_json_string(source_, {JsonKind::kString, begin, end, text.json}, copy, replace);
  }

  std::string_view source_;
  ChunkBuilder texts_;
  ChunkBuilder templates_;
};

// Hands on the parts of one layer as layers of their own.
void deliver_parts(const WeightsFile& file, const Layer& layer, Budget& budget, ChunkSink& chunks,
                   ScanSink& sink) {
  for (const WeightsPart& part : file.parts) {
    if (layer.depth >= budget.limits().depth_max || !budget.spend_expanded(part.span.length)) {
      sink.lower_coverage(Coverage::kPartial, CoverageReason::kExpansionLimit, layer.id,
                          "parts nested too deeply, or too large");
      return;
    }
    const std::string_view bytes = layer.bytes.text().substr(
        static_cast<std::size_t>(part.span.offset), static_cast<std::size_t>(part.span.length));
    if (!chunks.embedded(part.name, PaddedBuffer::copy_of(bytes))) return;
  }
}

class WeightsExtractor final : public Extractor {
 public:
  explicit WeightsExtractor(const WeightsFormat& format)
      : format_(format), info_{format.name, format.version, format.accepts, false} {}

  [[nodiscard]] const ExtractorInfo& info() const noexcept override { return info_; }

  Result<void> extract(const Layer& layer, const RecordOptions& /*records*/, Budget& budget,
                       ChunkSink& chunks, ScanSink& sink) const override {
    const WeightsFile file = format_.parse(layer, budget);
    for (const WeightsProblem& problem : file.problems) sink.add(to_finding(problem, layer.id));
    for (const WeightsGap& gap : file.gaps) {
      sink.lower_coverage(Coverage::kPartial, gap.reason, layer.id, gap.detail);
    }
    TextDelivery(layer, chunks).run(file);
    deliver_parts(file, layer, budget, chunks, sink);
    return {};
  }

 private:
  const WeightsFormat& format_;
  ExtractorInfo info_;
};

}  // namespace

std::unique_ptr<Extractor> make_weights_extractor(const WeightsFormat& format) {
  return std::make_unique<WeightsExtractor>(format);
}

}  // namespace credence
