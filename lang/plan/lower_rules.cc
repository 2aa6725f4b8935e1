// Rules, functions, packages and queries: the frames around bodies.
//
// A complete rule or function is a result register, undefined at first, that its definitions assign once each, all of them in
// one kAlternatives so that the rule index can choose among them. A partial rule is a kCollect around its definitions. A
// package (an extent) collects what is below it and merges it with the base document. A query collects rows of bindings.
#include <algorithm>

#include "lang/plan/lower_internal.h"

namespace writ::lang {

namespace {

// The constant every definition gives, if they all give the same: then the first success decides the rule.
bool one_constant(Lowering& lowering, const RuleNode& node) {
  Value value;
  std::vector<uint32_t> constants;
  auto add = [&](const Rule& rule) {
    if (rule.head.value == nullptr) {
      constants.push_back(lowering.constant(Value::of(true)));
      return true;
    }
    if (!lowering.constant_value(*rule.head.value, &value)) return false;
    constants.push_back(lowering.constant(value));
    return true;
  };
  for (const Rule* rule : node.rules) {
    if (rule->is_default) continue;
    if (!rule->else_chain.empty() || !add(*rule)) return false;
  }
  return std::all_of(constants.begin(), constants.end(), [&](uint32_t c) { return c == constants.front(); });
}

// Steps of the head's reference beyond the rule's place.
std::vector<const Term*> dynamic_steps(const Rule& rule, const RuleNode& node) {
  std::vector<const Term*> steps;
  const TermList& items = rule.head.ref->items;
  for (size_t i = node.path.size() + 1; i < items.size(); ++i) steps.push_back(items[i]);
  return steps;
}

}  // namespace

// All definitions of a complete rule or function; they must agree. The default counts only if none has a value.
void FunctionLowering::complete_rule(const RuleNode& node) {
  ConflictKind conflict = node.is_function() ? ConflictKind::kFunction : ConflictKind::kCompleteRule;
  next_register_ = function_.register_count = function_.argument_count;
  span_ = node.rules.front()->span;
  uint32_t result = new_register();
  bool stop = one_constant(lowering_, node);
  emit(PlanOp::kReset).dst = result;
  Region alternatives = emit_region(PlanOp::kAlternatives);
  current_->stmts.back().set_stops(stop);
  for (const Rule* rule : node.rules) {
    if (rule->is_default) continue;
    Inside branch(*this, alternatives);
    definition(*rule, result, conflict);
  }
  for (const Rule* rule : node.rules) {
    if (rule->is_default) default_value(*rule, result);
  }
  emit_check(PlanOp::kReturn, Operand::reg(result));
}

void FunctionLowering::definition(const Rule& rule, uint32_t result, ConflictKind conflict) {
  span_ = rule.span;
  match_arguments(rule);
  if (rule.else_chain.empty()) {
    value_of(rule, result, conflict);
    return;
  }
  // An else chain has a value of its own: that of its first branch that has one.
  uint32_t chain = new_register();
  emit(PlanOp::kReset).dst = chain;
  {
    Inside first(*this, emit_region(PlanOp::kAlternatives));
    value_of(rule, chain, conflict);
  }
  for (const Rule* branch : rule.else_chain) {
    Inside next(*this, emit_region(PlanOp::kAlternatives));
    emit_check(PlanOp::kUndefined, Operand::reg(chain));
    value_of(*branch, chain, conflict);
  }
  span_ = rule.span;
  emit_check(PlanOp::kDefined, Operand::reg(chain));
  emit_assign(result, Operand::reg(chain), conflict);
}

// Operands that must equal something are checked before those that only bind, so that patterns may use each other.
void FunctionLowering::match_arguments(const Rule& rule) {
  for (size_t i = 0; i < rule.head.args.size(); ++i) {
    match(*rule.head.args[i], Operand::reg(static_cast<uint32_t>(i)));
  }
}

// Body and value of one definition. A constant value needs only the first solution.
void FunctionLowering::value_of(const Rule& rule, uint32_t result, ConflictKind conflict) {
  if (rule.body != nullptr) body(*rule.body);
  Operand value = rule.head.value != nullptr ? term(*rule.head.value) : constant(Value::of(true));
  span_ = rule.span;  // a conflict is one of definitions
  emit_assign(result, value, conflict);
  if (value.is_constant()) emit(PlanOp::kExit);
}

void FunctionLowering::default_value(const Rule& rule, uint32_t result) {
  span_ = rule.span;
  Inside branch(*this, emit_region(PlanOp::kAlternatives));
  emit_check(PlanOp::kUndefined, Operand::reg(result));
  if (rule.body != nullptr) body(*rule.body);
  Operand value = term(*rule.head.value);
  Stmt& move = emit(PlanOp::kMove);
  move.dst = result;
  move.a = value;
}

// Sets and objects that several definitions fill.
void FunctionLowering::partial_rule(const RuleNode& node) {
  bool all_sets = true;
  bool one_key = true;
  for (const Rule* rule : node.rules) {
    size_t steps = dynamic_steps(*rule, node).size();
    all_sets = all_sets && rule->head.kind == HeadKind::kPartialSet && steps == 0;
    one_key = one_key && rule->head.kind != HeadKind::kPartialSet && steps == 1;
  }
  span_ = node.rules.front()->span;
  uint32_t result = new_register();
  uint32_t builder = new_builder();
  BuildKind build = all_sets ? BuildKind::kSet : one_key ? BuildKind::kObject : BuildKind::kTree;
  {
    Inside collecting(*this, emit_collect(result, builder, build));
    Region rows = emit_region(PlanOp::kAlternatives);
    if (build == BuildKind::kTree) place_rows(node, false, builder, rows);
    for (const Rule* rule : node.rules) {
      Inside branch(*this, rows);
      partial_rows(*rule, node, {}, builder, build);
    }
  }
  emit_check(PlanOp::kReturn, Operand::reg(result));
}

// The places that the ground beginnings of heads make: they are there, empty, even if no definition succeeds; but not
// inside of what rules with dynamic heads fill.
struct FunctionLowering::Places {
  struct Place {
    std::vector<Operand> keys;
    bool set;
  };
  std::vector<Place> places;
  std::vector<std::vector<Operand>> filled;  // where dynamic heads begin

