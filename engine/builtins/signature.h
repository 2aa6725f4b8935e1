// Signatures of built-ins, as OPA writes them: "(x: number, ys: array[any]) -> y: any<null, string>".
//
//   signature = "(" [argument {", " argument}] ")" " -> " ("void" | [name ": "] type)
//   argument  = word ": " type
//   type      = "any" | "null" | "boolean" | "number" | "string"
//             | "any<" type {", " type} ">"               one of these
//             | "array[" type "]"                         of any length, each element of that type
//             | "array<" type {", " type} ">"             of that length, each element of its own type
//             | "set[" type "]"
//             | "object[" type ": " type "]"              keys and values of these types
//             | "object<" member {", " member} ">" ["[" type ": " type "]"]   these members, and maybe others
//   member    = word ": " type
//   name      = words of the result, if OPA has a name for it: blanks are allowed
//
// This is the only parser of that grammar. It gives a tree whose nodes point into the text; the table of built-ins is
// made with it by the compiler (a text that does not follow the grammar does not compile), capabilities are printed
// from it, and a type checker starts from it. The root is the function: its children are its arguments in order, then
// its result. The children of a type are what its role names say.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engine/value/value.h"

namespace writ {

// Kinds of values, a bit each: what evaluation checks of a type.
constexpr uint16_t kind_bit(Kind kind) { return static_cast<uint16_t>(1u << static_cast<unsigned>(kind)); }
inline constexpr uint16_t kAnyKind = 0xFFFF;

enum class TypeKind : uint8_t { kAny, kNull, kBoolean, kNumber, kString, kArray, kSet, kObject, kUnion, kFunction };

// What a node is to its parent.
enum class TypeRole : uint8_t {
  kRoot,
  kArgument,     // of a function
  kResult,       // of a function; none if it is void
  kAlternative,  // of a union
  kPosition,     // static element of an array
  kElement,      // any element of an array or set
  kMember,       // static member of an object
  kKey,          // any other member of an object: its key, followed by its kValue
  kValue,
};

struct TypeNode {
  TypeKind kind = TypeKind::kAny;
  TypeRole role = TypeRole::kRoot;
  uint8_t first_child = 0;   // 0 = none: nothing has the root as a child
  uint8_t next_sibling = 0;  // 0 = the last one
  std::string_view name;     // of an argument, result or static member
};

// The word a type is written with: "any" for unions, too.
std::string_view type_word(TypeKind kind);

// A parsed signature. It refers to the text it was parsed from.
class Signature {
 public:
  // Throws Failure(E_INTERNAL) if the text does not follow the grammar.
  static constexpr Signature parse(std::string_view text);

  constexpr const TypeNode& root() const { return nodes_[0]; }
  // Null if there is none.
  constexpr const TypeNode* first_child(const TypeNode& node) const { return at(node.first_child); }
  constexpr const TypeNode* next_sibling(const TypeNode& node) const { return at(node.next_sibling); }
  // How many arguments the function takes.
  constexpr size_t arity() const;
  // The kinds of values that belong to a type. Elements are not looked at.
  constexpr uint16_t kinds(const TypeNode& node) const;

 private:
  friend class SignatureParser;
  static constexpr size_t kMaxNodes = 64;

  constexpr const TypeNode* at(uint8_t index) const { return index == 0 ? nullptr : &nodes_[index]; }

  std::array<TypeNode, kMaxNodes> nodes_{};
  size_t size_ = 0;
};

// --- The parser ------------------------------------------------------------------------------------------------------

// Not constexpr: a signature of the table that gets here does not compile.
[[noreturn]] void fail_signature(std::string_view text, size_t at);

class SignatureParser {
 public:
  constexpr explicit SignatureParser(std::string_view text) : text_(text) {}

  constexpr Signature parse() {
    Siblings parts{add(TypeKind::kFunction, TypeRole::kRoot, {})};
    expect("(");
    if (!accept(")")) {
      do append(parts, parse_named(TypeRole::kArgument));
      while (accept(", "));
      expect(")");
    }
    expect(" -> ");
    if (text_.substr(at_) == "void") return out_;
    append(parts, parse_type(TypeRole::kResult, read_result_name()));
    if (at_ != text_.size()) fail();
    return out_;
  }

 private:
  // Where the next child of a node is linked.
  struct Siblings {
    uint8_t parent;
    uint8_t last = 0;
  };
  struct Word {
    std::string_view text;
    TypeKind kind;
  };
  static constexpr Word kTypeWords[] = {
      {"any", TypeKind::kAny},       {"null", TypeKind::kNull},     {"boolean", TypeKind::kBoolean},
      {"number", TypeKind::kNumber}, {"string", TypeKind::kString}, {"array", TypeKind::kArray},
      {"set", TypeKind::kSet},       {"object", TypeKind::kObject},
  };
  static constexpr int kMaxDepth = 32;

