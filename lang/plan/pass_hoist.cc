// As in OPA, a definition that its conditions rule out is not evaluated at all, so neither is a call in front of them that
// would have failed, nor a rule whose definitions contradict each other. That must not depend on a switch: this pass always
// runs, and before any optimisation. It checks such conditions once more at the start of the definition.
//
// What a condition is follows OPA's index. Of the statements that every solution must pass:
//
//   * what the policy reads of the input or of base documents by a path that is spelled out is there,
//   * it, or an argument of a function, equals a constant: a scalar, or an array of scalars,
//   * it is one of the elements of such constants, or it is a collection that has such an element; where there are several
//     of these for one path, any of them is enough.
//
// A path that is compared with another one, or with a constant of another kind, is none. Neither is one of which the index knows
// something that is not checked here, for then that would be enough as well; nor what a statement with a `with` reads. To
// check a condition in front can only keep a definition from running that could not have succeeded.
//
// No condition is moved over a call that the host could see (print, clock): those must happen whether or not a later
// condition fails. A definition that prints is left as it is. But of a chain of `else` below a head with a variable the
// conditions say which branch there is at all: there they count wherever they are, and what a text begins or ends with, by
// startswith and the like, is a condition too.
#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "engine/value/segment.h"
#include "lang/plan/conditions.h"
#include "lang/plan/definitions.h"
#include "lang/plan/passes.h"
#include "lang/plan/plan.h"

namespace writ::lang {

namespace {

// Which functions may call the host, directly or through what they call.
class HostReach {
 public:
  explicit HostReach(const Plan& plan) : plan_(plan), reaches_(plan.functions.size(), false) {
    // Once any function may, so may all that read rules known only at run time, and replaceable calls: then once more.
    spread();
    if (any_) spread();
  }

  bool reaches(const Stmt& stmt) const {
    switch (stmt.info().effect) {
      case PlanInfo::Effect::kCalls:
        if (callee_reaches(stmt)) return true;
        break;
      case PlanInfo::Effect::kReads:
        if (any_) return true;
        break;
      default: break;
    }
    for (const auto& nested : stmt.blocks) {
      if (reaches(*nested)) return true;
    }
    return false;
  }

 private:
  // From the functions that do on to their callers.
  void spread() {
    std::vector<std::vector<uint32_t>> callers(plan_.functions.size());
    std::vector<uint32_t> pending;
    for (uint32_t i = 0; i < plan_.functions.size(); ++i) {
      note_calls(plan_.functions[i].body, i, callers);
      if (reaches(plan_.functions[i].body)) pending.push_back(i);
    }
    for (uint32_t number : pending) reaches_[number] = any_ = true;
    while (!pending.empty()) {
      uint32_t number = pending.back();
      pending.pop_back();
      for (uint32_t caller : callers[number]) {
        if (reaches_[caller]) continue;
        reaches_[caller] = true;
        pending.push_back(caller);
      }
    }
  }

  void note_calls(const Block& block, uint32_t caller, std::vector<std::vector<uint32_t>>& callers) const {
    for (const Stmt& stmt : block.stmts) {
      if (stmt.op == PlanOp::kCallRule || stmt.op == PlanOp::kCall) callers[stmt.function()].push_back(caller);
      for (const auto& nested : stmt.blocks) note_calls(*nested, caller, callers);
    }
  }

  bool callee_reaches(const Stmt& stmt) const {
    bool replaced = stmt.info().mode == PlanInfo::Mode::kReplaceable && stmt.replaceable() && any_;
    if (stmt.op == PlanOp::kCallBuiltin) {
      return replaced || plan_.program->builtins[stmt.builtin()]->effect != Effect::kPure;
    }
    return replaced || reaches_[stmt.function()];
  }
  bool reaches(const Block& block) const {
    for (const Stmt& stmt : block.stmts) {
      if (reaches(stmt)) return true;
    }
    return false;
  }

