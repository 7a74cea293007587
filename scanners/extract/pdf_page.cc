#include "scanners/extract/pdf_page.h"

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "scanners/core/utf8.h"
#include "scanners/extract/pdf_content.h"
#include "scanners/extract/pdf_font.h"
#include "scanners/extract/pdf_graphics.h"
#include "scanners/extract/pdf_qpdf.h"
#include "scanners/extract/pdf_streams.h"

namespace credence {
namespace {

constexpr std::uint64_t kOperatorsMax = 5'000'000;
constexpr std::uint32_t kFormsMax = 20'000;
constexpr int kFormDepthMax = 16;
constexpr std::size_t kStatesMax = 512;  // q inside q
constexpr std::size_t kOperandsMax = 4'096;
constexpr std::uint64_t kFontCost = 1'000;           // in operators
constexpr std::size_t kFormCacheMax = 16U << 20;     // bytes
constexpr std::size_t kAlternativesMax = 1U << 20;   // bytes a page
constexpr std::uint64_t kOperatorsPerClock = 1'024;  // between looks at the deadline
constexpr double kVisibleHeightMin = 1.8;            // points
constexpr double kImageCoverMin = 0.7;               // of the page
constexpr double kLineShiftMin = 0.6;                // ems across the line: a new line
constexpr double kWordGapMin = 0.17;                 // ems along the line: a blank
constexpr double kAlphaVisibleMin = 0.06;

using ObjectId = std::pair<int, int>;

ObjectId id_of(QPDFObjectHandle handle) { return {handle.getObjectID(), handle.getGeneration()}; }

QPDFObjectHandle lookup(const QPDFObjectHandle& resources, const char* category,
                        const std::string& name) {
  QPDFObjectHandle handle = resources;
  if (!handle.isDictionary()) return QPDFObjectHandle::newNull();
  QPDFObjectHandle entries = handle.getKey(category);
  return entries.isDictionary() ? entries.getKey("/" + name) : QPDFObjectHandle::newNull();
}

std::optional<std::array<double, 6>> numbers_of(QPDFObjectHandle array, int count) {
  if (!array.isArray() || array.getArrayNItems() < count) return std::nullopt;
  std::array<double, 6> out{};
  for (int i = 0; i < count; ++i) {
    QPDFObjectHandle item = array.getArrayItem(i);
    if (!item.isNumber()) return std::nullopt;
    out[static_cast<std::size_t>(i)] = item.getNumericValue();
  }
  return out;
}

std::optional<PdfBox> box_of(const QPDFObjectHandle& array) {
  const auto n = numbers_of(array, 4);
  if (!n) return std::nullopt;
  PdfBox box = PdfBox::at({(*n)[0], (*n)[1]});
  box.include({(*n)[2], (*n)[3]});
  return box;
}

struct GraphicsState {
  PdfMatrix ctm;
  PdfBox clip;
  PdfColor fill;
  const PdfFont* font = nullptr;
  double size = 0;
  double character_space = 0;
  double word_space = 0;
  double stretch = 1;  // Tz / 100
  double leading = 0;
  double rise = 0;
  int render = 0;
  bool transparent = false;
  bool tint = false;  // the fill space is a one-colorant ink
};

}  // namespace

// What outlives a page.
struct PdfPageReader::State {
  Budget& budget;
  std::uint64_t file_size;
  std::uint64_t operators = 0;
  std::uint32_t forms = 0;
  bool limit_reached = false;
  std::map<ObjectId, std::unique_ptr<PdfFont>> fonts;
  std::vector<std::unique_ptr<PdfFont>> direct_fonts;
  std::map<ObjectId, std::string> form_bytes;
  std::size_t form_bytes_size = 0;

  State(Budget& b, std::uint64_t size) : budget(b), file_size(size) {}

  bool spend(std::uint64_t count) noexcept {
    const bool look = operators / kOperatorsPerClock != (operators + count) / kOperatorsPerClock;
    operators += count;
    if (operators > kOperatorsMax || (look && budget.expired())) limit_reached = true;
    return !limit_reached;
  }

