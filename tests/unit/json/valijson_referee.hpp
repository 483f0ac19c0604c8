// SPDX-License-Identifier: MIT
// A second opinion on schemas by valijson, which nobody here wrote.
#pragma once

#include <memory>
#include <string>

namespace rf::json {

/// A schema as valijson reads it. Throws std::runtime_error for one that it cannot use.
class ValijsonReferee {
 public:
  explicit ValijsonReferee(const std::string& schema_text);
  ~ValijsonReferee();
  /// Whether the document (a JSON text) is valid.
  bool accepts(const std::string& document_text) const;

 private:
  struct Parsed;
  std::unique_ptr<Parsed> parsed_;
};

}  // namespace rf::json
