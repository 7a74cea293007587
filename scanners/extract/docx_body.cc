#include "scanners/extract/docx_body.h"

#include <cstdlib>
#include <utility>

#include <pugixml.hpp>

#include "scanners/core/utf8.h"

namespace credence {
namespace {

constexpr int kDepthMax = 256;
constexpr int kComparedDepthMax = 4;  // AlternateContent inside AlternateContent
constexpr std::size_t kListMax = 100'000;
constexpr std::size_t kNodesPerClock = 4'096;
constexpr std::uint32_t kWhite = 0xFFFFFF;

// What surrounds an element.
struct Context {
  DocxLook look;
  std::uint32_t background = kWhite;  // kAuto when it cannot be told
  bool hidden = false;
  bool shading_table = false;
  int depth = 0;
  int compared = 0;
};

// The text of a subtree, for comparing two of them.
void append_text(const pugi::xml_node& node, int depth, std::string& out) {
  if (depth > kDepthMax) return;
  for (const pugi::xml_node child : node.children()) {
    if (docx_local_name(child.name()) == "t") out += child.child_value();
    append_text(child, depth + 1, out);
  }
}

class BodyReader {
 public:
  BodyReader(const DocxStyles& styles, ByteSpan source, Budget& budget, DocxPart& out)
      : styles_(styles), source_(source), budget_(budget), out_(out) {}

  void read(const pugi::xml_node& root) {
    Context context;
    context.look = styles_.defaults();
    if (const pugi::xml_node page = docx_child(root, "background")) {
      const std::string_view color = docx_attribute(page, "color");
      if (color.size() == 6) {
        context.background =
            static_cast<std::uint32_t>(std::strtoul(std::string(color).c_str(), nullptr, 16));
      }
    }
    read_children(root, context);
    end_field();
  }

 private:
  void read_children(const pugi::xml_node& node, const Context& context);
  void read_element(const pugi::xml_node& node, Context context);
  bool read_inline(const pugi::xml_node& node, std::string_view name, const Context& context);
  bool read_block(const pugi::xml_node& node, std::string_view name, Context& context);
  void read_attributes(const pugi::xml_node& node, std::string_view name, const Context& context);
  void read_alternate(const pugi::xml_node& node, const Context& context);
  void end_field();

  void add(std::string_view text, const Context& context) {
    out_.text.add(text, context.hidden || context.look.is_hidden(context.background), source_);
  }
  static void keep(std::vector<std::string>& list, const char* text) {
    if (*text != '\0' && list.size() < kListMax) list.emplace_back(text);
  }