  const Plan& plan_;
  std::vector<bool> reaches_;
  bool any_ = false;
};

// Where a register's value comes from: an argument, or a path.
struct Source {
  uint32_t argument = kNoReg;
  Condition path;
  Span span;                 // of the statement that reads it
  size_t definedness;        // its place among the conditions
  bool is_document = false;  // it is not read yet
  uint32_t node = kNone32;   // and at this document node
};

// Document nodes by the place above them and their key.
using Nodes = std::map<std::pair<uint32_t, std::string>, uint32_t>;

Nodes nodes_of(const Plan& plan) {
  Nodes nodes;
  const std::vector<DocumentNode>& all = plan.program->nodes;
  for (uint32_t i = 1; i < all.size(); ++i) nodes.emplace(std::pair(all[i].parent, all[i].key), i);
  return nodes;
}

bool is_indexed_element(const Value& value) {
  if (!value.is_array()) return !value.is_collection();
  return std::none_of(value.items().begin(), value.items().end(),
                      [](const Value& item) { return item.is_collection(); });
}

bool are_indexed_elements(const Value& value) {
  if (value.is_array() || value.is_set()) {
    return value.size != 0 && std::all_of(value.items().begin(), value.items().end(), is_indexed_element);
  }
  if (!value.is_object() || value.size == 0) return false;
  return std::all_of(value.members().begin(), value.members().end(),
                     [](const Entry& entry) { return is_indexed_element(entry.value); });
}

// A condition of a definition, whether it is behind something that may raise, and whether it is one at all.
struct Found {
  uint32_t argument;
  Condition condition;
  bool is_late;
  bool counts;
};

// What a call for the begin or end of a text, or of glob.match, says if it is a statement.
struct Affixed {
  Source from;
  ConditionStep step;
  Unchecked unchecked;
  uint32_t begin;  // of the statement
};

// The conditions of one definition, in the order in which its statements check them.
class ConditionCollector {
 public:
  ConditionCollector(const Plan& plan, const PlanFunction& function, const HostReach& host_reach, const Nodes& nodes)
      : plan_(plan), host_reach_(host_reach), nodes_(nodes) {
    // The index knows the arguments of functions, but not the keys at which a document is read.
    if (function.kind == FunctionKind::kKeyed) return;
    for (uint32_t i = 0; i < function.argument_count; ++i) sources_[i] = {i, {}, {}, kNone};
  }

  // What OPA's index asks for, by path: where nothing may raise in front of any of it, nothing.
  std::vector<ConditionCheck> find(const Block& branch, PathTexts& paths) {
    walk(branch);
    std::set<std::pair<uint32_t, Condition>> known;
    std::map<std::pair<uint32_t, std::string>, size_t> by_path;
    std::vector<ConditionCheck> checks;
    bool any_late = std::any_of(found_.begin(), found_.end(), [](const Found& f) { return f.counts && f.is_late; });
    if (!any_late) return checks;
    auto comparison = [&](uint32_t argument, std::string path) -> ConditionCheck& {
      size_t at = by_path.emplace(std::pair(argument, path), checks.size()).first->second;
      if (at == checks.size()) checks.push_back({argument, std::move(path), {}, {}, false});
      return checks[at];
    };
    for (const Found& f : found_) {
      if (!f.counts || !known.emplace(f.argument, f.condition).second) continue;
      bool comparing = compares(f.condition);
      std::string path = paths.text(f.condition, f.condition.size() - (comparing ? 1 : 0));
      if (!comparing) checks.push_back({f.argument, path, {}, {}, false});
      ConditionCheck& check = comparing ? comparison(f.argument, std::move(path)) : checks.back();
      check.any_of.push_back(f.condition);
      check.is_late = check.is_late || f.is_late;
    }
    for (const auto& [from, unchecked] : unchecked_) {
      ConditionCheck& check = comparison(from.argument, paths.text(from.path, from.path.size()));
      check.unchecked.constants += unchecked.constants;
      check.unchecked.affixes += unchecked.affixes;
    }
    return checks;
  }

 private:
  static constexpr size_t kNone = SIZE_MAX;

