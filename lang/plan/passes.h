// The passes that rewrite a plan between lowering and emission: a table, made from passes.def.
//
// A pass changes how a policy is evaluated and never what it answers. Each is a file pass_NAME.cc with a function of its own;
// all of them keep a plan valid in the sense of verify_plan.h.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace writ::lang {

struct Plan;

// Which of the passes run that may be left out.
struct Switches {
#define PASS(name, function, text) bool name = true;
#define ALWAYS(name, function, text)
#include "lang/plan/passes.def"
#undef PASS
#undef ALWAYS
  bool operator==(const Switches&) const = default;
};

struct Pass {
  std::string_view name;
  bool Switches::*enabled;  // null: it always runs
  void (*run)(Plan&);
  std::string_view text;    // what it does
};

std::span<const Pass> passes();

// Runs them in order. With `verify`, the plan is verified before the first and after each; then the result says which pass
// left it invalid, and how. Empty if all is well.
std::string run_passes(Plan& plan, const Switches& switches, bool verify);

#define PASS(name, function, text) void function(Plan& plan);
#define ALWAYS(name, function, text) void function(Plan& plan);
#include "lang/plan/passes.def"
#undef PASS
#undef ALWAYS

}  // namespace writ::lang
