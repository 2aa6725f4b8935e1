// Documents and what OPA says of them: one or more for each rule of validation, for what can be wrong with a schema, and
// for what is no document; then trees as objects, what is charged, and limits.
#include <string>
#include <string_view>
#include <vector>

#include "engine/builtins/test_support.h"
#include "engine/value/text.h"

namespace {

using namespace writ;

// A call with texts as arguments. The name is left out of the message of a fault.
std::string run_texts(std::string_view name, const std::vector<std::string_view>& texts) {
  std::string arguments = "[";
  for (std::string_view text : texts) {
    if (arguments.size() > 1) arguments += ", ";
    append_json(arguments, Value::string(text));
  }
  std::string answer = test::run(name, arguments + "]");
  std::string fault = "eval_builtin_error: " + std::string(name) + ": ";
  return answer.starts_with(fault) ? answer.substr(fault.size()) : answer;
}

struct Document {
  std::string_view text;
  std::string_view error;  // empty if it is valid
};

constexpr std::string_view kSchema = R"(interface Node { id: ID! }
type Query { me(first: Int! = 1, color: Color): User node(id: ID!): Node any: [Any!]! dog: Dog
  f(f: Filter, x: Float, d: Date, s: [String]): Boolean }
type User implements Node { id: ID! name: String friends: [User] }
type Dog implements Node { id: ID! name: Int barks: Boolean! }
union Any = User | Dog
enum Color { RED GREEN }
scalar Date
input Filter { a: Int! b: [Filter!] c: One }
input One @oneOf { x: Float y: Color }
type Subscription { user: User dog: Dog }
directive @tag(name: String!) repeatable on FIELD | QUERY
directive @once on FIELD)";

