#include "engine/builtins/builtin.h"

#include <map>
#include <set>

#include "engine/builtins/signature.h"
#include "engine/builtins/support.h"
#include "engine/builtins/test_support.h"

namespace writ {
namespace {

using test::check_cases;
using test::run;

TEST_CASE("every row of the table is found by its name, and nothing else is") {
  std::set<std::string_view> names;
  for (const Builtin& builtin : builtins()) {
    CHECK(find_builtin(builtin.name) == &builtin);
    CHECK(names.insert(builtin.name).second);
  }
  CHECK(names.size() == 206);
  CHECK(find_builtin("") == nullptr);
  CHECK(find_builtin("abs ") == nullptr);
  CHECK(find_builtin("zzz") == nullptr);
  CHECK(find_builtin("strings") == nullptr);
}

TEST_CASE("signatures give arity and kinds") {
  const Builtin& plus = *find_builtin("plus");
  CHECK(plus.arity == 2);
  CHECK(plus.argument_kinds[0] == kind_bit(Kind::kNumber));
  CHECK(plus.infix == "+");
  const Builtin& count = *find_builtin("count");
  CHECK(count.arity == 1);
  CHECK(count.argument_kinds[0] ==
        (kind_bit(Kind::kString) | kind_bit(Kind::kArray) | kind_bit(Kind::kObject) | kind_bit(Kind::kSet)));
  CHECK(find_builtin("type_name")->argument_kinds[0] == kAnyKind);
  CHECK(find_builtin("opa.runtime")->arity == 0);
  CHECK(find_builtin("regex.template_match")->arity == 4);
  CHECK(find_builtin("json.match_schema")->argument_kinds[1] == kAnyKind);  // checks itself
  CHECK(find_builtin("net.cidr_contains_matches")->argument_kinds[0] == kAnyKind);  // checks itself
  CHECK(find_builtin("walk")->relation);
  CHECK(find_builtin("internal.print")->is_void);
  CHECK(find_builtin("print")->variadic);
  CHECK(find_builtin("re_match")->deprecated);
  CHECK(find_builtin("time.now_ns")->effect == Effect::kClock);
  CHECK(find_builtin("rand.intn")->effect == Effect::kRandom);
  CHECK(find_builtin("io.jwt.encode_sign")->once == false);
  CHECK(find_builtin("bits.or")->expectations[1] == "integer");
  CHECK(find_builtin("plus")->expectations[0].empty());
}

TEST_CASE("rows name the tables that answers depend on") {
  std::map<Table, std::string> names;
  for (const Builtin& builtin : builtins()) {
    if (builtin.needs != Table::kNone) names[builtin.needs].append(builtin.name).append(" ");
  }
  CHECK(names[Table::kTimeZones] == "time.add_date time.clock time.date time.diff time.format time.weekday ");
  CHECK(names[Table::kUnicode] ==
        "internal.template_string json.marshal json.marshal_with_options lower sprintf upper yaml.marshal ");
  CHECK(names[Table::kRegex] ==
        "json.match_schema json.verify_schema re_match regex.find_all_string_submatch_n regex.find_n regex.is_valid "
        "regex.match regex.replace regex.split regex.template_match ");
}

TEST_CASE("every row is documented by one sentence and has a function") {
  for (const Builtin& builtin : builtins()) {
    INFO(builtin.name);
    CHECK(builtin.documentation.size() > 10);
    CHECK(builtin.documentation.size() < 100);
    CHECK(builtin.documentation.ends_with('.'));
    CHECK(builtin.version >= 1);
    CHECK(builtin.function != nullptr);
  }
}

TEST_CASE("arguments of the wrong type are reported as OPA reports them") {
  constexpr test::Case kCases[] = {
      {"plus", R"([1, "a"])", "eval_type_error: plus: operand 2 must be number but got string"},
      {"plus", R"([null, "a"])", "eval_type_error: plus: operand 1 must be number but got null"},
      {"minus", R"([{"$set": [1]}, 1])", "eval_type_error: minus: operand 2 must be set but got number"},
      {"minus", R"([1, {"$set": [1]}])", "eval_type_error: minus: operand 2 must be number but got set"},
      {"minus", R"(["a", 1])", "eval_type_error: minus: operand 1 must be one of {number, set} but got string"},
      {"count", R"([1])",
       "eval_type_error: count: operand 1 must be one of {array, object, set, string} but got number"},
      {"max", R"([{}])", "eval_type_error: max: operand 1 must be one of {set, array} but got object"},
      {"any", R"([true])", "eval_type_error: any: operand 1 must be one of {array, set} but got boolean"},
      {"to_number", R"([[]])",
       "eval_type_error: to_number: operand 1 must be one of {null, boolean, number, string} but got array"},
      {"concat", R"([",", 1])", "eval_type_error: concat: operand 2 must be one of {set, array} but got number"},
      {"object.remove", R"([{}, 1])",
       "eval_type_error: object.remove: operand 2 must be one of {object, set, array} but got number"},
      {"bits.or", R"(["a", 1])", "eval_type_error: bits.or: operand 1 must be integer but got string"},
      {"bits.or", R"([1.5, 1])",
       "eval_type_error: bits.or: operand 1 must be integer number but got floating-point number"},
      {"json.is_valid", R"([1])", "false"},
  };
  check_cases(kCases);
}

TEST_CASE("a call the compiler must not make is an internal error") {
  CHECK(run("plus", "[1]") == "E_INTERNAL");
  for (const Builtin& builtin : builtins()) {
    if (builtin.function != nullptr) continue;
    Arena arena;
    test::FakeServices services(arena);
    BuiltinCall call{builtin.name, {}, arena, services};
    CHECK_THROWS_AS(call_builtin(builtin, call), Failure);
  }
}

// What Go's unicode package says, at the places where implementations differ.
TEST_CASE("characters") {
  CHECK(rune_to_upper(U'\u00DF') == U'\u00DF');
  CHECK(rune_to_lower(U'\u0130') == U'i');
  CHECK(rune_to_upper(U'\u01C6') == U'\u01C4');
  CHECK(to_upper("stra\xC3\x9F"
                 "e") == "STRA\xC3\x9F"
                         "E");
  CHECK(count_runes("h\xC3\xA9\xF0\x9F\x98\x80") == 3);
  CHECK(decode_rune("\xC3(").code == kRuneError);
  CHECK(decode_rune("\xC3(").bytes == 1);
  CHECK(decode_rune("\xED\xA0\x80").code == kRuneError);  // a surrogate
  CHECK(decode_rune("\xC0\x80").code == kRuneError);      // overlong
  CHECK(decode_last_rune("a\xE2\x82\xAC").code == 0x20AC);
  CHECK(decode_last_rune("\x82\xAC").bytes == 1);
  CHECK(is_space(0x3000));
  CHECK_FALSE(is_space(0x200B));
  for (char32_t code : {U'\x7F', U'\x80', U'\u07FF', U'\u0800', U'\uFFFF', U'\U0010FFFF'}) {
    std::string text;
    append_rune(text, code);
    CHECK(decode_rune(text).code == code);
    CHECK(decode_rune(text).bytes == text.size());
    CHECK(decode_last_rune(text).code == code);
  }
}

TEST_CASE("machine integers are read from the text") {
  Arena arena;
  auto read = [&](std::string_view text) {
    std::optional<int64_t> integer = machine_integer(read_json(text, arena, {}, NumberText::kKept));
    return integer.has_value() ? std::to_string(*integer) : "none";
  };
  CHECK(read("7") == "7");
  CHECK(read("7.000") == "7");
  CHECK(read("-7.0") == "-7");
  CHECK(read("7.5") == "none");
  CHECK(read("7e0") == "none");
  CHECK(read("9223372036854775807") == "9223372036854775807");
  CHECK(read("-9223372036854775808") == "-9223372036854775808");
  CHECK(read("9223372036854775808") == "none");
  CHECK(read("1.0000000000000000000") == "none");  // more than 19 characters
}

}  // namespace
}  // namespace writ
