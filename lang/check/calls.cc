// Calls: whether the function exists, how many arguments it takes, and whether it may be called. Reference: OPA
// checkUndefinedFuncs and checkDeprecatedBuiltins.
#include <optional>

#include "engine/builtins/builtin.h"
#include "lang/check/passes.h"
#include "lang/types/check_types.h"

namespace writ::lang {
namespace {

std::vector<std::string> function_names(const Checker& checker) {
  std::vector<std::string> names;
  for (const Builtin& builtin : builtins()) {
    if (checker.is_allowed(builtin)) names.emplace_back(builtin.name);
  }
  for (const HostFunction& function : checker.language.functions) names.push_back(function.name);
  return names;
}

void functions_below(const RuleNode& node, std::string path, std::vector<std::string>& names) {
  if (!node.rules.empty() && !node.rules[0]->head.args.empty()) names.push_back(path);
  for (const auto& [key, child] : node.children) functions_below(*child, path + "." + key, names);
}

class FunctionCheck {
 public:
  explicit FunctionCheck(Checker& checker) : checker_(checker) {}

  template <typename Node>
  void operator()(Node* node) {
    // Nothing is said of what is inside of a call that is none.
    auto walk = expr_walker([&](Expr* e) { return is_call(*e) && !check(*e); });
    walk(node);
  }

 private:
  bool check(const Expr& e) {
    const Term& op = *e.term->items[0];
    int arity = checker_.arity(op);
    if (arity < 0) {
      undefined(e);
      return false;
    }
    size_t wanted = static_cast<size_t>(arity);
    size_t given = argument_count(e);
    if (e.generated) {
      if (is_equality(e)) return true;
      --given;  // the captured result
    }
    bool fits = given == wanted || (!e.generated && given == wanted + 1);
    if (!fits) mismatch(e, wanted, given);
    return fits;
  }

  // With the types of both, where those of the function are known: of built-ins, and in queries of rules.
  void mismatch(const Expr& e, size_t wanted, size_t given) {
    const Term& op = *e.term->items[0];
    std::string name = written_text(checker_, op);
    std::optional<Diagnostic> with_types = arity_mismatch(checker_, e);
    if (!with_types) {
      checker_.error(Id::kFunctionArity, e.span,
                     {name, std::to_string(wanted), std::to_string(given), given == 1 ? "argument" : "arguments"});
      return;
    }
    Diagnostic& d = checker_.error(std::move(*with_types));
    std::string signature = signature_of(dotted_name(op));
    if (signature.empty()) return;
    d.help = "the function is " + name + signature + "; it was given " + std::to_string(given) +
             (given == 1 ? " argument" : " arguments");
  }

  std::string signature_of(const std::string& name) const {
    if (const HostFunction* declared = checker_.host_function(name)) return declared->signature;
    const Builtin* builtin = find_builtin(name);
    return builtin == nullptr ? std::string() : std::string(builtin->signature);
  }

  void undefined(const Expr& e) {
    const Term& op = *e.term->items[0];
    std::string name = written_text(checker_, op);
    Diagnostic& d = checker_.error(Id::kUndefinedFunction, e.span, {name});
    if (!checker_.may_suggest()) return;
    if (candidates_.empty()) {
      candidates_ = function_names(checker_);
      functions_below(*checker_.root, "data", candidates_);
    }
    if (std::string near = nearest_name(name, candidates_); !near.empty()) d.help = "did you mean `" + near + "`?";
  }

  Checker& checker_;
  std::vector<std::string> candidates_;
};

class PermissionCheck {
 public:
  PermissionCheck(Checker& checker, bool deprecated_allowed)
      : checker_(checker), deprecated_allowed_(deprecated_allowed) {}

  template <typename Node>
  void operator()(Node* node) {
    auto walk = expr_walker([&](Expr* e) {
      if (is_call(*e)) check(*e);
      return false;
    });
    walk(node);
  }

 private:
  void check(const Expr& e) {
    std::string buffer;
    std::string_view name = dotted_name(*e.term->items[0], buffer);
    const Builtin* builtin = find_builtin(name);
    if (builtin != nullptr && builtin->deprecated && !deprecated_allowed_) checker_.recoverable_error(Id::kDeprecatedBuiltin, e.span, {name});
  }

  Checker& checker_;
  bool deprecated_allowed_;
};

}  // namespace

void check_functions(Checker& checker) {
  FunctionCheck check(checker);
  for (const Branch& branch : checker.branches()) walk_branch(branch, check);
}

void check_functions(Checker& checker, Body& query) { FunctionCheck{checker}(&query); }

void check_allowed_calls(Checker& checker) {
  for (const Branch& branch : checker.branches()) {
    bool v0 = branch.main->module->latest == RegoVersion::kV0 && !checker.language.strict;
    PermissionCheck permitted(checker, v0);
    permitted(branch.rule->body);
  }
}

void check_allowed_calls(Checker& checker, Body& query) {
  PermissionCheck{checker, !checker.language.strict}(&query);
}

}  // namespace writ::lang