constexpr Document kQueries[] = {
    // FieldsOnCorrectType
    {"{ me { id nam } }",
     "Cannot query field \"nam\" on type \"User\". Did you mean \"name\"?\n in GraphQL string at "
     "location 1:11"},
    {"{ node(id: 1) { name } }",
     "Cannot query field \"name\" on type \"Node\". Did you mean to use an inline fragment on \"Dog\" "
     "or \"User\"?\n in GraphQL string at location 1:17"},
    {"{ any { id } }",
     "Cannot query field \"id\" on type \"Any\". Did you mean to use an inline fragment on \"Node\", "
     "\"Dog\", or \"User\"?\n in GraphQL string at location 1:9"},
    {"{ dog { xyz } nothing { a b } }",
     "Cannot query field \"xyz\" on type \"Dog\".\ninput:1:15: Cannot query field \"nothing\" on "
     "type \"Query\" in GraphQL string at location 1:9"},
    // FragmentsOnCompositeTypes
    {"{ me { ... on Color { a } } }",
     "Cannot query field \"a\" on type \"Color\".\ninput:1:12: Fragment cannot condition on non "
     "composite type \"Color\" in GraphQL string at location 1:23"},
    {"{ me { ...F } } fragment F on Filter { a }",
     "Fragment \"F\" cannot condition on non composite type \"Filter\" in GraphQL string at location "
     "1:17"},
    // KnownArgumentNames
    {"{ me(firts: 1) { id } }",
     "Unknown argument \"firts\" on field \"Query.me\". Did you mean \"first\"?\n in GraphQL string "
     "at location 1:3"},
    {"{ me { id @tag(name: \"a\", nam: 1) } }",
     "Unknown argument \"nam\" on directive \"@tag\". Did you mean \"name\"?\n in GraphQL string "
     "at location 1:12"},
    // KnownDirectives
    {"{ me @nope { id } }",
     "Unknown directive \"@nope\" in GraphQL string at location 1:7"},
    {"query @once { me { id } }",
     "Directive \"@once\" may not be used on QUERY in GraphQL string at location 1:8"},
    // KnownFragmentNames
    {"{ me { ...Nope } }",
     "Unknown fragment \"Nope\" in GraphQL string at location 1:11"},
    // KnownRootType
    {"mutation { a }",
     "Schema does not support operation type \"mutation\"\n in GraphQL string at location 1:1"},
    // KnownTypeNames
    {"query ($a: Nope) { f(x: $a) }",
     "Unknown type \"Nope\".\ninput:1:25: Variable \"$a\" of type \"Nope\" used in position expecting "
     "type \"Float\" in GraphQL string at location 1:8"},
    {"{ me { ... on Nope { id } } }",
     "Unknown type \"Nope\" in GraphQL string at location 1:12"},
    {"{ me { ...F } } fragment F on Usr { id }",
     "Unknown type \"Usr\". Did you mean \"User\"?\n in GraphQL string at location 1:17"},
    // LoneAnonymousOperation
    {"{ f } query A { f }",
     "This anonymous operation must be the only defined operation in GraphQL string at location "
     "1:1"},
    // MaxIntrospectionDepth
    {"{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }",
     "Maximum introspection depth exceeded\n in GraphQL string at location 1:3"},
    {"{ __type(name: \"a\") { ...T } } fragment T on __Type { fields { type { ...T } } }",
     "Maximum introspection depth exceeded\ninput:1:74: Cannot spread fragment \"T\" within itself "
     "in GraphQL string at location 1:3"},
    // NoFragmentCycles
    {"{ me { ...A } } fragment A on User { friends { ...B } } fragment B on User { ...A }",
     "Cannot spread fragment \"A\" within itself via \"B\" in GraphQL string at location 1:81"},
    {"{ me { ...A } } fragment A on User { ...A }",
     "Cannot spread fragment \"A\" within itself in GraphQL string at location 1:41"},
    // NoUndefinedVariables
    {"{ f(x: $x) }",
     "Variable \"$x\" is not defined in GraphQL string at location 1:8"},
    {"query Q { f(x: $x) }",
     "Variable \"$x\" is not defined by operation \"Q\" in GraphQL string at location 1:16"},
    // NoUnusedFragments
    {"{ f } fragment A on User { ...B } fragment B on User { id }",
     "Fragment \"A\" is never used in GraphQL string at location 1:7"},
    // NoUnusedVariables
    {"query ($x: Int) { f }",
     "Variable \"$x\" is never used in GraphQL string at location 1:8"},
    {"query Q($x: Int) { f }",
     "Variable \"$x\" is never used in operation \"Q\" in GraphQL string at location 1:9"},
    // OverlappingFieldsCanBeMerged
    {"{ me { a: id a: name } }",
     "Fields \"a\" conflict because \"id\" and \"name\" are different fields. Use different aliases "
     "on the fields to fetch both if this was intentional in GraphQL string at location 1:14"},
    {"{ me { friends { a: id } friends { a: name b: id } } }",
     "Fields \"friends\" conflict because subfields \"a\" conflict because \"id\" and \"name\" are "
     "different fields. Use different aliases on the fields to fetch both if this was intentional "
     "in GraphQL string at location 1:26"},
    {"{ me(first: 1) { id } me(first: 2) { id } }",
     "Fields \"me\" conflict because they have differing arguments. Use different aliases on the "
     "fields to fetch both if this was intentional in GraphQL string at location 1:23"},
    {"{ any { ... on User { name } ... on Dog { name } } }",
     "Fields \"name\" conflict because they return conflicting types \"String\" and \"Int\". Use "
     "different aliases on the fields to fetch both if this was intentional in GraphQL string at "
     "location 1:43"},
    {"{ me { ...A ...B } } fragment A on User { x: id } fragment B on User { x: name }",
     "Fields \"x\" conflict because \"id\" and \"name\" are different fields. Use different aliases "
     "on the fields to fetch both if this was intentional in GraphQL string at location 1:72"},
    {"{ f(f: {a: 1, c: {x: 1}}) f(f: {c: {x: 1}, a: 1}) }",
     ""},
    // PossibleFragmentSpreads
    {"{ dog { ... on User { id } } }",
     "Fragment cannot be spread here as objects of type \"Dog\" can never be of type \"User\" in "
     "GraphQL string at location 1:13"},
    {"{ dog { ...F } } fragment F on User { id }",
     "Fragment \"F\" cannot be spread here as objects of type \"Dog\" can never be of type \"User\" "
     "in GraphQL string at location 1:12"},
    // ProvidedRequiredArguments
    {"{ node { id } }",
     "Field \"node\" argument \"id\" of type \"ID!\" is required, but it was not provided in GraphQL "
     "string at location 1:3"},
    {"{ f @tag }",
     "Directive \"@tag\" argument \"name\" of type \"String!\" is required, but it was not provided "
     "in GraphQL string at location 1:6"},
    // ScalarLeafs
    {"{ me }",
     "Field \"me\" of type \"User\" must have a selection of subfields. Did you mean \"me { ... "
     "}\"?\n in GraphQL string at location 1:3"},
    {"{ f { a } }",
     "Cannot query field \"a\" on type \"Boolean\".\ninput:1:3: Field \"f\" must not have a selection "
     "since type \"Boolean\" has no subfields in GraphQL string at location 1:7"},
    // SingleFieldSubscriptions
    {"subscription { user { id } dog { id } }",
     "Anonymous Subscription must select only one top level field in GraphQL string at location "
     "1:28"},
    {"subscription S { __typename }",
     "Subscription \"S\" must not select an introspection top level field in GraphQL string at location "
     "1:18"},
    // UniqueArgumentNames
    {"{ f(x: 1, x: 2, x: 3) }",
     "There can be only one argument named \"x\" in GraphQL string at location 1:11"},
    // UniqueDirectivesPerLocation
    {"{ f @once @once @tag(name: \"a\") @tag(name: \"b\") }",
     "The directive \"@once\" can only be used once at this location in GraphQL string at location "
     "1:12"},
    // UniqueFragmentNames
    {"{ me { ...A } } fragment A on User { id } fragment A on User { name }",
     "There can be only one fragment named \"A\" in GraphQL string at location 1:43"},
    // UniqueInputFieldNames
    {"{ f(f: {a: 1, a: 2}) }",
     "There can be only one input field named \"a\" in GraphQL string at location 1:15"},
    // UniqueOperationNames
    {"query A { f } query A { f }",
     "There can be only one operation named \"A\" in GraphQL string at location 1:15"},
    // UniqueVariableNames
    {"query ($x: Float, $x: Float) { f(x: $x) }",
     "Variable \"$x\" is never used.\ninput:1:19: There can be only one variable named \"$x\" in "
     "GraphQL string at location 1:19"},
    // ValuesOfCorrectType
    {"{ me(first: 1.5) { id } }",
     "Int cannot represent non-integer value: 1.5\n in GraphQL string at location 1:13"},
    {"{ me(first: 2147483648) { id } }",
     ""},
    {"{ me(first: 99999999999999999999) { id } }",
     "Int cannot represent non 32-bit signed integer value: 99999999999999999999\n in GraphQL string "
     "at location 1:13"},
    {"{ me(first: null) { id } }",
     "Expected value of type \"Int!\", found null in GraphQL string at location 1:13"},
    {"{ me(color: \"RED\") { id } }",
     "Enum \"Color\" cannot represent non-enum value: \"RED\". Did you mean the enum value \"RED\"?\n "
     "in GraphQL string at location 1:14"},
    {"{ me(color: REED) { id } }",
     "Value \"REED\" does not exist in \"Color\" enum. Did you mean the enum value \"RED\" or \"GREEN\"?\n "
     "in GraphQL string at location 1:13"},
    {"{ f(x: \"a\") }",
     "Float cannot represent non numeric value: \"a\"\n in GraphQL string at location 1:9"},
    {"{ f(x: 1e999) }",
     "Float cannot represent non numeric value: 1e999\n in GraphQL string at location 1:8"},
    {"{ f(s: 1) }",
     "String cannot represent a non string value: 1\n in GraphQL string at location 1:8"},
    {"{ f(s: [1, \"a\"]) }",
     "String cannot represent a non string value: 1\n in GraphQL string at location 1:9"},
    {"{ f(f: {b: [], d: 1}) }",
     "Field \"Filter.a\" of required type \"Int!\" was not provided.\ninput:1:16: Field \"d\" is "
     "not defined by type \"Filter\". Did you mean \"a\", \"b\", or \"c\"?\n in GraphQL string at "
     "location 1:8"},
    {"{ f(f: {a: 1, c: {}}) }",
     "OneOf Input Object \"One\" must specify exactly one key in GraphQL string at location 1:18"},
    {"{ f(f: {a: 1, c: {y: null}}) }",
     "Field \"One.x\" must be non-null in GraphQL string at location 1:22"},
    {"{ f(d: {any: [1, {x: \"\\u00e9\\n\"}]}) }",
     ""},
    {"{ f(s: [{a: 1}]) }",
     "Field \"a\" is not defined by type \"String\" in GraphQL string at location 1:10"},
    {"{ node(id: true) { id } }",
     "ID cannot represent a non-string and non-integer value: true\n in GraphQL string at location "
     "1:12"},
    // VariablesAreInputTypes
    {"query ($u: User) { f(d: $u) }",
     "Variable \"$u\" of type \"User\" used in position expecting type \"Date\".\ninput:1:8: Variable "
     "\"$u\" cannot be non-input type \"User\" in GraphQL string at location 1:25"},
    // VariablesInAllowedPosition
    {"query ($i: ID) { node(id: $i) { id } }",
     "Variable \"$i\" of type \"ID\" used in position expecting type \"ID!\" in GraphQL string at "
     "location 1:27"},
    {"query ($i: ID = \"a\") { node(id: $i) { id } }",
     ""},
    {"query ($x: Float) { f(f: {a: 1, c: {x: $x}}) }",
     "Variable \"$x\" is of type \"Float\" but must be non-nullable to be used for OneOf Input Object "
     "\"One\" in GraphQL string at location 1:8"},
};

