#include "scanners/extract/pdf_interpreter.h"

#include <utility>

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
constexpr double kImageCoverMin = 0.7;               // of the page
constexpr double kAlphaVisibleMin = 0.06;

}  // namespace

PdfObjectId pdf_id(QPDFObjectHandle handle) {
  return {handle.getObjectID(), handle.getGeneration()};
}

QPDFObjectHandle pdf_lookup(const QPDFObjectHandle& resources, const char* category,
                            const std::string& name) {
  QPDFObjectHandle handle = resources;
  if (!handle.isDictionary()) return QPDFObjectHandle::newNull();
  QPDFObjectHandle entries = handle.getKey(category);
  return entries.isDictionary() ? entries.getKey("/" + name) : QPDFObjectHandle::newNull();
}

std::optional<std::array<double, 6>> pdf_numbers(QPDFObjectHandle array, int count) {
  if (!array.isArray() || array.getArrayNItems() < count) return std::nullopt;
  std::array<double, 6> out{};
  for (int i = 0; i < count; ++i) {
    QPDFObjectHandle item = array.getArrayItem(i);
    if (!item.isNumber()) return std::nullopt;
    out[static_cast<std::size_t>(i)] = item.getNumericValue();
  }
  return out;
}

std::optional<PdfBox> pdf_box(const QPDFObjectHandle& array) {
  const auto n = pdf_numbers(array, 4);
  if (!n) return std::nullopt;
  PdfBox box = PdfBox::at({(*n)[0], (*n)[1]});
  box.include({(*n)[2], (*n)[3]});
  return box;
}

bool PdfReaderState::spend(std::uint64_t count) noexcept {
  const bool look = operators / kOperatorsPerClock != (operators + count) / kOperatorsPerClock;
  operators += count;
  if (operators > kOperatorsMax || (look && budget.expired())) limit_reached = true;
  return !limit_reached;
}

const PdfFont* PdfReaderState::font(const QPDFObjectHandle& handle) {
  const PdfObjectId id = pdf_id(handle);
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

void PdfInterpreter::run(std::string_view content, std::vector<Source> sources,
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

bool PdfInterpreter::execute(std::string_view name, PdfLexer& lexer) {
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

std::string PdfInterpreter::name_operand() const {
  for (auto it = operands_.rbegin(); it != operands_.rend(); ++it) {
    if (it->type == PdfToken::Type::kName) return pdf_name_text(it->raw);
  }
  return "";
}

bool PdfInterpreter::execute_state(std::string_view name) {
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

void PdfInterpreter::set_external_state() {
  QPDFObjectHandle entry = pdf_lookup(frame_->resources, "/ExtGState", name_operand());
  if (!entry.isDictionary()) return;
  QPDFObjectHandle alpha = entry.getKey("/ca");
  if (alpha.isNumber()) graphics_.transparent = alpha.getNumericValue() < kAlphaVisibleMin;
  QPDFObjectHandle font = entry.getKey("/Font");
  if (!font.isArray() || font.getArrayNItems() != 2) return;
  graphics_.font = state_.font(font.getArrayItem(0));
  QPDFObjectHandle size = font.getArrayItem(1);
  if (size.isNumber()) graphics_.size = size.getNumericValue();
}

bool PdfInterpreter::execute_color(std::string_view name) {
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
    QPDFObjectHandle entry = pdf_lookup(frame_->resources, "/ColorSpace", space);
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

void PdfInterpreter::set_color() {
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

void PdfInterpreter::add_point(PdfPoint p) noexcept {
  const PdfPoint at = graphics_.ctm.apply(p);
  if (!has_path_) path_ = PdfBox::at(at);
  path_.include(at);
  has_path_ = true;
}

bool PdfInterpreter::execute_path(std::string_view name) {
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

void PdfInterpreter::end_path(bool fill) {
  if (has_path_ && fill && !graphics_.transparent) {
    backdrop_.paint(path_.intersect(graphics_.clip),
                    path_is_box_ ? graphics_.fill : PdfColor::unknown());
  }
  if (has_path_ && clip_pending_) graphics_.clip = graphics_.clip.intersect(path_);
  has_path_ = false;
  path_is_box_ = true;
  clip_pending_ = false;
}

void PdfInterpreter::paint_image() {
  const PdfBox box = PdfBox::around({0, 0, 1, 1}, graphics_.ctm).intersect(graphics_.clip);
  backdrop_.paint(box, PdfColor::unknown());
  if (box.intersect(page_).area() >= kImageCoverMin * page_.area()) page_image_ = true;
}

void PdfInterpreter::paint_object() {
  QPDFObjectHandle object = pdf_lookup(frame_->resources, "/XObject", name_operand());
  if (!object.isStream()) return;
  QPDFObjectHandle subtype = object.getDict().getKey("/Subtype");
  if (!subtype.isName()) return;
  if (subtype.getName() == "/Image") paint_image();
  if (subtype.getName() == "/Form") run_form(object);
}

void PdfInterpreter::run_form(QPDFObjectHandle form) {
  const PdfObjectId id = pdf_id(form);
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

  const PdfGraphicsState before = graphics_;
  const PdfMatrix text = text_;
  const PdfMatrix line = line_;
  std::vector<PdfGraphicsState> outer_saved;
  outer_saved.swap(saved_);
  const std::size_t outer_unsaved = std::exchange(unsaved_, 0);
  std::vector<PdfToken> outer_operands;
  outer_operands.swap(operands_);

  QPDFObjectHandle dictionary = form.getDict();
  if (const auto n = pdf_numbers(dictionary.getKey("/Matrix"), 6)) {
    graphics_.ctm =
        PdfMatrix{(*n)[0], (*n)[1], (*n)[2], (*n)[3], (*n)[4], (*n)[5]}.then(graphics_.ctm);
  }
  if (const auto box = pdf_box(dictionary.getKey("/BBox"))) {
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

void PdfInterpreter::execute_marked(std::string_view name) {
  if (name == "BDC" || name == "DP") add_alternative();
}

// Takes the replacement texts from the property list of marked content, which is
// among the operands or named by one.
void PdfInterpreter::add_alternative() {
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
    add_alternative_text(pdf_lookup(frame_->resources, "/Properties", name_operand()));
  }
}

void PdfInterpreter::add_alternative_text(QPDFObjectHandle properties) {
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

}  // namespace credence
