#include "engine/program/program.h"

#include <catch2/catch.hpp>

#include "engine/base/digest.h"
#include "engine/base/error.h"
#include "engine/base/magic.h"

namespace writ {

namespace {

constexpr uint16_t kOne = kConstantBit;  // the first constant

// One rule with a few registers, builders and iterators, an empty `with` scope and a rule index with two alternatives.
std::unique_ptr<Program> program_of(const std::vector<Instruction>& code) {
  auto program = std::make_unique<Program>();
  Function function;
  function.path = "data.p";
  function.end = static_cast<uint32_t>(code.size());
  function.register_count = 4;
  function.iterator_count = 2;
  function.builder_count = 2;
  program->functions.push_back(function);
  program->code = code;
  program->constants.push_back(Value::of(int64_t{1}));
  program->withs.emplace_back();
  program->indexes.emplace_back().nodes.emplace_back().alternatives = {2};
  program->indexes.push_back(program->indexes[0]);
  return program;
}

std::string fault_of(const std::vector<Instruction>& code) {
  return verify(*program_of(code));
}

Instruction build(uint16_t builder, BuildKind kind) {
  return {Opcode::kBuild, builder, 0, 0, 0, static_cast<uint32_t>(kind)};
}

const Instruction kReturnOne{Opcode::kReturn, 0, kOne};

std::string failure_of(const std::string& bytes) {
  try {
    load_program(bytes);
  } catch (const Failure& failure) {
    return failure.error().detail;
  }
  return "";
}

std::string with_checksum(const std::string& content) {
  return content + std::string(sha256(content).view());
}

}  // namespace

TEST_CASE("verify: work is paid for on every way", "[program]") {
  std::vector<Instruction> code(2 * kWorkPerUnit - 1, {Opcode::kMove, 0, kOne});
  code.push_back(kReturnOne);
  CHECK(fault_of(code) == "");
  code.insert(code.begin(), {Opcode::kTruthy, 0, kOne, 0, 2});  // past the first; the other way is longer
  CHECK(fault_of(code) == "work that no fuel is charged for (instruction 64)");
  code[1] = {Opcode::kCharge, 0, 0, 0, 0, 1};  // which one way goes round
  code[0].jump = 2;
  CHECK(fault_of(code) == "");
  code.insert(code.begin() + 2, {Opcode::kMove, 0, kOne});
  CHECK(fault_of(code) == "work that no fuel is charged for (instruction 65)");
  code[1].x = 3;  // does not help there
  CHECK(fault_of(code) == "work that no fuel is charged for (instruction 65)");
  code[0] = {Opcode::kCharge, 0, 0, 0, 0, 1};
  CHECK(fault_of(code) == "");
}

TEST_CASE("verify: a builder is started before it is used, and by the right kind", "[program]") {
  CHECK(fault_of({build(0, BuildKind::kSet),
                  {Opcode::kYield, 0, kOne, kOne},
                  {Opcode::kFinish, 0, 0},
                  {Opcode::kReturn, 0, 0}}) == "");
  CHECK(fault_of({{Opcode::kYield, 0, kOne, kOne}, kReturnOne}) == "builder used before BUILD (instruction 0)");
  CHECK(fault_of({build(1, BuildKind::kSet), {Opcode::kYield, 0, kOne, kOne}, kReturnOne}) ==
        "builder used before BUILD (instruction 1)");
  CHECK(fault_of({build(0, BuildKind::kTree), {Opcode::kYield, 0, kOne, kOne}, kReturnOne}) ==
        "builder used before BUILD (instruction 1)");
  CHECK(fault_of({build(0, BuildKind::kSet), {Opcode::kYieldPath, 0, 0, 1}, kReturnOne}) ==
        "builder used before BUILD (instruction 1)");
  CHECK(fault_of({build(0, BuildKind::kSet), {Opcode::kFinish, 0, 0}, {Opcode::kYield, 0, kOne, kOne}, kReturnOne}) ==
        "builder used before BUILD (instruction 2)");
  CHECK(fault_of({build(0, BuildKind::kSet), build(0, BuildKind::kSet), kReturnOne}) ==
        "builders are not nested (instruction 1)");
  // One of two ways does not start it.
  CHECK(fault_of({{Opcode::kTruthy, 0, kOne, 0, 2}, build(0, BuildKind::kSet), {Opcode::kFinish, 0, 0}, kReturnOne}) ==
        "builder used before BUILD (instruction 2)");
}

TEST_CASE("verify: scopes of `with` are entered and left in pairs", "[program]") {
  const Instruction enter{Opcode::kWith, 0, 0, 0, 3, 0};
  const Instruction leave{Opcode::kEndWith};
  CHECK(fault_of({enter, {Opcode::kMove, 0, kOne}, leave, kReturnOne}) == "");
  CHECK(fault_of({leave, kReturnOne}) == "a `with` scope is left that was never entered (instruction 0)");
  CHECK(fault_of({enter, kReturnOne, kReturnOne, kReturnOne}) ==
        "a function returns inside a `with` scope (instruction 1)");
  CHECK(fault_of({enter, {Opcode::kMove, 0, kOne}, {Opcode::kMove, 0, kOne}, kReturnOne}) ==
        "a `with` scope is open on one path and not on another (instruction 3)");
}

TEST_CASE("verify: alternatives are those that the same rule index left", "[program]") {
  const Instruction select{Opcode::kSelect, 0, 0, 0, 0, 0};
  const Instruction next{Opcode::kNextAlternative, 0, 0, 0, 3, 0};
  CHECK(fault_of({select, next, {Opcode::kJump, 0, 0, 0, 1}, kReturnOne}) == "");
  const std::string expected = "alternatives used before SELECT (instruction 1)";
  CHECK(fault_of({{Opcode::kMove, 0, kOne}, next, {Opcode::kJump, 0, 0, 0, 1}, kReturnOne}) == expected);
  CHECK(fault_of({{Opcode::kSelect, 0, 0, 0, 0, 1}, next, {Opcode::kJump, 0, 0, 0, 1}, kReturnOne}) == expected);
  CHECK(fault_of({select, next, {Opcode::kMove, 0, kOne}, {Opcode::kJump, 0, 0, 0, 1}}) == expected);
}

TEST_CASE("verify: every loop charges fuel and ends", "[program]") {
  CHECK(fault_of({{Opcode::kMove, 0, kOne}, {Opcode::kJump, 0, 0, 0, 0}}) == "a loop charges no fuel (instruction 1)");
  CHECK(fault_of({{Opcode::kScanNext, 0, kNoRegister, kNoRegister, 1}, {Opcode::kJump, 0, 0, 0, 0}}) ==
        "a loop does not end where it is exhausted (instruction 0)");
  // Each of two exhausted loops leads to the other.
  CHECK(fault_of({{Opcode::kScanNext, 0, kNoRegister, kNoRegister, 4},
                  {Opcode::kScanNext, 0, kNoRegister, kNoRegister, 0},
                  {Opcode::kJump, 0, 0, 0, 1},
                  kReturnOne,
                  {Opcode::kJump, 0, 0, 0, 1}}) == "a loop does not end where it is exhausted (instruction 1)");
  CHECK(fault_of({{Opcode::kMove, 0, kOne}}) == "data.p runs off its end (instruction 0)");
}

TEST_CASE("a program file is read as it was written, or refused", "[program]") {
  std::string bytes =
      serialise(*program_of({build(0, BuildKind::kSet), {Opcode::kFinish, 0, 0}, {Opcode::kReturn, 0, 0}}));
  CHECK(serialise(*load_program(bytes)) == bytes);
  std::string content = bytes.substr(0, bytes.size() - 32);
  const std::string refused = "not a valid program file: ";
  CHECK(failure_of("something") == refused + "it does not start with WRITPRG1");
  CHECK(failure_of(std::string(kProgramMagic)) == refused + "truncated");
  CHECK(failure_of(content) == refused + "checksum mismatch, altered or truncated");
  CHECK(failure_of(with_checksum(content + "x")) == refused + "trailing bytes");
  CHECK(failure_of(with_checksum(content.substr(0, content.size() - 1))) == refused + "truncated");
  std::string truth = content;
  truth[13] = 2;  // of a language
  CHECK(failure_of(with_checksum(truth)) == refused + "unknown kind");
  content[11] = 1;
  CHECK(failure_of(with_checksum(content)) ==
        refused + "file form 1, this engine reads form 5; build it again from its modules");
}

TEST_CASE("verify: a read at keys has a function of the document, and keys", "[program]") {
  auto make = [] {
    auto program = program_of({{Opcode::kCallRule, 0, 0, 0, 1, 1}, kReturnOne, kReturnOne, kReturnOne});
    program->functions[0].end = 2;
    Function whole = program->functions[0];
    whole.entry = 2;
    whole.end = 3;
    Function keyed = whole;
    keyed.kind = FunctionKind::kKeyed;
    keyed.entry = 3;
    keyed.end = 4;
    keyed.argument_count = 2;
    keyed.whole = 1;
    program->functions.insert(program->functions.end(), {whole, keyed});
    program->keyed_reads.push_back({0, 2, {3, KeyedRead::kConstant}});
    program->indexes.clear();
    return program;
  };
  auto fault = [&](auto change) {
    auto program = make();
    change(*program);
    return verify(*program);
  };
  CHECK(fault([](Program&) {}) == "");
  CHECK(serialise(*load_program(serialise(*make()))) == serialise(*make()));
  CHECK(make()->keyed_read(0, 1) != nullptr);
  CHECK(make()->keyed_read(0, 0) == nullptr);
  CHECK(make()->keyed_read(1, 1) == nullptr);
  const std::string unfit = "a read at keys does not fit (instruction 0)";
  CHECK(fault([](Program& x) { x.keyed_reads[0].pc = 4; }) == "reads at keys are out of order");
  CHECK(fault([](Program& x) { x.keyed_reads.insert(x.keyed_reads.begin(), {1, 2, {0, 0}}); }) ==
        "a read at keys does not fit (instruction 1)");
  CHECK(fault([](Program& x) { x.keyed_reads[0].function = 1; }) == unfit);
  CHECK(fault([](Program& x) { x.keyed_reads[0].function = 3; }) == unfit);
  CHECK(fault([](Program& x) { x.keyed_reads[0].keys.pop_back(); }) == unfit);
  CHECK(fault([](Program& x) { x.keyed_reads[0].keys.assign(17, 0); }) == "a read at too many keys (instruction 0)");
  CHECK(fault([](Program& x) { x.keyed_reads[0].keys[0] = 4; }) == "a key is out of bounds (instruction 0)");
  CHECK(fault([](Program& x) { x.keyed_reads[0].keys[1] = KeyedRead::kConstant | 1; }) == "a key is out of bounds (instruction 0)");
  CHECK(fault([](Program& x) { x.functions[2].whole = 3; }) == "data.p is part of no document");
  CHECK(fault([](Program& x) { x.functions[2].whole = 2; }) == "data.p is part of no document");
  CHECK(fault([](Program& x) { x.functions[1].whole = 0; }) == "data.p is part of no document");
}

TEST_CASE("entry points are written as paths or as references", "[program]") {
  CHECK(entry_path("authz/allow") == "authz/allow");
  CHECK(entry_path("/authz/allow") == "authz/allow");
  CHECK(entry_path("data/authz/allow") == "authz/allow");
  CHECK(entry_path("data.authz.allow") == "authz/allow");
  CHECK(entry_path("data") == "");
  CHECK(entry_path("data.a[\"b.c\"].p") == "a/b.c/p");
  CHECK(entry_path("data[\"a\"][\"b/c\"]") == "a/b/c");
  CHECK(entry_path("a.b") == "a.b");
}

}  // namespace writ