constexpr Document kSchemas[] = {
    {"type Query { a: Nope }",
     "input:1:17: Undefined type Nope."},
    {"type Query { a: Int } type Query { b: Int }",
     "input:1:28: Cannot redeclare type Query."},
    {"union U = A",
     "input:1:7: Undefined type \"A\"."},
    {"scalar U union V = U",
     "input:1:16: UNION type \"U\" must be OBJECT."},
    {"type A implements I { a: Int } interface I { a: Int b: Int }",
     "input:1:6: For A to implement I it must have a field called b."},
    {"type A implements I { a: Int } interface I { a: String }",
     "input:1:23: For A to implement I the field a must have type String."},
    {"type A implements I { a(x: Int!): Int } interface I { a: Int }",
     "input:1:25: For A to implement I any additional arguments on a must be optional or have a "
     "default value but x is required."},
    {"type A implements I { a: Int } interface I { a(x: Int): Int }",
     "input:1:23: For A to implement I the field a must have the same arguments but it is missing "
     "x."},
    {"type A implements I & I { a: Int } interface I { a: Int }",
     "input:1:6: Type A can only implement I once."},
    {"type A implements J { a: Int } interface J implements I { a: Int } interface I { a: Int }",
     "input:1:6: Type A must implement I because it is implemented by J."},
    {"interface I implements I { a: Int }",
     "input:1:11: Type I cannot implement itself because it would create a circular reference."},
    {"input A { b: B! } input B { a: A! }",
     "input:1:11: Cannot reference Input Object \"A\" within itself through a series of non-null "
     "fields: \"b.a\"."},
    {"type A",
     "input:1:6: OBJECT A: must define one or more fields."},
    {"enum E",
     "input:1:6: ENUM E: must define one or more unique enum values."},
    {"input I",
     "input:1:7: INPUT_OBJECT I: must define one or more input fields."},
    {"union U",
     "input:1:7: UNION U: must define one or more member types."},
    {"enum E { A A }",
     "input:1:12: Enum value E.A can only be defined once."},
    {"enum E { true }",
     "input:1:10: ENUM E: non-enum value true."},
    {"type A { a: Int a: Int }",
     "input:1:17: Field A.a can only be defined once."},
    {"type A { a(x: Int, x: Int): Int }",
     "input:1:20: Argument A.a(x:) can only be defined once."},
    {"type A { a(x: A): Int }",
     "input:1:12: cannot use A as argument x because OBJECT is not a valid input type"},
    {"type A { i: I } input I { a: Int }",
     "input:1:10: OBJECT A: field must be one of SCALAR, OBJECT, INTERFACE, UNION, ENUM."},
    {"input I { a: A } type A { a: Int }",
     "input:1:11: OBJECT a: field must be one of SCALAR, ENUM, INPUT_OBJECT."},
    {"type __A { a: Int }",
     "input:1:6: Name \"__A\" must not begin with \"__\", which is reserved by GraphQL introspection."},
    {"type A { __a: Int }",
     "input:1:10: Name \"__a\" must not begin with \"__\", which is reserved by GraphQL introspection."},
    {"schema { query: Nope }",
     "input:1:10: Schema root query refers to a type Nope that does not exist."},
    {"schema { query: E } enum E { A }",
     "input:1:10: Query root type must be Object type, it cannot be E."},
    {"schema { query: A query: A } type A { a: Int }",
     "input:1:19: There can be only one query type in schema."},
    {"schema { query: A } schema { query: A } type A { a: Int }",
     "input:1:28: Cannot have multiple schema entry points, consider schema extensions instead."},
    {"enum Query { A }",
     "input:1:6: Query root type must be Object type, it cannot be Query."},
    {"directive @d on FIELD directive @d on FIELD",
     "input:1:34: Cannot redeclare directive d."},
    {"directive @d(x: Int @d) on ARGUMENT_DEFINITION",
     "input:1:22: Directive d cannot refer to itself."},
    {"type A @nope { a: Int }",
     "input:1:9: Undefined directive nope."},
    {"type A @skip(if: true) { a: Int }",
     "input:1:9: Directive skip is not applicable on OBJECT."},
    {"type A { a: Int @deprecated(reson: \"x\") }",
     "input:1:29: Undefined argument reson for directive deprecated."},
    {"type A { a: Int @deprecated @deprecated }",
     "input:1:30: The directive deprecated can only be used once at this location."},
    {"type A { a: Int @d } directive @d(x: Int!) on FIELD_DEFINITION",
     "input:1:18: Argument x for directive d cannot be null."},
    {"extend type A { a: Int } enum A { B }",
     "input:1:13: Cannot extend type A because the base type is a ENUM, not OBJECT."},
    {"extend directive @nope @deprecated",
     "input:1:19: Cannot extend directive @nope because it is not defined."},
    {"extend type __Type { a: Nope }",
     "input:1:25: Undefined type Nope."},
    {"extend type __Schema implements I interface I { zzz: Int }",
     "prelude.graphql:64:6: For __Schema to implement I it must have a field called zzz."},
    {"input I { a: J = {x: 1, x: 2} } input J { x: Int }",
     "input:1:25: There can be only one input field named \"x\"."},
    {"union U = A | A type A { a: Int }",
     "input:1:15: Union type U can only include type A once."},
    {"scalar Int",
     "input:1:8: Cannot redeclare type Int."},
};

