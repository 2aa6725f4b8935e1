#include "lang/partial/prepare.h"

namespace writ::lang {
namespace {

class Preparer {
 public:
  bool keep_comparisons = false;

  explicit Preparer(Terms& terms) : terms_(terms) {}

  void rule(Rule& rule) {
    for (Term* arg : rule.head.args) walk(arg);
    for (size_t i = 1; i < rule.head.ref->items.size(); ++i) walk(rule.head.ref->items[i]);
    walk(rule.head.key);
    if (rule.head.value == nullptr && rule.head.kind != HeadKind::kPartialSet) rule.head.value = terms_.boolean(true);
    walk(rule.head.value);
    walk(rule.body);
    for (Rule* branch : rule.else_chain) {
      if (branch->head.value == nullptr) branch->head.value = terms_.boolean(true);
      walk(branch->head.value);
      walk(branch->body);
    }
  }

  template <typename Node>
  void walk(Node* node) {
    Walker walker([&](Term* t) { return term(*t); }, [&](Expr* e) { return expr(*e); });
    walker(node);
  }

 private:
  bool term(Term& t) {
    if (!is_var(t) || !t.text.starts_with("__local")) return false;
    size_t end = t.text.find("__", 2);
    if (end != std::string::npos) t.text = t.text.substr(0, end + 2);
    return false;
  }

  bool expr(Expr& e) {
    if (is_equality(e) && argument_count(e) == 2 && is_call(*argument(e, 1))) {
      TermList items = argument(e, 1)->items;
      items.push_back(argument(e, 0));
      e.term = terms_.with_items(*argument(e, 1), std::move(items));
    }
    // A comparison that is a statement says what an equality does, and that can be simplified.
    if (!keep_comparisons && calls(e, "equal") && argument_count(e) == 2) {
      e.term = terms_.with_items(*e.term, {terms_.ref({terms_.var("eq")}), argument(e, 0), argument(e, 1)});
    }
    if (e.kind == ExprKind::kEvery && e.key == nullptr) e.key = terms_.var("__localk" + std::to_string(next_key_++) + "__");
    for (Expr*& operand : e.operands) {
      if (operand->kind == ExprKind::kBlock) continue;
      operand = terms_.block(terms_.body({operand}, operand->span));
      operand->generated = true;
    }
    return false;
  }

  Terms& terms_;
  uint32_t next_key_ = 0;
};

}  // namespace

void prepare(Terms& terms, const CheckedModules& modules, Body& query, bool keep_comparisons) {
  Preparer preparer(terms);
  for (Module* module : modules.modules) {
    for (Rule* rule : module->rules) preparer.rule(*rule);
  }
  preparer.keep_comparisons = keep_comparisons;
  preparer.walk(&query);
}

}  // namespace writ::lang
