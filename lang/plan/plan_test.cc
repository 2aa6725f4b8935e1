#include "lang/plan/plan.h"

#include <catch2/catch.hpp>

#include "lang/check/check.h"
#include "lang/plan/lower.h"
#include "lang/plan/passes.h"
#include "lang/plan/verify_plan.h"
#include "lang/syntax/parse.h"

namespace writ::lang {
namespace {

std::unique_ptr<Plan> plan_of(std::string text) {
  SourceMap sources;
  Ast ast;
  std::vector<Diagnostic> diagnostics;
  uint32_t file = sources.add("a.rego", std::move(text));
  Module* module = parse_module(sources, file, {}, ast, diagnostics);
  REQUIRE(module != nullptr);
  auto checked = check_modules(ast, sources, {module}, {}, diagnostics);
  REQUIRE(checked != nullptr);
  return lower(*checked, nullptr, {});
}

constexpr const char* kPolicy =
    "package a\n"
    "p if input.x == 1\n"
    "q contains y if some y in input.ys\n"
    "f(x) := 1 if x == \"a\"\n"
    "f(x) := 2 if x == \"b\"\n"
    "r if p with input.x as 1\n";

PlanFunction& function_of(Plan& plan, std::string_view path) {
  auto found = std::find_if(plan.functions.begin(), plan.functions.end(),
                            [&](const PlanFunction& function) { return function.path == path; });
  REQUIRE(found != plan.functions.end());
  return *found;
}

// The functions of parts of documents.
size_t keyed_count(const std::string& text) {
  std::unique_ptr<Plan> plan = plan_of(text);
  CHECK(run_passes(*plan, {}, true) == "");
  return static_cast<size_t>(std::count_if(plan->functions.begin(), plan->functions.end(), [](const PlanFunction& function) {
    return function.kind == FunctionKind::kKeyed;
  }));
}

// reset r0; alternatives { input; guard; assign_once; exit }; return r0
std::vector<Stmt>& p(Plan& plan) { return function_of(plan, "data.a.p").body.stmts; }

}  // namespace

TEST_CASE("lowering and every pass leave a valid plan", "[plan]") {
  CHECK(verify_plan(*plan_of(kPolicy)) == "");
  CHECK(run_passes(*plan_of(kPolicy), {}, true) == "");
  for (const Pass& pass : passes()) {
    if (pass.enabled == nullptr) continue;
    INFO(pass.name);
    Switches switches;
    switches.*pass.enabled = false;
    CHECK(run_passes(*plan_of(kPolicy), switches, true) == "");
  }
}

TEST_CASE("the verifier of plans finds what is wrong", "[plan]") {
  struct Damage {
    const char* error;
    void (*apply)(Plan&);
  };
  const Damage kDamages[] = {
      {"data.a.p: assign_once: register 0 is read before it is written", [](Plan& x) { p(x).erase(p(x).begin()); }},
      {"data.a.p: return: an operand is missing", [](Plan& x) { p(x).back().a = {}; }},
      {"data.a.p: return: has an operand too many", [](Plan& x) { p(x).back().b = Operand::reg(0); }},
      {"data.a.p: return: has a list", [](Plan& x) { p(x).back().list.push_back(Operand::reg(0)); }},
      {"data.a.p: return: there is no such constant", [](Plan& x) { p(x).back().a = Operand::constant(9999); }},
      {"data.a.p: return: there is no register 9999", [](Plan& x) { p(x).back().a = Operand::reg(9999); }},
      {"data.a.p: return: writes a register", [](Plan& x) { p(x).back().dst = 0; }},
      {"data.a.p: reset: writes no register", [](Plan& x) { p(x).front().dst = kNoReg; }},
      {"data.a.p: return: something follows it", [](Plan& x) { p(x).emplace_back().op = PlanOp::kReset; }},
      {"data.a.p: return: has a block", [](Plan& x) { p(x).back().blocks.push_back(std::make_unique<Block>()); }},
      {"data.a.p: exit: there is nothing to exit",
       [](Plan& x) {
         p(x).back().a = {};
         p(x).back().become(PlanOp::kExit);
       }},
      {"data.a.p: input: there is no number 999", [](Plan& x) { p(x)[1].blocks[0]->stmts[0].set_number(999); }},
      {"data.a.p: once: does not have one block",
       [](Plan& x) {
         p(x)[1].become(PlanOp::kOnce);
         p(x)[1].blocks.clear();
       }},
      {"data.a.q: yield: its builder is not collecting",
       [](Plan& x) { function_of(x, "data.a.q").body.stmts[0].become(PlanOp::kOnce); }},
  };
  for (const Damage& damage : kDamages) {
    std::unique_ptr<Plan> plan = plan_of(kPolicy);
    damage.apply(*plan);
    CHECK(verify_plan(*plan) == damage.error);
  }
}

TEST_CASE("a document is made at keys only if it is read so, and can fail as a whole", "[plan]") {
  const std::string policy = "package a\nf(x) := input.y[x]\np[k] := f(v) if some k, v in input.m\n";
  CHECK(keyed_count(policy) == 0);
  CHECK(keyed_count(policy + "q := p[_]") == 0);
  CHECK(keyed_count(policy + "q := p.x") == 1);
  CHECK(keyed_count(policy + "q := p.x\nr := p[input.k].y.z\ns if { some k in input.ks; not p[k] }") == 1);
  // By the positions at which keys are known; a head has no more of them than it names.
  const std::string tree = "package a\nf(x) := input.y[x]\np[k].r[j] := f(j) if some k, j in input.m\n";
  CHECK(keyed_count(tree + "q := p.x") == 1);
  CHECK(keyed_count(tree + "q := p.x\nr := p.x.r.y\ns contains x if x := p.x[_].y\nt := p.x.r.y.z") == 3);
  // Nothing in these fails.
  CHECK(keyed_count("package a\np contains k if some k in input.ks\nq if p.x") == 0);
  CHECK(keyed_count("package a\np[k] := true if some k in input.ks\nc if input.x\nq if { c; p.x }") == 0);
  CHECK(keyed_count("package a\np contains k if { some k in input.ks; c }\nc := input.x[_]\nq if p.x") == 1);
}

TEST_CASE("what a statement reads and writes", "[plan]") {
  Stmt assign;
  assign.op = PlanOp::kAssignOnce;
  assign.dst = 3;
  assign.a = Operand::reg(4);
  CHECK((reads(assign, 3) && reads(assign, 4) && !reads(assign, 5)));
  CHECK((writes(assign, 3) && !writes(assign, 4)));
  CHECK(!is_harmless(assign));
  Stmt region;
  region.op = PlanOp::kOnce;
  region.blocks.push_back(std::make_unique<Block>());
  region.blocks[0]->stmts.push_back(std::move(assign));
  CHECK((reads(region, 4) && writes(region, 3) && !writes(region, 4)));
  CHECK(!is_harmless(region));
  Stmt move;
  move.dst = 0;
  move.a = Operand::reg(1);
  CHECK(is_harmless(move));
}

}  // namespace writ::lang