// With "" for the error, valid.
constexpr Document kTexts[] = {
    {"",
     ""},
    {"query",
     "Expected {, found <EOF> in GraphQL string at location 1:6"},
    {"{",
     "Expected Name, found <EOF> in GraphQL string at location 1:2"},
    {"{ a",
     "Expected Name, found <EOF> in GraphQL string at location 1:4"},
    {"{ a( }",
     "Expected Name, found } in GraphQL string at location 1:6"},
    {"{ a: }",
     "Expected Name, found } in GraphQL string at location 1:6"},
    {"{ ... }",
     "Expected {, found } in GraphQL string at location 1:7"},
    {"{ a(x: $) }",
     "Expected Name, found ) in GraphQL string at location 1:9"},
    {"query ($x) { a }",
     "Expected :, found ) in GraphQL string at location 1:10"},
    {"query ($x: [Int) { a }",
     "Expected ], found ) in GraphQL string at location 1:16"},
    {"fragment on on A { a }",
     "Unexpected Name \"on\" in GraphQL string at location 1:10"},
    {"\"d\" { a }",
     "Unexpected String \"d\" in GraphQL string at location 1:2"},
    {"\"d\" query { a }",
     ""},
    {"{ a @ }",
     "Expected Name, found } in GraphQL string at location 1:7"},
    {"{ a(x: 01) }",
     "Unexpected <Invalid> in GraphQL string at location 1:9"},
    {"{ a(x: 1.) }",
     "Unexpected <Invalid> in GraphQL string at location 1:10"},
    {"{ a(x: 1e) }",
     "Unexpected <Invalid> in GraphQL string at location 1:10"},
    {"{ a(x: -) }",
     "Unexpected <Invalid> in GraphQL string at location 1:9"},
    {"{ a(x: 'b') }",
     "Unexpected <Invalid> in GraphQL string at location 1:8"},
    {"{ a(x: \"b) }",
     "Unexpected <Invalid> in GraphQL string at location 1:13"},
    {"{ a(x: \"\\q\") }",
     "Unexpected <Invalid> in GraphQL string at location 1:10"},
    {"{ a(x: \"\\u12\") }",
     "Unexpected <Invalid> in GraphQL string at location 1:10"},
    {"{ a(x: \"\\u{110000}\") }",
     "Unexpected <Invalid> in GraphQL string at location 1:10"},
    {"{ a(x: \"\\u{1F600}\\ud83d\\ude00\\ud800\") }",
     ""},
    {"{ a(x: \"\"\"\n  b\n    c \\\"\"\" \n\"\"\") }",
     ""},
    {"{ a(x: \"\"\"b) }",
     "Unexpected <Invalid> in GraphQL string at location 1:15"},
    {"{ a(x: \303\251) }",
     "Unexpected <Invalid> in GraphQL string at location 1:8"},
    {"\357\273\277{ a }",
     ""},
    {"{\r\n  a\r  %\n}",
     "Expected Name, found <Invalid> in GraphQL string at location 3:3"},
    {"{ a(x: {b: [1 2, {c: true}] d: E}) }",
     ""},
    {"# c\n{ a # d\n}",
     ""},
    {"{ a } }",
     "Unexpected } in GraphQL string at location 1:7"},
    {"{ a(x: $y) { b(z: null) } }",
     ""},
    {"{ a }\n\"\"\"\n\nlong text\n\"\"\" x",
     "Unexpected Name \"x\" in GraphQL string at location 5:5"},
    {"{ \303\251 }",
     "Expected Name, found <Invalid> in GraphQL string at location 1:3"},
};

}  // namespace