  constexpr uint8_t parse_named(TypeRole role) {
    std::string_view name = read_word();
    expect(": ");
    return parse_type(role, name);
  }

  constexpr uint8_t parse_type(TypeRole role, std::string_view name) {
    if (++depth_ > kMaxDepth) fail();
    uint8_t node = add(read_type_word(), role, name);
    Siblings children{node};
    TypeKind kind = out_.nodes_[node].kind;
    if (kind == TypeKind::kAny && accept("<")) {
      out_.nodes_[node].kind = TypeKind::kUnion;
      parse_list(children, TypeRole::kAlternative);
    } else if (kind == TypeKind::kArray && accept("<")) {
      parse_list(children, TypeRole::kPosition);
    } else if (kind == TypeKind::kArray || kind == TypeKind::kSet) {
      expect("[");
      append(children, parse_type(TypeRole::kElement, {}));
      expect("]");
    } else if (kind == TypeKind::kObject) {
      parse_object(children);
    }
    --depth_;
    return node;
  }

  constexpr void parse_list(Siblings& children, TypeRole role) {
    do append(children, parse_type(role, {}));
    while (accept(", "));
    expect(">");
  }

  constexpr void parse_object(Siblings& children) {
    bool is_static = accept("<");
    if (is_static) {
      do append(children, parse_named(TypeRole::kMember));
      while (accept(", "));
      expect(">");
    }
    if (!accept("[")) {
      if (!is_static) fail();
      return;
    }
    append(children, parse_type(TypeRole::kKey, {}));
    expect(": ");
    append(children, parse_type(TypeRole::kValue, {}));
    expect("]");
  }

  constexpr uint8_t add(TypeKind kind, TypeRole role, std::string_view name) {
    if (out_.size_ == Signature::kMaxNodes) fail();
    TypeNode& node = out_.nodes_[out_.size_];
    node.kind = kind;
    node.role = role;
    node.name = name;
    return static_cast<uint8_t>(out_.size_++);
  }

  constexpr void append(Siblings& siblings, uint8_t node) {
    if (siblings.last == 0) {
      out_.nodes_[siblings.parent].first_child = node;
    } else {
      out_.nodes_[siblings.last].next_sibling = node;
    }
    siblings.last = node;
  }

  constexpr TypeKind read_type_word() {
    std::string_view word = read_word();
    for (const Word& row : kTypeWords) {
      if (row.text == word) return row.kind;
    }
    fail();
  }

  constexpr std::string_view read_word() {
    size_t begin = at_;
    while (at_ < text_.size() && is_word(text_[at_])) at_++;
    if (at_ == begin) fail();
    return text_.substr(begin, at_ - begin);
  }

  static constexpr bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  }

  // Of a result, which may have none: a type goes on with a bracket before any colon comes.
  constexpr std::string_view read_result_name() {
    size_t begin = at_, end = at_;
    while (end < text_.size() && (is_word(text_[end]) || text_[end] == ' ')) end++;
    if (end == begin || text_.substr(end, 2) != ": ") return {};
    at_ = end + 2;
    return text_.substr(begin, end - begin);
  }

  constexpr bool accept(std::string_view mark) {
    if (text_.substr(at_, mark.size()) != mark) return false;
    at_ += mark.size();
    return true;
  }
  constexpr void expect(std::string_view mark) {
    if (!accept(mark)) fail();
  }
  [[noreturn]] void fail() const { fail_signature(text_, at_); }

  std::string_view text_;
  size_t at_ = 0;
  int depth_ = 0;
  Signature out_;
};

constexpr Signature Signature::parse(std::string_view text) { return SignatureParser(text).parse(); }

constexpr size_t Signature::arity() const {
  size_t count = 0;
  for (const TypeNode* part = first_child(root()); part != nullptr; part = next_sibling(*part)) {
    if (part->role == TypeRole::kArgument) ++count;
  }
  return count;
}

constexpr uint16_t Signature::kinds(const TypeNode& node) const {
  switch (node.kind) {
    case TypeKind::kNull: return kind_bit(Kind::kNull);
    case TypeKind::kBoolean: return kind_bit(Kind::kBoolean);
    case TypeKind::kNumber: return kind_bit(Kind::kNumber);
    case TypeKind::kString: return kind_bit(Kind::kString);
    case TypeKind::kArray: return kind_bit(Kind::kArray);
    case TypeKind::kSet: return kind_bit(Kind::kSet);
    case TypeKind::kObject: return kind_bit(Kind::kObject);
    case TypeKind::kUnion: {
      uint16_t bits = 0;
      for (const TypeNode* type = first_child(node); type != nullptr; type = next_sibling(*type)) bits |= kinds(*type);
      return bits;
    }
    case TypeKind::kAny:
    case TypeKind::kFunction: break;
  }
  return kAnyKind;
}

}  // namespace writ
