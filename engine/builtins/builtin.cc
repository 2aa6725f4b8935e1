// The table of builtins.def, and call_builtin with its check of arguments.
//
// The table is made at compile time: make_row parses the signature and applies the row's properties, which are small
// objects (`infix("+")`, `kVoid`) with an overload of `apply` each. Then come the search by name, the check of kinds
// with OPA's text for arguments of the wrong kind, and the faults of a call.
#include "engine/builtins/builtin.h"

#include <algorithm>

#include "engine/base/error.h"
#include "engine/builtins/signature.h"
#include "engine/builtins/support.h"
#include "engine/value/visits.h"

namespace writ {

namespace {

// --- Properties of a row ---------------------------------------------------------------------------------------------

struct Flag {
  bool Builtin::*member;
  bool value = true;
};
constexpr Flag kRelation{&Builtin::relation};
constexpr Flag kDeprecated{&Builtin::deprecated};
constexpr Flag kVoid{&Builtin::is_void};
constexpr Flag kVariadic{&Builtin::variadic};
constexpr Flag kUnchecked{&Builtin::unchecked};
constexpr Flag kCompiledAway{&Builtin::compiled_away};
constexpr Flag kEachCall{&Builtin::once, false};

struct Infix {
  std::string_view text;
};
struct Slow {
  uint8_t units;
};
struct Needs {
  Table table;
};
struct Expectation {
  std::string_view text;
  size_t arguments[kMaxArity];  // from 1; 0 = no more
};

consteval Infix infix(std::string_view text) { return {text}; }
consteval Slow slow(uint8_t units) { return {units}; }
consteval Needs needs(Table table) { return {table}; }
template <typename... Numbers>
consteval Expectation expects(std::string_view text, Numbers... arguments) {
  return {text, {static_cast<size_t>(arguments)...}};
}
constexpr std::string_view kTimeText = "either number (ns) or [number (ns), string (tz)]";

constexpr void apply(Builtin& row, Flag flag) { row.*flag.member = flag.value; }
constexpr void apply(Builtin& row, Infix infix) { row.infix = infix.text; }
constexpr void apply(Builtin& row, Slow slow) { row.call_units = slow.units; }
constexpr void apply(Builtin& row, Needs needs) { row.needs = needs.table; }
constexpr void apply(Builtin& row, const Expectation& expected) {
  for (size_t argument : expected.arguments) {
    if (argument > row.arity) throw "the built-in has fewer arguments";
    if (argument > 0) row.expectations[argument - 1] = expected.text;
  }
}

// --- The table -------------------------------------------------------------------------------------------------------

constexpr void apply_signature(Builtin& row) {
  Signature signature = Signature::parse(row.signature);
  const TypeNode* part = signature.first_child(signature.root());
  for (; part != nullptr && part->role == TypeRole::kArgument; part = signature.next_sibling(*part)) {
    if (row.arity == kMaxArity) throw "too many arguments";
    row.argument_kinds[row.arity++] = signature.kinds(*part);
  }
}

template <typename... Properties>
consteval Builtin make_row(std::string_view name, Effect effect, uint16_t version, std::string_view category,
                           BuiltinFunction function, std::string_view signature, std::string_view documentation,
                           Properties... properties) {
  Builtin row;
  row.name = name;
  row.effect = effect;
  row.version = version;
  row.category = category;
  row.function = function;
  row.signature = signature;
  row.documentation = documentation;
  apply_signature(row);
  (apply(row, properties), ...);
  if (row.unchecked) std::fill(std::begin(row.argument_kinds), std::end(row.argument_kinds), kAnyKind);
  return row;
}

constexpr Builtin kBuiltins[] = {
#define BUILTIN(name, effect, version, category, function, ...) \
  make_row(name, Effect::effect, version, category, builtin_##function, __VA_ARGS__),
#include "engine/builtins/builtins.def"
#undef BUILTIN
};

static_assert(std::is_sorted(std::begin(kBuiltins), std::end(kBuiltins),
                             [](const Builtin& a, const Builtin& b) { return a.name < b.name; }),
              "lists of built-ins are in the order of their names");

// --- Names -----------------------------------------------------------------------------------------------------------

// Rows by a hash of their names, one behind the other where two have the same: the compiler looks for many names.
class NameTable {
 public:
  consteval NameTable() {
    static_assert(std::size(kBuiltins) * 2 < kSlots);
    for (size_t row = 0; row < std::size(kBuiltins); ++row) {
      size_t slot = hash(kBuiltins[row].name);
      while (rows_[slot] != 0) slot = (slot + 1) % kSlots;
      rows_[slot] = static_cast<uint16_t>(row + 1);
    }
  }

  const Builtin* find(std::string_view name) const {
    for (size_t slot = hash(name); rows_[slot] != 0; slot = (slot + 1) % kSlots) {
      const Builtin& row = kBuiltins[rows_[slot] - 1];
      if (row.name == name) return &row;
    }
    return nullptr;
  }

 private:
  static constexpr size_t kSlots = 1024;

  // FNV-1a.
  static constexpr size_t hash(std::string_view name) {
    uint32_t value = 2166136261;
    for (char c : name) value = (value ^ static_cast<uint8_t>(c)) * 16777619;
    return (value ^ value >> 16) % kSlots;
  }

  uint16_t rows_[kSlots] = {};  // 0: none; else the number of the row, from 1
};

constexpr NameTable kNames;

// --- The check of arguments ------------------------------------------------------------------------------------------

// The order in which most functions of OPA name several kinds.
constexpr Kind kUsualOrder[] = {Kind::kNull, Kind::kBoolean, Kind::kNumber, Kind::kString,
                                Kind::kObject, Kind::kSet,    Kind::kArray};

std::string expected_kinds(const Builtin& builtin, size_t argument) {
  if (!builtin.expectations[argument - 1].empty()) return std::string(builtin.expectations[argument - 1]);
  std::string list;
  size_t count = 0;
  for (Kind kind : kUsualOrder) {
    if ((builtin.argument_kinds[argument - 1] & kind_bit(kind)) == 0) continue;
    if (count++ > 0) list += ", ";
    list += kind_name(kind);
  }
  return count == 1 ? list : "one of {" + list + "}";
}

}  // namespace

std::span<const Builtin> builtins() { return kBuiltins; }

const Builtin* find_builtin(std::string_view name) {
  return kNames.find(name);
}

Value call_builtin(const Builtin& builtin, BuiltinCall& call) {
  if (builtin.function == nullptr || (!builtin.variadic && call.args.size() != builtin.arity)) {
    throw Failure(ErrorCode::E_INTERNAL, "call of " + std::string(builtin.name) + " that the compiler must not make");
  }
  if (builtin.call_units != 0) call.services.charge(builtin.call_units);
  const uint32_t free_text = builtin.call_units != 0 ? 15 : kShortText;
  for (size_t i = 0; i < builtin.arity; i++) {
    if ((builtin.argument_kinds[i] & kind_bit(call.args[i].kind)) == 0) {
      return call.fault_kind(i + 1, expected_kinds(builtin, i + 1));
    }
    // Whatever takes a text may read all of it.
    if (call.args[i].is_string() && call.args[i].size > free_text) charge_bytes(call, call.args[i].size);
  }
  return builtin.function(call);
}

// --- Faults ----------------------------------------------------------------------------------------------------------

// The message may show a part of an argument, which nobody has paid for.
Value BuiltinCall::fault(std::string text) {
  charge_text(text.size());
  faulted = true;
  message.assign(name).append(": ").append(text);
  return Value::undefined();
}

Value BuiltinCall::fault_argument(size_t n, std::string text) {
  type_fault = true;
  return fault("operand " + std::to_string(n) + " " + text);
}

Value BuiltinCall::fault_kind(size_t n, std::string_view expected) {
  std::string text = "must be ";
  text.append(expected).append(" but got ").append(kind_name(args[n - 1].kind));
  return fault_argument(n, std::move(text));
}

}  // namespace writ