TEST_CASE("each rule of validation reports what OPA reports") {
  for (const Document& query : kQueries) {
    INFO(query.text);
    std::string answer = run_texts("graphql.parse", {query.text, kSchema});
    bool is_valid = query.error.empty();
    if (is_valid) {
      CHECK(answer.starts_with("[{\"Operations\": "));
    } else {
      CHECK(answer == query.error);
    }
    CHECK(run_texts("graphql.is_valid", {query.text, kSchema}) == (is_valid ? "true" : "false"));
    std::string verified = run_texts("graphql.parse_and_verify", {query.text, kSchema});
    CHECK(verified == (is_valid ? "[true, " + answer.substr(1) : "[false, {}, {}]"));
  }
}

TEST_CASE("what is wrong with a schema is what OPA says it is") {
  for (const Document& schema : kSchemas) {
    INFO(schema.text);
    CHECK(run_texts("graphql.parse", {"{ a }", schema.text}) ==
          "Error in gqlparser SchemaDocument to Schema conversion: " + std::string(schema.error));
    CHECK(run_texts("graphql.schema_is_valid", {schema.text}) == "false");
  }
  CHECK(run_texts("graphql.schema_is_valid", {kSchema}) == "true");
  CHECK(run_texts("graphql.schema_is_valid", {""}) == "true");
  CHECK(run_texts("graphql.schema_is_valid", {"directive @skip on FIELD type Query { a: Int }"}) == "true");
  constexpr std::string_view kTwice = "type A { a: Int } extend type A @d extend type A @d directive @d on OBJECT";
  CHECK(run_texts("graphql.schema_is_valid", {kTwice}) == "true");
}

