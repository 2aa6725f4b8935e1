// OPA's checks of a residue, in its order: each statement for its form (statement), then for its built-in and the operands
// (call). OPA lets some residues through that its translation drops, after which the filter is wider than the policy, or is
// everything: statements under `with`, fields whose column is a number, a reference or a variable, operands that are no values. Here
// they are errors (unsaid).
#include "lang/partial/filters/fragment.h"

#include <algorithm>
#include <string_view>

#include "lang/check/terms.h"

namespace writ::lang {
namespace {

constexpr std::string_view kComparisons[] = {"eq", "neq", "lt", "lte", "gt", "gte"};
constexpr std::string_view kSearches[] = {"startswith", "endswith", "contains", "internal.member_2"};

template <size_t N>
bool is_one_of(std::string_view name, const std::string_view (&names)[N]) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

bool begins_with(const Term& ref, std::string_view head, std::string_view step = "") {
  if (ref.kind != TermKind::kRef || ref.items[0]->text != head) return false;
  return step.empty() || (ref.items.size() > 1 && ref.items[1]->kind == TermKind::kString && ref.items[1]->text == step);
}

size_t occurrences(const Term& term, std::string_view variable);

size_t occurrences(const Body* body, std::string_view variable) {
  size_t count = 0;
  if (body == nullptr) return 0;
  auto add = [&](const Term* term) { count += term == nullptr ? 0 : occurrences(*term, variable); };
  for (const Expr* expr : body->exprs) {
    for (const Term* term : {expr->term, expr->key, expr->value, expr->domain}) add(term);
    for (const Term* term : expr->symbols) add(term);
    for (const With& with : expr->withs) add(with.target), add(with.value);
    count += occurrences(expr->body, variable);
  }
  return count;
}

size_t occurrences(const Term& term, std::string_view variable) {
  size_t count = term.kind == TermKind::kVar && term.text == variable ? 1 : 0;
  for (const Term* item : term.items) count += occurrences(*item, variable);
  return count + occurrences(term.body, variable);
}

class Check {
 public:
  Check(const Residue& residue, const FilterConstraints& constraints, const std::vector<std::string>& shorts)
      : residue_(residue), constraints_(constraints), shorts_(shorts) {}

  std::vector<Diagnostic> run() {
    for (const Body* query : residue_.queries) {
      query_ = query;
      for (const Expr* expr : query->exprs) {
        size_t before = errors_.size();
        statement(*expr);
        if (is_call(*expr) && expr->withs.empty()) call(*expr);
        if (errors_.size() == before) unsaid(*expr);
      }
    }
    return std::move(errors_);
  }

 private:
  void error(Span span, std::string message, std::string details = "") {
    errors_.push_back(fragment_error(span, std::move(message), std::move(details)));
  }

  void statement(const Expr& expr) {
    if (expr.negated) {
      if (!is_call(expr)) return error(expr.span, "\"not\" not permitted");
      if (std::string lack = constraints_.missing_feature(FilterFeature::kNot); !lack.empty()) {
        return error(expr.span, "\"not\" not permitted: " + lack);
      }
    } else if (expr.kind == ExprKind::kEvery) {
      return error(expr.span, "\"every\" not permitted");
    }
    if (!expr.withs.empty()) return error(expr.span, "\"with\" not permitted");
    if (!is_call(expr)) plain(expr);
  }

  // A statement that compares nothing.
  void plain(const Expr& expr) {
    if (expr.kind == ExprKind::kTerm && begins_with(*expr.term, "data", "partial")) {
      return error(expr.term->items.back()->span, support_details(*expr.term));
    }
    std::string text = to_text(expr);
    if (expr.kind == ExprKind::kTerm && begins_with(*expr.term, "data")) {
      return error(expr.span, "invalid data reference \"" + text + "\"", "has rule \"" + to_text(*expr.term) + "\" an `else`?");
    }
    error(expr.span, "invalid statement \"" + text + "\"", "try `" + text + " != false`");
  }

  // Why the rule could not be put into the query.
  std::string support_details(const Term& ref) const {
    for (const Module* module : residue_.support) {
      size_t count = 0;
      for (const Rule* rule : module->rules) {
        if (!is_rule(*module, *rule, ref)) continue;
        ++count;
        Term shown = ref;
        shown.items.erase(shown.items.begin() + 1);
        if (rule->is_default) return "use of default rule in " + to_text(shown);
        if (count > 1) return "use of multi-value rule in " + to_text(shown);
      }
    }
    return "";
  }

  static bool is_rule(const Module& module, const Rule& rule, const Term& ref) {
    const TermList& head = rule.head.ref->items;
    size_t begin = 1 + module.package.size();
    if (ref.items.size() != begin + head.size()) return false;
    for (size_t i = 1; i < ref.items.size(); ++i) {
      const Term& step = *ref.items[i];
      bool same;
      if (i < begin) {
        same = step.kind == TermKind::kString && step.text == module.package[i - 1];
      } else if (i == begin) {
        same = step.kind == TermKind::kString && step.text == head[0]->text;
      } else {
        same = to_text(step) == to_text(*head[i - begin]);
      }
      if (!same) return false;
    }
    return true;
  }

