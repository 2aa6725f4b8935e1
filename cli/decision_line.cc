#include "cli/decision_line.h"

#include "engine/base/digest.h"
#include "engine/value/text.h"

namespace writ::cli {

namespace {

void append_text(std::string& out, std::string_view text) {
  append_json_string(out, text, JsonEscape::kText);
}

void append_error(std::string& out, const Error& error, ErrorCode code, uint64_t line) {
  out += ",\"error\":{\"code\":";
  append_text(out, error_code_name(code));
  out += ",\"message\":";
  append_text(out, error.detail.empty() ? error_code_text(code) : std::string_view(error.detail));
  if (!error.opa_code.empty()) {
    out += ",\"opa_code\":";
    append_text(out, error.opa_code);
  }
  if (!error.file.empty()) {
    out += ",\"file\":";
    append_text(out, error.file);
  }
  if (line > 0) out += ",\"line\":" + std::to_string(line);
  if (error.row > 0) {
    out += ",\"row\":" + std::to_string(error.row) + ",\"column\":" + std::to_string(error.column);
  }
  out += "}";
}

void append_digest_member(std::string& out, std::string_view name, const Digest& digest, bool first) {
  out += first ? "" : ",";
  append_text(out, name);
  out += ":\"" + digest_text(digest) + "\"";
}

void append_evidence(std::string& out, const Decision& decision) {
  out += ",\"decision_id\":";
  append_text(out, decision.decision_id);
  out += ",\"digest\":{";
  append_digest_member(out, "decision", decision.digests.decision, true);
  append_digest_member(out, "input", decision.digests.input, false);
  append_digest_member(out, "outcome", decision.digests.outcome, false);
  out += "}";
}

}  // namespace

void append_decision_line(std::string& out, const Decision& decision, uint64_t line) {
  out += "{\"verdict\":";
  append_text(out, verdict_name(decision.verdict));
  out += ",\"status\":";
  append_text(out, status_name(decision.status));
  if (decision.status == Status::kDefined) {
    out += ",\"result\":";
    append_cj1(out, decision.value);
  }
  if (decision.status == Status::kError) append_error(out, decision.error, decision.code, line);
  out += ",\"fuel\":\"" + std::to_string(decision.fuel) + "\"";
  if (!decision.record.empty()) append_evidence(out, decision);
  out += "}\n";
}

void append_error_line(std::string& out, const Error& error, uint64_t line) {
  out += "{\"verdict\":\"error\",\"status\":\"error\"";
  append_error(out, error, error.code, line);
  out += ",\"fuel\":\"0\"}\n";
}

}  // namespace writ::cli