TEST_CASE("texts that are no documents") {
  for (const Document& document : kTexts) {
    INFO(document.text);
    std::string answer = run_texts("graphql.parse_query", {document.text});
    if (document.error.empty()) {
      CHECK(answer.starts_with("{"));
    } else {
      CHECK(answer == document.error);
    }
  }
}

TEST_CASE("arguments of other types") {
  constexpr test::Case kCases[] = {
      {"graphql.is_valid", "[1, 2]", "false"},
      {"graphql.is_valid", R"(["{ a }", null])", "false"},
      {"graphql.schema_is_valid", "[true]", "false"},
      {"graphql.parse_and_verify", "[[], 1]", "[false, {}, {}]"},
      {"graphql.parse", "[1, {}]",
       "eval_type_error: graphql.parse: operand 0 must be one of {string, object} but got number"},
      {"graphql.parse", R"(["{ a }", null])",
       "eval_type_error: graphql.parse: operand 1 must be one of {string, object} but got null"},
      {"graphql.parse_query", "[1]", "eval_type_error: graphql.parse_query: operand 1 must be string but got number"},
      {"graphql.parse_schema", "[{}]",
       "eval_type_error: graphql.parse_schema: operand 1 must be string but got object"},
  };
  test::check_cases(kCases);
}

TEST_CASE("the trees of documents, and objects as trees") {
  constexpr test::Case kCases[] = {
      {"graphql.parse_query",
       R"(["# c\nquery Q($a: [Int!] = 1) @d { b: c(e: $a) { ...F ... on T @d { g } } }"])",
       R"({"Operations": [{"Comment": {"List": [{"Value": "# c"}]}, "Description": "", "Directives": [{"Location": )"
       R"("", "Name": "d"}], "Name": "Q", "Operation": "query", "SelectionSet": [{"Alias": "b", "Arguments": )"
       R"([{"Name": "e", "Value": {"ExpectedTypeHasDefault": false, "Kind": 0, "Raw": "a"}}], "Name": "c", )"
       R"("SelectionSet": [{"Name": "F"}, {"Directives": [{"Location": "", "Name": "d"}], "SelectionSet": )"
       R"([{"Alias": "g", "Name": "g"}], "TypeCondition": "T"}]}], "VariableDefinitions": [{"DefaultValue": )"
       R"({"ExpectedTypeHasDefault": false, "Kind": 1, "Raw": "1"}, "Description": "", "Type": {"Elem": )"
       R"({"NamedType": "Int", "NonNull": true}, "NamedType": "", "NonNull": false}, "Used": false, "Variable": )"
       R"("a"}]}]})"},
      {"graphql.parse_query",
       R"(["\"d\" fragment F($x: T) on U { a(l: [1, {k: \"\"\"b\"\"\"}]) }"])",
       R"({"Fragments": [{"Description": "d", "Name": "F", "SelectionSet": [{"Alias": "a", "Arguments": [{"Name": )"
       R"("l", "Value": {"Children": [{"Name": "", "Value": {"ExpectedTypeHasDefault": false, "Kind": 1, "Raw": )"
       R"("1"}}, {"Name": "", "Value": {"Children": [{"Name": "k", "Value": {"ExpectedTypeHasDefault": false, )"
       R"("Kind": 4, "Raw": "b"}}], "ExpectedTypeHasDefault": false, "Kind": 9, "Raw": ""}}], )"
       R"("ExpectedTypeHasDefault": false, "Kind": 8, "Raw": ""}}], "Name": "a"}], "TypeCondition": "U", )"
       R"("VariableDefinition": [{"Description": "", "Type": {"NamedType": "T", "NonNull": false}, "Used": false, )"
       R"("Variable": "x"}]}]})"},
      {"graphql.parse_schema",
       R"(["\"d\" schema { query: Q } # e\n type Q implements I & J { \"f\" a(x: Int = 1): [B!]! @d } union U = A )"
       R"(| B"])",
       R"({"Definitions": [{"AfterDescriptionComment": {"List": [{"Value": "# e"}]}, "BuiltIn": false, )"
       R"("Description": "", "Fields": [{"Arguments": [{"DefaultValue": {"ExpectedTypeHasDefault": false, "Kind": )"
       R"(1, "Raw": "1"}, "Description": "", "Name": "x", "Type": {"NamedType": "Int", "NonNull": false}}], )"
       R"("Description": "f", "Directives": [{"Location": "", "Name": "d"}], "Name": "a", "Type": {"Elem": )"
       R"({"NamedType": "B", "NonNull": true}, "NamedType": "", "NonNull": true}}], "Interfaces": ["I", "J"], )"
       R"("Kind": "OBJECT", "Name": "Q"}, {"BuiltIn": false, "Description": "", "Kind": "UNION", "Name": "U", )"
       R"("Types": ["A", "B"]}], "Schema": [{"Description": "d", "OperationTypes": [{"Operation": "query", "Type": )"
       R"("Q"}]}]})"},
      {"graphql.parse_schema",
       R"(["extend enum E { A } input I { a: Int = 2 } directive @d(x: Int) repeatable on FIELD | QUERY extend )"
       R"(directive @d @x extend schema @y # last\n"])",
       R"({"Comment": {"List": [{"Value": "# last"}]}, "Definitions": [{"BuiltIn": false, "Description": "", )"
       R"("Fields": [{"DefaultValue": {"ExpectedTypeHasDefault": false, "Kind": 1, "Raw": "2"}, "Description": "", )"
       R"("Name": "a", "Type": {"NamedType": "Int", "NonNull": false}}], "Kind": "INPUT_OBJECT", "Name": "I"}], )"
       R"("DirectiveExtensions": [{"Description": "", "Directives": [{"Location": "", "Name": "x"}], )"
       R"("IsRepeatable": false, "Name": "d"}], "Directives": [{"Arguments": [{"Description": "", "Name": "x", )"
       R"("Type": {"NamedType": "Int", "NonNull": false}}], "Description": "", "IsRepeatable": true, "Locations": )"
       R"(["FIELD", "QUERY"], "Name": "d"}], "Extensions": [{"BuiltIn": false, "Description": "", "EnumValues": )"
       R"([{"Description": "", "Name": "A"}], "Kind": "ENUM", "Name": "E"}], "SchemaExtension": [{"Description": )"
       R"("", "Directives": [{"Location": "", "Name": "y"}]}]})"},
      {"graphql.is_valid",
       R"([{"Operations": [{"Operation": "query", "SelectionSet": [{"Name": "a", "Alias": "a"}]}]}, "type Query { )"
       R"(a: Int }"])",
       R"(true)"},
      {"graphql.parse",
       R"([{"Operations": [{"Operation": "query", "SelectionSet": [{"Name": "b"}]}]}, "type Query { a: Int }"])",
       "eval_builtin_error: graphql.parse: GraphQL parse error: input: Cannot query field \"b\" on "
     "type \"Query\". Did you mean \"a\"?\n"},
      {"graphql.parse",
       R"([{"Operations": [{"Operation": "query", "SelectionSet": [{"Name": "b", "Position": {"Line": 3, "Column": )"
       R"(4, "Src": {}}}]}]}, "type Query { a: Int }"])",
       "eval_builtin_error: graphql.parse: Cannot query field \"b\" on type \"Query\". Did you mean "
     "\"a\"?\n in GraphQL string at location 3:4"},
      {"graphql.parse",
       R"([{"operations": [{"Operation": "query", "SelectionSet": [{"Name": "a", "Alias": 1}, {"Name": "F", )"
       R"("Directives": {}, "TypeCondition": "Query"}, 1, null]}]}, "type Query { a: Int }"])",
       "eval_builtin_error: graphql.parse: GraphQL parse error: input: Unknown fragment \"a\".\ninput: "
     "Cannot query field \"\" on type \"Query\". Did you mean \"a\"?\n"},
      {"graphql.parse",
       R"(["{ a }", {"definitions": [{"kind": "OBJECT", "NAME": "Query", "Fields": [{"Name": "a", "Type": )"
       R"({"NamedType": "Int"}}]}]}])",
       R"([{"Operations": [{"Description": "", "Name": "", "Operation": "query", "SelectionSet": [{"Alias": "a", )"
       R"("Name": "a"}]}]}, {"Definitions": [{"BuiltIn": false, "Description": "", "Fields": [{"Description": "", )"
       R"("Name": "a", "Type": {"NamedType": "Int", "NonNull": false}}], "Kind": "OBJECT", "Name": "Query"}]}])"},
      {"graphql.parse",
       R"([{"Operations": [{"VariableDefinitions": [{"Variable": true}]}]}, ""])",
       R"(eval_builtin_error: graphql.parse: json: cannot unmarshal bool into Go struct field )"
       R"(QueryDocument.Operations.Variable of type string)"},
      {"graphql.parse",
       R"(["{ a }", {"Definitions": [{"Kind": "OBJECT", "Name": 1}]}])",
       R"(eval_builtin_error: graphql.parse: json: cannot unmarshal number into Go struct field )"
       R"(Definition.Definitions.Name of type string)"},
      {"graphql.parse",
       R"(["{ a }", {"Definitions": [{"Fields": [{"DefaultValue": {"Kind": 1.5}}]}]}])",
       R"(eval_builtin_error: graphql.parse: json: cannot unmarshal number 1.5 into Go struct field )"
       R"(Value.Definitions.Fields.DefaultValue.Kind of type ast.ValueKind)"},
      {"graphql.parse",
       R"(["{ a }", {"Directives": [{"Locations": 1}]}])",
       R"(eval_builtin_error: graphql.parse: json: cannot unmarshal number into Go struct field )"
       R"(DirectiveDefinition.Directives.Locations of type []ast.DirectiveLocation)"},
  };
  test::check_cases(kCases);
}