  // False: nothing behind this may be used.
  bool walk(const Block& block) {
    for (const Stmt& stmt : block.stmts) {
      bool goes_on_inside = stmt.op == PlanOp::kScan || stmt.op == PlanOp::kOnce;
      if (!goes_on_inside && !is_trial_ && host_reach_.reaches(stmt) && !reads_no_rule(stmt)) return false;
      is_trial_ = is_trial_ || stmt.op == PlanOp::kTry;
      forget_written(stmt, goes_on_inside);
      note_reading(stmt);
      switch (stmt.op) {
        case PlanOp::kInput:
        case PlanOp::kData: read(stmt, {}); break;
        case PlanOp::kDocument:
          sources_[stmt.dst] = {kNoReg, {step_of(stmt)}, stmt.span, kNone, true, stmt.node()};
          break;
        case PlanOp::kGet: get(stmt); break;
        case PlanOp::kExtent: extent(stmt); break;
        case PlanOp::kMove: move(stmt); break;
        case PlanOp::kGuard: guard(stmt); break;
        case PlanOp::kMember: member(stmt); break;
        case PlanOp::kCallBuiltin: affix(stmt); break;
        case PlanOp::kTruthy: truthy(stmt); break;
        case PlanOp::kObjectSize:
        case PlanOp::kArraySize: take_apart(stmt); break;
        case PlanOp::kMakeArray: make_array(stmt); break;
        case PlanOp::kMakeObject:
        case PlanOp::kMakeSet: made_[stmt.dst] = stmt.span.begin; [[fallthrough]];
        case PlanOp::kCollect: opaque_[stmt.dst] = stmt.span.begin; break;
        case PlanOp::kScan: {
          scan(stmt);
          if (!walk(*stmt.blocks[0])) return false;
          break;
        }
        case PlanOp::kOnce:
          if (!walk(*stmt.blocks[0])) return false;
          break;
        default: break;
      }
      is_behind_region_ = is_behind_region_ || (!goes_on_inside && !is_harmless(stmt));
      is_late_ = is_late_ || (!goes_on_inside && may_raise(stmt));
    }
    return true;
  }

  // Registers are used again: behind a region, by what follows it. What a region writes may be read behind it as well (a
  // variable that a statement with a `with` binds), so this looks into those that are not walked through.
  void forget_written(const Stmt& stmt, bool is_walked) {
    forget(stmt.dst);
    forget(stmt.dst2);
    if (is_walked) return;
    for (const auto& nested : stmt.blocks) {
      for (const Stmt& inner : nested->stmts) forget_written(inner, false);
    }
  }
  void forget(uint32_t reg) {
    sources_.erase(reg);
    opaque_.erase(reg);
    made_.erase(reg);
    taken_apart_.erase(reg);
    elements_.erase(reg);
    read_at_.erase(reg);
    affixes_.erase(reg);
  }

  static bool may_raise(const Stmt& stmt) {
    PlanInfo::Effect effect = stmt.info().effect;
    if (effect != PlanInfo::Effect::kNone && effect != PlanInfo::Effect::kLeaves) return true;
    return std::any_of(stmt.blocks.begin(), stmt.blocks.end(), [](const auto& block) {
      return std::any_of(block->stmts.begin(), block->stmts.end(), may_raise);
    });
  }

  const Value& value_of(const Operand& constant) const { return plan_.program->constants[constant.index]; }
  const Source* source(const Operand& operand) const {
    auto found = operand.is_register() ? sources_.find(operand.index) : sources_.end();
    return found != sources_.end() ? &found->second : nullptr;
  }

  void add(const Source& from, const ConditionStep& check) {
    Condition condition = from.path;
    if (from.is_document) {  // a loop reads it as it goes; a check has to read it first
      if (!is_without_rules(from)) return;
      condition.push_back({PlanOp::kExtent, 0, 0, 0});
    }
    condition.push_back(check);
    // In front of a region the rule index can use it as well.
    found_.push_back({from.argument, std::move(condition), is_behind_region_, true});
  }
  // The expression that reads it is none that OPA indexes.
  void drop(const Source& from, const Stmt& by) {
    if (from.definedness != kNone && from.span.begin == by.span.begin && from.span.end == by.span.end) {
      found_[from.definedness].counts = false;
    }
  }

