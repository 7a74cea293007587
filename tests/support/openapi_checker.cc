#include "tests/support/openapi_checker.h"

#include <algorithm>
#include <cctype>
#include <regex>

#include <simdjson.h>

namespace credence {
namespace {

namespace dom = simdjson::dom;

std::optional<dom::element> member(dom::element object, std::string_view key) {
  dom::element value;
  // simdjson's own lookup unescapes nothing, and path templates hold no escapes.
  dom::object members;
  if (object.get(members) != simdjson::SUCCESS) return std::nullopt;
  for (const auto& [name, candidate] : members) {
    if (name == key) return candidate;
  }
  return std::nullopt;
}

std::string_view text_of(dom::element value) {
  std::string_view text;
  return value.get(text) == simdjson::SUCCESS ? text : std::string_view();
}

std::vector<std::string_view> segments(std::string_view path) {
  std::vector<std::string_view> parts;
  path = path.substr(0, path.find('?'));
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::size_t end = std::min(path.find('/'), path.size());
    parts.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return parts;
}

bool path_matches(std::string_view pattern, std::string_view path) {
  const auto expected = segments(pattern);
  const auto actual = segments(path);
  return expected.size() == actual.size() &&
         std::equal(expected.begin(), expected.end(), actual.begin(),
                    [](std::string_view a, std::string_view b) {
                      return a == b || (a.starts_with('{') && !b.empty());
                    });
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

constexpr std::string_view kKnownKeywords[] = {
    "$ref",         "type",     "enum",     "const",     "required",    "properties",
    "items",        "minItems", "maxItems", "minLength", "maxLength",   "minimum",
    "maximum",      "pattern",  "format",   "default",   "description", "additionalProperties",
    "minProperties"};

class SchemaCheck {
 public:
  SchemaCheck(dom::element root, std::vector<std::string>& defects)
      : root_(root), defects_(defects) {}

  void check(dom::element schema, dom::element value, const std::string& where) {
    dom::object keywords;
    if (schema.get(keywords) != simdjson::SUCCESS) return defect(where, "schema is no object");
    for (const auto& [name, content] : keywords) {
      if (std::find(std::begin(kKnownKeywords), std::end(kKnownKeywords), name) ==
          std::end(kKnownKeywords)) {
        defect(where, "unknown keyword " + std::string(name));
      }
    }
    if (const auto reference = member(schema, "$ref")) {
      static constexpr std::string_view kPrefix = "#/components/schemas/";
      const std::string_view target = text_of(*reference);
      const auto found = member(schemas(), target.substr(std::min(kPrefix.size(), target.size())));
      if (!target.starts_with(kPrefix) || !found) return defect(where, "dangling $ref");
      return check(*found, value, where);
    }
    check_type(schema, value, where);
    check_values(schema, value, where);
    check_object(schema, value, where);
    check_array(schema, value, where);
  }

 private:
  [[nodiscard]] dom::element schemas() const {
    return *member(*member(root_, "components"), "schemas");
  }
  void defect(const std::string& where, const std::string& what) {
    defects_.push_back(where + ": " + what);
  }

  void check_type(dom::element schema, dom::element value, const std::string& where) {
    const auto type = member(schema, "type");
    if (!type) return defect(where, "schema without a type");
    const std::string_view name = text_of(*type);
    const bool whole = value.is_int64() || value.is_uint64();
    const bool fits =
        (name == "object" && value.is_object()) || (name == "array" && value.is_array()) ||
        (name == "string" && value.is_string()) || (name == "boolean" && value.is_bool()) ||
        (name == "integer" && whole) || (name == "number" && (whole || value.is_double()));
    if (!fits) defect(where, "is no " + std::string(name));
  }

  void check_values(dom::element schema, dom::element value, const std::string& where) {
    const std::string shown = simdjson::minify(value);
    if (const auto wanted = member(schema, "const"); wanted && simdjson::minify(*wanted) != shown) {
      defect(where, shown + " is not the constant");
    }
    if (const auto allowed = member(schema, "enum")) {
      bool found = false;
      for (const dom::element one : dom::array(*allowed)) {
        found = found || simdjson::minify(one) == shown;
      }
      if (!found) defect(where, shown + " is not in the enum");
    }
    if (value.is_string()) {
      const std::string_view text = text_of(value);
      range(schema, "minLength", "maxLength", static_cast<double>(text.size()), where);
      if (const auto pattern = member(schema, "pattern");
          pattern &&
          !std::regex_search(std::string(text), std::regex(std::string(text_of(*pattern))))) {
        defect(where, shown + " does not match the pattern");
      }
    }
    double number = 0;
    if (value.get(number) == simdjson::SUCCESS) range(schema, "minimum", "maximum", number, where);
  }

  void check_object(dom::element schema, dom::element value, const std::string& where) {
    dom::object members;
    if (value.get(members) != simdjson::SUCCESS) return;
    range(schema, "minProperties", "", static_cast<double>(members.size()), where);
    if (const auto required = member(schema, "required")) {
      for (const dom::element name : dom::array(*required)) {
        if (!member(value, text_of(name))) defect(where, std::string(text_of(name)) + " missing");
      }
    }
    const auto properties = member(schema, "properties");
    const auto closed = member(schema, "additionalProperties");
    for (const auto& [name, content] : members) {
      const auto known = properties ? member(*properties, name) : std::nullopt;
      if (known) {
        check(*known, content, where + "." + std::string(name));
      } else if (closed) {
        defect(where, "has " + std::string(name) + ", which the schema does not know");
      }
    }
  }

  void check_array(dom::element schema, dom::element value, const std::string& where) {
    dom::array items;
    if (value.get(items) != simdjson::SUCCESS) return;
    range(schema, "minItems", "maxItems", static_cast<double>(items.size()), where);
    const auto of = member(schema, "items");
    if (!of) return defect(where, "array schema without items");
    std::size_t index = 0;
    for (const dom::element item : items) {
      check(*of, item, where + "[" + std::to_string(index++) + "]");
    }
  }

  void range(dom::element schema, std::string_view low, std::string_view high, double value,
             const std::string& where) {
    double bound = 0;
    if (const auto least = member(schema, low); least && !least->get(bound) && value < bound) {
      defect(where, "is below " + std::string(low));
    }
    if (const auto most = member(schema, high); most && !most->get(bound) && value > bound) {
      defect(where, "is above " + std::string(high));
    }
  }

  dom::element root_;
  std::vector<std::string>& defects_;
};

}  // namespace

struct OpenApiChecker::Impl {
  dom::parser parser;
  dom::element root;

