// Every built-in against everything that is awkward: whatever a policy can call, an attacker can call with values of
// their choosing, and no call may end the process, hang, or give what is not an answer.
//
// The list of built-ins is the table itself, so a new one is swept without anybody thinking of it. For each position of
// each built-in every value of `awkward_values` takes that place while the others hold values that fit; then all places
// hold it at once; and what a host can answer is swept the same way. Each call has little fuel. It must end in a value
// that keeps the invariants of values (sets and objects sorted, without equals), in undefined, in a fault with a
// message and the code of faults, or in one of the failures that a decision documents; and it must not have asked the
// system for more memory than its fuel can pay for. Under the address sanitizer it must not have touched what is not
// its own.
#include <malloc.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <new>
#include <set>
#include <string>
#include <vector>

#include "engine/base/error.h"
#include "engine/builtins/builtin.h"
#include "engine/builtins/signature.h"
#include "engine/builtins/test_support.h"
#include "engine/value/build.h"
#include "engine/value/order.h"
#include "engine/value/text.h"

namespace {

// Bytes that operator new has given out and delete has not taken back, and the most there were since a mark was set.
size_t live_bytes = 0;
size_t most_bytes = 0;

}  // namespace

void* operator new(size_t size) {
  void* memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  live_bytes += malloc_usable_size(memory);
  if (live_bytes > most_bytes) most_bytes = live_bytes;
  return memory;
}
void* operator new[](size_t size) {
  return operator new(size);
}
// All forms, so that each pair is replaced whole, whatever stands behind the others.
void* operator new(size_t size, const std::nothrow_t&) noexcept {
  try {
    return operator new(size);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}
void* operator new[](size_t size, const std::nothrow_t&) noexcept {
  return operator new(size, std::nothrow);
}
void operator delete(void* memory) noexcept {
  if (memory != nullptr) live_bytes -= malloc_usable_size(memory);
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  operator delete(memory);
}
void operator delete(void* memory, size_t) noexcept {
  operator delete(memory);
}
void operator delete[](void* memory, size_t) noexcept {
  operator delete(memory);
}
void operator delete(void* memory, const std::nothrow_t&) noexcept {
  operator delete(memory);
}
void operator delete[](void* memory, const std::nothrow_t&) noexcept {
  operator delete(memory);
}

namespace writ {
namespace {

// With this much fuel a call may read its arguments a few times, but not multiply them.
constexpr uint64_t kSweepFuel = 200'000;
// What that much fuel may cost: 16 bytes of text to a unit, a few copies of it, and what the largest argument takes.
constexpr size_t kMostMemory = size_t{96} << 20;
constexpr uint64_t kArenaLimit = uint64_t{64} << 20;

struct Awkward {
  std::string name;
  Value value;
};

// Texts that mean something to some built-in, and go wrong there.
// clang-format off
constexpr std::string_view kTexts[] = {
    "a", "é", "日本", "\U0001F600", "\u2028", "\uFEFF", " ", "\n", "\t", "\\", "/", "a/b", "..", "0", "-1",
    "1e999999999", "0x", "0x1p-1", "1_0", "01", ".5", "inf", "NaN", "*", "**", "{", "{a,", "[", "[a-", "[z-a]",
    "a\\", "(", "(?", "(?P<n", "a{1001}", "(a{1000}){1000}", "\\", "\\pX", "[[:foo:]]", "x*", "(|a)*", "%", "%d",
    "%[", "%[1]*d", "%999999999d", "%.999999999f", "%!", "%s%s%v", "$1", "${", "$", "1.2.3", "v1.2.3-01", "1.2.3-",
    "99999999999999999999.0.0", "::/0", "::1", "1.2.3.4/33", "10.0.0.0/0", "fe80::1%eth0", "1.2.3.4", "http://",
    "http://[::1", "http://%zz", "://", "a=%zz&b", "%00", "a;b", "2006-01-02", "2024-02-30T25:61:61Z",
    "0001-01-01T00:00:00Z", "1h", "-9223372036854775808ns", "999999999999h", "1y", "Local", "Europe/Berlin",
    "../../etc/passwd", "Mon", "null", "{}", "[]", "{\"a\":", "\"\\ud800\"", "1e40000", "a: &a [*a]", "a: *b",
    "<<: 1", "!!binary ?", "- - -", "\t- x", "%YAML 9.9\n---", "---\n---", "AA=A", "AA", "A===", "0", "zz",
    "00000000-0000-0000-0000-000000000000", "{00000000-0000-0000-0000-000000000000}", "sha256", "10Ki", "1e1000G",
    "op", "add", "/", "/a/-", "/~2", "a.b", "rego.v1",
};
// clang-format on

class AwkwardValues {
 public:
  AwkwardValues() {
    add_scalars();
    add_texts();
    add_long_texts();
    add_collections();
    add_nested();
  }
  const std::vector<Awkward>& all() const { return values_; }

 private:
  void add(std::string name, const Value& value) { values_.push_back({std::move(name), value}); }
  void add_json(std::string_view json) { add(std::string(json), test::ValueReader(arena_).read(json)); }
  void add_text(std::string name, std::string_view text) { add(std::move(name), make_string(arena_, text)); }

  void add_scalars() {
    for (std::string_view json : {"null",
                                  "true",
                                  "false",
                                  "0",
                                  "-0",
                                  "0.0",
                                  "1",
                                  "-1",
                                  "2",
                                  "8",
                                  "10",
                                  "16",
                                  "64",
                                  "1.0",
                                  "1.5",
                                  "-1.5",
                                  "1e2",
                                  "0.1e-5",
                                  "1e400",
                                  "1e6000",
                                  "-1e6000",
                                  "1e-6000",
                                  "2147483648",
                                  "9223372036854775807",
                                  "-9223372036854775808",
                                  "9223372036854775808",
                                  "18446744073709551616",
                                  "1000000",
                                  "1e9",
                                  "-1e18"}) {
      add_json(json);
    }
    add("a number of 6,000 digits", test::ValueReader(arena_).read(std::string(6'000, '7')));
    add("a fraction of 6,000 digits", test::ValueReader(arena_).read("0." + std::string(6'000, '7')));
  }

  void add_texts() {
    add_text("an empty text", "");
    add_text("NUL", std::string_view("\0", 1));
    add_text("NUL inside", std::string_view("a\0b", 3));
    add_text("bytes that are no UTF-8", "\xFF\xC3\x28\xF0\x9F");
    add_text("half a character", "a\xE6\x97");
    for (std::string_view text : kTexts) add_text(std::string(text), text);
  }

  static std::string repeated(std::string_view part, size_t count) {
    std::string text;
    for (size_t i = 0; i < count; i++) text += part;
    return text;
  }

  void add_long_texts() {
    add_text("a long text", std::string(20'000, 'a'));
    add_text("a long text of NUL", std::string(10'000, '\0'));
    for (std::string_view part : {"é",  "*",  "*a", "{", "{a,", "[",       "(",    "(a", ")",   "a|",  ".*", "a?",
                                  "\\", "%",  "%d", "1", "1.",  "{\"a\":", "- ",   "? ", "a: ", "&a ", "/",  "//",
                                  ":",  "::", "_",  "-", "+",   "=",       "&a=b", ",",  "\n",  "\"",  "${", "A="}) {
      add_text("many of " + std::string(part), repeated(part, 1'000));
    }
    add_text("aliases that multiply", aliases());
  }

  static std::string aliases() {
    std::string text = "a: &a [x,x,x,x,x,x,x,x,x]\n";
    for (char c = 'b'; c < 'm'; c++) {
      std::string before(1, static_cast<char>(c - 1));
      text += std::string(1, c) + ": &" + c + " {<<: [*" + before + ",*" + before + "], k: [*" + before + ",*" +
              before + "]}\n";
    }
    return text;
  }

  void add_collections() {
    for (std::string_view json : {"[]",
                                  "[[]]",
                                  "[null]",
                                  "[\"\"]",
                                  "[\"\",\"\"]",
                                  "[1]",
                                  "[1,\"a\"]",
                                  "[\"a\",\"b\"]",
                                  "[\"a/b\",[\"a\"]]",
                                  "[[\"a\",1]]",
                                  "[0,\"UTC\"]",
                                  "[0,\"Mars/Phobos\"]",
                                  "[1e6000,\"UTC\"]",
                                  "[0,\"UTC\",\"x\"]",
                                  "[-9223372036854775808,9223372036854775807]",
                                  "[\"::/0\",\"10.0.0.0/8\"]",
                                  "[\"/\"]",
                                  "[\"ab\"]",
                                  "{}",
                                  "{\"\":\"\"}",
                                  "{\"\":null}",
                                  "{\"a\":1}",
                                  "{\"a\":{\"b\":[1]}}",
                                  "{\"a\":[\"b\"],\"b\":[\"a\"]}",
                                  "[{\"op\":\"add\",\"path\":\"\",\"value\":1}]",
                                  "[{\"op\":\"copy\",\"from\":\"\",\"path\":\"/a\"}]",
                                  "[{\"op\":\"move\",\"from\":\"/a\",\"path\":\"/a/b\"}]",
                                  "[{\"op\":\"test\",\"path\":\"/\"}]",
                                  "[{\"op\":\"\"}]",
                                  "[{}]",
                                  "{\"value\":1}",
                                  "{\"value\":\"x\",\"format\":\"\"}",
                                  "{\"value\":0,\"format\":\"RFC3339\"}",
                                  "{\"prefix\":\"\",\"indent\":\"\"}",
                                  "{\"method\":\"get\",\"url\":\"\"}",
                                  "{\"$set\":[]}",
                                  "{\"$set\":[\"\"]}",
                                  "{\"$set\":[1,\"a\",null]}",
                                  "{\"$set\":[[]]}",
                                  "{\"$pairs\":[[1,2]]}",
                                  "{\"$pairs\":[[null,[]],[[],{}]]}",
                                  "[{\"$set\":[[1]]}]"}) {
      add_json(json);
    }
    std::vector<Value> numbers;
    std::vector<Value> texts;
    std::vector<Entry> entries;
    for (int64_t i = 0; i < 1'000; i++) {
      numbers.push_back(Value::of(i));
      texts.push_back(make_string(arena_, "/a/" + std::to_string(i)));
      entries.push_back({texts.back(), texts.back()});
    }
    add("many numbers", make_array(arena_, numbers));
    add("many texts", make_array(arena_, texts));
    add("a set of many texts", make_set(arena_, texts));
    add("an object of many texts", make_object(arena_, entries));
  }

  void add_nested() {
    for (uint32_t depth : {500u, 639u}) {
      Value array = Value::of(1);
      Value object = Value::of(1);
      for (uint32_t i = 1; i < depth; i++) {
        array = make_array(arena_, {&array, 1});
        Entry entry{Value::string("a"), object};
        object = make_object(arena_, {&entry, 1});
      }
      add("arrays nested " + std::to_string(depth) + " deep", array);
      add("objects nested " + std::to_string(depth) + " deep", object);
    }
    Value shared = Value::of(1);
    for (int i = 0; i < 40; i++) {
      const Value twice[] = {shared, shared};
      shared = make_array(arena_, twice);
    }
    add("an array that shares its parts", shared);
  }

  Arena arena_;
  std::vector<Awkward> values_;
};

// A value that fits an argument, so that a call gets past the check of the others.
Value fitting(uint16_t kinds, Arena& arena) {
  if ((kinds & kind_bit(Kind::kString)) != 0) return Value::string("a");
  if ((kinds & kind_bit(Kind::kNumber)) != 0) return Value::of(2);
  if ((kinds & kind_bit(Kind::kObject)) != 0) return test::ValueReader(arena).read(R"({"a":["b"]})");
  if ((kinds & kind_bit(Kind::kArray)) != 0) return test::ValueReader(arena).read(R"(["a"])");
  if ((kinds & kind_bit(Kind::kSet)) != 0) return test::ValueReader(arena).read(R"({"$set":["a"]})");
  if ((kinds & kind_bit(Kind::kBoolean)) != 0) return Value::of(true);
  return Value::null();
}

// Other values that fit, where an argument may be of several kinds.
std::vector<Value> all_fitting(uint16_t kinds, Arena& arena) {
  std::vector<Value> values;
  for (Kind kind : {Kind::kString, Kind::kNumber, Kind::kArray, Kind::kObject}) {
    if ((kinds & kind_bit(kind)) != 0) values.push_back(fitting(kind_bit(kind), arena));
  }
  if (values.empty()) values.push_back(fitting(kinds, arena));
  return values;
}

// What is wrong with a value as a value; empty if nothing is. Looks at `budget` nodes at most.
std::string flaw(const Value& value, uint32_t depth, uint32_t& budget) {
  if (budget == 0 || depth > kMaxValueDepth) return {};
  budget--;
  if (!value.is_defined()) return "undefined inside a value";
  for (uint32_t i = 0; value.is_object() && i < value.size; i++) {
    if (i > 0 && depth < 10 && compare(value.entries[i - 1].key, value.entries[i].key) >= 0) return "keys out of order";
    for (const Value& part : {value.entries[i].key, value.entries[i].value}) {
      if (std::string found = flaw(part, depth + 1, budget); !found.empty()) return found;
    }
  }
  for (uint32_t i = 0; (value.is_array() || value.is_set()) && i < value.size; i++) {
    bool ordered = !value.is_set() || i == 0 || depth >= 10 || compare(value.elements[i - 1], value.elements[i]) < 0;
    if (!ordered) return "elements out of order";
    if (std::string found = flaw(value.elements[i], depth + 1, budget); !found.empty()) return found;
  }
  return {};
}

// The failures that a call may end in. Only the compiler calls print and template strings with what they take; a policy
// that calls them itself with anything else has, as in OPA, an internal error; `assign` as a value is one whatever it is
// given. The clock is read by the host, which here answers with anything.
bool is_documented(const Error& error) {
  switch (error.code) {
    case ErrorCode::E_FUEL:
    case ErrorCode::E_MEMORY:
    case ErrorCode::E_DEPTH:
    case ErrorCode::E_NUM_RANGE:
    case ErrorCode::E_KEY_COLLISION:
    case ErrorCode::E_OUTSIDE:
    case ErrorCode::E_CLOCK: return true;
    case ErrorCode::E_BUILTIN: return error.detail == "unsupported built-in: assign";
    case ErrorCode::E_INTERNAL: return error.detail.starts_with("illegal argument type: ");
    default: return false;
  }
}

// A host that answers every question with one value.
class AnsweringServices : public test::FakeServices {
 public:
  AnsweringServices(Arena& arena, const Value& answer) : FakeServices(arena), answer_(answer) { fuel = kSweepFuel; }
  Value call_host(std::string_view, std::span<const Value>) override { return answer_; }

 private:
  Value answer_;
};

// What went wrong with a call; empty if nothing did.
std::string complaint_about(const Builtin& builtin, const std::vector<Value>& args, const Value& host_answer) {
  Arena arena(kArenaLimit);
  AnsweringServices services(arena, host_answer);
  BuiltinCall call{builtin.name, args, arena, services};
  size_t before = live_bytes;
  most_bytes = live_bytes;
  std::string complaint;
  try {
    Value answer = call_builtin(builtin, call);
    uint32_t budget = 1'000;
    if (call.faulted) {
      if (call.message.empty()) complaint = "a fault without a message";
      if (answer.is_defined()) complaint = "a fault with a value";
    } else if (answer.is_defined()) {
      complaint = flaw(answer, 1, budget);
    }
  } catch (const Failure& failure) {
    if (!is_documented(failure.error())) {
      complaint = std::string(error_code_name(failure.error().code)) + ": " + failure.error().detail;
    }
  } catch (const std::exception& other) {
    complaint = std::string("an exception: ") + other.what();
  }
  if (complaint.empty() && most_bytes - before > kMostMemory) {
    complaint = std::to_string((most_bytes - before) >> 20) + " MiB of memory";
  }
  return complaint;
}

class Sweep {
 public:
  void run(const Builtin& builtin) {
    for (const Awkward& awkward : values_.all()) {
      for (size_t place = 0; place < builtin.arity; place++) try_at(builtin, place, awkward);
      try_call(builtin, std::vector<Value>(builtin.arity, awkward.value), awkward, "everywhere", Value::undefined());
      if (builtin.effect == Effect::kPure) continue;
      try_call(builtin, filled(builtin), awkward, "as the host's answer", awkward.value);
    }
  }
  const std::vector<std::string>& complaints() const { return complaints_; }
  uint64_t calls() const { return calls_; }

 private:
  std::vector<Value> filled(const Builtin& builtin) {
    std::vector<Value> args;
    for (size_t i = 0; i < builtin.arity; i++) args.push_back(fitting(builtin.argument_kinds[i], arena_));
    return args;
  }

  void try_at(const Builtin& builtin, size_t place, const Awkward& awkward) {
    std::string where = "as argument " + std::to_string(place + 1);
    std::vector<Value> args = filled(builtin);
    args[place] = awkward.value;
    if (builtin.arity == 1) return try_call(builtin, args, awkward, where, Value::undefined());
    // The kinds that a neighbour may have take turns.
    size_t neighbour = place == 0 ? 1 : place - 1;
    std::vector<Value> others = all_fitting(builtin.argument_kinds[neighbour], arena_);
    args[neighbour] = others[calls_ % others.size()];
    try_call(builtin, args, awkward, where, Value::undefined());
  }

  void try_call(const Builtin& builtin, const std::vector<Value>& args, const Awkward& awkward, std::string_view where,
                const Value& host_answer) {
    calls_++;
    std::string complaint = complaint_about(builtin, args, host_answer);
    if (complaint.empty()) return;
    complaints_.push_back(std::string(builtin.name) + " with " + awkward.name + " " + std::string(where) + ": " +
                          complaint);
  }

  Arena arena_;
  AwkwardValues values_;
  std::vector<std::string> complaints_;
  uint64_t calls_ = 0;
};

TEST_CASE("no built-in can be brought to end otherwise than it should") {
  Sweep sweep;
  std::set<std::string_view> swept;
  for (const Builtin& builtin : builtins()) {
    if (builtin.function == nullptr) continue;
    uint64_t before = sweep.calls();
    sweep.run(builtin);
    CHECK(sweep.calls() > before + 100);
    swept.insert(builtin.name);
  }
  for (const std::string& complaint : sweep.complaints()) FAIL_CHECK(complaint);
  for (const Builtin& builtin : builtins()) CHECK(swept.contains(builtin.name) == (builtin.function != nullptr));
}

// What the sweep would not notice, it cannot find: one of each kind of misbehaviour.
TEST_CASE("the sweep notices") {
  auto check = [](BuiltinFunction function) {
    Builtin builtin = *find_builtin("opa.runtime");
    builtin.function = function;
    return complaint_about(builtin, {}, Value::undefined());
  };
  CHECK(check([](BuiltinCall&) { return Value::null(); }).empty());
  CHECK(check([](BuiltinCall& call) { return call.fault("x"); }).empty());
  CHECK(check([](BuiltinCall& call) {
          const Value elements[] = {Value::of(2), Value::of(1)};
          Value* copy = call.arena.allocate_array<Value>(2);
          std::copy(elements, elements + 2, copy);
          return Value::sorted_set(copy, 2);
        }) == "elements out of order");
  CHECK(check([](BuiltinCall&) -> Value { throw Failure(ErrorCode::E_INTERNAL, "oh"); }) == "E_INTERNAL: oh");
  CHECK(check([](BuiltinCall&) -> Value { throw std::bad_alloc(); }).starts_with("an exception"));
  CHECK(check([](BuiltinCall&) {
          std::string large(size_t{200} << 20, 'x');
          return Value::of(static_cast<int64_t>(large.size()));
        }) == "200 MiB of memory");
}

}  // namespace
}  // namespace writ
