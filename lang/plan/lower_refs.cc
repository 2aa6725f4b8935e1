// References: paths of the input, base documents, rules, whole packages, and walks whose steps are known only at run time.
#include "lang/plan/lower_internal.h"

namespace writ::lang {

Operand FunctionLowering::ref(const Term& t) {
  if (is_global(t, "input")) return input_ref(t);
  if (is_global(t, "data")) return data_ref(t);
  Operand head = term(*t.items[0]);
  return steps(head, t, 1);
}

// The longest prefix of names is one slot; what follows is walked.
Operand FunctionLowering::input_ref(const Term& t) {
  std::vector<std::string> path;
  size_t next = 1;
  if (t.kind == TermKind::kRef) {
    while (next < t.items.size() && t.items[next]->kind == TermKind::kString) path.push_back(t.items[next++]->text);
  }
  Operand value = emit_value(PlanOp::kInput, {}, {}, lowering_.program().input_paths.add(path));
  return t.kind == TermKind::kRef ? steps(value, t, next) : value;
}

Operand FunctionLowering::data_ref(const Term& t) {
  const RuleNode* node = &lowering_.root();
  size_t next = 1;
  size_t count = t.kind == TermKind::kRef ? t.items.size() : 1;
  while (next < count && node->rules.empty()) {
    const RuleNode* child = node->child(*t.items[next]);
    if (child == nullptr) break;
    node = child;
    ++next;
  }
  if (!node->rules.empty() && !node->is_function()) return steps(read_node(*node), t, next);
  if (next == count) return read_node(*node);
  // The step leads to no rule: from here on there is only the base document.
  if (is_scalar_term(*t.items[next]) || node->children.empty()) return base_ref(t);
  return document_ref(t, *node, next);
}

// The value of a rule, or of everything at and below a package.
Operand FunctionLowering::read_node(const RuleNode& node) {
  bool whole = node.has_extent();
  if (!whole && node.is_function()) {
    emit_failure();  // functions have no value
    return constant(Value::null());
  }
  uint32_t function = whole ? lowering_.extent_function(node) : lowering_.rule_function(node);
  return emit_value(PlanOp::kCallRule, {}, {}, function);
}

Operand FunctionLowering::base_ref(const Term& t) {
  std::vector<std::string> path;
  size_t next = 1;
  while (next < t.items.size() && t.items[next]->kind == TermKind::kString) path.push_back(t.items[next++]->text);
  Operand value = emit_value(PlanOp::kData, {}, {}, lowering_.program().data_paths.add(path));
  return steps(value, t, next, true);
}

Operand FunctionLowering::steps(Operand container, const Term& t, size_t next, bool base) {
  for (size_t i = next; i < t.items.size(); ++i) container = step(container, *t.items[i], false, base);
  return container;
}

// From a package on by keys known only at run time. What a step reaches may be a package again: then it stays unread
// until the last step.
Operand FunctionLowering::document_ref(const Term& t, const RuleNode& node, size_t next) {
  Operand value = emit_value(PlanOp::kDocument, {}, {}, lowering_.document_node(node));
  std::vector<const RuleNode*> places{&node};
  bool base = true;  // no step can have reached a rule, whose value is one like any other
  for (size_t i = next; i < t.items.size(); ++i) {
    bool document = !places.empty();
    value = step(value, *t.items[i], document, base);
    std::vector<const RuleNode*> reached;
    for (const RuleNode* place : places) {
      for (const auto& [key, child] : place->children) {
        if (is_scalar_term(*t.items[i]) && segment_of(*t.items[i]) != key) continue;
        if (child->rules.empty()) {
          reached.push_back(child.get());
        } else {
          base = false;
        }
      }
    }
    places = std::move(reached);
  }
  return places.empty() ? value : emit_value(PlanOp::kExtent, value);
}

// container[key]. A key with something unbound in it iterates; then what is lowered next is inside the loop.
Operand FunctionLowering::step(const Operand& container, const Term& key, bool document, bool base) {
  if (all_bound(key)) {
    Operand k = term(key);
    Operand value = emit_value(PlanOp::kGet, container, k);
    current_->stmts.back().set_of_base(base);
    return value;
  }
  bool wildcard = key.kind == TermKind::kVar && key.text.starts_with("$");
  Stmt& scan = emit(PlanOp::kScan);
  scan.a = container;
  scan.set_keys_only(document);
  if (document || !wildcard) scan.dst = new_register();
  if (!document) scan.dst2 = new_register();
  Operand k = scan.dst != kNoReg ? Operand::reg(scan.dst) : Operand{};
  Operand value = scan.dst2 != kNoReg ? Operand::reg(scan.dst2) : Operand{};
  enter_scan(scan);
  if (!wildcard) match(key, k);
  if (document) value = emit_value(PlanOp::kGet, container, k);
  if (wildcard) bind(key.text, k.kind != Operand::Kind::kNone ? k : constant(Value::null()));
  return value;
}

}  // namespace writ::lang
