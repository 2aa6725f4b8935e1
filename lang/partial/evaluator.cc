#include "lang/partial/evaluator.h"

#include <algorithm>

#include "lang/partial/copy_propagation.h"
#include "lang/partial/names.h"

namespace writ::lang {

Evaluator::Evaluator(Checker& checker, const PartialOptions& options, const PartialInput& input, BuiltinServices& services,
                     Arena& arena)
    : checker_(checker),
      options_(options),
      terms_(checker.ast, arena),
      documents_(terms_, input.data, input.input),
      dependence_(*checker.root, unknowns_, inlining_, plugger_),
      support_(terms_),
      services_(services) {
  auto steps = [&](const std::vector<std::string>& path) {
    RefSteps result;
    for (const std::string& step : path) result.push_back(result.empty() ? terms_.var(step) : terms_.string(step));
    return result;
  };
  for (const auto& unknown : options.unknowns) unknowns_.add(steps(unknown));
  if (options.unknowns.empty()) unknowns_.add(steps({"input"}));
  inlining_.shallow = options.shallow_inlining;
  inlining_.nondeterministic = options.nondeterministic_builtins;
  Inlining::Frame frame;
  for (const auto& ref : options.disable_inlining) frame.refs.push_back(steps(ref));
  inlining_.push(std::move(frame));
}

void Evaluator::run(const CheckedQuery& query, Residue& residue) {
  Frame* outermost = frame(query.body, nullptr, 1);
  bindings_.push_back({outermost->id, {}});
  root_ = outermost->bindings = &bindings_.back();
  VarSet live{"input", "data"};
  for (std::string_view name : vars_of(query.body)) {
    plugger_.reserve(std::string(name));
    if (!is_generated(name)) live.insert(name);
  }
  CopyPropagation propagation(checker_, terms_, live, false);
  each(outermost, [&] {
    ExprList exprs;
    for (const Kept& kept : kept_.back()) exprs.push_back(plug(kept));
    auto kept = static_cast<ptrdiff_t>(exprs.size());
    // So that whoever evaluates the result gets the values of the variables, too.
    for (const Bindings::Entry& entry : root_->entries) {
      exprs.push_back(terms_.equality(entry.variable, plugger_.plug_for({entry.value, entry.of}, *root_)));
    }
    std::stable_sort(exprs.begin() + kept, exprs.end(),
                     [](const Expr* a, const Expr* b) { return compare_terms(*a->term, *b->term) < 0; });
    Body* body = terms_.body(std::move(exprs), query.body->span);
    if (!can_hold(*body)) return;
    residue.queries.push_back(inlining_.shallow ? body : propagation.apply(*body));
  });
  residue.support = support_.finish();
  name_variables(terms_, checker_.modules, residue);
}

}  // namespace writ::lang
