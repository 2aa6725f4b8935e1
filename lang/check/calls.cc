// Calls: whether the function exists, how many arguments it takes, and whether it may be called. Reference: OPA
// checkUndefinedFuncs, checkDeprecatedBuiltins and what the type checker says of functions that are not called.
#include "engine/builtins/builtin.h"
#include "lang/check/passes.h"

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
    auto walk = expr_walker([&](Expr* e) {
      if (is_call(*e)) check(*e);
      return false;
    });
    walk(node);
  }

 private:
  void check(const Expr& e) {
    const Term& op = *e.term->items[0];
    int arity = checker_.arity(op);
    if (arity < 0) return undefined(e);
    size_t wanted = static_cast<size_t>(arity);
    size_t given = argument_count(e);
    if (e.generated) {
      if (is_equality(e)) return;
      --given;  // the captured result
      if (given != wanted) mismatch(e, wanted, given);
    } else if (given != wanted && given != wanted + 1) {
      mismatch(e, wanted, given);
    }
  }

  void mismatch(const Expr& e, size_t wanted, size_t given) {
    const Term& op = *e.term->items[0];
    std::string name = written_text(checker_, op);
    if (const Builtin* builtin = find_builtin(dotted_name(op))) {
      Diagnostic& d = checker_.error(Id::kBuiltinArity, e.span, {name});
      d.help = "the function is " + name + std::string(builtin->signature) + "; it was given " +
               std::to_string(given) + (given == 1 ? " argument" : " arguments");
      return;
    }
    const HostFunction* declared = checker_.host_function(dotted_name(op));
    if (declared != nullptr && !declared->signature.empty()) {
      checker_.error(Id::kBuiltinArity, e.span, {name}).help = "the function is " + name + declared->signature;
      return;
    }
    checker_.error(Id::kFunctionArity, e.span,
                   {name, std::to_string(wanted), std::to_string(given), given == 1 ? "argument" : "arguments"});
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

// Functions that are referred to without being called.
class ReferenceCheck {
 public:
  explicit ReferenceCheck(Checker& checker) : checker_(checker) {}

  void operator()(const Term* t) {
    if (!t) return;
    if (has_head(*t, "data")) check(*t);
    for (size_t i = is_call(*t) ? 1 : 0; i < t->items.size(); ++i) (*this)(t->items[i]);
    (*this)(t->body);
  }

  void operator()(const Body* b) {
    if (!b) return;
    for (const Expr* e : b->exprs) expr(*e);
  }

 private:
  void expr(const Expr& e) {
    (*this)(e.term);
    (*this)(e.domain);
    (*this)(e.body);
    for (const Expr* o : e.operands) expr(*o);
    for (const With& w : e.withs) {
      if (!is_ref(*w.value)) (*this)(w.value);
    }
  }

  void check(const Term& ref) {
    const RuleNode* node = checker_.root;
    for (size_t i = 1; node && i < ref.items.size(); ++i) {
      node = node->child(*ref.items[i]);
      if (!node || node->rules.empty() || node->rules[0]->head.args.empty()) continue;
      checker_.recoverable_error(Id::kFunctionNotCalled, ref.span, {written_text(checker_, ref)});
      return;
    }
  }

  Checker& checker_;
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
    std::string name = dotted_name(*e.term->items[0]);
    const Builtin* builtin = find_builtin(name);
    if (!builtin) return not_a_function(e);
    if (builtin->deprecated && !deprecated_allowed_) checker_.recoverable_error(Id::kDeprecatedBuiltin, e.span, {name});
  }

  // A rule without arguments cannot be called, though one argument would count as its result. OPA says so only where it
  // knows the type of the rule's value; otherwise `f()` reads the rule, and policies rely on that.
  void not_a_function(const Expr& e) {
    const Term& op = *e.term->items[0];
    const RuleNode* node = checker_.find_node(op);
    if (!node || node->rules.empty() || !node->rules[0]->head.args.empty()) return;
    steps_left_ = 1000;
    if (is_open(*node)) return;
    Diagnostic& d = checker_.recoverable_error(Id::kUndefinedFunction, e.span, {to_text(op)});
    d.help = "the rule has no arguments; refer to it without parentheses";
  }

  // Whether the value of one of the rules may be anything, as far as the terms of the rules show. Where too many would have
  // to be looked at, it may.
  bool is_open(const RuleNode& node) {
    for (const Rule* rule : node.rules) {
      if (is_open(rule->head.value, *rule->body)) return true;
      for (const Rule* branch : rule->else_chain) {
        if (is_open(branch->head.value, *branch->body)) return true;
      }
    }
    return false;
  }

  bool is_open(const Term* value, const Body& body) {
    if (steps_left_ == 0) return true;
    --steps_left_;
    if (value == nullptr) return false;
    if (is_ref(*value)) {
      const RuleNode* node = checker_.find_node(*value);
      return !node || node->rules.empty() || is_open(*node);
    }
    return is_var(*value) && is_open_variable(value->text, body);
  }

  // What is equal to the variable, or what the call gives whose result it is.
  bool is_open_variable(const std::string& name, const Body& body) {
    for (const Expr* e : body.exprs) {
      if (!is_call(*e) || e->negated || argument_count(*e) == 0) continue;
      const Term& last = *argument(*e, argument_count(*e) - 1);
      bool is_last = is_var(last) && last.text == name;
      if (is_equality(*e) && argument_count(*e) == 2) {
        const Term& first = *argument(*e, 0);
        if (is_last) return is_open(&first, body);
        if (is_var(first) && first.text == name) return is_open(&last, body);
      } else if (is_last) {
        const Builtin* builtin = find_builtin(dotted_name(*e->term->items[0]));
        return builtin == nullptr || builtin->signature.ends_with("-> any");
      }
    }
    return true;
  }

  Checker& checker_;
  bool deprecated_allowed_;
  uint32_t steps_left_ = 0;  // of is_open
};

}  // namespace

void check_functions(Checker& checker) {
  FunctionCheck check(checker);
  for (const Branch& branch : checker.branches()) walk_branch(branch, check);
}

void check_functions(Checker& checker, Body& query) { FunctionCheck{checker}(&query); }

void check_allowed_calls(Checker& checker) {
  for (const Branch& branch : checker.branches()) {
    bool v0 = checker.module_of.at(branch.main)->latest == RegoVersion::kV0 && !checker.language.strict;
    PermissionCheck permitted(checker, v0);
    ReferenceCheck references(checker);
    references(branch.rule->body);
    permitted(branch.rule->body);
  }
}

void check_allowed_calls(Checker& checker, Body& query) {
  ReferenceCheck{checker}(&query);
  PermissionCheck{checker, !checker.language.strict}(&query);
}

}  // namespace writ::lang
