// Leaves are formatted by go_format.h, which sprintf uses too; here are the types it does not know (booleans, complex numbers,
// nil) and the brackets of slices and maps, whose members are formatted with the directive of the whole. Keys are sorted, as
// fmt does. Directives are read by go_directives.h.
#include "engine/builtins/templates/template_format.h"

#include <optional>
#include <utility>

#include "engine/builtins/go_directives.h"
#include "engine/builtins/go_float.h"
#include "engine/builtins/go_format.h"

namespace writ {

namespace {

using Kind = GoValue::Kind;

class GoPrinter {
 public:
  GoPrinter(ChargedText& out, const GoFlags& flags, char32_t verb, Arena& arena)
      : out_(out), flags_(flags), verb_(verb), arena_(arena) {}

  void print(const GoValue& value) {
    if (verb_ == 'T') return leaf_text(value.is_nil() ? "<nil>" : value.inner_type_name(), "string", 's');
    if (value.is_nil()) return verb_ == 'v' ? whole_text("<nil>") : bad_verb(value);
    bool simple = value.kind != Kind::kNumber && value.kind != Kind::kSlice && value.kind != Kind::kMap;
    if (verb_ == 'w' && !simple) return bad_verb(value);
    if (verb_ == 'p') return bad_verb(value);
    member(value);
  }

 private:
  void member(const GoValue& value) {
    switch (value.kind) {
      // In a collection nothing pads it.
      case Kind::kNone: return out_.append(flags_.go_syntax ? "interface {}(nil)" : "<nil>");
      case Kind::kBool:
        if (verb_ != 't' && verb_ != 'v') return bad_verb(value);
        return whole_text(value.truth ? "true" : "false");
      case Kind::kInt: return leaf_integer(value);
      case Kind::kByte: return leaf_byte(value);
      case Kind::kFloat: return leaf_float(value.real, verb_);
      case Kind::kComplex: return complex(value);
      case Kind::kString: return leaf_text(value.text, "string", verb_);
      case Kind::kNumber: return leaf_text(value.text, "json.Number", verb_);
      case Kind::kSlice: return slice(value);
      case Kind::kMap: return map(value);
    }
  }

  // --- leaves ---
  void leaf_text(std::string_view text, std::string_view type, char32_t verb) {
    GoArgument argument;
    argument.given_text = text;
    argument.go_type = type;
    format_go(out_, flags_, argument, verb);
  }

  // Padded to the width, but never cut to the precision.
  void whole_text(std::string_view text) {
    std::optional<int> precision = std::exchange(flags_.precision, std::nullopt);
    leaf_text(text, "string", 's');
    flags_.precision = precision;
  }

  void leaf_integer(const GoValue& value) {
    GoArgument argument;
    argument.type = GoArgument::kInt64;
    argument.integer = value.integer;
    argument.go_type = value.inner_type_name();
    format_go(out_, flags_, argument, verb_);
  }

  void leaf_byte(const GoValue& value) {
    if (verb_ != 'v' || !flags_.go_syntax) return leaf_integer(value);
    GoFlags flags = flags_;
    flags_.sharp = true;
    verb_ = 'x';
    leaf_integer(value);
    verb_ = 'v';
    flags_ = flags;
  }

  void leaf_float(const BinaryNumber& real, char32_t verb) {
    GoArgument argument;
    argument.type = GoArgument::kFloat64;
    argument.real = real;
    format_go(out_, flags_, argument, verb);
  }

  void complex(const GoValue& value) {
    constexpr std::string_view kVerbs = "vbgGxXfFeE";
    if (verb_ > 0x7F || kVerbs.find(static_cast<char>(verb_)) == std::string_view::npos) return bad_verb(value);
    out_.append("(");
    leaf_float(value.real, verb_);
    bool plus = flags_.plus;
    flags_.plus = true;
    leaf_float(value.imaginary, verb_);
    flags_.plus = plus;
    out_.append("i)");
  }

