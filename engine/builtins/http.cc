// http.send: the request is checked here, the host sends it, and the response is read here [S-12.14].
//
// The host answers with what came over the network and no more: status, headers and the bytes of the body, or an object
// {"status_code": 0, "error": {"code", "message"}}. That is what a record holds. What OPA makes of it, `body` and the
// fault, is made from it again in every replay. A body that is not UTF-8 comes as `raw_body_base64`, because no record
// could hold it as it is. An answer without these members, as of a host that makes up responses, is passed on.
#include <vector>

#include "engine/base/base64.h"
#include "engine/base/error.h"
#include "engine/builtins/go_json.h"
#include "engine/builtins/http_media.h"
#include "engine/builtins/http_request.h"
#include "engine/builtins/support.h"
#include "engine/builtins/yaml.h"
#include "engine/value/build.h"
#include "engine/value/order.h"
#include "engine/value/text.h"

namespace writ {

namespace {

[[noreturn]] void blame_host(std::string_view what) {
  throw Failure(ErrorCode::E_OUTSIDE, "http.send was answered with " + std::string(what));
}

// The first value of the header "content-type", of an object of arrays.
std::string_view content_type_of(const Value& response) {
  const Value* headers = object_find(response, "headers");
  if (headers == nullptr || !headers->is_object()) return {};
  const Value* values = object_find(*headers, "content-type");
  if (values == nullptr || !values->is_array() || values->size == 0 || !values->items()[0].is_string()) return {};
  return values->items()[0].text();
}

// Text that does not begin with JSON is null; what follows JSON is passed over.
Value json_body(BuiltinCall& call, std::string_view text) {
  GoJsonPrefix json;
  if (!read_go_json_prefix(text, &call.arena, &json)) return Value::null();
  if (!json.refusal.empty()) throw HttpRefusal{kHttpInternalError, std::string(json.refusal)};
  if (json.is_out_of_range) throw Failure(ErrorCode::E_NUM_RANGE, "a number is outside the supported range");
  return json.value;
}

Value yaml_body(BuiltinCall& call, std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (is_go_json(text)) return json_body(call, text);
  std::string error;
  Value value = yaml_parse(text, call.arena, &error);
  return value.is_defined() ? value : Value::null();
}

Value body_of(BuiltinCall& call, const Value& response, const Value& request, std::string_view text) {
  bool force_json = read_http_switch(request, "force_json_decode");
  bool force_yaml = read_http_switch(request, "force_yaml_decode");
  HttpMedia media = http_media(content_type_of(response));
  charge_elements(call, text.size() / 4);
  if (force_json || media == HttpMedia::kJson) return json_body(call, text);
  if (force_yaml || media == HttpMedia::kYaml) return yaml_body(call, text);
  return Value::null();
}

// With the body read, if the host left that to us.
Value complete(BuiltinCall& call, const Value& response, const Value& request) {
  const Value* encoded = object_find(response, "raw_body_base64");
  const Value* raw = encoded != nullptr ? encoded : object_find(response, "raw_body");
  if (raw == nullptr || !raw->is_string() || object_find(response, "body") != nullptr) return response;
  Value text = *raw;
  if (encoded != nullptr) {
    charge_bytes(call, raw->text().size());
    std::optional<std::string> bytes = read_base64(raw->text());
    if (!bytes) blame_host("a `raw_body_base64` that is not base64");
    text = text_value(call, *bytes);
  }
  ObjectBuilder completed(call.arena);
  for (const Entry& member : response.members()) {
    if (!member.key.is_string() || member.key.text() != "raw_body_base64") completed.insert(member.key, member.value);
  }
  completed.insert("raw_body", text);
  completed.insert("body", body_of(call, response, request, text.text()));
  return completed.finish();
}

// An answer with status code 0 is none: the error says why.
void check_error(const Value& response) {
  const Value* status = object_find(response, "status_code");
  const Value* error = object_find(response, "error");
  if (status == nullptr || !status->is_int64() || status->integer != 0 || error == nullptr) return;
  const Value* code = error->is_object() ? object_find(*error, "code") : nullptr;
  const Value* message = error->is_object() ? object_find(*error, "message") : nullptr;
  if (code == nullptr || message == nullptr || !code->is_string() || !message->is_string()) {
    blame_host("an error that has no code or no message");
  }
  std::string_view which = code->text() == kHttpNetworkError ? kHttpNetworkError : kHttpInternalError;
  throw HttpRefusal{which, std::string(message->text())};
}

// The host gets the list as a second argument, {"allow_net": [...]}, because redirects are followed behind it.
Value call_host(BuiltinCall& call, const Value& request) {
  const std::vector<std::string>* hosts = call.services.allowed_hosts();
  if (hosts == nullptr) return call.services.call_host(call.name, {&request, 1});
  ArrayBuilder list(call.arena);
  for (const std::string& host : *hosts) list.append(text_value(call, host));
  ObjectBuilder restrictions(call.arena);
  restrictions.insert("allow_net", list.finish());
  const Value arguments[] = {request, restrictions.finish()};
  return call.services.call_host(call.name, arguments);
}

Value send(BuiltinCall& call) {
  Value request = read_http_request(call);
  Value response = call_host(call, request);
  if (!response.is_defined()) return response;
  if (!response.is_object()) blame_host("something that is not an object");
  check_error(response);
  return complete(call, response, request);
}

Value error_answer(BuiltinCall& call, const HttpRefusal& refusal) {
  std::string message = refusal.message;
  if (refusal.code == kHttpInternalError && !refusal.is_plain) {
    message = (refusal.is_type_fault ? "eval_type_error: " : "eval_builtin_error: ") + std::string(call.name) + ": " +
              message;
  }
  ObjectBuilder error(call.arena), answer(call.arena);
  error.insert("code", Value::string(refusal.code));
  error.insert("message", text_value(call, message));
  answer.insert("error", error.finish());
  answer.insert("status_code", Value::of(int64_t{0}));
  return answer.finish();
}

}  // namespace

Value builtin_http_send(BuiltinCall& call) {
  bool raise = true;
  if (!read_raise_error(call, &raise)) return Value::undefined();
  try {
    return send(call);
  } catch (const HttpRefusal& refusal) {
    if (!raise) return error_answer(call, refusal);
    if (!refusal.is_type_fault) return call.fault(refusal.message);
    call.fault(refusal.message);
    call.type_fault = true;
    return Value::undefined();
  }
}

}  // namespace writ
