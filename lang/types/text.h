// Types as OPA prints them: "array<number>[string]", "object<a: number>[any: any]", "any<null, string>", "???" for unknown.
//
// Two types that do not agree are shown side by side. Where that makes a line wider than 80 characters both are shortened: only
// what they differ in is spelled out, an ellipsis stands for the rest. Reference: OPA v1/ast/check_elide.go.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/json_writer.h"
#include "lang/types/type.h"

namespace writ::lang {

// A type with the name of the argument or result that it is of, and what OPA says of it; "" for none.
struct NamedType {
  std::string_view name;
  TypeRef type = nullptr;
  std::string_view description = {};
};

// At most about a mebibyte, and an ellipsis where more would come.
std::string to_text(TypeRef type);
std::string to_text(const NamedType& type);
// A constant key as Go prints it: strings bare, arrays in brackets with blanks.
std::string key_text(const Value& key);
// Whether the text is wider than a line of details may be.
bool is_wide_line(std::string_view line);
// The type, collapsed to its outermost constructor unless it is short.
std::string short_text(const NamedType& type);
// Both, with what they differ in spelled out.
std::pair<std::string, std::string> different_texts(const NamedType& a, const NamedType& b);

// As OPA writes types into the details of errors: {"type":"set","of":…}; null for unknown.
void write_json(JsonWriter& json, const NamedType& type);

}  // namespace writ::lang
