#include "engine/builtins/signature.h"

#include <catch2/catch.hpp>
#include <string>

#include "engine/base/error.h"

namespace writ {
namespace {

std::string_view role_name(TypeRole role) {
  constexpr std::string_view kNames[] = {"root",    "argument", "result", "alternative", "position",
                                         "element", "member",   "key",    "value"};
  return kNames[static_cast<size_t>(role)];
}

// "role name kind(children)".
std::string tree(const Signature& signature, const TypeNode& node) {
  std::string out(role_name(node.role));
  if (!node.name.empty()) out.append(" ").append(node.name);
  out += node.kind == TypeKind::kUnion ? " union" : " " + std::string(type_word(node.kind));
  const TypeNode* child = signature.first_child(node);
  if (child == nullptr) return out;
  out += '(';
  for (; child != nullptr; child = signature.next_sibling(*child)) {
    out += tree(signature, *child);
    if (signature.next_sibling(*child) != nullptr) out += ", ";
  }
  return out + ')';
}

std::string tree(std::string_view text) {
  Signature signature = Signature::parse(text);
  return tree(signature, signature.root());
}

TEST_CASE("a signature is a tree of types") {
  struct Row {
    std::string_view text;
    std::string_view expected;
  };
  constexpr Row kRows[] = {
      {"() -> void", "root function"},
      {"() -> number", "root function(result number)"},
      {"(x: any) -> null", "root function(argument x any, result null)"},
      {"(x: string, y: boolean) -> number",
       "root function(argument x string, argument y boolean, result number)"},
      {"(x: any<string, any<null, set[any]>>) -> any",
       "root function(argument x union(alternative string, alternative union(alternative null, "
       "alternative set(element any))), result any)"},
      {"(x: array[array<number, string>]) -> any",
       "root function(argument x array(element array(position number, position string)), result any)"},
      {"() -> object[string: set[any]]", "root function(result object(key string, value set(element any)))"},
      {"() -> object<a: number, b-c: any>", "root function(result object(member a number, member b-c any))"},
      {"() -> object<a: number>[any: string]", "root function(result object(member a number, key any, value string))"},
  };
  for (const Row& row : kRows) CHECK(tree(row.text) == row.expected);
}

TEST_CASE("what does not follow the grammar is refused") {
  constexpr std::string_view kTexts[] = {
      "",
      "x",
      "(",
      "()",
      "() -> ",
      "() -> voids",
      "() -> numbers",
      "() -> number ",
      "()-> number",
      "(x number) -> number",
      "(: number) -> number",
      "(x: number",
      "(x: number,) -> number",
      "(x: number,y: number) -> number",
      "(x: object) -> number",
      "(x: object<>) -> number",
      "(x: object<a>) -> number",
      "(x: object[string]) -> number",
      "(x: set<number>) -> number",
      "(x: set) -> number",
      "(x: array[]) -> number",
      "(x: array<number) -> number",
      "(x: any<>) -> number",
      "(x: number[any]) -> number",
  };
  for (std::string_view text : kTexts) {
    INFO(text);
    CHECK_THROWS_AS(Signature::parse(text), Failure);
  }
}

TEST_CASE("depth and size are bounded") {
  auto nested = [](size_t depth) {
    std::string type = "any";
    for (size_t i = 1; i < depth; i++) type = "set[" + type + "]";
    return "() -> " + type;
  };
  CHECK_NOTHROW(Signature::parse(nested(32)));
  CHECK_THROWS_AS(Signature::parse(nested(33)), Failure);
  std::string many = "(a: any";
  for (int i = 0; i < 100; i++) many += ", a: any";
  CHECK_THROWS_AS(Signature::parse(many + ") -> any"), Failure);
}

TEST_CASE("kinds of a type look through unions and not into collections") {
  auto kinds = [](std::string_view type) {
    std::string text = "() -> " + std::string(type);
    Signature signature = Signature::parse(text);
    return signature.kinds(*signature.first_child(signature.root()));
  };
  CHECK(kinds("any") == kAnyKind);
  CHECK(kinds("null") == kind_bit(Kind::kNull));
  CHECK(kinds("array<any, any>") == kind_bit(Kind::kArray));
  CHECK(kinds("any<number, any<string, set[any]>>") ==
        (kind_bit(Kind::kNumber) | kind_bit(Kind::kString) | kind_bit(Kind::kSet)));
  CHECK(kinds("any<number, any>") == kAnyKind);
}

TEST_CASE("signatures are parsed at compile time") {
  constexpr Signature kSignature = Signature::parse("(x: number) -> set[string]");
  static_assert(kSignature.kinds(*kSignature.first_child(kSignature.root())) == kind_bit(Kind::kNumber));
  CHECK(kSignature.root().kind == TypeKind::kFunction);
}

}  // namespace
}  // namespace writ
