// A message to the author of a policy: what is wrong, where, and what to do about it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/span.h"

namespace writ {

struct DiagnosticLabel {
  Span span;
  std::string text;
};

struct Diagnostic {
  std::string id;        // stable, ours: "REGO0207"
  std::string opa_code;  // OPA's: "rego_unsafe_var_error"
  std::string message;   // OPA's wording where OPA has one: "var x is unsafe"
  std::vector<std::string> lines;  // what OPA prints below it, a line each: "have: (string)"
  std::string details;   // OPA's details as members of a JSON object, on one line; may be empty
  Span span;
  std::vector<DiagnosticLabel> labels;  // further places, each with a note on why it matters
  std::string help;                     // what to do; may be empty
  bool shows_line = false;              // OPA prints the source line with it (errors its parser finds while reading)
};

// Sorted by file, offset, code and message, as OPA shows them; those without a place are last. By the names of the files.
void sort_diagnostics(std::vector<Diagnostic>& diagnostics, const SourceMap& sources);

// Where a diagnostic with a place is, as OPA counts: to its scanner the end of the text is where the last character is.
Position position_of(const Diagnostic& diagnostic, const SourceMap& sources);

// "1 error occurred: a.rego:3: rego_parse_error: …", or "N errors occurred:\n…" with one a line, as OPA prints them:
// row and column replace a missing file name. No line feed at the end.
std::string render_opa(const std::vector<Diagnostic>& diagnostics, const SourceMap& sources);

// The form people read: code, caret line, labels, help. With colour only on request. Ends in a line feed.
std::string render_human(const std::vector<Diagnostic>& diagnostics, const SourceMap& sources, bool colour);

// OPA's {"errors":[{"message","code","location":{"file","row","col"},"details":{"id","help"}}]}, indented by two
// spaces. Details hold OPA's "line" and "idx" too where OPA shows the line. No line feed at the end.
std::string render_json(const std::vector<Diagnostic>& diagnostics, const SourceMap& sources);

}  // namespace writ