  [[nodiscard]] std::optional<dom::element> operation(std::string_view method,
                                                      std::string_view path) const {
    const std::string verb = method == "HEAD" ? "get" : lower(method);
    for (const auto& [pattern, methods] : dom::object(*member(root, "paths"))) {
      if (!path_matches(pattern, path)) continue;
      if (const auto found = member(methods, verb)) return found;
    }
    return std::nullopt;
  }

  void check_body(dom::element content, std::string_view content_type, std::string_view body,
                  std::vector<std::string>& defects) const {
    const std::string_view type = content_type.substr(0, content_type.find(';'));
    const auto media = member(content, type);
    if (!media) {
      defects.push_back("content type " + std::string(type) + " is not promised");
      return;
    }
    if (type != "application/json" && type != "application/problem+json") return;
    dom::parser body_parser;
    dom::element value;
    if (body_parser.parse(body.data(), body.size()).get(value) != simdjson::SUCCESS) {
      defects.push_back("the body is no JSON");
      return;
    }
    const auto schema = member(*media, "schema");
    // The document itself is served too; it is no part of its own schema.
    if (!member(*schema, "$ref")) return;
    SchemaCheck(root, defects).check(*schema, value, "$");
  }
};

OpenApiChecker::OpenApiChecker(std::string document) : impl_(std::make_unique<Impl>()) {
  impl_->root = impl_->parser.parse(document);
}
OpenApiChecker::~OpenApiChecker() = default;

std::vector<std::string> OpenApiChecker::check(const Exchange& exchange) const {
  std::vector<std::string> defects;
  const auto operation = impl_->operation(exchange.method, exchange.path);
  if (!operation) return {"no such operation"};
  const auto responses = *member(*operation, "responses");
  auto response = member(responses, std::to_string(exchange.status));
  if (!response && exchange.status >= 400) response = member(responses, "default");
  if (!response) return {"status " + std::to_string(exchange.status) + " is not promised"};
  impl_->check_body(*member(*response, "content"), exchange.content_type, exchange.body, defects);
  return defects;
}

std::vector<std::string> OpenApiChecker::check_request(std::string_view method,
                                                       std::string_view path,
                                                       std::string_view body) const {
  std::vector<std::string> defects;
  const auto operation = impl_->operation(method, path);
  if (!operation) return {"no such operation"};
  const auto request = member(*operation, "requestBody");
  if (!request) return {"no body is accepted"};
  impl_->check_body(*member(*request, "content"), "application/json", body, defects);
  return defects;
}

std::vector<std::string> OpenApiChecker::operations() const {
  std::vector<std::string> all;
  for (const auto& [path, methods] : dom::object(*member(impl_->root, "paths"))) {
    for (const auto& [verb, operation] : dom::object(methods)) {
      std::string name(verb);
      std::transform(name.begin(), name.end(), name.begin(),
                     [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
      all.push_back(name + " " + std::string(path));
    }
  }
  return all;
}

}  // namespace credence
