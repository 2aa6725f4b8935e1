// What Go's text/template/funcs.go defines. Each function is a row of kFunctions at the end. Errors are those of Go, and where Go
// panics inside a function its executor makes the panic an error, so those texts are here too.
#include "engine/builtins/templates/template_functions.h"

#include <algorithm>
#include <bit>
#include <compare>
#include <iterator>

#include "engine/builtins/support.h"
#include "engine/builtins/templates/template_format.h"
#include "engine/builtins/url.h"
#include "engine/value/build.h"
#include "engine/value/text.h"

namespace writ {

namespace {

using Kind = GoValue::Kind;
using Arguments = std::span<const GoValue>;

[[noreturn]] void fail(std::string text) { throw TemplateCallFault{std::move(text)}; }

std::string type_of(const GoValue& value) { return std::string(value.type_name()); }

// --- printing --------------------------------------------------------------------------------------------------------

GoValue finish(const ChargedText& text) { return GoValue::string(text.finish().text()); }

GoValue print(BuiltinCall& call, Arguments arguments) {
  ChargedText out(call);
  print_go(call, out, arguments);
  return finish(out);
}

GoValue println(BuiltinCall& call, Arguments arguments) {
  ChargedText out(call);
  print_line_go(call, out, arguments);
  return finish(out);
}

GoValue printf(BuiltinCall& call, Arguments arguments) {
  ChargedText out(call);
  charge_bytes(call, arguments[0].text.size());
  print_format_go(call, out, arguments[0].text, arguments.subspan(1));
  return finish(out);
}

// The text that escapers escape: as print gives it, but nil is "<no value>".
std::string escapers_text(BuiltinCall& call, Arguments arguments) {
  std::vector<GoValue> shown(arguments.begin(), arguments.end());
  for (GoValue& value : shown) {
    if (value.is_nil()) value = GoValue::string("<no value>");
  }
  ChargedText out(call);
  print_go(call, out, shown);
  return out.text();
}

GoValue html(BuiltinCall& call, Arguments arguments) {
  ChargedText out(call);
  for (char c : escapers_text(call, arguments)) {
    switch (c) {
      case '\0': out.append("\xEF\xBF\xBD"); break;
      case '"': out.append("&#34;"); break;
      case '\'': out.append("&#39;"); break;
      case '&': out.append("&amp;"); break;
      case '<': out.append("&lt;"); break;
      case '>': out.append("&gt;"); break;
      default: out.append(std::string_view(&c, 1));
    }
  }
  return finish(out);
}

std::string hexadecimal(char32_t code, size_t digits) {
  std::string text;
  for (; code != 0 || text.size() < digits; code >>= 4) text += "0123456789ABCDEF"[code & 0xF];
  std::reverse(text.begin(), text.end());
  return text;
}

bool is_printable(std::string_view rune) {
  std::string quoted;
  append_quoted_go(quoted, rune);
  return quoted.size() == rune.size() + 2;
}

GoValue js(BuiltinCall& call, Arguments arguments) {
  constexpr std::string_view kAsCode = "<>&=";
  ChargedText out(call);
  std::string text = escapers_text(call, arguments);
  for (size_t at = 0; at < text.size();) {
    Rune rune = decode_rune(std::string_view(text).substr(at));
    std::string_view bytes = std::string_view(text).substr(at, rune.bytes);
    at += rune.bytes;
    char c = rune.code < 0x80 ? static_cast<char>(rune.code) : ' ';
    if (c == '\\' || c == '\'' || c == '"') {
      out.append("\\");
      out.append(bytes);
    } else if (rune.code < ' ' || kAsCode.find(c) != std::string_view::npos) {
      out.append("\\u" + hexadecimal(rune.code, 4));
    } else if (rune.code < 0x80 || is_printable(rune.code == kRuneError ? "\xEF\xBF\xBD" : bytes)) {
      out.append(bytes);
    } else {
      out.append("\\u" + hexadecimal(rune.code, 4));
    }
  }
  return finish(out);
}

GoValue urlquery(BuiltinCall& call, Arguments arguments) {
  ChargedText out(call);
  out.append(url_query_escape(escapers_text(call, arguments)));
  return finish(out);
}

// --- members ---------------------------------------------------------------------------------------------------------

size_t index_argument(const GoValue& index, size_t most) {
  if (index.is_nil()) fail("cannot index slice/array with nil");
  if (index.kind != Kind::kInt && index.kind != Kind::kByte) fail("cannot index slice/array with type " + type_of(index));
  if (index.integer < 0 || static_cast<uint64_t>(index.integer) > most) {
    fail("index out of range: " + std::to_string(index.integer));
  }
  return static_cast<size_t>(index.integer);
}

GoValue member_of(BuiltinCall& call, const GoValue& item, const GoValue& index) {
  if (item.kind == Kind::kMap) {
    if (index.is_nil()) fail("value is nil; should be of type string");
    if (index.kind != Kind::kString) fail("value has type " + type_of(index) + "; should be string");
    const Value* found = object_find(item.value, Value::string(index.text));
    return (found == nullptr ? GoValue() : GoValue::from(*found, call.arena)).boxed_up();
  }
  bool is_slice = item.kind == Kind::kSlice;
  if (!is_slice && !item.is_text()) fail("can't index item of type " + type_of(item));
  size_t size = is_slice ? item.value.size : item.text.size();
  size_t at = index_argument(index, size);
  if (at == size) fail(is_slice ? "reflect: slice index out of range" : "reflect: string index out of range");
  if (is_slice) return GoValue::from(item.value.items()[at], call.arena).boxed_up();
  return GoValue::byte(static_cast<uint8_t>(item.text[at]));
}

GoValue index(BuiltinCall& call, Arguments arguments) {
  GoValue item = arguments[0].unboxed();
  if (item.is_nil()) fail("index of untyped nil");
  for (const GoValue& index : arguments.subspan(1)) {
    charge_elements(call, 1);
    if (item.is_nil()) fail("index of nil pointer");
    item = member_of(call, item.unboxed(), index.unboxed());
  }
  return item;
}

GoValue slice_of(BuiltinCall& call, const GoValue& item, size_t begin, size_t end, size_t capacity) {
  GoValue result = item;
  if (item.is_text()) {
    result.text = item.text.substr(begin, end - begin);
    return result;
  }
  result.capacity = static_cast<uint32_t>(capacity - begin);
  if (end <= item.value.size) {
    result.value = Value::array(item.value.elements + begin, static_cast<uint32_t>(end - begin));
    return result;
  }
  // Go has room behind the elements, where nothing is yet.
  charge_elements(call, end);
  std::vector<Value> elements(item.value.items().begin(), item.value.items().end());
  elements.resize(end, Value::null());
  result.value = make_array(call.arena, std::span<const Value>(elements).subspan(begin));
  return result;
}

GoValue slice(BuiltinCall& call, Arguments arguments) {
  GoValue item = arguments[0].unboxed();
  Arguments indexes = arguments.subspan(1);
  if (item.is_nil()) fail("slice of untyped nil");
  if (indexes.size() > 3) fail("too many slice indexes: " + std::to_string(indexes.size()));
  if (item.is_text() && indexes.size() == 3) fail("cannot 3-index slice a string");
  if (!item.is_text() && item.kind != Kind::kSlice) fail("can't slice item of type " + type_of(item));
  size_t size = item.is_text() ? item.text.size() : item.value.size;
  size_t capacity = item.is_text() ? size : item.capacity;
  size_t at[3] = {0, size, capacity};
  for (size_t i = 0; i < indexes.size(); ++i) {
    // Here an interface is not looked into.
    if (indexes[i].boxed) fail("cannot index slice/array with type interface {}");
    at[i] = index_argument(indexes[i], capacity);
  }
  for (size_t i = 0; i + 1 < std::max<size_t>(indexes.size(), 2); ++i) {
    if (at[i] > at[i + 1]) fail("invalid slice index: " + std::to_string(at[i]) + " > " + std::to_string(at[i + 1]));
  }
  return slice_of(call, item, at[0], at[1], at[2]);
}

GoValue length(BuiltinCall&, Arguments arguments) {
  const GoValue& item = arguments[0];
  if (item.is_none()) fail("reflect: call of reflect.Value.Type on zero Value");
  if (item.is_nil()) fail("len of nil pointer");
  if (item.is_text()) return GoValue::of(static_cast<int64_t>(item.text.size()));
  if (item.kind == Kind::kSlice || item.kind == Kind::kMap) return GoValue::of(static_cast<int64_t>(item.value.size));
  fail("len of type " + std::string(item.inner_type_name()));
}

GoValue not_(BuiltinCall&, Arguments arguments) { return GoValue::of(!arguments[0].is_true()); }

// --- comparing -------------------------------------------------------------------------------------------------------

enum class Basic : uint8_t { kInvalid, kBool, kComplex, kInt, kFloat, kString, kUint };

Basic basic_kind(const GoValue& value) {
  switch (value.kind) {
    case Kind::kBool: return Basic::kBool;
    case Kind::kInt: return Basic::kInt;
    case Kind::kByte: return Basic::kUint;
    case Kind::kFloat: return Basic::kFloat;
    case Kind::kComplex: return Basic::kComplex;
    case Kind::kString:
    case Kind::kNumber: return Basic::kString;
    default: return Basic::kInvalid;
  }
}

bool is_integer(Basic kind) { return kind == Basic::kInt || kind == Basic::kUint; }

std::strong_ordering compare_floats(const BinaryNumber& a, const BinaryNumber& b) {
  auto sign = [](const BinaryNumber& x) { return x.mantissa == 0 ? 0 : x.negative ? -1 : 1; };
  if (sign(a) != sign(b) || sign(a) == 0) return sign(a) <=> sign(b);
  auto magnitude = [](const BinaryNumber& x) {
    int width = std::bit_width(x.mantissa);
    return std::pair(x.exponent + width, x.mantissa << (64 - width));
  };
  return sign(a) > 0 ? magnitude(a) <=> magnitude(b) : magnitude(b) <=> magnitude(a);
}

[[noreturn]] void fail_incompatible(const GoValue& a, const GoValue& b) {
  fail("incompatible types for comparison: " + type_of(a) + " and " + type_of(b));
}

// Neither is boxed.
bool equals(BuiltinCall& call, const GoValue& a, const GoValue& b) {
  Basic kind = basic_kind(a);
  if (is_integer(kind) && is_integer(basic_kind(b))) return a.integer == b.integer;
  if (kind != basic_kind(b)) {
    if (!a.is_nil() && !b.is_nil()) fail_incompatible(a, b);
    return false;
  }
  switch (kind) {
    case Basic::kBool: return a.truth == b.truth;
    case Basic::kFloat: return compare_floats(a.real, b.real) == 0;
    case Basic::kComplex: return compare_floats(a.real, b.real) == 0 && compare_floats(a.imaginary, b.imaginary) == 0;
    case Basic::kString: charge_bytes(call, std::min(a.text.size(), b.text.size())); return a.text == b.text;
    default: break;
  }
  if (a.is_nil() || b.is_nil()) return a.is_nil() && b.is_nil();
  if (a.kind != b.kind) {
    fail("non-comparable types " + shown_go(call, a, 's') + ": " + type_of(a) + ", " + type_of(b) + ": " + shown_go(call, b));
  }
  fail("non-comparable type " + shown_go(call, b, 's') + ": " + type_of(b));
}

GoValue eq(BuiltinCall& call, Arguments arguments) {
  if (arguments.size() == 1) fail("missing argument for comparison");
  for (const GoValue& other : arguments.subspan(1)) {
    charge_elements(call, 1);
    if (equals(call, arguments[0].unboxed(), other.unboxed())) return GoValue::of(true);
  }
  return GoValue::of(false);
}

GoValue ne(BuiltinCall& call, Arguments arguments) { return GoValue::of(!eq(call, arguments).truth); }

std::strong_ordering compare(BuiltinCall& call, Arguments arguments) {
  GoValue a = arguments[0].unboxed();
  GoValue b = arguments[1].unboxed();
  Basic kind = basic_kind(a);
  if (kind == Basic::kInvalid || basic_kind(b) == Basic::kInvalid) fail("invalid type for comparison");
  if (is_integer(kind) && is_integer(basic_kind(b))) return a.integer <=> b.integer;
  if (kind != basic_kind(b)) fail_incompatible(a, b);
  if (kind == Basic::kFloat) return compare_floats(a.real, b.real);
  if (kind != Basic::kString) fail("invalid type for comparison");
  charge_bytes(call, std::min(a.text.size(), b.text.size()));
  return a.text <=> b.text;
}

GoValue lt(BuiltinCall& call, Arguments arguments) { return GoValue::of(compare(call, arguments) < 0); }
GoValue le(BuiltinCall& call, Arguments arguments) { return GoValue::of(compare(call, arguments) <= 0); }
GoValue gt(BuiltinCall& call, Arguments arguments) { return GoValue::of(compare(call, arguments) > 0); }
GoValue ge(BuiltinCall& call, Arguments arguments) { return GoValue::of(compare(call, arguments) >= 0); }

// --- all of them -----------------------------------------------------------------------------------------------------

using enum TemplateParameter;

constexpr TemplateFunction kFunctions[] = {
    {"and", 1, true, kReflect, kReflect, nullptr},
    {"call", 1, true, kReflect, kReflect, nullptr},
    {"eq", 1, true, kReflect, kReflect, eq},
    {"ge", 2, false, kReflect, kReflect, ge},
    {"gt", 2, false, kReflect, kReflect, gt},
    {"html", 0, true, kAny, kAny, html},
    {"index", 1, true, kReflect, kReflect, index},
    {"js", 0, true, kAny, kAny, js},
    {"le", 2, false, kReflect, kReflect, le},
    {"len", 1, false, kReflect, kReflect, length},
    {"lt", 2, false, kReflect, kReflect, lt},
    {"ne", 2, false, kReflect, kReflect, ne},
    {"not", 1, false, kReflect, kReflect, not_},
    {"or", 1, true, kReflect, kReflect, nullptr},
    {"print", 0, true, kAny, kAny, print},
    {"printf", 1, true, kString, kAny, printf},
    {"println", 0, true, kAny, kAny, println},
    {"slice", 1, true, kReflect, kReflect, slice},
    {"urlquery", 0, true, kAny, kAny, urlquery},
};

}  // namespace

const TemplateFunction* find_template_function(std::string_view name) {
  auto found = std::find_if(std::begin(kFunctions), std::end(kFunctions),
                            [&](const TemplateFunction& function) { return function.name == name; });
  return found == std::end(kFunctions) ? nullptr : found;
}

}  // namespace writ
