// Any bytes as a GraphQL document: as a query against a small schema, and as a schema. The six built-ins agree about
// what is valid, and trees as objects are read as what they are.
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/fuzz_bytes.h"
#include "engine/base/utf8.h"
#include "engine/builtins/call_support.h"
#include "engine/value/order.h"

namespace {

using namespace writ;

constexpr std::string_view kSchema =
    "directive @tag(name: String!) repeatable on FIELD | FRAGMENT_SPREAD | QUERY interface Node { id: ID! } "
    "type Query { me(first: Int! = 1, color: [Color!]): User node(id: ID!, filter: Filter): Node any: [Any!]! } "
    "type User implements Node { id: ID! name: String friends: [User] } type Dog implements Node { id: ID! name: Int } "
    "union Any = User | Dog enum Color { RED GREEN } input Filter { a: Int! b: [Filter!] c: One } "
    "input One @oneOf { x: Float y: Color } type Subscription { user: User dog: Dog }";

class Calls {
 public:
  Value call(std::string_view name, std::vector<Value> arguments) {
    BuiltinCall call{name, arguments, arena_, services_};
    Value answer = call_builtin(*find_builtin(name), call);
    demand(!call.faulted || !call.message.empty());
    return call.faulted ? Value::undefined() : answer;
  }
  Arena& arena() { return arena_; }

 private:
  Arena arena_;
  test::FakeServices services_{arena_};
};

void check_query(Calls& calls, const Value& text, const Value& schema) {
  Value tree = calls.call("graphql.parse_query", {text});
  Value is_valid = calls.call("graphql.is_valid", {text, schema});
  Value parsed = calls.call("graphql.parse", {text, schema});
  Value verified = calls.call("graphql.parse_and_verify", {text, schema});
  demand(is_valid.is_true() == parsed.is_defined());
  demand(verified.is_array() && equal(verified.elements[0], is_valid));
  if (parsed.is_defined()) {
    demand(tree.is_defined() && equal(tree, parsed.elements[0]) && equal(tree, verified.elements[1]));
  }
  if (tree.is_defined()) calls.call("graphql.is_valid", {tree, schema});
}

void check_schema(Calls& calls, const Value& text) {
  Value tree = calls.call("graphql.parse_schema", {text});
  Value is_valid = calls.call("graphql.schema_is_valid", {text});
  demand(is_valid.kind == Kind::kBoolean && (tree.is_defined() || is_valid.is_false()));
  if (tree.is_defined()) demand(equal(calls.call("graphql.schema_is_valid", {tree}), is_valid));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 4096) return 0;
  std::string_view bytes = FuzzBytes(data, size).rest();
  if (!is_utf8(bytes)) return 0;
  try {
    Calls calls;
    Value text = make_string(calls.arena(), bytes);
    check_query(calls, text, Value::string(kSchema));
    check_schema(calls, text);
    calls.call("graphql.is_valid", {Value::string("{ me { id } }"), text});
  } catch (const Failure&) {
  }
  return 0;
}