  static ConditionStep step_of(const Stmt& stmt) {
    return {stmt.op, stmt.raw_number(), stmt.raw_mode(), stmt.b.is_constant() ? stmt.b.index : 0};
  }
  void read(const Stmt& stmt, Condition path) {
    path.push_back(step_of(stmt));
    found_.push_back({kNoReg, path, is_late_, true});
    sources_[stmt.dst] = {kNoReg, std::move(path), stmt.span, found_.size() - 1};
  }
  void get(const Stmt& stmt) {
    const Source* from = source(stmt.a);
    bool is_named = stmt.b.is_constant() && !value_of(stmt.b).is_collection();
    if (from != nullptr && from->argument == kNoReg && !is_named) elements_[stmt.dst] = *from;
    if (from != nullptr && from->is_document) return get_from_document(stmt, *from);
    if (from == nullptr || taken_apart_.count(stmt.a.index) != 0) return;
    // Of a longer path it is the whole that counts.
    drop(*from, stmt);
    if (from->argument == kNoReg && stmt.b.is_constant() && !value_of(stmt.b).is_collection()) read(stmt, from->path);
  }
  // A walk that meets no rule: beside nodes of rules, and at those of what a `with` replaces.
  void get_from_document(const Stmt& stmt, const Source& from) {
    if (!stmt.b.is_constant() || value_of(stmt.b).is_collection()) return;
    Source reached{kNoReg, from.path, from.span, kNone, true};
    reached.path.push_back(step_of(stmt));
    if (from.node != kNone32) {
      auto node = nodes_.find(std::pair(from.node, segment_of(value_of(stmt.b))));
      if (node != nodes_.end()) reached.node = node->second;
      if (node != nodes_.end() && plan_.program->nodes[node->second].rule != kNone32) return;
    }
    sources_[stmt.dst] = std::move(reached);
  }
  void extent(const Stmt& stmt) {
    if (auto element = elements_.find(stmt.a.index); element != elements_.end()) {
      elements_[stmt.dst] = Source(element->second);
    }
    const Source* from = source(stmt.a);
    if (from != nullptr && from->is_document && is_without_rules(*from)) read(stmt, from->path);
  }
  void note_unchecked(const Source& from, Unchecked unchecked) { unchecked_.emplace_back(from, unchecked); }
  bool reads_no_rule(const Stmt& stmt) const {
    if (stmt.op != PlanOp::kExtent) return stmt.op == PlanOp::kDocument;
    const Source* from = source(stmt.a);
    return from != nullptr && from->is_document && is_without_rules(*from);
  }
  bool is_without_rules(const Source& from) const {
    const DocumentNode* node = from.node != kNone32 ? &plan_.program->nodes[from.node] : nullptr;
    return node == nullptr || (node->rule == kNone32 && node->extent == kNone32);
  }
  // An array in which another collection is written is none that an index looks into.
  void make_array(const Stmt& stmt) {
    bool is_nested = std::any_of(stmt.list.begin(), stmt.list.end(), [&](const Operand& item) {
      return item.is_constant() ? value_of(item).is_collection() : is_from(made_, item, stmt);
    });
    made_[stmt.dst] = stmt.span.begin;
    if (is_nested) opaque_[stmt.dst] = stmt.span.begin;
  }
  void move(const Stmt& stmt) {
    if (const Source* from = source(stmt.a)) sources_[stmt.dst] = Source(*from);
  }
  void take_apart(const Stmt& stmt) {
    taken_apart_.insert(stmt.a.index);
    const Source* from = source(stmt.a);
    if (from == nullptr) return;
    drop(*from, stmt);
    if (stmt.op == PlanOp::kArraySize) note_unchecked(*from, {1, 0});
  }
  void guard(const Stmt& stmt) {
    if (stmt.compare() != CompareKind::kEqual) return;
    for (auto [tested, other] : {std::pair(stmt.a, stmt.b), std::pair(stmt.b, stmt.a)}) {
      element_guard(tested, other, stmt);
      const Source* from = source(tested);
      if (from == nullptr) continue;
      if (other.is_constant() && is_indexed_element(value_of(other))) {
        add(*from, {PlanOp::kGuard, 0, stmt.raw_mode(), other.index});
      } else if (other.is_constant() || is_from(opaque_, other, stmt) || is_from(read_at_, other, stmt)) {
        drop(*from, stmt);
      } else if (made_.count(other.index) != 0) {
        note_unchecked(*from, {1, 0});
      }
    }
  }
  // Whether the statement itself made it: what it finds in a variable is any value to the index.
  static bool is_from(const std::map<uint32_t, uint32_t>& places, const Operand& operand, const Stmt& stmt) {
    auto place = operand.is_register() ? places.find(operand.index) : places.end();
    return place != places.end() && place->second == stmt.span.begin;
  }
  // A reference of any kind ends in one of these.
  void note_reading(const Stmt& stmt) {
    switch (stmt.op) {
      case PlanOp::kInput:
      case PlanOp::kData:
      case PlanOp::kGet:
      case PlanOp::kExtent:
      case PlanOp::kCallRule:
      case PlanOp::kScan:
        for (uint32_t reg : {stmt.dst, stmt.dst2}) read_at_[reg] = stmt.span.begin;
        break;
      default: break;
    }
  }
  void member(const Stmt& stmt) {
    const Source* element = source(stmt.a);
    const Source* collection = source(stmt.b);
    if (element != nullptr && stmt.b.is_constant() && are_indexed_elements(value_of(stmt.b))) {
      add(*element, {PlanOp::kMember, 0, kElementTested, stmt.b.index});
    } else if (element != nullptr && (stmt.b.is_constant() || made_.count(stmt.b.index) != 0)) {
      note_unchecked(*element, {2, 0});
    } else if (collection != nullptr && collection->argument == kNoReg && stmt.a.is_constant() && !value_of(stmt.a).is_collection()) {
      add(*collection, {PlanOp::kMember, 0, kCollectionTested, stmt.a.index});
    }
  }
  void affix(const Stmt& stmt) {
    bool is_glob = is_glob_call(plan_, stmt);
    if (!is_glob && !is_affix_call(plan_, stmt)) return;
    const Source* from = source(stmt.list[is_glob ? 2 : 0]);
    if (from == nullptr) return;
    Unchecked unchecked{is_glob ? 1u : 0u, is_glob ? 0 : affix_count(plan_, stmt)};
    affixes_.emplace(stmt.dst, Affixed{*from, {stmt.op, stmt.builtin(), 0, stmt.list[1].index}, unchecked, stmt.span.begin});
  }
  // A call that is a statement; one whose value a variable holds is none.
  void truthy(const Stmt& stmt) {
    auto call = stmt.a.is_register() ? affixes_.find(stmt.a.index) : affixes_.end();
    if (call == affixes_.end() || call->second.begin != stmt.span.begin) return;
    const Affixed& affixed = call->second;
    if (is_trial_ && affixed.from.argument == kNoReg && affixed.unchecked.affixes != 0) return add(affixed.from, affixed.step);
    note_unchecked(affixed.from, affixed.unchecked);
  }
  void scan(const Stmt& stmt) {
    const Source* from = source(stmt.a);
    if (from == nullptr) return;
    drop(*from, stmt);
    if (from->argument == kNoReg) elements_[stmt.dst2] = *from;
  }
  // xs[_] == "a", xs[i] == "a"
  void element_guard(const Operand& tested, const Operand& other, const Stmt& stmt) {
    auto from = tested.is_register() ? elements_.find(tested.index) : elements_.end();
    if (from == elements_.end() || !is_from(read_at_, tested, stmt)) return;
    if (other.is_constant() && !value_of(other).is_collection()) {
      add(from->second, {PlanOp::kMember, 0, kCollectionTested, other.index});
    }
  }