  const DocxStyles& styles_;
  ByteSpan source_;
  Budget& budget_;
  DocxPart& out_;
  std::string field_;
  std::size_t nodes_ = 0;
};

void BodyReader::read_children(const pugi::xml_node& node, const Context& context) {
  for (const pugi::xml_node child : node.children()) {
    if (!out_.complete && budget_.expired()) return;
    if (child.type() == pugi::node_element) read_element(child, context);
  }
}

void BodyReader::read_element(const pugi::xml_node& node, Context context) {
  if (++nodes_ % kNodesPerClock == 0 && budget_.expired()) out_.complete = false;
  if (++context.depth > kDepthMax) {
    out_.complete = false;
    return;
  }
  const std::string_view name = docx_local_name(node.name());
  read_attributes(node, name, context);
  if (name == "AlternateContent") {
    read_alternate(node, context);
  } else if (!read_inline(node, name, context)) {
    const bool block = read_block(node, name, context);
    read_children(node, context);
    if (block) out_.text.separate('\n');
  }
}

// Elements whose children, if any, are of no interest. True when it was one.
bool BodyReader::read_inline(const pugi::xml_node& node, std::string_view name,
                             const Context& context) {
  if (name == "t" || name == "delText") {
    add(node.child_value(), context);
  } else if (name == "tab" && node.first_attribute().empty()) {
    add("\t", context);
  } else if (name == "br" || name == "cr") {
    out_.text.separate('\n');
  } else if (name == "noBreakHyphen") {
    add("-", context);
  } else if (name == "sym") {
    std::string text;
    append_utf8(text,
                static_cast<char32_t>(std::strtoul(docx_attribute(node, "char"), nullptr, 16)));
    add(text, context);
  } else if (name == "instrText" || name == "delInstrText") {
    field_ += node.child_value();
  } else if (name == "fldChar") {
    end_field();
  } else {
    return name == "rPr" || name == "pPr" || name == "tblPr" || name == "tcPr" ||
           name == "sectPr" || name == "trPr";
  }
  return true;
}

// Elements that change how what is inside them looks. True for those that end a line.
bool BodyReader::read_block(const pugi::xml_node& node, std::string_view name, Context& context) {
  if (name == "r") {
    const pugi::xml_node properties = docx_child(node, "rPr");
    if (!properties) return false;
    const std::string_view style = docx_attribute(docx_child(properties, "rStyle"), "val");
    if (!style.empty()) context.look = context.look.with(styles_.look(style));
    context.look = context.look.with(DocxLook::of_run(properties));
    return false;
  }
  if (name == "del" || name == "moveFrom") {
    context.hidden = true;
    return false;
  }
  if (name == "tbl") {
    const pugi::xml_node properties = docx_child(node, "tblPr");
    keep(out_.properties, docx_attribute(docx_child(properties, "tblCaption"), "val"));
    keep(out_.properties, docx_attribute(docx_child(properties, "tblDescription"), "val"));
    context.shading_table =
        styles_.shades_cells(docx_attribute(docx_child(properties, "tblStyle"), "val"));
    return true;
  }
  if (name == "tc") {
    const auto shade = docx_shade(docx_child(docx_child(node, "tcPr"), "shd"));
    if (context.shading_table) context.background = DocxLook::kAuto;
    if (shade) context.background = *shade;
    return true;
  }
  if (name != "p") return false;
  out_.text.separate('\n');
  const pugi::xml_node properties = docx_child(node, "pPr");
  const std::string_view style = docx_attribute(docx_child(properties, "pStyle"), "val");
  context.look = styles_.defaults().with(styles_.look(style));
  if (const auto shade = docx_shade(docx_child(properties, "shd"))) context.background = *shade;
  return true;
}

void BodyReader::read_attributes(const pugi::xml_node& node, std::string_view name,
                                 const Context& context) {
  if (name == "docPr" || name == "cNvPr") {
    keep(out_.alternatives, docx_attribute(node, "descr"));
    keep(out_.alternatives, docx_attribute(node, "title"));
  } else if (name == "shape" || name == "imagedata") {
    keep(out_.alternatives, docx_attribute(node, "alt"));
    keep(out_.alternatives, docx_attribute(node, "title"));
  } else if (name == "textpath") {
    add(docx_attribute(node, "string"), context);
  } else if (name == "fldSimple") {
    keep(out_.fields, docx_attribute(node, "instr"));
  } else if (name == "alias" || name == "tag" || name == "docVar") {
    keep(out_.properties, docx_attribute(node, "val"));
  }
}

// Readers take either branch. The second is read only where it says something else.
void BodyReader::read_alternate(const pugi::xml_node& node, const Context& context) {
  Context inner = context;
  ++inner.compared;
  const pugi::xml_node choice = docx_child(node, "Choice");
  const pugi::xml_node fallback = docx_child(node, "Fallback");
  for (const pugi::xml_node branch : node.children()) {
    if (docx_local_name(branch.name()) == "Choice") read_children(branch, inner);
  }
  if (!fallback) return;
  if (inner.compared <= kComparedDepthMax) {
    std::string first;
    std::string second;
    append_text(choice, 0, first);
    append_text(fallback, 0, second);
    if (first == second) return;
  }
  inner.hidden = inner.hidden || choice;
  read_children(fallback, inner);
}

void BodyReader::end_field() {
  const std::size_t begin = field_.find_first_not_of(" \t\r\n");
  if (begin != std::string::npos) keep(out_.fields, field_.c_str() + begin);
  field_.clear();
}

}  // namespace

DocxPart read_docx_part(const pugi::xml_node& root, const DocxStyles& styles, ByteSpan source,
                        Budget& budget) {
  DocxPart part;
  BodyReader(styles, source, budget, part).read(root);
  return part;
}

}  // namespace credence
