// The table of builtins.def, and the one door to it: the operand check.
#include "engine/builtins/builtin.h"

#include <algorithm>
#include <array>

#include "engine/base/error.h"
#include "engine/builtins/support.h"

namespace writ {

namespace {

// --- Flags of a row --------------------------------------------------------------------------------------------------

constexpr uint32_t kRelation = 1;
constexpr uint32_t kDeprecated = 2;
constexpr uint32_t kVoid = 4;
constexpr uint32_t kVariadic = 8;
// The function checks the kinds of its operands itself: OPA answers something else than the usual type error.
constexpr uint32_t kUnchecked = 16;

// --- Signatures ------------------------------------------------------------------------------------------------------

// Reads "(name: type, …) -> type" once, at compile time. A text that does not follow the grammar does not compile.
//   type = "any" | "null" | "boolean" | "number" | "string" | "array" [brackets] | "set" [brackets]
//        | "object" [angles] [brackets] | "any" angles
class SignatureReader {
 public:
  constexpr explicit SignatureReader(std::string_view text) : text_(text) {}

  constexpr void read(Builtin& row) {
    expect('(');
    while (!accept(')')) {
      if (row.arity > 0) expect(',');
      skip_space();
      read_word();  // the operand's name is for people
      expect(':');
      if (row.arity == std::size(row.operand_kinds)) throw "too many operands";
      row.operand_kinds[row.arity++] = read_type();
    }
  }

 private:
  constexpr uint16_t read_type() {
    skip_space();
    std::string_view word = read_word();
    if (word == "any") return peek() == '<' ? read_alternatives() : kAnyKind;
    if (word == "null") return kind_bit(Kind::kNull);
    if (word == "boolean") return kind_bit(Kind::kBoolean);
    if (word == "number") return kind_bit(Kind::kNumber);
    if (word == "string") return kind_bit(Kind::kString);
    if (word == "array") return skip_element_types(), kind_bit(Kind::kArray);
    if (word == "set") return skip_element_types(), kind_bit(Kind::kSet);
    if (word == "object") return skip_element_types(), kind_bit(Kind::kObject);
    throw "unknown type";
  }

  constexpr uint16_t read_alternatives() {
    uint16_t kinds = 0;
    expect('<');
    do kinds |= read_type();
    while (accept(','));
    expect('>');
    return kinds;
  }

  // What stands in brackets behind a collection: functions check their elements themselves.
  constexpr void skip_element_types() {
    while (peek() == '<' || peek() == '[') {
      int depth = 0;
      do {
        char c = text_[at_++];
        if (c == '<' || c == '[') depth++;
        if (c == '>' || c == ']') depth--;
      } while (depth > 0);
    }
  }

  constexpr std::string_view read_word() {
    size_t begin = at_;
    while (at_ < text_.size() && is_word(text_[at_])) at_++;
    return text_.substr(begin, at_ - begin);
  }

  static constexpr bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  }
  constexpr char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  constexpr void skip_space() {
    while (peek() == ' ') at_++;
  }
  constexpr bool accept(char c) {
    skip_space();
    if (peek() != c) return false;
    at_++;
    return true;
  }
  constexpr void expect(char c) {
    if (!accept(c)) throw "malformed signature";
  }

