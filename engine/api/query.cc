// Queries: compiled on top of a policy, and how their package and imports are written to records and read back.
#include "engine/api/query.h"

#include "engine/api/policy_config.h"
#include "engine/base/error.h"
#include "engine/base/json_writer.h"
#include "engine/value/json.h"

namespace writ {

CompiledQuery Query::compile(std::shared_ptr<const Policy> policy, const QueryOptions& options) {
  lang::Compiled compiled = lang::compile(policy->sources(), policy->options(), options);
  CompiledQuery result;
  result.diagnostics = std::move(compiled.diagnostics);
  result.sources = std::move(compiled.sources);
  if (compiled.program == nullptr) return result;
  std::shared_ptr<Query> query(new Query());
  query->policy_ = std::move(policy);
  query->options_ = options;
  query->program_ = std::move(compiled.program);
  query->function_ = compiled.query_function;
  query->shape_ = std::move(compiled.query);
  result.query = std::move(query);
  return result;
}

void append_entry_call(std::string& out, std::optional<uint64_t> fuel, const QueryOptions* query) {
  JsonWriter json(out);
  json.begin_object();
  if (query != nullptr && query->capture) json.key("capture").boolean(true);
  if (fuel) json.member("fuel", *fuel);
  if (query != nullptr && !query->imports.empty()) {
    json.key("imports").begin_array();
    for (const std::string& import : query->imports) json.string(import);
    json.end_array();
  }
  if (query != nullptr && !query->package.empty()) json.member("package", query->package);
  json.end_object();
}

QueryOptions query_from_call(std::string_view text, std::string_view call) {
  QueryOptions query;
  query.text = text;
  Arena arena;
  Value object = read_json(call, arena);
  if (const Value* capture = object_find(object, "capture")) query.capture = capture->is_true();
  if (const Value* package = object_find(object, "package"); package != nullptr && package->is_string()) {
    query.package = package->text();
  }
  if (const Value* imports = object_find(object, "imports"); imports != nullptr && imports->is_array()) {
    for (const Value& import : imports->items()) {
      if (import.is_string()) query.imports.emplace_back(import.text());
    }
  }
  return query;
}

}  // namespace writ
