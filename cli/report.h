// Errors as OPA prints them, whatever made them: diagnostics of a policy, a failure of an evaluation, a file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/terminal.h"
#include "engine/api/traceback.h"
#include "engine/base/diagnostic.h"
#include "engine/base/error.h"
#include "engine/base/json_writer.h"
#include "store/folder.h"

namespace writ::cli {

// The errors, in each form that a command can print. None of them ends in a line feed.
struct ErrorReport {
  std::string json;   // {"errors": […]}, indented
  std::string text;   // "1 error occurred: a.rego:3: …"
  std::string human;  // with caret lines where there is a source
  std::string lines;  // one line each, no drawing: "a.rego:3:5: rego_parse_error: …"
  std::string full;   // as `lines`, with help
  explicit operator bool() const { return !json.empty(); }
};

ErrorReport report_diagnostics(const std::vector<Diagnostic>& diagnostics, const SourceMap& sources, bool colour);
// Of an evaluation that had begun, with its traceback.
ErrorReport report_failure(const Error& error, const Traceback& traceback = {});
ErrorReport report_load_failure(const LoadFailure& failure);

// The failure of BoundPolicy::make, with the name of the data file that conflicts with the rule.
Error name_conflict(Error error, const LoadedFiles& loaded);

// The error of an evaluation in OPA's terms, where OPA has others for it: one that was ended from outside has a code of its
// own and no place but those of its traceback.
Error as_opa_says(Error error);
// "a.rego:3: eval_conflict_error: …", as topdown's errors print.
std::string failure_line(const Error& error);
// OPA's code for it, or ours where OPA has none.
std::string failure_code(const Error& error);

// The member "location" of an object that `json` is writing.
void write_location(JsonWriter& json, std::string_view file, uint32_t row, uint32_t column);

// The member "stack_trace" of such an object: places, and the depth of each as query_id. Nothing of an empty traceback.
void write_traceback(JsonWriter& json, const Traceback& traceback);

// The member "details" of an error that as_opa_says() renamed: our code, for `writ explain`.
void write_details(JsonWriter& json, const Error& error);

// Sources under other names, for messages: names[i] replaces the name of file i.
SourceMap renamed(const SourceMap& sources, const std::vector<BundleModule>& modules);

// Prints the errors on stderr in the form for people.
void print_for_people(const ErrorReport& report, Terminal& terminal);

}  // namespace writ::cli
