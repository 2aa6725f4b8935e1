// strings.render_template: a Go template filled with variables. OPA writes the variables as text and reads that as JSON, so
// what is no JSON as text of Rego is an error: sets, keys that are not strings, strings with characters that Go escapes as
// JSON does not.
#include <string>

#include "engine/builtins/go_json.h"
#include "engine/builtins/patterns.h"
#include "engine/builtins/support.h"
#include "engine/builtins/templates/template.h"
#include "engine/builtins/templates/template_run.h"
#include "engine/value/text.h"

namespace writ {

namespace {

constexpr std::string_view kNoValue = "<no value>";
// In fuel, of parsing a byte.
constexpr uint64_t kUnitsPerByte = 4;

// What has no value is shown as Rego calls it.
Value shown_as_undefined(BuiltinCall& call, const std::string& text) {
  ChargedText out(call);
  size_t at = 0;
  for (size_t found = text.find(kNoValue); found != std::string::npos; found = text.find(kNoValue, at)) {
    out.append(std::string_view(text).substr(at, found - at));
    out.append("<undefined>");
    at = found + kNoValue.size();
  }
  out.append(std::string_view(text).substr(at));
  return out.finish();
}

}  // namespace

Value builtin_strings_render_template(BuiltinCall& call) {
  std::string_view text = call[0].text();
  charge_value(call, call[1]);
  GoJsonPrefix json;
  if (!read_go_json_prefix(to_rego(call[1]), nullptr, &json)) return call.fault(std::move(json.error));
  std::string fault;
  auto parse = [&] { return Template::parse(text, &fault); };
  std::string key = "template:" + std::string(text);
  uint64_t size = kUnitsPerByte * text.size();
  const CompiledArgument* kept = call.services.patterns().compiled(key, size, Template::memory_of(text), parse);
  if (kept == nullptr) return call.fault(std::move(fault));
  ChargedText out(call);
  const auto& parsed = static_cast<const Template&>(*kept);
  if (!run_template(call, parsed, call[1], out, &fault)) return call.fault(std::move(fault));
  return shown_as_undefined(call, out.text());
}

}  // namespace writ
