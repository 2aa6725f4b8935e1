// References: paths of the input, base documents, rules, whole packages, and walks whose steps are known only at run time.
//
// A path of names below `input` or of base documents is one slot; what follows is walked, step by step. Below `data` a walk has
// to know the place it is at, as long as rules may be below it, or something that a `with` replaces (document_ref).
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
    while (next < t.items.size() && t.items[next]->kind == TermKind::kString) path.emplace_back(t.items[next++]->text);
  }
  Operand value = emit_value(PlanOp::kInput, {}, {}, lowering_.program().input_paths.add(path));
  return t.kind == TermKind::kRef ? steps(value, t, next) : value;
}

Operand FunctionLowering::data_ref(const Term& t) {
  uint32_t function = 0;
  if (const Selection* selection = lowering_.selection(t, &function)) {
    // Steps to the document that are variables hold what the body has given them: constants, these keys.
    return read_at_keys(function, *selection->whole, selection, t, selection->whole->path.size() + 1);
  }
  const RuleNode* node = &lowering_.root();
  size_t next = 1;
  size_t count = t.kind == TermKind::kRef ? t.items.size() : 1;
  while (next < count && node->rules.empty()) {
    const RuleNode* child = node->child(*t.items[next]);
    if (child == nullptr) break;
    node = child;
    ++next;
  }
  if (Lowering::is_keyed(*node) && next < count) return read_at_keys(lowering_.whole_function(*node), *node, nullptr, t, next);
  if (!node->rules.empty() && !node->is_function()) return steps(read_node(*node), t, next);
  if (next == count) return read_node(*node);
  // The step leads to no rule: from here on there is only the base document.
  if (!is_scalar_term(*t.items[next]) && !node->children.empty()) return document_ref(t, node, nullptr, next);
  return put_ref(t, *node, next);
}

// Where no rule can be. At, above or below what a `with` replaces, a step sees what is there only if the walk knows the place;
// what is spelled out in names has a slot, which does.
Operand FunctionLowering::put_ref(const Term& t, const RuleNode& node, size_t next) {
  const PutPlace* place = &lowering_.puts();
  bool below_target = place->is_target;
  size_t known = 1;
  size_t names = 1;
  while (names < t.items.size() && t.items[names]->kind == TermKind::kString) ++names;
  for (; known < names; ++known) {
    auto child = place->children.find(t.items[known]->text);
    if (child == place->children.end()) break;
    place = child->second.get();
    below_target = below_target || place->is_target;
  }
  if (names == t.items.size() || (known < names && !below_target)) return base_ref(t);
  if (known == names && !below_target && place->children.empty()) return base_ref(t);
  return known >= next ? document_ref(t, nullptr, place, known) : document_ref(t, &node, nullptr, next);
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
  while (next < t.items.size() && t.items[next]->kind == TermKind::kString) path.emplace_back(t.items[next++]->text);
  Operand value = emit_value(PlanOp::kData, {}, {}, lowering_.program().data_paths.add(path));
  return steps(value, t, next, true);
}

Operand FunctionLowering::steps(Operand container, const Term& t, size_t next, bool base) {
  for (size_t i = next; i < t.items.size(); ++i) container = step(container, *t.items[i], nullptr, base);
  return container;
}

// Where a walk may be after a step, beside in values.
struct FunctionLowering::Walk {
  std::vector<const RuleNode*> nodes;
  std::vector<const PutPlace*> places;

  void step(const Term& key) {
    std::vector<const RuleNode*> nodes_below;
    for (const RuleNode* node : nodes) {
      for (const auto& [segment, child] : node->children) {
        if (may_be(key, segment) && child->rules.empty()) nodes_below.push_back(child.get());
      }
    }
    nodes = std::move(nodes_below);
    std::vector<const PutPlace*> places_below;
    for (const PutPlace* place : places) {
      for (const auto& [segment, child] : place->children) {
        if (may_be(key, segment)) places_below.push_back(child.get());
      }
    }
    places = std::move(places_below);
  }
  static bool may_be(const Term& key, const std::string& segment) {
    return !is_scalar_term(key) || segment_of(key) == segment;
  }
};

// A step of a walk over documents.
struct FunctionLowering::WalkStep {
  const Walk& walk;  // before it
  const Term& ref;
  size_t position;   // of its key
};

// From a node on by keys known only at run time. What a step reaches stays unread until the last one. `place` is the same place
// as `node`; either may be null.
Operand FunctionLowering::document_ref(const Term& t, const RuleNode* node, const PutPlace* place, size_t next) {
  Walk walk;
  if (node != nullptr) walk.nodes.push_back(node);
  if (place == nullptr) place = lowering_.put_place(node->path);
  if (place != nullptr) walk.places.push_back(place);
  uint32_t number = node != nullptr ? lowering_.document_node(*node) : place->node;
  Operand value = emit_value(PlanOp::kDocument, {}, {}, number);
  for (size_t i = next; i < t.items.size(); ++i) {
    // Elements of values are read at once if no key is left that could be a name.
    if (walk.nodes.empty() && walk.places.empty() && only_iterates(t, i)) return steps(value, t, i);
    WalkStep at{walk, t, i};
    value = step(value, *t.items[i], &at);
    walk.step(*t.items[i]);
  }
  return emit_value(PlanOp::kExtent, value);
}

bool FunctionLowering::only_iterates(const Term& t, size_t next) const {
  for (size_t i = next; i < t.items.size(); ++i) {
    const Term& key = *t.items[i];
    bool last = i + 1 == t.items.size();
    if (all_bound(key) || (!last && !(key.kind == TermKind::kVar && key.text.starts_with("$")))) return false;
  }
  return true;
}

// container[key]. A key with something unbound in it iterates; then what is lowered next is inside the loop.
Operand FunctionLowering::step(const Operand& container, const Term& key, const WalkStep* document, bool base) {
  if (all_bound(key)) {
    Operand k = term(key);
    if (document != nullptr) emit_reached_keys(*document);
    Operand value = emit_value(PlanOp::kGet, container, k);
    current_->stmts.back().set_of_base(base);
    return value;
  }
  bool wildcard = key.kind == TermKind::kVar && key.text.starts_with("$");
  Stmt& scan = emit(PlanOp::kScan);
  scan.a = container;
  scan.set_keys_only(document != nullptr);
  if (document != nullptr || !wildcard) scan.dst = new_register();
  if (document == nullptr) scan.dst2 = new_register();
  Operand k = scan.dst != kNoReg ? Operand::reg(scan.dst) : Operand{};
  Operand value = scan.dst2 != kNoReg ? Operand::reg(scan.dst2) : Operand{};
  enter_scan(scan);
  if (!wildcard) match(key, k);
  if (document != nullptr) {
    emit_reached_keys(*document);
    value = emit_value(PlanOp::kGet, container, k);
  }
  if (wildcard) bind(key.text, k.kind != Operand::Kind::kNone ? k : constant(Value::null()));
  return value;
}

// Documents with dynamic heads that the step may read: each of them at the keys that follow.
void FunctionLowering::emit_reached_keys(const WalkStep& at) {
  std::vector<const RuleNode*> reached;
  for (const RuleNode* node : at.walk.nodes) {
    for (const auto& [segment, child] : node->children) {
      if (Walk::may_be(*at.ref.items[at.position], segment) && Lowering::is_keyed(*child)) reached.push_back(child.get());
    }
  }
  if (reached.empty()) return;
  KnownKeys keys = known_keys(at.ref, at.position + 1);
  for (const RuleNode* node : reached) emit_keys(lowering_.whole_function(*node), *node, nullptr, keys);
}

}  // namespace writ::lang
