#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scanners/core/budget.h"
#include "scanners/extract/pdf_content.h"
#include "scanners/extract/pdf_font.h"
#include "scanners/extract/pdf_graphics.h"
#include "scanners/extract/pdf_page.h"
#include "scanners/extract/pdf_qpdf.h"

// Private to the reading of PDF pages: pdf_page.cc and the interpreter's sources alone
// include it.
namespace credence {

using PdfObjectId = std::pair<int, int>;

[[nodiscard]] PdfObjectId pdf_id(QPDFObjectHandle handle);
// The entry `name` of a category ("/Font") of resources; null where there is none.
[[nodiscard]] QPDFObjectHandle pdf_lookup(const QPDFObjectHandle& resources, const char* category,
                                          const std::string& name);
// The first `count` numbers of an array, at most six.
[[nodiscard]] std::optional<std::array<double, 6>> pdf_numbers(QPDFObjectHandle array, int count);
[[nodiscard]] std::optional<PdfBox> pdf_box(const QPDFObjectHandle& array);

struct PdfGraphicsState {
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

// What outlives a page.
struct PdfReaderState {
  Budget& budget;
  std::uint64_t file_size;
  std::uint64_t operators = 0;
  std::uint32_t forms = 0;
  bool limit_reached = false;
  std::map<PdfObjectId, std::unique_ptr<PdfFont>> fonts;
  std::vector<std::unique_ptr<PdfFont>> direct_fonts;
  std::map<PdfObjectId, std::string> form_bytes;
  std::size_t form_bytes_size = 0;

  PdfReaderState(Budget& b, std::uint64_t size) : budget(b), file_size(size) {}

  // Accounts for operators; false once a limit is reached.
  bool spend(std::uint64_t count) noexcept;
  // The font of a resource, loaded once; null where a limit is reached.
  const PdfFont* font(const QPDFObjectHandle& handle);
};

// Runs the operators of one page and of the forms it draws.
class PdfInterpreter {
 public:
  PdfInterpreter(PdfReaderState& state, PdfPageText& out, const PdfBox& page)
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

  PdfReaderState& state_;
  PdfPageText& out_;
  PdfBox page_;
  PdfGraphicsState graphics_;
  std::vector<PdfGraphicsState> saved_;
  std::size_t unsaved_ = 0;  // q beyond kStatesMax
  PdfMatrix text_;
  PdfMatrix line_;
  PdfBackdrop backdrop_;
  std::vector<PdfToken> operands_;
  Frame* frame_ = nullptr;
  std::set<PdfObjectId> active_forms_;
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

}  // namespace credence
