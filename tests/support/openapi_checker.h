#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace credence {

// Checks HTTP answers against an OpenAPI 3.1 document: that the operation exists, that it
// promises the status and the content type, and that a JSON body has the promised
// shape. Knows the part of JSON Schema that our document uses ($ref, type, enum, const,
// required, properties, additionalProperties, items, minItems, maxItems, minLength,
// maxLength, minimum, maximum, pattern); anything else in a schema is itself a defect.
class OpenApiChecker {
 public:
  // The document must be valid JSON.
  explicit OpenApiChecker(std::string document);
  ~OpenApiChecker();

  struct Exchange {
    std::string_view method;  // "GET"
    std::string_view path;    // as sent, with or without a query
    int status = 0;
    std::string_view content_type;
    std::string_view body;
  };
  // One message a defect.
  [[nodiscard]] std::vector<std::string> check(const Exchange& exchange) const;

  // Whether a request body is one that the operation accepts.
  [[nodiscard]] std::vector<std::string> check_request(std::string_view method,
                                                       std::string_view path,
                                                       std::string_view body) const;

  // "GET /healthz", … of every operation.
  [[nodiscard]] std::vector<std::string> operations() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace credence
