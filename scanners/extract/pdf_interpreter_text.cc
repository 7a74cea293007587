// The operators that place and show text (ISO 32000-1, 9).
#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>

#include "scanners/core/utf8.h"
#include "scanners/extract/pdf_interpreter.h"

namespace credence {
namespace {

constexpr double kVisibleHeightMin = 1.8;  // points
constexpr double kLineShiftMin = 0.6;      // ems across the line: a new line
constexpr double kWordGapMin = 0.17;       // ems along the line: a blank

}  // namespace

bool PdfInterpreter::execute_text(std::string_view name) {
  if (name == "Tj") {
    show_operand();
  } else if (name == "TJ") {
    show_array();
  } else if (name == "Td") {
    move_line(number(0), number(1));
  } else if (name == "TD") {
    graphics_.leading = -number(1);
    move_line(number(0), number(1));
  } else if (name == "Tm") {
    line_ = text_ = matrix_operand();
  } else if (name == "T*") {
    move_line(0, -graphics_.leading);
  } else if (name == "'") {
    move_line(0, -graphics_.leading);
    show_operand();
  } else if (name == "\"") {
    graphics_.word_space = number(0);
    graphics_.character_space = number(1);
    move_line(0, -graphics_.leading);
    show_operand();
  } else if (name == "BT") {
    line_ = text_ = PdfMatrix{};
  } else if (name == "Tf") {
    set_font();
  } else if (name == "Tc") {
    graphics_.character_space = number(0);
  } else if (name == "Tw") {
    graphics_.word_space = number(0);
  } else if (name == "Tz") {
    graphics_.stretch = number(0) / 100;
  } else if (name == "TL") {
    graphics_.leading = number(0);
  } else if (name == "Ts") {
    graphics_.rise = number(0);
  } else if (name == "Tr") {
    graphics_.render = static_cast<int>(std::clamp(number(0), 0.0, 7.0));
  } else {
    return name == "ET";
  }
  return true;
}

void PdfInterpreter::set_font() {
  const std::string name = name_operand();
  if (!operands_.empty()) graphics_.size = operands_.back().number;
  if (const auto found = frame_->fonts.find(name); found != frame_->fonts.end()) {
    graphics_.font = found->second;
    return;
  }
  graphics_.font = state_.font(pdf_lookup(frame_->resources, "/Font", name));
  frame_->fonts.emplace(name, graphics_.font);
}

void PdfInterpreter::show_array() {
  for (const PdfToken& token : operands_) {
    if (token.type == PdfToken::Type::kString) show(token.raw);
    if (token.type == PdfToken::Type::kNumber) {
      const double shift = -token.number / 1000 * graphics_.size * graphics_.stretch;
      text_ = PdfMatrix{1, 0, 0, 1, shift, 0}.then(text_);
    }
  }
}

// Decodes a string into shown_ and adds up how far it advances, in text space.
PdfInterpreter::Advance PdfInterpreter::decode(std::string_view bytes) {
  const PdfGraphicsState& g = graphics_;
  Advance out;
  const bool spaced = g.character_space > kWordGapMin * std::abs(g.size);
  shown_.clear();
  while (!bytes.empty()) {
    // Some writers set two words apart by the space between their two characters; a
    // longer string with wide spaces is one word, letterspaced.
    if (spaced && out.glyphs == 1 && bytes.size() == 1) shown_ += ' ';
    PdfFont::Glyph glyph;
    if (g.font != nullptr) {
      glyph = g.font->read(bytes, shown_);
    } else {
      append_utf8(shown_, static_cast<unsigned char>(bytes[0]));
      glyph.advance = 0.5;
    }
    bytes.remove_prefix(glyph.code_size);
    ++out.glyphs;
    out.ink += glyph.advance * g.size * g.stretch;
    out.spacing += (g.character_space + (glyph.is_word_space ? g.word_space : 0)) * g.stretch;
  }
  for (char& c : shown_) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  return out;
}

// The em square relative to the size, guessed from the glyphs where the font is mute.
double PdfInterpreter::em_of(const Advance& advance) const noexcept {
  const PdfGraphicsState& g = graphics_;
  const double em = g.font != nullptr ? g.font->em() : 1;
  const double size = std::abs(g.size * g.stretch);
  if (em > 0 || !(size > 0)) return em;
  return 2 * std::abs(advance.ink) / static_cast<double>(advance.glyphs) / size;
}

void PdfInterpreter::show(std::string_view raw) {
  const std::string_view bytes = pdf_string_bytes(raw, bytes_);
  if (bytes.empty()) return;
  const PdfGraphicsState& g = graphics_;
  const Advance advance = decode(bytes);
  if (!state_.budget.spend_expanded(shown_.size())) {
    state_.limit_reached = true;
    return;
  }
  const PdfMatrix space = text_.then(g.ctm);
  const PdfMatrix rendering = PdfMatrix{g.size * g.stretch, 0, 0, g.size, 0, g.rise}.then(space);
  const double whole = advance.ink + advance.spacing;
  const PdfPoint start = space.apply({0, g.rise});
  const PdfPoint end = space.apply({whole - g.character_space * g.stretch, g.rise});
  text_ = PdfMatrix{1, 0, 0, 1, whole, 0}.then(text_);
  place(rendering, start, end, std::hypot(rendering.c, rendering.d) * em_of(advance));
  const ByteSpan source = frame_->sources.empty() ? ByteSpan{0, state_.file_size}
                                                  : frame_->sources[frame_->source].span;
  out_.text.add(shown_, is_hidden(start, end, rendering), source);
}

// Decides what stands between the last text and the one at `start`.
void PdfInterpreter::place(const PdfMatrix& rendering, PdfPoint start, PdfPoint end, double em) {
  if (has_pen_) {
    const double scale = std::max(std::hypot(rendering.a, rendering.b), 1e-9);
    const double dx = start.x - pen_.x;
    const double dy = start.y - pen_.y;
    const double along = (dx * rendering.a + dy * rendering.b) / scale;
    const double across = (dx * -rendering.b + dy * rendering.a) / scale;
    const double unit = std::max({em, pen_em_, 1e-9});
    if (std::abs(across) > kLineShiftMin * unit) {
      out_.text.separate('\n');
    } else if (along > kWordGapMin * em || along < -unit) {
      out_.text.separate(' ');
    }
  }
  has_pen_ = true;
  pen_ = end;
  pen_em_ = em;
}

bool PdfInterpreter::is_hidden(PdfPoint start, PdfPoint end, const PdfMatrix& rendering) {
  const PdfGraphicsState& g = graphics_;
  if (g.render == 3 || g.render == 7) {
    invisible_text_ = true;
    return true;
  }
  if (g.transparent) return true;
  const double em = g.font != nullptr ? g.font->em() : 1;
  if (em > 0) {
    const double height = std::hypot(rendering.c, rendering.d) * em;
    const double width = std::hypot(rendering.a, rendering.b) * em;
    if (!(height >= kVisibleHeightMin && width >= kVisibleHeightMin)) return true;
  }
  const double up = em > 0 ? em : 1 / std::max(1e-9, std::hypot(rendering.c, rendering.d));
  PdfBox box = PdfBox::at(start);
  box.include(end);
  box.include({start.x + rendering.c * up, start.y + rendering.d * up});
  if (!box.meets(page_) || !box.meets(g.clip)) return true;
  if (g.render != 0 && g.render != 4) return false;
  const PdfPoint middle{(start.x + end.x) / 2 + rendering.c * 0.3 * up,
                        (start.y + end.y) / 2 + rendering.d * 0.3 * up};
  return g.fill.same_as(backdrop_.color_at(middle));
}

}  // namespace credence