  const PdfFont* font(const QPDFObjectHandle& handle) {
    const ObjectId id = id_of(handle);
    if (id.first != 0) {
      if (const auto found = fonts.find(id); found != fonts.end()) return found->second.get();
    }
    if (!spend(kFontCost)) return nullptr;
    auto font = PdfFont::load(handle);
    const PdfFont* out = font.get();
    if (id.first != 0) {
      fonts.emplace(id, std::move(font));
    } else {
      direct_fonts.push_back(std::move(font));
    }
    return out;
  }
};

class PdfPageReader::Interpreter {
 public:
  Interpreter(State& state, PdfPageText& out, const PdfBox& page)
      : state_(state), out_(out), page_(page) {
    graphics_.clip = page;
  }

  // Runs `content`, cut from streams whose places are in `sources`.
  struct Source {
    std::size_t end = 0;  // of its part of the content
    ByteSpan span;
  };
  void run(std::string_view content, std::vector<Source> sources,
           const QPDFObjectHandle& resources);

  void finish() { out_.is_ocr_layer = invisible_text_ && page_image_; }

 private:
  struct Frame {
    const QPDFObjectHandle& resources;
    const std::vector<Source>& sources;
    std::map<std::string, const PdfFont*, std::less<>> fonts;
    std::size_t source = 0;
  };

  bool execute(std::string_view name, PdfLexer& lexer);
  bool execute_state(std::string_view name);
  bool execute_color(std::string_view name);
  bool execute_path(std::string_view name);
  bool execute_text(std::string_view name);
  void execute_marked(std::string_view name);

  [[nodiscard]] double number(std::size_t i) const noexcept {
    return i < operands_.size() ? operands_[i].number : 0;
  }
  [[nodiscard]] std::string name_operand() const;
  [[nodiscard]] PdfMatrix matrix_operand() const noexcept {
    return {number(0), number(1), number(2), number(3), number(4), number(5)};
  }

  void set_font();
  void set_external_state();
  void set_color();
  void move_line(double x, double y) noexcept {
    line_ = PdfMatrix{1, 0, 0, 1, x, y}.then(line_);
    text_ = line_;
  }
  // Of a shown string.
  struct Advance {
    double ink = 0;      // of the glyphs
    double spacing = 0;  // of Tc and Tw
    std::size_t glyphs = 0;
  };
  [[nodiscard]] Advance decode(std::string_view bytes);
  [[nodiscard]] double em_of(const Advance& advance) const noexcept;
  void show(std::string_view raw);
  void show_array();
  void show_operand() {
    if (!operands_.empty()) show(operands_.back().raw);
  }
  void place(const PdfMatrix& rendering, PdfPoint start, PdfPoint end, double em);
  [[nodiscard]] bool is_hidden(PdfPoint start, PdfPoint end, const PdfMatrix& rendering);

  void add_point(PdfPoint p) noexcept;
  void end_path(bool fill);
  void paint_object();
  void paint_image();
  void run_form(QPDFObjectHandle form);
  void add_alternative();
  void add_alternative_text(QPDFObjectHandle properties);

  State& state_;
  PdfPageText& out_;
  PdfBox page_;
  GraphicsState graphics_;
  std::vector<GraphicsState> saved_;
  std::size_t unsaved_ = 0;  // q beyond kStatesMax
  PdfMatrix text_;
  PdfMatrix line_;
  PdfBackdrop backdrop_;
  std::vector<PdfToken> operands_;
  Frame* frame_ = nullptr;
  std::set<ObjectId> active_forms_;
  int depth_ = 0;

  PdfBox path_;
  bool has_path_ = false;
  bool path_is_box_ = true;
  bool clip_pending_ = false;