  void call(const Expr& expr) {
    const Term& op = *expr.term->items[0];
    Span span = op.span.is_nowhere() ? expr.span : op.span;
    std::string name = to_text(op);
    bool comparison = is_one_of(name, kComparisons);
    if (!comparison && !is_one_of(name, kSearches)) return no_operator(expr, op, span, name);
    if (std::string lack = constraints_.missing_builtin(name); !lack.empty()) {
      return error(span, "invalid builtin `" + (name == "internal.member_2" ? "in" : name) + "`: " + lack);
    }
    for (size_t i = 1; i <= 2; ++i) {
      if (i >= expr.term->items.size()) return error(op.span, name + ": missing operand");
      if (std::string fault = operand_fault(name, *expr.term->items[i]); !fault.empty()) {
        return error(op.span.is_nowhere() ? expr.term->items[i]->span : op.span, fault);
      }
    }
    operands(*expr.term, name, comparison, span);
  }

  void no_operator(const Expr& expr, const Term& op, Span span, const std::string& name) {
    if (name == "internal.member_3") return error(span, "invalid use of \"... in ...\"");
    if (begins_with(op, "data")) {
      return error(expr.span, "invalid data reference \"" + to_text(expr) + "\"",
                   "has function \"" + name + "(...)\" an `else`?");
    }
    error(span, "invalid builtin `" + name + "`");
  }

  std::string operand_fault(const std::string& name, const Term& term) const {
    if (term.kind == TermKind::kCall) return name + ": nested call operand: " + to_text(term);
    if (term.kind != TermKind::kRef || is_field(term)) return "";
    return name + ": invalid ref operand: " + to_text(term);
  }

  bool is_field(const Term& ref) const {
    if (!begins_with(ref, "input")) return false;
    if (ref.items.size() == 3) return true;
    return ref.items.size() == 2 && ref.items[1]->kind == TermKind::kString &&
           std::find(shorts_.begin(), shorts_.end(), ref.items[1]->text) != shorts_.end();
  }

  void operands(const Term& call, const std::string& name, bool comparison, Span span) {
    const Term& left = *call.items[1];
    const Term& right = *call.items[2];
    int fields = (left.kind == TermKind::kRef) + (right.kind == TermKind::kRef);
    if (fields == 2) {
      std::string lack = constraints_.missing_feature(FilterFeature::kFieldRef);
      if (!lack.empty()) return error(span, "reference to field: " + lack);
    }
    if (!comparison) {
      if (left.kind != TermKind::kRef) error(span, "rhs of " + name + " must be known");
      return;
    }
    if (is_scalar(left) || is_scalar(right)) return;
    constexpr const char* kNeither = "both rhs and lhs non-scalar/non-ground";
    if (name == "eq" && fields == 1) {
      for (const Term* term : {&left, &right}) {
        if (term->kind != TermKind::kVar && term->kind != TermKind::kRef) return error(span, kNeither);
        std::string lack = constraints_.missing_feature(FilterFeature::kExistence);
        if (!lack.empty()) return error(span, "existence of field: " + lack);
      }
    } else if (fields != 2) {
      error(span, kNeither);
    }
  }

  // What passes OPA's checks and is not what its translation makes of it.
  void unsaid(const Expr& expr) {
    const Term& call = *expr.term;
    std::string name = to_text(*call.items[0]);
    Span span = call.items[0]->span.is_nowhere() ? expr.span : call.items[0]->span;
    int fields = 0;
    for (size_t i = 1; i <= 2; ++i) {
      const Term& term = *call.items[i];
      if (term.kind == TermKind::kRef) {
        ++fields;
        bool names = std::all_of(term.items.begin() + 1, term.items.end(),
                                 [](const Term* step) { return step->kind == TermKind::kString; });
        if (!names) return error(span, name + ": invalid ref operand: " + to_text(term));
      } else if (term.kind == TermKind::kVar && name == "eq") {
        // "Any value" is what it says only if nothing else is said of the variable.
        if (occurrences(query_, term.text) > 1) return error(span, "both rhs and lhs non-scalar/non-ground");
      } else if (!is_constant(term)) {
        return error(span, "both rhs and lhs non-scalar/non-ground");
      }
    }
    if (fields == 0 || call.items.size() != 3) error(span, "both rhs and lhs non-scalar/non-ground");
  }

  const Residue& residue_;
  const FilterConstraints& constraints_;
  const std::vector<std::string>& shorts_;
  const Body* query_ = nullptr;
  std::vector<Diagnostic> errors_;
};

}  // namespace

Diagnostic fragment_error(Span span, std::string message, std::string details) {
  Diagnostic made;
  made.opa_code = "pe_fragment_error";
  made.message = std::move(message);
  made.span = span;
  made.help = std::move(details);
  return made;
}

std::vector<std::string> short_names(const Value& mappings) {
  std::vector<std::string> names;
  if (!mappings.is_object()) return names;
  for (const Entry& outer : mappings.members()) {
    if (!outer.value.is_object()) continue;
    for (const Entry& inner : outer.value.members()) {
      if (inner.value.is_object() && object_find(inner.value, "$table") != nullptr) names.emplace_back(inner.key.text());
    }
  }
  return names;
}

std::vector<Diagnostic> check_fragment(const Residue& residue, const FilterConstraints& constraints,
                                       const std::vector<std::string>& shorts) {
  return Check(residue, constraints, shorts).run();
}

}  // namespace writ::lang
