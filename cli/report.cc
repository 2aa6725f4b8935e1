// One ErrorReport for each kind of error: what the checker found, what ended an evaluation, what could not be loaded. The
// forms differ in what they show, not in the facts: code, message and place come from one Error or Diagnostic. Where OPA
// has other words for an end than the engine (as_opa_says), all forms use OPA's.
#include "cli/report.h"

#include <algorithm>
#include <ostream>

#include "cli/files.h"

namespace writ::cli {

namespace {

constexpr std::string_view kCancelled = "eval_cancel_error";

constexpr JsonFormat kReport{JsonEscape::kHtml, "  "};

std::string occurred(const std::vector<std::string>& lines) {
  if (lines.size() == 1) return "1 error occurred: " + lines[0];
  std::string text = std::to_string(lines.size()) + " errors occurred:";
  for (const std::string& line : lines) text += "\n" + line;
  return text;
}

}  // namespace

void write_location(JsonWriter& json, std::string_view file, uint32_t row, uint32_t column) {
  json.key("location").begin_object().member("file", file).member("row", row).member("col", column).end_object();
}

void write_traceback(JsonWriter& json, const Traceback& traceback) {
  if (traceback.empty()) return;
  json.key("stack_trace").begin_array();
  for (size_t i = 0; i < traceback.size(); ++i) {
    json.begin_object().member("query_id", traceback.size() - 1 - i);
    write_location(json, traceback[i].file, traceback[i].row, traceback[i].column);
    json.end_object();
  }
  json.end_array();
}

Error as_opa_says(Error error) {
  std::string_view text;
  if (error.code == ErrorCode::E_DEADLINE) text = "context deadline exceeded";
  if (error.code == ErrorCode::E_CANCEL) text = "caller cancelled query execution";
  if (text.empty()) return error;
  Error result;
  result.code = error.code;
  result.opa_code = kCancelled;
  result.detail = text;
  return result;
}

void write_details(JsonWriter& json, const Error& error) {
  if (error.opa_code != kCancelled) return;
  json.key("details").begin_object().member("id", error_code_name(error.code)).end_object();
}

std::string failure_code(const Error& error) {
  return error.opa_code.empty() ? std::string(error_code_name(error.code)) : error.opa_code;
}

std::string failure_line(const Error& error) {
  std::string line;
  if (!error.file.empty()) {
    line = error.file + ":" + (error.row > 0 ? std::to_string(error.row) + ":" : "") + " ";
  } else if (error.row > 0) {
    line = std::to_string(error.row) + ":" + std::to_string(error.column) + ": ";
  }
  line += failure_code(error) + ": ";
  return line + (error.detail.empty() ? std::string(error_code_text(error.code)) : error.detail);
}

Error name_conflict(Error error, const LoadedFiles& loaded) {
  constexpr std::string_view kBegin = "conflicting rule for data path ";
  constexpr std::string_view kEnd = " found";
  std::string_view text = error.detail;
  if (!text.starts_with(kBegin) || !text.ends_with(kEnd)) return error;
  text = text.substr(kBegin.size(), text.size() - kBegin.size() - kEnd.size());
  std::vector<std::string> path;
  for (size_t begin = 0; begin <= text.size();) {
    size_t end = std::min(text.find('/', begin), text.size());
    path.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  std::string name = loaded.document_at(path);
  if (!name.empty()) error.detail += ": `" + name + "` has a value there; rename the rule or remove the value";
  return error;
}

ErrorReport report_diagnostics(const std::vector<Diagnostic>& diagnostics, const SourceMap& sources, bool colour) {
  ErrorReport report;
  report.json = render_json(diagnostics, sources);
  report.text = render_opa(diagnostics, sources);
  report.human = render_human(diagnostics, sources, colour);
  if (report.human.ends_with('\n')) report.human.pop_back();
  for (const Diagnostic& diagnostic : diagnostics) {
    std::string line = diagnostic.opa_code + ": " + diagnostic.message;
    if (!diagnostic.span.is_nowhere()) {
      Position position = sources.position(diagnostic.span.file, diagnostic.span.begin);
      const std::string& name = sources.file(diagnostic.span.file).name;
      line = name + (name.empty() ? "" : ":") + std::to_string(position.row) + ":" + std::to_string(position.column) + ": " +
             line;
    }
    report.lines += (report.lines.empty() ? "" : "\n") + line;
    report.full += (report.full.empty() ? "" : "\n") + line + " [" + diagnostic.id + "]";
    if (!diagnostic.help.empty()) report.full += "\n  help: " + diagnostic.help;
  }
  return report;
}

ErrorReport report_failure(const Error& failure, const Traceback& traceback) {
  Error error = as_opa_says(failure);
  ErrorReport report;
  JsonWriter json(report.json, kReport);
  json.begin_object().key("errors").begin_array().begin_object();
  json.member("message", error.detail.empty() ? error_code_text(error.code) : std::string_view(error.detail));
  json.member("code", failure_code(error));
  if (error.row > 0) write_location(json, error.file, error.row, error.column);
  write_traceback(json, traceback);
  write_details(json, error);
  json.end_object().end_array().end_object();
  report.lines = failure_line(error);
  report.text = occurred({report.lines});
  if (!traceback.empty()) report.text += "\n\nTraceback:";
  for (const TraceFrame& frame : traceback) report.text += "\n  " + frame.text();
  report.human = "error: " + report.lines;
  report.full = report.lines;
  return report;
}

ErrorReport report_load_failure(const LoadFailure& failure) {
  ErrorReport report;
  JsonWriter json(report.json, kReport);
  json.begin_object().key("errors").begin_array();
  for (const Error& error : failure.errors()) {
    std::string message = describe(error, "");
    json.begin_object().member("message", message).end_object();
    report.lines += (report.lines.empty() ? "" : "\n") + message;
    report.human += (report.human.empty() ? "error: " : "\nerror: ") + message;
  }
  json.end_array().end_object();
  size_t count = failure.errors().size();
  report.text = count == 1 ? "1 error occurred during loading: "
                           : std::to_string(count) + " errors occurred during loading:\n";
  report.text += report.lines;
  report.full = report.lines;
  return report;
}

SourceMap renamed(const SourceMap& sources, const std::vector<BundleModule>& modules) {
  SourceMap result;
  for (uint32_t i = 0; i < sources.size(); ++i) {
    result.add(i < modules.size() ? modules[i].name : sources.file(i).name, sources.file(i).text);
  }
  return result;
}

void print_for_people(const ErrorReport& report, Terminal& terminal) {
  terminal.err << report.human << '\n';
}

}  // namespace writ::cli