// OPA's process ends where a tree lacks what no text can lack.
TEST_CASE("objects that are no whole trees are not valid") {
  constexpr test::Case kCases[] = {
      {"graphql.schema_is_valid",
       R"([{"Definitions": [{"Kind": "OBJECT", "Name": "A", "Fields": [{"Name": "a"}]}]}])", "false"},
      {"graphql.schema_is_valid", R"([{"Definitions": [null]}])", "false"},
      {"graphql.is_valid", R"([{"Operations": [null]}, "type Query { a: Int }"])", "false"},
      {"graphql.is_valid", R"([{"Operations": [{"Operation": "foo"}]}, "type Query { a: Int }"])", "false"},
      {"graphql.is_valid",
       R"([{"Operations": [{"SelectionSet": [{"Name": "a", "Arguments": [{"Name": "x"}]}]}]}, )"
       R"("type Query { a: Int }"])",
       "false"},
      {"graphql.parse", R"([{"Operations": [null]}, "type Query { a: Int }"])",
       "eval_builtin_error: graphql.parse: the syntax tree has no Operations where there must be one"},
  };
  test::check_cases(kCases);
}

namespace {

std::string repeated(std::string_view text, size_t count) {
  std::string all;
  for (size_t i = 0; i < count; i++) all += text;
  return all;
}

// n fragments, each of which spreads the next one twice.
std::string chain(size_t count) {
  std::string text = "{ me { ...F0 } }";
  for (size_t i = 0; i < count; i++) {
    std::string next = "...F" + std::to_string(i + 1);
    text += " fragment F" + std::to_string(i) + " on User { friends { " + next + " } f: friends { " + next + " } }";
  }
  return text + " fragment F" + std::to_string(count) + " on User { id }";
}

}  // namespace