  std::string_view text_;
  size_t at_ = 0;
};

consteval Builtin make_row(std::string_view name, std::string_view signature, std::string_view infix,
                           std::string_view category, Effect effect, uint32_t flags, BuiltinFunction function) {
  Builtin row;
  row.name = name;
  row.signature = signature;
  row.infix = infix;
  row.category = category;
  row.effect = effect;
  row.relation = (flags & kRelation) != 0;
  row.deprecated = (flags & kDeprecated) != 0;
  row.is_void = (flags & kVoid) != 0;
  row.variadic = (flags & kVariadic) != 0;
  row.function = function;
  SignatureReader(signature).read(row);
  if ((flags & kUnchecked) != 0) {
    for (uint16_t& kinds : row.operand_kinds) kinds = kAnyKind;
  }
  return row;
}

// --- The table -------------------------------------------------------------------------------------------------------

constexpr Builtin kBuiltins[] = {
#define BUILTIN(name, signature, infix, category, effect, flags, function) \
  make_row(name, signature, infix, category, Effect::effect, flags, builtin_##function),
#define BUILTIN_MISSING(name, signature, infix, category, effect, flags, function) \
  make_row(name, signature, infix, category, Effect::effect, flags, nullptr),
#include "engine/builtins/builtins.def"
#undef BUILTIN
#undef BUILTIN_MISSING
};

static_assert(std::is_sorted(std::begin(kBuiltins), std::end(kBuiltins),
                             [](const Builtin& a, const Builtin& b) { return a.name < b.name; }),
              "find_builtin searches by bisection");

// --- The operand check -----------------------------------------------------------------------------------------------

// Where OPA names the kinds it expects in an order, or in words, that the signature does not give.
struct Expectation {
  std::string_view builtin;
  size_t operand;
  std::string_view text;
};

constexpr Expectation kExpectations[] = {
    {"all", 1, "one of {array, set}"},
    {"any", 1, "one of {array, set}"},
    {"bits.and", 1, "integer"},
    {"bits.and", 2, "integer"},
    {"bits.lsh", 1, "integer"},
    {"bits.lsh", 2, "integer"},
    {"bits.negate", 1, "integer"},
    {"bits.or", 1, "integer"},
    {"bits.or", 2, "integer"},
    {"bits.rsh", 1, "integer"},
    {"bits.rsh", 2, "integer"},
    {"bits.xor", 1, "integer"},
    {"bits.xor", 2, "integer"},
    {"count", 1, "one of {array, object, set, string}"},
    {"glob.match", 2, "one of {array, null}"},
    {"graph.reachable", 2, "{array, set}"},
    {"graph.reachable_paths", 2, "{array, set}"},
    {"numbers.range", 1, "integer"},
    {"numbers.range", 2, "integer"},
    {"numbers.range_step", 1, "integer"},
    {"numbers.range_step", 2, "integer"},
    {"numbers.range_step", 3, "integer"},
    {"object.filter", 2, "one of {object, set, array}"},
    {"object.remove", 2, "one of {object, set, array}"},
    {"time.clock", 1, "either number (ns) or [number (ns), string (tz)]"},
    {"time.date", 1, "either number (ns) or [number (ns), string (tz)]"},
    {"time.diff", 1, "either number (ns) or [number (ns), string (tz)]"},
    {"time.diff", 2, "either number (ns) or [number (ns), string (tz)]"},
    {"time.format", 1, "either number (ns) or [number (ns), string (tz)]"},
    {"time.weekday", 1, "either number (ns) or [number (ns), string (tz)]"},
};

// The order in which most functions of OPA name several kinds.
constexpr Kind kUsualOrder[] = {Kind::kNull, Kind::kBoolean, Kind::kNumber, Kind::kString,
                                Kind::kObject, Kind::kSet,    Kind::kArray};

std::string expected_kinds(const Builtin& builtin, size_t operand) {
  for (const Expectation& row : kExpectations) {
    if (row.builtin == builtin.name && row.operand == operand) return std::string(row.text);
  }
  std::string list;
  size_t count = 0;
  for (Kind kind : kUsualOrder) {
    if ((builtin.operand_kinds[operand - 1] & kind_bit(kind)) == 0) continue;
    if (count++ > 0) list += ", ";
    list += kind_name(kind);
  }
  return count == 1 ? list : "one of {" + list + "}";
}

}  // namespace

std::span<const Builtin> builtins() { return kBuiltins; }

const Builtin* find_builtin(std::string_view name) {
  const Builtin* end = std::end(kBuiltins);
  auto before = [](const Builtin& row, std::string_view wanted) { return row.name < wanted; };
  const Builtin* found = std::lower_bound(std::begin(kBuiltins), end, name, before);
  return found != end && found->name == name ? found : nullptr;
}

uint32_t builtin_index(const Builtin& builtin) { return static_cast<uint32_t>(&builtin - kBuiltins); }

Value call_builtin(const Builtin& builtin, BuiltinCall& call) {
  if (builtin.function == nullptr || (!builtin.variadic && call.args.size() != builtin.arity)) {
    throw Failure(ErrorCode::E_INTERNAL, "call of " + std::string(builtin.name) + " that the compiler must not make");
  }
  for (size_t i = 0; i < builtin.arity; i++) {
    if ((builtin.operand_kinds[i] & kind_bit(call.args[i].kind)) == 0) {
      return call.fault_kind(i + 1, expected_kinds(builtin, i + 1));
    }
  }
  return builtin.function(call);
}

// --- Faults ----------------------------------------------------------------------------------------------------------

Value BuiltinCall::fault(std::string text) {
  faulted = true;
  message.assign(name).append(": ").append(text);
  return Value::undefined();
}

Value BuiltinCall::fault_operand(size_t n, std::string text) {
  type_fault = true;
  return fault("operand " + std::to_string(n) + " " + text);
}

Value BuiltinCall::fault_kind(size_t n, std::string_view expected) {
  std::string text = "must be ";
  text.append(expected).append(" but got ").append(kind_name(args[n - 1].kind));
  return fault_operand(n, std::move(text));
}

}  // namespace writ