  bool has_pen_ = false;
  PdfPoint pen_;  // end of the last text, on the page
  double pen_em_ = 0;
  bool invisible_text_ = false;
  bool page_image_ = false;
  std::string bytes_;  // scratch
  std::string shown_;  // scratch
};

void PdfPageReader::Interpreter::run(std::string_view content, std::vector<Source> sources,
                                     const QPDFObjectHandle& resources) {
  Frame frame{resources, sources, {}, 0};
  Frame* const outer = std::exchange(frame_, &frame);
  PdfLexer lexer(content);
  operands_.clear();
  while (true) {
    const PdfToken token = lexer.next();
    if (token.type == PdfToken::Type::kEnd) break;
    if (token.type != PdfToken::Type::kOperator) {
      if (operands_.size() < kOperandsMax) operands_.push_back(token);
      continue;
    }
    while (frame.source + 1 < sources.size() && lexer.position() > sources[frame.source].end) {
      ++frame.source;
    }
    if (!state_.spend(1)) break;
    static_cast<void>(execute(token.raw, lexer));
    operands_.clear();
  }
  frame_ = outer;
}

bool PdfPageReader::Interpreter::execute(std::string_view name, PdfLexer& lexer) {
  if (name == "ID") {
    lexer.skip_inline_image();
    paint_image();
    return true;
  }
  if (name == "Do") {
    paint_object();
    return true;
  }
  if (execute_text(name) || execute_state(name) || execute_color(name) || execute_path(name)) {
    return true;
  }
  execute_marked(name);
  return true;
}

std::string PdfPageReader::Interpreter::name_operand() const {
  for (auto it = operands_.rbegin(); it != operands_.rend(); ++it) {
    if (it->type == PdfToken::Type::kName) return pdf_name_text(it->raw);
  }
  return "";
}

bool PdfPageReader::Interpreter::execute_state(std::string_view name) {
  if (name == "q") {
    if (saved_.size() < kStatesMax) {
      saved_.push_back(graphics_);
    } else {
      ++unsaved_;
    }
  } else if (name == "Q") {
    if (unsaved_ > 0) {
      --unsaved_;
    } else if (!saved_.empty()) {
      graphics_ = saved_.back();
      saved_.pop_back();
    }
  } else if (name == "cm") {
    graphics_.ctm = matrix_operand().then(graphics_.ctm);
  } else if (name == "gs") {
    set_external_state();
  } else {
    return false;
  }
  return true;
}

void PdfPageReader::Interpreter::set_external_state() {
  QPDFObjectHandle entry = lookup(frame_->resources, "/ExtGState", name_operand());
  if (!entry.isDictionary()) return;
  QPDFObjectHandle alpha = entry.getKey("/ca");
  if (alpha.isNumber()) graphics_.transparent = alpha.getNumericValue() < kAlphaVisibleMin;
  QPDFObjectHandle font = entry.getKey("/Font");
  if (!font.isArray() || font.getArrayNItems() != 2) return;
  graphics_.font = state_.font(font.getArrayItem(0));
  QPDFObjectHandle size = font.getArrayItem(1);
  if (size.isNumber()) graphics_.size = size.getNumericValue();
}

bool PdfPageReader::Interpreter::execute_color(std::string_view name) {
  if (name == "g") {
    graphics_.fill = PdfColor::gray(number(0));
  } else if (name == "rg") {
    graphics_.fill = {number(0), number(1), number(2), true};
  } else if (name == "k") {
    graphics_.fill = PdfColor::cmyk(number(0), number(1), number(2), number(3));
  } else if (name == "sc" || name == "scn") {
    set_color();
  } else if (name == "cs") {
    const std::string space = name_operand();
    QPDFObjectHandle entry = lookup(frame_->resources, "/ColorSpace", space);
    if (entry.isArray() && entry.getArrayNItems() > 0) {
      QPDFObjectHandle kind = entry.getArrayItem(0);
      graphics_.tint = kind.isName() && kind.getName() == "/Separation";
    } else {
      graphics_.tint = false;
    }
    graphics_.fill = space == "Pattern" ? PdfColor::unknown() : PdfColor::gray(0);
  } else {
    return false;
  }
  return true;
}

void PdfPageReader::Interpreter::set_color() {
  std::size_t count = 0;
  for (const PdfToken& token : operands_) {
    if (token.type != PdfToken::Type::kNumber) {
      graphics_.fill = PdfColor::unknown();
      return;
    }
    ++count;
  }
  if (count == 1) {
    graphics_.fill = PdfColor::gray(graphics_.tint ? 1 - number(0) : number(0));
  } else if (count == 3) {
    graphics_.fill = {number(0), number(1), number(2), true};
  } else if (count == 4) {
    graphics_.fill = PdfColor::cmyk(number(0), number(1), number(2), number(3));
  } else {
    graphics_.fill = PdfColor::unknown();
  }
}

void PdfPageReader::Interpreter::add_point(PdfPoint p) noexcept {
  const PdfPoint at = graphics_.ctm.apply(p);
  if (!has_path_) path_ = PdfBox::at(at);
  path_.include(at);
  has_path_ = true;
}

bool PdfPageReader::Interpreter::execute_path(std::string_view name) {
  if (name == "re") {
    path_is_box_ = path_is_box_ && !has_path_;
    add_point({number(0), number(1)});
    add_point({number(0) + number(2), number(1)});
    add_point({number(0), number(1) + number(3)});
    add_point({number(0) + number(2), number(1) + number(3)});
  } else if (name == "m" || name == "l") {
    path_is_box_ = false;
    add_point({number(0), number(1)});
  } else if (name == "c" || name == "v" || name == "y") {
    path_is_box_ = false;
    for (std::size_t i = 0; i + 1 < operands_.size(); i += 2) add_point({number(i), number(i + 1)});
  } else if (name == "W" || name == "W*") {
    clip_pending_ = true;
  } else if (name == "f" || name == "F" || name == "f*" || name == "B" || name == "B*" ||
             name == "b" || name == "b*") {
    end_path(true);
  } else if (name == "n" || name == "S" || name == "s") {
    end_path(false);
  } else if (name == "sh") {
    backdrop_.paint(graphics_.clip, PdfColor::unknown());
  } else {
    return false;
  }
  return true;
}

void PdfPageReader::Interpreter::end_path(bool fill) {
  if (has_path_ && fill && !graphics_.transparent) {
    backdrop_.paint(path_.intersect(graphics_.clip),
                    path_is_box_ ? graphics_.fill : PdfColor::unknown());
  }
  if (has_path_ && clip_pending_) graphics_.clip = graphics_.clip.intersect(path_);
  has_path_ = false;
  path_is_box_ = true;
  clip_pending_ = false;
}

bool PdfPageReader::Interpreter::execute_text(std::string_view name) {
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

void PdfPageReader::Interpreter::set_font() {
  const std::string name = name_operand();
  if (!operands_.empty()) graphics_.size = operands_.back().number;
  if (const auto found = frame_->fonts.find(name); found != frame_->fonts.end()) {
    graphics_.font = found->second;
    return;
  }
  graphics_.font = state_.font(lookup(frame_->resources, "/Font", name));
  frame_->fonts.emplace(name, graphics_.font);
}

void PdfPageReader::Interpreter::show_array() {
  for (const PdfToken& token : operands_) {
    if (token.type == PdfToken::Type::kString) show(token.raw);
    if (token.type == PdfToken::Type::kNumber) {
      const double shift = -token.number / 1000 * graphics_.size * graphics_.stretch;
      text_ = PdfMatrix{1, 0, 0, 1, shift, 0}.then(text_);
    }
  }
}

// Decodes a string into shown_ and adds up how far it advances, in text space.
PdfPageReader::Interpreter::Advance PdfPageReader::Interpreter::decode(std::string_view bytes) {
  const GraphicsState& g = graphics_;
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
double PdfPageReader::Interpreter::em_of(const Advance& advance) const noexcept {
  const GraphicsState& g = graphics_;
  const double em = g.font != nullptr ? g.font->em() : 1;
  const double size = std::abs(g.size * g.stretch);
  if (em > 0 || !(size > 0)) return em;
  return 2 * std::abs(advance.ink) / static_cast<double>(advance.glyphs) / size;
}

void PdfPageReader::Interpreter::show(std::string_view raw) {
  const std::string_view bytes = pdf_string_bytes(raw, bytes_);
  if (bytes.empty()) return;
  const GraphicsState& g = graphics_;
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
void PdfPageReader::Interpreter::place(const PdfMatrix& rendering, PdfPoint start, PdfPoint end,
                                       double em) {
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

bool PdfPageReader::Interpreter::is_hidden(PdfPoint start, PdfPoint end,
                                           const PdfMatrix& rendering) {
  const GraphicsState& g = graphics_;
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

void PdfPageReader::Interpreter::paint_image() {
  const PdfBox box = PdfBox::around({0, 0, 1, 1}, graphics_.ctm).intersect(graphics_.clip);
  backdrop_.paint(box, PdfColor::unknown());
  if (box.intersect(page_).area() >= kImageCoverMin * page_.area()) page_image_ = true;
}

void PdfPageReader::Interpreter::paint_object() {
  QPDFObjectHandle object = lookup(frame_->resources, "/XObject", name_operand());
  if (!object.isStream()) return;
  QPDFObjectHandle subtype = object.getDict().getKey("/Subtype");
  if (!subtype.isName()) return;
  if (subtype.getName() == "/Image") paint_image();
  if (subtype.getName() == "/Form") run_form(object);
}

void PdfPageReader::Interpreter::run_form(QPDFObjectHandle form) {
  const ObjectId id = id_of(form);
  if (active_forms_.count(id) != 0) return;  // a form inside itself draws nothing
  if (depth_ >= kFormDepthMax || ++state_.forms > kFormsMax) {
    state_.limit_reached = true;
    return;
  }
  std::string bytes;
  auto cached = state_.form_bytes.find(id);
  if (cached == state_.form_bytes.end()) {
    auto decoded = pdf_stream_bytes(form);
    if (!decoded) return;
    if (state_.form_bytes_size + decoded->size() <= kFormCacheMax) {
      state_.form_bytes_size += decoded->size();
      cached = state_.form_bytes.emplace(id, std::move(*decoded)).first;
    } else {
      bytes = std::move(*decoded);
    }
  }
  const std::string_view content =
      cached == state_.form_bytes.end() ? std::string_view(bytes) : cached->second;

  const GraphicsState before = graphics_;
  const PdfMatrix text = text_;
  const PdfMatrix line = line_;
  std::vector<GraphicsState> outer_saved;
  outer_saved.swap(saved_);
  const std::size_t outer_unsaved = std::exchange(unsaved_, 0);
  std::vector<PdfToken> outer_operands;
  outer_operands.swap(operands_);

  QPDFObjectHandle dictionary = form.getDict();
  if (const auto n = numbers_of(dictionary.getKey("/Matrix"), 6)) {
    graphics_.ctm =
        PdfMatrix{(*n)[0], (*n)[1], (*n)[2], (*n)[3], (*n)[4], (*n)[5]}.then(graphics_.ctm);
  }
  if (const auto box = box_of(dictionary.getKey("/BBox"))) {
    graphics_.clip = graphics_.clip.intersect(PdfBox::around(*box, graphics_.ctm));
  }
  QPDFObjectHandle own = dictionary.getKey("/Resources");
  const QPDFObjectHandle resources = own.isDictionary() ? own : frame_->resources;
  active_forms_.insert(id);
  ++depth_;
  run(content, {{content.size(), pdf_stream_span(form, state_.file_size)}}, resources);
  --depth_;
  active_forms_.erase(id);

  operands_.swap(outer_operands);
  saved_.swap(outer_saved);
  unsaved_ = outer_unsaved;
  graphics_ = before;
  text_ = text;
  line_ = line;
}

void PdfPageReader::Interpreter::execute_marked(std::string_view name) {
  if (name == "BDC" || name == "DP") add_alternative();
}

// Takes the replacement texts from the property list of marked content, which is
// among the operands or named by one.
void PdfPageReader::Interpreter::add_alternative() {
  for (std::size_t i = 0; i + 1 < operands_.size(); ++i) {
    const PdfToken& key = operands_[i];
    const PdfToken& value = operands_[i + 1];
    if (key.type != PdfToken::Type::kName || value.type != PdfToken::Type::kString) continue;
    if (key.raw != "ActualText" && key.raw != "Alt" && key.raw != "E") continue;
    const std::string text(pdf_string_bytes(value.raw, bytes_));
    QPDFObjectHandle properties = QPDFObjectHandle::newDictionary();
    properties.replaceKey("/ActualText", QPDFObjectHandle::newString(text));
    add_alternative_text(properties);
  }
  if (operands_.size() == 2 && operands_[1].type == PdfToken::Type::kName) {
    add_alternative_text(lookup(frame_->resources, "/Properties", name_operand()));
  }
}

void PdfPageReader::Interpreter::add_alternative_text(QPDFObjectHandle properties) {
  if (!properties.isDictionary()) return;
  for (const char* key : {"/ActualText", "/Alt", "/E"}) {
    QPDFObjectHandle value = properties.getKey(key);
    if (!value.isString()) continue;
    const std::string text = value.getUTF8Value();
    if (out_.alternatives.size() + text.size() > kAlternativesMax) {
      state_.limit_reached = true;
      return;
    }
    if (!out_.alternatives.empty()) out_.alternatives += ' ';
    out_.alternatives += text;
  }
}

PdfPageReader::PdfPageReader(Budget& budget, std::uint64_t file_size)
    : state_(std::make_unique<State>(budget, file_size)) {}

PdfPageReader::~PdfPageReader() = default;

bool PdfPageReader::limit_reached() const noexcept { return state_->limit_reached; }

PdfPageText PdfPageReader::read(const Page& page) {
  constexpr PdfBox kLetter{0, 0, 612, 792};
  constexpr int kStreamsMax = 10'000;
  PdfPageText out;
  if (state_->limit_reached) return out;
  PdfBox box = box_of(page.media_box).value_or(kLetter);
  if (const auto crop = box_of(page.crop_box)) {
    const PdfBox inside = box.intersect(*crop);
    if (inside.area() > 0) box = inside;
  }
  std::string content;
  std::vector<Interpreter::Source> sources;
  const auto add_stream = [&](const QPDFObjectHandle& stream) {
    const auto bytes = pdf_stream_bytes(stream);
    if (!bytes) return;
    if (content.size() + bytes->size() > state_->budget.limits().layer_bytes_max) {
      state_->limit_reached = true;
      return;
    }
    content += *bytes;
    content += '\n';
    sources.push_back({content.size(), pdf_stream_span(stream, state_->file_size)});
  };
  QPDFObjectHandle dictionary = page.dictionary;
  QPDFObjectHandle contents = dictionary.getKey("/Contents");
  if (contents.isStream()) add_stream(contents);
  if (contents.isArray()) {
    const int count = std::min(contents.getArrayNItems(), kStreamsMax);
    for (int i = 0; i < count && !state_->limit_reached && !state_->budget.expired(); ++i) {
      add_stream(contents.getArrayItem(i));
    }
  }
  for (const auto& source : sources) {
    if (out.span.length == 0) out.span = source.span;
    const std::uint64_t end = std::max(out.span.end(), source.span.end());
    out.span.offset = std::min(out.span.offset, source.span.offset);
    out.span.length = end - out.span.offset;
  }
  Interpreter interpreter(*state_, out, box);
  interpreter.run(content, std::move(sources), page.resources);
  interpreter.finish();
  return out;
}

}  // namespace credence