  // Go's complaint, which shows the value as %v does.
  void bad_verb(const GoValue& value) {
    std::string head = "%!";
    append_rune(head, verb_);
    head += "(";
    out_.append(head);
    if (value.is_nil()) return out_.append("<nil>)");
    out_.append(std::string(value.inner_type_name()) + "=");
    char32_t verb = verb_;
    verb_ = 'v';
    member(value);
    verb_ = verb;
    out_.append(")");
  }

  // --- collections ---
  void separate(size_t index) {
    if (index > 0) out_.append(flags_.go_syntax ? ", " : " ");
  }

  void slice(const GoValue& value) {
    out_.append(flags_.go_syntax ? "[]interface {}{" : "[");
    for (size_t i = 0; i < value.value.size; ++i) {
      separate(i);
      member(GoValue::from(value.value.items()[i], arena_));
    }
    out_.append(flags_.go_syntax ? "}" : "]");
  }

  void map(const GoValue& value) {
    out_.append(flags_.go_syntax ? "map[string]interface {}{" : "map[");
    for (size_t i = 0; i < value.value.size; ++i) {
      const Entry& entry = value.value.members()[i];
      separate(i);
      leaf_text(entry.key.text(), "string", verb_);
      out_.append(":");
      member(GoValue::from(entry.value, arena_));
    }
    out_.append(flags_.go_syntax ? "}" : "]");
  }

  ChargedText& out_;
  GoFlags flags_;
  char32_t verb_;
  Arena& arena_;
};

// All that is in it is written, shared parts as often as they occur.
void charge(BuiltinCall& call, const GoValue& value) {
  charge_elements(call, 1);
  if (value.kind == Kind::kSlice || value.kind == Kind::kMap) charge_value(call, value.value);
}

void print_one(BuiltinCall& call, ChargedText& out, const GoFlags& flags, const GoValue& value, char32_t verb) {
  charge(call, value);
  GoPrinter(out, flags, verb, call.arena).print(value);
}

class TemplateDirectives : public GoDirectives {
 public:
  TemplateDirectives(BuiltinCall& call, ChargedText& out, std::string_view format, std::span<const GoValue> values)
      : GoDirectives(call, out, format, values.size()), values_(values) {}

 private:
  std::optional<int64_t> integer(size_t i) const override {
    bool is_integer = values_[i].kind == Kind::kInt || values_[i].kind == Kind::kByte;
    return is_integer ? std::optional(values_[i].integer) : std::nullopt;
  }
  void print(size_t i, const GoFlags& flags, char32_t verb) override { print_one(call_, out_, flags, values_[i], verb); }
  void print_extra(size_t i) override {
    if (!values_[i].is_nil()) out_.append(std::string(values_[i].inner_type_name()) + "=");
    print_one(call_, out_, GoFlags(), values_[i], 'v');
  }

  std::span<const GoValue> values_;
};

}  // namespace

void print_go(BuiltinCall& call, ChargedText& out, std::span<const GoValue> values) {
  for (size_t i = 0; i < values.size(); ++i) {
    if (i > 0 && !values[i].is_text() && !values[i - 1].is_text()) out.append(" ");
    print_one(call, out, GoFlags(), values[i], 'v');
  }
}

void print_line_go(BuiltinCall& call, ChargedText& out, std::span<const GoValue> values) {
  for (size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out.append(" ");
    print_one(call, out, GoFlags(), values[i], 'v');
  }
  out.append("\n");
}

void print_format_go(BuiltinCall& call, ChargedText& out, std::string_view format, std::span<const GoValue> values) {
  TemplateDirectives(call, out, format, values).print_all();
}

std::string shown_go(BuiltinCall& call, const GoValue& value, char verb) {
  ChargedText out(call);
  print_one(call, out, GoFlags(), value, static_cast<char32_t>(verb));
  return out.text();
}

}  // namespace writ