  const Plan& plan_;
  const HostReach& host_reach_;
  const Nodes& nodes_;
  std::map<uint32_t, Source> sources_;  // by register
  std::map<uint32_t, uint32_t> opaque_;   // registers with collections that are made, with where: no index looks into those
  std::map<uint32_t, uint32_t> made_;     // registers with collections that are spelled out, with where
  std::set<uint32_t> taken_apart_;      // registers that a pattern is matched with
  std::map<uint32_t, Source> elements_;   // registers with a member of what comes from there
  std::map<uint32_t, Affixed> affixes_;   // registers with what such a call gives
  std::map<uint32_t, uint32_t> read_at_;  // registers that a reference was read into, with where its statement begins
  std::vector<Found> found_;
  std::vector<std::pair<Source, Unchecked>> unchecked_;
  bool is_trial_ = false;          // whether the branch has said that it is tried
  bool is_late_ = false;           // whether something in front may raise
  bool is_behind_region_ = false;  // whether something in front may raise, or is a region
};

bool prints(const Plan& plan, const Block& block) {
  for (const Stmt& stmt : block.stmts) {
    bool calls = stmt.op == PlanOp::kCallBuiltin;
    if (calls && plan.program->builtins[stmt.builtin()]->name == "internal.print") return true;
    for (const auto& nested : stmt.blocks) {
      if (prints(plan, *nested)) return true;
    }
  }
  return false;
}

bool is_trial(const std::vector<Stmt>& body) {
  return std::any_of(body.begin(), body.end(), [](const Stmt& stmt) { return stmt.op == PlanOp::kTry; });
}

// Those of what OPA's index asks for that are checked at the start.
void keep_checked(const Plan& plan, const PathSet& last, std::vector<ConditionCheck>& checks) {
  drop_uncertain(plan, last, checks);
  std::erase_if(checks, [](const ConditionCheck& check) { return !check.is_late; });
  for (ConditionCheck& check : checks) keep_one_end(plan, check.any_of);
  // The rule index looks no further than to the first with a choice.
  std::stable_partition(checks.begin(), checks.end(), [](const ConditionCheck& check) { return check.any_of.size() == 1; });
}

}  // namespace

void hoist_conditions(Plan& plan) {
  HostReach host_reach(plan);
  Nodes nodes = nodes_of(plan);
  PathTexts paths(plan);
  // Which paths come last is known when all branches of a function have been looked at.
  std::map<const Block*, std::vector<ConditionCheck>> found;
  std::map<const PlanFunction*, PathSet> last;
  for_definitions(plan, true, [&](PlanFunction& function, Stmt& alternatives) {
    for (auto& branch : alternatives.blocks) {
      if (branch->stmts.empty() || (!is_trial(branch->stmts) && prints(plan, *branch))) continue;
      std::vector<ConditionCheck>& checks = found[branch.get()];
      checks = ConditionCollector(plan, function, host_reach, nodes).find(*branch, paths);
      add_last_paths(plan, checks, last[&function]);
    }
  });
  for_definitions(plan, true, [&](PlanFunction& function, Stmt& alternatives) {
    uint32_t first_register = function.register_count;
    for (auto& branch : alternatives.blocks) {
      std::vector<ConditionCheck>& checks = found[branch.get()];
      keep_checked(plan, last[&function], checks);
      if (checks.empty()) continue;
      std::vector<Stmt> stmts;
      CheckWriter writer(plan, branch->stmts.front().span, first_register);
      for (const ConditionCheck& check : checks) writer.add(check, stmts);
      function.register_count = std::max(function.register_count, writer.next_register());
      std::vector<Stmt>& body = branch->stmts;
      body.insert(body.begin(), std::make_move_iterator(stmts.begin()), std::make_move_iterator(stmts.end()));
    }
  });
}

}  // namespace writ::lang
