#include "cli/decision_line.h"

#include "engine/api/values.h"
#include "engine/base/digest.h"

namespace writ::cli {

namespace {

// Messages may quote any bytes of an input.
constexpr JsonFormat kLine{JsonEscape::kText};

void write_error(JsonWriter& json, const Error& error, ErrorCode code, uint64_t line) {
  json.key("error").begin_object().member("code", error_code_name(code));
  json.member("message", error.detail.empty() ? error_code_text(code) : std::string_view(error.detail));
  if (!error.opa_code.empty()) json.member("opa_code", error.opa_code);
  if (!error.file.empty()) json.member("file", error.file);
  if (line > 0) json.member("line", line);
  if (error.row > 0) json.member("row", error.row).member("column", error.column);
  json.end_object();
}

void write_digest(JsonWriter& json, std::string_view name, const Digest& digest) {
  json.member(name, digest_text(digest));
}

void write_digests(JsonWriter& json, const Decision& decision) {
  json.member("decision_id", decision.decision_id).key("digest").begin_object();
  write_digest(json, "decision", decision.digests.decision);
  write_digest(json, "input", decision.digests.input);
  write_digest(json, "outcome", decision.digests.outcome);
  json.end_object();
}

}  // namespace

void append_decision_line(std::string& out, const Decision& decision, uint64_t line) {
  JsonWriter json(out, kLine);
  json.begin_object();
  json.member("verdict", verdict_name(decision.verdict)).member("status", status_name(decision.status));
  if (decision.status == Status::kDefined) append_cj1(json.key("result").raw(), decision.value);
  if (decision.status == Status::kError) write_error(json, decision.error, decision.code, line);
  json.key("fuel").quoted_number(decision.fuel);
  if (!decision.record.empty()) write_digests(json, decision);
  json.end_object();
  out += '\n';
}

void append_error_line(std::string& out, const Error& error, uint64_t line) {
  JsonWriter json(out, kLine);
  json.begin_object().member("verdict", verdict_name(Verdict::kError)).member("status", status_name(Status::kError));
  write_error(json, error, error.code, line);
  json.key("fuel").quoted_number(0).end_object();
  out += '\n';
}

}  // namespace writ::cli
