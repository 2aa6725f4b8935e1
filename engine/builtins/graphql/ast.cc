// The texts of types and values, as messages show them.
#include "engine/builtins/graphql/ast.h"

#include <cstdio>

#include "engine/base/error.h"

namespace writ::graphql {

namespace {

constexpr std::string_view kEscaped = "\"\\\b\f\n\r\t";
constexpr std::string_view kEscapes = "\"\\bfnrt";

// A string in quotes, with the escapes of GraphQL; the control characters behind ASCII are escaped as well.
void append_string(std::string& out, std::string_view text) {
  out += '"';
  for (size_t i = 0; i < text.size(); i++) {
    auto byte = static_cast<uint8_t>(text[i]);
    size_t escape = kEscaped.find(text[i]);
    bool is_wide = byte == 0xC2 && i + 1 < text.size() && static_cast<uint8_t>(text[i + 1]) >= 0x80 &&
                   static_cast<uint8_t>(text[i + 1]) <= 0x9F;
    if (escape != kEscaped.npos) {
      out += '\\';
      out += kEscapes[escape];
    } else if (byte < 0x20 || byte == 0x7F || is_wide) {
      if (is_wide) byte = static_cast<uint8_t>(text[++i]);
      char code[8];
      std::snprintf(code, sizeof code, "\\u%04X", byte);
      out += code;
    } else {
      out += text[i];
    }
  }
  out += '"';
}

void append_literal(std::string& out, const Literal& literal, uint32_t& depth) {
  Level level(depth);
  switch (literal.kind) {
    case Literal::kVariable: out += '$'; break;
    case Literal::kString:
    case Literal::kBlock: append_string(out, literal.raw); return;
    case Literal::kList:
    case Literal::kObject: {
      bool is_object = literal.kind == Literal::kObject;
      out += is_object ? '{' : '[';
      for (const ChildValue* const& child : literal.children) {
        if (&child != literal.children.begin()) out += ',';
        if (is_object) out.append(child->name).append(":");
        append_literal(out, *child->value, depth);
      }
      out += is_object ? '}' : ']';
      return;
    }
    default: break;
  }
  out += literal.raw;
}

}  // namespace

void Level::fail() { throw Failure(ErrorCode::E_DEPTH, "GraphQL is nested too deeply"); }

std::string TypeReference::text() const {
  std::string text;
  std::string end;
  const TypeReference* type = this;
  for (; type->named_type.empty() && type->elem != nullptr; type = type->elem) {
    text += '[';
    end.insert(0, type->non_null ? "]!" : "]");
  }
  text += type->named_type;
  if (type->non_null) text += '!';
  return text + end;
}

bool TypeReference::is_compatible(const TypeReference& other) const {
  const TypeReference* mine = this;
  const TypeReference* wanted = &other;
  while (true) {
    if (mine->named_type != wanted->named_type) return false;
    if (wanted->non_null && !mine->non_null) return false;
    if (mine->elem == nullptr) return true;
    if (wanted->elem == nullptr) return false;
    mine = mine->elem;
    wanted = wanted->elem;
  }
}

std::string Literal::text() const {
  std::string text;
  uint32_t depth = 0;
  append_literal(text, *this, depth);
  return text;
}

}  // namespace writ::graphql
