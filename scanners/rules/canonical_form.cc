#include "scanners/rules/canonical_form.h"

#include <bit>
#include <cstdint>
#include <utility>

#include "scanners/rules/lexicon.h"

namespace credence {
namespace {

constexpr std::uint32_t kFormat = 4;

class Writer {
 public:
  void number(std::uint64_t value) {
    for (int shift = 0; shift < 64; shift += 8) out_ += static_cast<char>(value >> shift);
  }

  void text(std::string_view value) {
    number(value.size());
    out_ += value;
  }

  void pattern(const RulePattern& value) {
    text(value.expression);
    number(static_cast<std::uint64_t>(value.caseless) |
           static_cast<std::uint64_t>(value.dot_all) << 1 |
           static_cast<std::uint64_t>(value.multi_line) << 2);
  }

  void conditions(std::span<const NearCondition> values) {
    number(values.size());
    for (const NearCondition& value : values) {
      pattern(value.pattern);
      number(value.within);
      number(static_cast<std::uint64_t>(value.landmark));
    }
  }

  void rule(const RuleSpec& value) {
    for (const std::string* field :
         {&value.id, &value.title, &value.family, &value.atlas, &value.owasp, &value.stride}) {
      text(*field);
    }
    text(info(value.code).id);
    text(to_string(value.severity));
    text(to_string(value.strength));
    number(std::bit_cast<std::uint32_t>(value.score));
    number(value.languages.size());
    for (const std::string& language : value.languages) text(language);
    number(value.patterns.size());
    for (const RulePattern& each : value.patterns) pattern(each);
    number(value.common_words.size());
    for (const std::string& word : value.common_words) text(word);
    conditions(value.near);
    conditions(value.not_near);
    number(value.channels.size());
    for (const Channel channel : value.channels) text(to_string(channel));
    number(value.count_min);
    number(static_cast<std::uint64_t>(value.discussion_lowers) |
           static_cast<std::uint64_t>(value.redact) << 1);
    text(to_string(value.asks_for));
  }

  [[nodiscard]] std::string take() && { return std::move(out_); }

 private:
  std::string out_;
};

}  // namespace

std::string canonical_form(std::span<const RuleSpec> rules, std::string_view compiler_version) {
  Writer writer;
  writer.number(kFormat);
  writer.text(compiler_version);
  writer.number(discussion_cues().size());
  for (const Cue& cue : discussion_cues()) {
    writer.number(static_cast<std::uint64_t>(cue.kind));
    writer.text(cue.expression);
  }
  writer.number(rules.size());
  for (const RuleSpec& rule : rules) writer.rule(rule);
  return std::move(writer).take();
}

}  // namespace credence
