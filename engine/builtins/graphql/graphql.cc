// The built-ins of GraphQL: what their arguments may be, and what they answer.
//
// Queries and schemas are texts, or the trees of such as objects. A schema is compiled once and kept: first its
// document, then what queries are validated against (schema.h); both are kept with the error, if they have one, so that
// a schema that is wrong costs the same. Queries are read at every call.
//
// Of the six, only graphql.parse and those that read one document say what is wrong.
#include <charconv>
#include <memory>
#include <string>
#include <utility>

#include "engine/builtins/graphql/ast.h"
#include "engine/builtins/graphql/convert.h"
#include "engine/builtins/graphql/parser.h"
#include "engine/builtins/graphql/schema.h"
#include "engine/builtins/graphql/validate.h"
#include "engine/builtins/patterns.h"
#include "engine/builtins/support.h"
#include "engine/value/build.h"
#include "engine/value/text.h"

namespace writ {

using namespace graphql;

namespace {

// --- Schemas ---------------------------------------------------------------------------------------------------------

// The document of a schema, or why there is none. Owns the text it was made from.
struct SchemaSource {
  Arena arena;
  SchemaDocument document;
  std::string error;
  uint64_t work = 0;    // of loading it
  uint64_t memory = 0;  // of what that makes
};

class ParsedSchema : public CompiledArgument {
 public:
  std::shared_ptr<SchemaSource> source = std::make_shared<SchemaSource>();
};

class LoadedSchema : public CompiledArgument {
 public:
  std::shared_ptr<const SchemaSource> source;  // whose nodes the schema points to
  std::unique_ptr<const Schema> schema;
  std::string error;
};

// What a message of the library is in OPA: places go to the end.
std::string opa_error(std::string_view text) {
  constexpr size_t kParts = 4;
  std::string_view parts[kParts];
  std::string_view rest = text;
  for (size_t i = 0; i + 1 < kParts; i++) {
    size_t colon = rest.find(':');
    if (colon == rest.npos) return "GraphQL parse error: " + std::string(text);
    parts[i] = rest.substr(0, colon);
    rest.remove_prefix(colon + 1);
  }
  auto is_number = [](std::string_view part) {
    return !part.empty() && part.find_first_not_of("0123456789") == part.npos;
  };
  if (!is_number(parts[1]) || !is_number(parts[2])) return "GraphQL parse error: " + std::string(text);
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  if (rest.ends_with(".\n")) rest.remove_suffix(2);
  std::string message(rest);
  return message.append(" in GraphQL string at location ").append(parts[1]).append(":").append(parts[2]);
}

// Whether an argument may be a document.
bool is_document(const Value& argument) { return argument.is_string() || argument.is_object(); }

// The argument as text: a schema, or the JSON of its tree.
std::string schema_text(BuiltinCall& call, const Value& argument) {
  if (argument.is_string()) {
    charge_bytes(call, 4 * argument.size);
    return std::string(argument.text());
  }
  charge_value(call, argument);
  return to_json(argument);
}

void read_schema(const Value& argument, SchemaSource& source) {
  bool is_read = false;
  if (argument.is_string()) {
    std::string error;
    is_read = parse_schema(source.arena, source.arena.copy(argument.text()), Position::Source::kInput, &source.document,
                           &error);
    if (!is_read) source.error = opa_error(error);
  } else {
    is_read = from_value(source.arena, deep_copy(source.arena, argument, false), &source.document, &source.error);
  }
  if (!is_read) return;
  source.work = load_work(source.document);
  source.memory = load_memory(source.document);
}

std::shared_ptr<SchemaSource> parsed_schema(BuiltinCall& call, const Value& argument, const std::string& text) {
  // A byte of text makes at most so many bytes of nodes: "[[][][]…" does.
  constexpr uint64_t kBytesOfByte = 160;
  std::string key = (argument.is_string() ? "graphql text:" : "graphql tree:") + text;
  auto compile = [&]() -> std::unique_ptr<const CompiledArgument> {
    auto parsed = std::make_unique<ParsedSchema>();
    read_schema(argument, *parsed->source);
    return parsed;
  };
  uint64_t work = text.size() / 4 + 64;
  uint64_t memory = text.size() * kBytesOfByte + 4096;
  return static_cast<const ParsedSchema&>(*call.services.patterns().compiled(key, work, memory, compile)).source;
}

// Valid until the next call on the cache; with an error if the document is no schema.
const LoadedSchema& loaded_schema(BuiltinCall& call, const Value& argument, const std::string& text,
                                  const std::shared_ptr<SchemaSource>& source) {
  std::string key = (argument.is_string() ? "graphql schema of text:" : "graphql schema of tree:") + text;
  auto compile = [&]() -> std::unique_ptr<const CompiledArgument> {
    auto loaded = std::make_unique<LoadedSchema>();
    loaded->source = source;
    loaded->schema = Schema::load(source->document, &loaded->error);
    return loaded;
  };
  return static_cast<const LoadedSchema&>(
      *call.services.patterns().compiled(key, source->work, source->memory + text.size(), compile));
}

// --- Queries ---------------------------------------------------------------------------------------------------------

bool read_query(BuiltinCall& call, const Value& argument, QueryDocument* document, std::string* error) {
  if (argument.is_string()) {
    charge_bytes(call, 8 * argument.size);
    if (parse_query(call.arena, argument.text(), document, error)) return true;
    *error = opa_error(*error);
    return false;
  }
  charge_value(call, argument);
  return from_value(call.arena, argument, document, error);
}

// A query and a schema, read and validated as far as they are right.
class Check {
 public:
  explicit Check(BuiltinCall& call) : call_(call) {}