  void add(Place place) {
    bool known = std::any_of(places.begin(), places.end(), [&](const Place& p) { return same(p.keys, place.keys, true); });
    if (!known && (!place.keys.empty() || place.set)) places.push_back(std::move(place));
  }
  bool counts(const Place& place) const {
    return std::none_of(filled.begin(), filled.end(), [&](const auto& keys) { return same(keys, place.keys, false); });
  }
  // Whether the keys are equal; with `whole` unset, whether `a` is the beginning of a longer `b`.
  static bool same(const std::vector<Operand>& a, const std::vector<Operand>& b, bool whole) {
    if (whole ? a.size() != b.size() : a.size() >= b.size()) return false;
    return std::equal(a.begin(), a.end(), b.begin(), [](const Operand& x, const Operand& y) { return x.index == y.index; });
  }
};

void FunctionLowering::place_rows(const RuleNode& node, bool below, uint32_t builder, Region rows) {
  Places places;
  find_places(node, {}, below, places);
  for (Places::Place& place : places.places) {
    if (!places.counts(place)) continue;
    Inside branch(*this, rows);
    std::vector<Operand> row = std::move(place.keys);
    row.push_back(constant(place.set ? Value::sorted_set(nullptr, 0) : Value::sorted_object(nullptr, 0)));
    emit_path(builder, std::move(row), place.set ? LeafKind::kEmptySet : LeafKind::kEmptyObject);
  }
}

void FunctionLowering::find_places(const RuleNode& node, const std::vector<Operand>& prefix, bool below, Places& places) {
  if (node.rules.empty()) places.add({prefix, false});
  for (const Rule* rule : node.rules) {
    if (rule->head.kind != HeadKind::kPartialSet && rule->head.kind != HeadKind::kPartialObject) continue;
    std::vector<const Term*> steps = dynamic_steps(*rule, node);
    std::vector<Operand> keys = prefix;
    bool set = rule->head.kind == HeadKind::kPartialSet;
    size_t ground = 0;
    for (Value key; ground < steps.size() && lowering_.constant_value(*steps[ground], &key); ++ground) {
      places.add({keys, false});
      keys.push_back(constant(key));
    }
    if (ground < steps.size()) places.filled.push_back(keys);
    if (!set && ground == steps.size()) continue;  // a value is there, or nothing
    places.add({std::move(keys), set && ground == steps.size()});
  }
  if (!below) return;
  for (const auto& [key, child] : node.children) {
    std::vector<Operand> deeper = prefix;
    deeper.push_back(constant(key_of_segment(key)));
    find_places(*child, deeper, below, places);
  }
}

// What one definition adds. Of a chain of `else` it is the first branch that its conditions do not rule out, whether or not it
// then succeeds: hoist_conditions puts them in front of the `try`. [S-11.3]
void FunctionLowering::partial_rows(const Rule& rule, const RuleNode& node, const std::vector<std::string>& prefix,
                                    uint32_t builder, BuildKind build) {
  if (rule.else_chain.empty()) {
    partial_row(rule, rule, node, prefix, builder, build);
    return;
  }
  uint32_t tried = new_register();
  emit(PlanOp::kReset).dst = tried;
  std::vector<const Rule*> branches{&rule};
  branches.insert(branches.end(), rule.else_chain.begin(), rule.else_chain.end());
  for (const Rule* branch : branches) {
    Inside inside(*this, emit_region(PlanOp::kAlternatives));
    if (branch != &rule) emit_check(PlanOp::kUndefined, Operand::reg(tried));
    Stmt& attempt = emit(PlanOp::kTry);
    attempt.dst = tried;
    attempt.a = constant(Value::of(true));
    partial_row(rule, *branch, node, prefix, builder, build);
  }
}

// One row of a branch of the definition, whose head says where.
void FunctionLowering::partial_row(const Rule& definition, const Rule& rule, const RuleNode& node,
                                   const std::vector<std::string>& prefix, uint32_t builder, BuildKind build) {
  span_ = rule.span;
  bool set_element = definition.head.kind == HeadKind::kPartialSet;
  const Term* leaf = set_element ? rule.head.key : rule.head.value;
  std::vector<const Term*> steps = dynamic_steps(definition, node);
  if (!key_positions_.empty()) {
    std::vector<const Term*> matched = steps;
    if (set_element) matched.push_back(leaf);
    match_keys(matched, prefix);
  }
  if (rule.body != nullptr) body(*rule.body);
  std::vector<Operand> row;
  for (const std::string& key : prefix) row.push_back(constant(key_of_segment(key)));
  for (const Term* step : steps) row.push_back(term(*step));
  row.push_back(leaf != nullptr ? term(*leaf) : constant(Value::of(true)));
  span_ = rule.head.span;
  if (build == BuildKind::kTree) {
    emit_path(builder, std::move(row), set_element ? LeafKind::kSetElement : LeafKind::kValue);
  } else {
    emit_yield(builder, row[0], row.size() > 1 ? row[1] : Operand{});
  }
}

// A place below rules with dynamic heads: what their whole document has there.
void FunctionLowering::part(const RuleNode& whole, const RuleNode& node) {
  span_ = whole.rules.front()->span;
  KnownKeys keys;
  for (size_t i = whole.path.size(); i < node.path.size(); ++i) {
    keys.emplace(static_cast<uint32_t>(i - whole.path.size()), constant(key_of_segment(node.path[i])));
  }
  emit_keys(lowering_.whole_function(whole), whole, nullptr, keys);
  Operand value = read_node(whole);
  for (size_t i = whole.path.size(); i < node.path.size(); ++i) {
    value = emit_value(PlanOp::kGet, value, constant(key_of_segment(node.path[i])));
  }
  emit_check(PlanOp::kReturn, value);
}

// A document of only some of the definitions. Its places are those of the whole: whoever reads it looks at none that only the
// others fill.
void FunctionLowering::selection(const Selection& selection) {
  span_ = selection.whole->rules.front()->span;
  uint32_t result = new_register();
  uint32_t builder = new_builder();
  {
    Inside collecting(*this, emit_collect(result, builder, BuildKind::kTree));
    Region rows = emit_region(PlanOp::kAlternatives);
    place_rows(*selection.whole, true, builder, rows);
    tree_rows(*selection.whole, {}, builder, rows, &selection);
  }
  emit_check(PlanOp::kReturn, Operand::reg(result));
}

// Everything at and below a place: the values of its rules and, if none of them is at the place itself, the base document
// merged with these, which wins.
void FunctionLowering::extent(const RuleNode& node) {
  uint32_t virtual_part = new_register();
  uint32_t builder = new_builder();
  bool has_own_rules = !node.rules.empty() && !node.is_function();
  {
    Inside collecting(*this, emit_collect(virtual_part, builder, has_own_rules ? BuildKind::kTree : BuildKind::kObject));
    Region rows = emit_region(PlanOp::kAlternatives);
    if (has_own_rules) {
      // Rules with dynamic heads are above ground ones: all of them give rows of one document.
      place_rows(node, true, builder, rows);
      tree_rows(node, {}, builder, rows);
    } else {
      children_values(node, builder, rows);
    }
  }
  Operand merged = Operand::reg(virtual_part);
  if (has_own_rules) {  // they hide the base document from who reads here; above them it is merged with that of the place
    emit_check(PlanOp::kReturn, merged);
    return;
  }
  uint32_t base = new_register();
  emit(PlanOp::kReset).dst = base;
  {
    Inside branch(*this, emit_region(PlanOp::kAlternatives));
    emit_value(PlanOp::kData, {}, {}, lowering_.program().data_paths.add(node.path));
    current_->stmts.back().dst = base;
  }
  merged = emit_value(PlanOp::kMerge, Operand::reg(base), merged);
  if (node.parent == nullptr) merged = without_system(merged);
  emit_check(PlanOp::kReturn, merged);
}

// Reading all of `data` leaves out data.system, as OPA does.
Operand FunctionLowering::without_system(const Operand& document) {
  Value name = Value::string("system");
  Operand result = emit_list(PlanOp::kCallBuiltin, {document, constant(Value::array(&name, 1))});
  current_->stmts.back().set_number(lowering_.builtin(*find_builtin("object.remove")));
  return result;
}

// A branch per definition at or below `node`: its keys from `prefix` on, then its leaf. Below a dynamic head a ground one is
// a definition like the others: its default never applies. [S-11.3]
void FunctionLowering::tree_rows(const RuleNode& node, const std::vector<std::string>& prefix, uint32_t builder,
                                 Region rows, const Selection* selection) {
  for (const Rule* rule : node.rules) {
    if (rule->is_default || (selection != nullptr && selection->definitions.count(rule) == 0)) continue;
    Inside branch(*this, rows);
    partial_rows(*rule, node, prefix, builder, BuildKind::kTree);
  }
  for (const auto& [key, child] : node.children) {
    std::vector<std::string> below = prefix;
    below.push_back(key);
    tree_rows(*child, below, builder, rows, selection);
  }
}

// A branch per child of a package: its key and value.
void FunctionLowering::children_values(const RuleNode& node, uint32_t builder, Region rows) {
  for (const auto& [key, child] : node.children) {
    if (!child->has_extent() && child->is_function()) continue;
    Inside branch(*this, rows);
    Operand value = read_node(*child);
    emit_yield(builder, constant(key_of_segment(key)), value);
  }
}

// [[binding …], [expression …]] per solution.
void FunctionLowering::query(const CheckedQuery& query) {
  uint32_t result = new_register();
  uint32_t builder = new_builder();
  {
    Inside collecting(*this, emit_collect(result, builder, BuildKind::kArray));
    body(*query.body);
    std::vector<Operand> bindings, expressions;
    for (const QueryBinding& binding : query.bindings) bindings.push_back(value_of_variable(binding.variable));
    for (const CheckedQuery::Captured& captured : query.expressions) {
      expressions.push_back(value_of_variable(captured.variable));
    }
    Operand first = emit_list(PlanOp::kMakeArray, std::move(bindings));
    Operand second = emit_list(PlanOp::kMakeArray, std::move(expressions));
    emit_yield(builder, emit_list(PlanOp::kMakeArray, {first, second}));
  }
  emit_check(PlanOp::kReturn, Operand::reg(result));
}

Operand FunctionLowering::value_of_variable(const std::string& name) {
  auto found = variables_.find(name);
  return found != variables_.end() ? found->second : constant(Value::of(true));
}

}  // namespace writ::lang
