#include "lang/plan/passes.h"

#include "lang/plan/verify_plan.h"

namespace writ::lang {

namespace {

constexpr Pass kPasses[] = {
#define PASS(name, function, text) {#name, &Switches::name, function, text},
#define ALWAYS(name, function, text) {#name, nullptr, function, text},
#include "lang/plan/passes.def"
#undef PASS
#undef ALWAYS
};

std::string verified(const Plan& plan, std::string_view after) {
  std::string error = verify_plan(plan);
  return error.empty() ? error : "after " + std::string(after) + ": " + error;
}

}  // namespace

std::span<const Pass> passes() { return kPasses; }

std::string run_passes(Plan& plan, const Switches& switches, bool verify) {
  std::string error;
  if (verify) error = verified(plan, "lowering");
  for (const Pass& pass : kPasses) {
    if (!error.empty()) break;
    if (pass.enabled != nullptr && !(switches.*pass.enabled)) continue;
    pass.run(plan);
    if (verify) error = verified(plan, pass.name);
  }
  return error;
}

}  // namespace writ::lang