  // False if something is wrong. With `trees`, query() and schema() are made on the way.
  bool run(bool with_trees, bool with_texts);
  const std::string& error() const { return error_; }
  const Value& query() const { return query_; }
  const Value& schema() const { return schema_; }

 private:
  bool fail(std::string error) {
    error_ = std::move(error);
    return false;
  }

  BuiltinCall& call_;
  std::string error_;
  Value query_;
  Value schema_;
};

bool Check::run(bool with_trees, bool with_texts) {
  QueryDocument document;
  if (!read_query(call_, call_[0], &document, &error_)) return false;
  std::string text = schema_text(call_, call_[1]);
  std::shared_ptr<SchemaSource> source = parsed_schema(call_, call_[1], text);
  if (!source->error.empty()) return fail(source->error);
  if (with_trees) {
    schema_ = to_value(call_, source->document, true);
    query_ = to_value(call_, document, false);
  }
  const LoadedSchema& loaded = loaded_schema(call_, call_[1], text, source);
  if (loaded.schema == nullptr) return fail("Error in gqlparser SchemaDocument to Schema conversion: " + loaded.error);
  Walk walk(call_, *loaded.schema, document, with_texts);
  return walk.run() || fail(with_texts ? opa_error(walk.errors()) : "");
}

Value fault_document(BuiltinCall& call, size_t n, const Value& argument) {
  std::string text = "must be one of {string, object} but got ";
  return call.fault_argument(n, text.append(kind_name(argument.kind)));
}

}  // namespace

// OPA counts the operands of this one from 0.
Value builtin_graphql_parse(BuiltinCall& call) {
  if (!is_document(call[0])) return fault_document(call, 0, call[0]);
  if (!is_document(call[1])) {
    QueryDocument document;
    std::string error;
    if (!read_query(call, call[0], &document, &error)) return call.fault(error);
    return fault_document(call, 1, call[1]);
  }
  Check check(call);
  if (!check.run(true, true)) return call.fault(check.error());
  const Value answer[] = {check.query(), check.schema()};
  return make_array(call.arena, answer);
}

Value builtin_graphql_parse_and_verify(BuiltinCall& call) {
  Check check(call);
  bool is_valid = is_document(call[0]) && is_document(call[1]) && check.run(true, false);
  const Value nothing = Value::sorted_object(nullptr, 0);
  const Value answer[] = {Value::of(is_valid), is_valid ? check.query() : nothing, is_valid ? check.schema() : nothing};
  return make_array(call.arena, answer);
}

Value builtin_graphql_parse_query(BuiltinCall& call) {
  QueryDocument document;
  std::string error;
  if (!read_query(call, call[0], &document, &error)) return call.fault(error);
  return to_value(call, document, false);
}

Value builtin_graphql_parse_schema(BuiltinCall& call) {
  std::string text = schema_text(call, call[0]);
  std::shared_ptr<SchemaSource> source = parsed_schema(call, call[0], text);
  if (!source->error.empty()) return call.fault(source->error);
  return to_value(call, source->document, true);
}

Value builtin_graphql_is_valid(BuiltinCall& call) {
  if (!is_document(call[0]) || !is_document(call[1])) return Value::of(false);
  return Value::of(Check(call).run(false, false));
}

Value builtin_graphql_schema_is_valid(BuiltinCall& call) {
  if (!is_document(call[0])) return Value::of(false);
  std::string text = schema_text(call, call[0]);
  std::shared_ptr<SchemaSource> source = parsed_schema(call, call[0], text);
  if (!source->error.empty()) return Value::of(false);
  return Value::of(loaded_schema(call, call[0], text, source).schema != nullptr);
}

}  // namespace writ