TEST_CASE("nesting ends with E_DEPTH, wherever it is") {
  CHECK(run_texts("graphql.parse_query", {repeated("{ a ", 100) + repeated("}", 100)}).starts_with("{"));
  CHECK(run_texts("graphql.parse_query", {repeated("{ a ", 5000) + repeated("}", 5000)}) == "E_DEPTH");
  CHECK(run_texts("graphql.parse_query", {"{ a(x: " + repeated("[", 5000)}) == "E_DEPTH");
  CHECK(run_texts("graphql.parse_query", {"{ a(x: " + repeated("{a: ", 5000)}) == "E_DEPTH");
  CHECK(run_texts("graphql.parse_schema", {"type A { a: " + repeated("[", 5000)}) == "E_DEPTH");
  CHECK(run_texts("graphql.is_valid", {chain(30), kSchema}) == "true");
  CHECK(run_texts("graphql.is_valid", {chain(2000), kSchema}) == "E_DEPTH");
}

TEST_CASE("work is paid for, and the same whether a schema was seen before or not") {
  // Each field is compared with each.
  std::string many = "{ me { " + repeated("id ", 20'000) + "} }";
  CHECK(run_texts("graphql.is_valid", {many, kSchema}) == "E_FUEL");
  // Fragments that name each other twice are walked once; those in a circle are found out.
  std::string twice = "{ dog { ...f0 } } ";
  for (int i = 0; i < 40; i++) {
    std::string next = std::to_string(i + 1);
    twice += "fragment f" + std::to_string(i) + " on Dog { ...f" + next + " ...f" + next + " } ";
  }
  CHECK(run_texts("graphql.is_valid", {twice + "fragment f40 on Dog { id }", kSchema}) == "true");
  CHECK(run_texts("graphql.is_valid", {twice + "fragment f40 on Dog { ...f0 }", kSchema}) == "false");
  test::Bench bench;
  std::string arguments = "[\"{ dog { id } }\", ";
  append_json(arguments, Value::string(kSchema));
  CHECK(bench.run("graphql.is_valid", arguments + "]") == "true");
  uint64_t first = bench.services.used;
  CHECK(bench.run("graphql.is_valid", arguments + "]") == "true");
  CHECK(bench.services.used == 2 * first);
}
