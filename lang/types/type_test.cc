#include "lang/types/type.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "lang/types/signature_types.h"
#include "lang/types/text.h"

namespace writ::lang {
namespace {

// A type by its text in a signature.
TypeRef type(TypeStore& types, std::string_view text) {
  std::string signature = "() -> " + std::string(text);
  return function_type(types, Signature::parse(signature), false)->element;
}

TEST_CASE("types of signatures, and their texts") {
  TypeStore types;
  for (const char* text :
       {"null", "boolean", "number", "string", "any", "any<null, string>", "array[number]", "array<number, string>",
        "set[any]", "object[string: any]", "object<a: number, b: set[string]>", "object<a: number>[any: string]",
        "any<number, string, array[any], object[any: any], set[any]>"}) {
    CHECK(to_text(type(types, text)) == text);
    CHECK(type(types, text) == type(types, text));
  }
  CHECK(to_text(type(types, "any<string, null, any<string, boolean>>")) == "any<null, boolean, string>");
  CHECK(to_text(nullptr) == "???");
  CHECK(to_text(types.array({})) == "array");
  CHECK(to_text(types.set(nullptr)) == "set");
  CHECK(to_text(types.object({})) == "object");
  CHECK(to_text(types.array({nullptr, types.null()}, types.string())) == "array<???, null>[string]");
  CHECK(to_text(function_type(types, Signature::parse("(x: number, y: any) -> z: string"), false)) ==
        "(number, any) => string");
  CHECK(to_text(function_type(types, Signature::parse("() -> void"), true)) == "(any...) => ???");
  CHECK(to_text(types.recursive("#/$defs/a")) == "recursive(#/$defs/a)");
}

TEST_CASE("the names of arguments and results are kept where OPA has them") {
  TypeStore types;
  const FunctionNames& names = *function_type(types, Signature::parse("(x0: any, rule: any) -> up to: any"), false)->names;
  CHECK(names.arguments == std::vector<std::string_view>{"", "rule"});
  CHECK(names.result == "up to");
}

TEST_CASE("unions are sorted, and a superset stays") {
  TypeStore types;
  auto either = [&](std::string_view a, std::string_view b) { return to_text(types.either(type(types, a), type(types, b))); };
  CHECK(either("string", "null") == "any<null, string>");
  CHECK(either("any", "null") == "any");
  CHECK(either("any<null, set[any]>", "set[any]") == "any<null, set[any]>");
  CHECK(either("any<null, set[any]>", "any<string, set[string]>") == "any<null, string, set[string], set[any]>");
  CHECK(either("array<number>", "array[number]") == "any<array<number>, array[number]>");
  CHECK(to_text(types.either(types.null(), nullptr)) == "null");
  CHECK(to_text(types.either(std::vector<TypeRef>{types.null(), types.string(), nullptr, types.null()})) == "any<null, string>");
  CHECK(types.either(open_function_type(types, 1), types.null()) == nullptr);
  CHECK(to_text(types.either(open_function_type(types, 1), function_type(types, Signature::parse("(x: any) -> null"), false))) ==
        "(any) => any");
}

TEST_CASE("of many alternatives there is one union, in whatever order they come") {
  TypeStore types;
  TypeRef forwards = nullptr, backwards = nullptr;
  std::vector<TypeRef> all;
  for (int i = 0; i < 5000; ++i) {
    std::string key = "k" + std::to_string(i);
    all.push_back(types.object({{Value::string(key), types.number()}}));
    forwards = types.either(forwards, all.back());
  }
  for (size_t i = all.size(); i-- > 0;) backwards = types.either(all[i], backwards);
  CHECK(forwards == backwards);
  CHECK(forwards == types.either(all));
  CHECK(forwards->parts().size() == all.size());
  CHECK(std::is_sorted(forwards->parts().begin(), forwards->parts().end(),
                       [](TypeRef a, TypeRef b) { return compare_types(a, b) < 0; }));
  CHECK(contains_type(forwards, all[1234]));
  CHECK_FALSE(contains_type(forwards, types.object({{Value::string("other"), types.number()}})));
  CHECK(types.select(forwards, Value::string("k77")) == types.number());
  CHECK(types.select(forwards, Value::string("other")) == nullptr);
}

TEST_CASE("what is nested too deep is any") {
  TypeStore types;
  TypeRef type = types.number();
  for (uint32_t i = 0; i < kMaxTypeDepth; ++i) type = types.array({type, type});
  CHECK(type->depth == kMaxTypeDepth);
  CHECK(types.array({type}) == types.any());
  CHECK(types.set(type) == types.any());
  CHECK(types.function({type}, type)->items[0] == type);
  CHECK(to_text(type).size() < 2'000'000);
  std::string out;
  JsonWriter json(out);
  write_json(json, {{}, type});
  CHECK(out.size() < 2'000'000);
}

TEST_CASE("members, keys and values") {
  TypeStore types;
  TypeRef object = type(types, "object<a: number, b: string>[boolean: null]");
  CHECK(to_text(types.select(object, Value::string("b"))) == "string");
  CHECK(types.select(object, Value::string("c")) == nullptr);
  CHECK(to_text(types.select(object, Value::of(true))) == "null");
  CHECK(to_text(types.keys_of(object)) == "any<boolean, string>");
  CHECK(to_text(types.values_of(object)) == "any<null, number, string>");
  TypeRef array = types.array({types.null()}, types.string());
  CHECK(to_text(types.select(array, Value::of(0))) == "null");
  CHECK(to_text(types.select(array, Value::of(7))) == "string");
  CHECK(types.select(array, Value::of(-1)) == nullptr);
  CHECK(types.keys_of(types.null()) == nullptr);
  CHECK(types.keys_of(types.object({})) == nullptr);
  CHECK(to_text(types.select(type(types, "any<null, set[any<null, string>]>"), Value::string("x"))) == "string");
}

TEST_CASE("whether types have a value in common") {
  TypeStore types;
  struct Row {
    const char *a, *b;
    bool expected;
  };
  constexpr Row kRows[] = {
      {"number", "number", true},
      {"number", "string", false},
      {"any", "string", true},
      {"any<null, number>", "string", false},
      {"any<null, number>", "any<number, string>", true},
      {"array<number, string>", "array[any<number, string>]", true},
      {"array<number, string>", "array[number]", false},
      {"array<number>", "array<number, number>", false},
      {"object<a: number>", "object[string: any]", true},
      {"object<a: number>", "object[string: string]", false},
      {"object<a: number>", "object<b: number>", false},
      {"set[number]", "set[string]", false},
      {"set[number]", "array[number]", false},
  };
  for (const Row& row : kRows) {
    CAPTURE(row.a, row.b);
    CHECK(types.unifies(type(types, row.a), type(types, row.b)) == row.expected);
    CHECK(types.unifies(type(types, row.b), type(types, row.a)) == row.expected);
  }
  CHECK(types.unifies(types.set(nullptr), type(types, "set[number]")));
  CHECK_FALSE(types.unifies(nullptr, types.any()));
  CHECK_FALSE(types.unifies(open_function_type(types, 1), types.any()));
}

TEST_CASE("a recursive type agrees with what it stands for") {
  TypeStore types;
  const Type* list = types.recursive("#");
  list->target = types.object({{Value::string("next"), list}});
  CHECK(types.unifies(list, list->target));
  CHECK(types.unifies(list, types.object({{Value::string("next"), types.object_of(types.any(), types.any())}})));
  CHECK_FALSE(types.unifies(list, types.object({{Value::string("next"), types.null()}})));
  CHECK(to_text(list->target) == "object<next: recursive(#)>");
}

TEST_CASE("definitions of a rule together") {
  TypeStore types;
  auto merge = [&](std::string_view a, std::string_view b) { return to_text(types.merge(type(types, a), type(types, b))); };
  CHECK(merge("set[number]", "set[string]") == "set[any<number, string>]");
  CHECK(merge("object[string: number]", "object[number: set[string]]") == "object[any<number, string>: any<number, set[string]>]");
  CHECK(merge("object<a: number>", "object[string: string]") == "any<object<a: number>, object[string: string]>");
  CHECK(merge("object[string: number]", "any<null, object[string: string]>") ==
        "any<null, object[string: any<number, string>]>");
  CHECK(to_text(types.merge(types.object({}), type(types, "object[string: number]"))) == "object[string: number]");
}

TEST_CASE("types of empty collections") {
  TypeStore types;
  TypeRef nested = types.array({types.object({{Value::string("a"), types.set(nullptr)}}), types.null()});
  CHECK(TypeStore::has_empty_collection(nested));
  CHECK(to_text(types.relax_empty_collections(nested)) == "array<object<a: any>, null>");
  CHECK(is_unknown(types.set(nullptr)));
  CHECK_FALSE(is_unknown(types.array({})));
}

TEST_CASE("two types side by side show what they differ in") {
  TypeStore types;
  auto different = [&](std::string_view a, std::string_view b) {
    auto [left, right] = different_texts({{}, type(types, a)}, {{}, type(types, b)});
    return left + " / " + right;
  };
  CHECK(different("object<a: number, b: string>", "object<a: number, b: null>") == "object<b: string, ...> / object<b: null, ...>");
  CHECK(different("array<number, array<string>>", "array<number, array<null>>") ==
        "array<number, array<string>> / array<number, array<null>>");
  CHECK(different("object<aaaaaaaaaaaaa: number, bbbbbbbbbbbbbb: string>", "number") == "object<...> / number");
  CHECK(different("any<null, number>", "any<null, string>") == "any<number, ...> / any<string, ...>");
  CHECK(short_text({"x", type(types, "object<aaaaaaaaaaaaa: number, bbbbbbbbbbbbbb: string>")}) == "x: object<...>");
}

TEST_CASE("types in JSON") {
  TypeStore types;
  std::string out;
  JsonWriter json(out);
  write_json(json, {"x", type(types, "any<array<number>, object<a: null>[string: set[any]]>")});
  CHECK(out ==
        R"({"name":"x","of":[{"static":[{"type":"number"}],"type":"array"},{"dynamic":{"key":{"type":"string"},"value":)"
        R"({"of":{"type":"any"},"type":"set"}},"static":[{"key":"a","value":{"type":"null"}}],"type":"object"}],"type":"any"})");
}

}  // namespace
}  // namespace writ::lang
