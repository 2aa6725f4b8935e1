// Paths as texts, conditions that count together, and the statements that check them. A check is in front of all else that a
// definition does, so it must neither fail nor call anything that a policy can replace: tests of the ends of texts are made
// of texts alone.
#include "lang/plan/conditions.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "engine/value/order.h"
#include "engine/value/segment.h"

namespace writ::lang {
namespace {

constexpr char kEnd = '\xFE';  // of a key; in no text: it is no UTF-8

const std::string& of_slot(const PathTrie& trie, std::vector<std::string>& texts, uint32_t slot) {
  if (texts.empty()) {
    texts.resize(trie.slot_count());
    std::vector<std::pair<uint32_t, std::string>> pending{{0, ""}};
    while (!pending.empty()) {
      auto [number, text] = std::move(pending.back());
      pending.pop_back();
      const PathTrie::Node& node = trie.nodes()[number];
      for (uint32_t child : node.children) pending.emplace_back(child, text + kEnd + trie.nodes()[child].key);
      if (node.slot != PathTrie::kNoSlot) texts[node.slot] = std::move(text);
    }
  }
  return texts[slot];
}

// The built-ins that test the begin or the end of a text; the others take several as a collection.
struct Affix {
  std::string_view builtin;
  bool at_end;
  bool several;
};
constexpr Affix kAffixes[] = {{"startswith", false, false},
                              {"endswith", true, false},
                              {"strings.any_prefix_match", false, true},
                              {"strings.any_suffix_match", true, true}};

const Affix* affix_of(const Plan& plan, uint32_t builtin) {
  std::string_view name = plan.program->builtins[builtin]->name;
  auto found = std::find_if(std::begin(kAffixes), std::end(kAffixes), [&](const Affix& a) { return a.builtin == name; });
  return found != std::end(kAffixes) ? found : nullptr;
}

// How many constants a condition asks for, and whether they are ends of texts or arrays.
struct Asked {
  size_t constants = 0;
  bool ends_path = false;
};

Asked asked_by(const Plan& plan, const Condition& condition) {
  const ConditionStep& step = condition.back();
  const Value& constant = plan.program->constants[step.constant];
  bool is_affix = step.op == PlanOp::kCallBuiltin;
  bool has_several = constant.is_collection() && (is_affix || (step.op == PlanOp::kMember && step.mode == kElementTested));
  if (!has_several) return {1, is_affix || constant.is_collection()};
  if (is_affix) return {constant.size, true};
  if (constant.is_object()) {
    return {constant.size, std::any_of(constant.members().begin(), constant.members().end(),
                                       [](const Entry& entry) { return entry.value.is_collection(); })};
  }
  return {constant.size, std::any_of(constant.items().begin(), constant.items().end(),
                                     [](const Value& item) { return item.is_collection(); })};
}

bool is_affix(const Condition& condition) { return condition.back().op == PlanOp::kCallBuiltin; }

// Whether its path is compared with constants, beside that it has to be there.
bool is_comparing(const ConditionCheck& check) { return check.any_of.empty() || compares(check.any_of.front()); }

// Whether OPA's index looks no further than to this path.
bool ends_path(const Plan& plan, const ConditionCheck& check) {
  if (!is_comparing(check)) return false;
  size_t unchecked = check.unchecked.constants + check.unchecked.affixes;
  Asked all{unchecked, unchecked != 0};
  for (const Condition& condition : check.any_of) {
    Asked asked = asked_by(plan, condition);
    all = {all.constants + asked.constants, all.ends_path || asked.ends_path};
  }
  return all.constants > 1 && all.ends_path;
}

// Whether only ends of texts are asked for.
bool is_last(const Plan& plan, const ConditionCheck& check) {
  return ends_path(plan, check) && check.unchecked.constants == 0 && std::all_of(check.any_of.begin(), check.any_of.end(), is_affix);
}

std::vector<Stmt>& new_branch(Stmt& any) { return any.blocks.emplace_back(std::make_unique<Block>())->stmts; }

}  // namespace

std::string PathTexts::text(const Condition& condition, size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i) {
    const ConditionStep& step = condition[i];
    switch (step.op) {
      case PlanOp::kInput: text = "input" + of_slot(plan_.program->input_paths, inputs_, step.number); break;
      case PlanOp::kData: text = "data" + of_slot(plan_.program->data_paths, data_, step.number); break;
      case PlanOp::kDocument: text = "data" + of_node(step.number); break;
      case PlanOp::kGet: text += kEnd + segment_of(plan_.program->constants[step.constant]); break;
      default: break;
    }
  }
  return text;
}

std::string PathTexts::of_node(uint32_t number) const {
  std::string text;
  for (; number != kNone32 && number != 0; number = plan_.program->nodes[number].parent) {
    text = kEnd + plan_.program->nodes[number].key + text;
  }
  return text;
}

bool is_affix_call(const Plan& plan, const Stmt& stmt) {
  if (stmt.list.size() != 2 || !stmt.list[1].is_constant()) return false;  // what a `with` puts in its place makes no difference
  const Affix* affix = affix_of(plan, stmt.builtin());
  if (affix == nullptr) return false;
  const Value& sought = plan.program->constants[stmt.list[1].index];
  if (sought.is_string()) return true;
  bool is_list = affix->several && (sought.is_array() || sought.is_set()) && sought.size != 0;
  return is_list && std::all_of(sought.items().begin(), sought.items().end(), [](const Value& item) { return item.is_string(); });
}

size_t affix_count(const Plan& plan, const Stmt& stmt) {
  const Value& sought = plan.program->constants[stmt.list[1].index];
  return sought.is_string() ? 1 : sought.size;
}

bool is_glob_call(const Plan& plan, const Stmt& stmt) {
  bool is_call = plan.program->builtins[stmt.builtin()]->name == "glob.match" && stmt.list.size() == 3;
  if (!is_call || !stmt.list[0].is_constant() || !stmt.list[1].is_constant()) return false;
  const Value& pattern = plan.program->constants[stmt.list[0].index];
  const Value& delimiters = plan.program->constants[stmt.list[1].index];
  if (!pattern.is_string() || !delimiters.is_array()) return false;
  std::string between = delimiters.size == 0 ? "." : "";
  for (const Value& delimiter : delimiters.items()) {
    if (delimiter.is_string()) between += delimiter.text();
  }
  std::string_view rest = pattern.text();
  if (rest.find('\\') != std::string_view::npos) return true;
  for (bool any = true; any;) {
    size_t end = std::min(rest.find_first_of(between), rest.size());
    std::string_view part = rest.substr(0, end);
    if (part != "*" && part.find_first_of("[?{*") != std::string_view::npos) return false;
    any = end < rest.size();
    rest.remove_prefix(any ? end + 1 : end);
  }
  return true;
}

void add_last_paths(const Plan& plan, const std::vector<ConditionCheck>& checks, PathSet& last) {
  for (const ConditionCheck& check : checks) {
    bool any_affix = check.unchecked.affixes != 0 || std::any_of(check.any_of.begin(), check.any_of.end(), is_affix);
    if (any_affix && ends_path(plan, check)) last.emplace(check.argument, check.path);
  }
}

void keep_one_end(const Plan& plan, std::vector<Condition>& any_of) {
  auto at_end = [&](const Condition& condition) {
    const ConditionStep& step = condition.back();
    return step.op == PlanOp::kCallBuiltin ? std::optional(affix_of(plan, step.number)->at_end) : std::nullopt;
  };
  size_t shortest[] = {SIZE_MAX, SIZE_MAX};
  for (const Condition& condition : any_of) {
    std::optional<bool> end = at_end(condition);
    if (!end) continue;
    const Value& sought = plan.program->constants[condition.back().constant];
    auto note = [&](const Value& text) { shortest[*end] = std::min(shortest[*end], text.text().size()); };
    if (sought.is_string()) {
      note(sought);
    } else {
      std::for_each(sought.items().begin(), sought.items().end(), note);
    }
  }
  if (shortest[0] == SIZE_MAX || shortest[1] == SIZE_MAX) return;
  bool dropped = shortest[1] <= shortest[0];
  std::erase_if(any_of, [&](const Condition& condition) { return at_end(condition) == dropped; });
}

void drop_uncertain(const Plan& plan, const PathSet& last, std::vector<ConditionCheck>& checks) {
  size_t ending = 0, last_here = 0;
  for (const ConditionCheck& check : checks) {
    (is_last(plan, check) ? last_here : ending) += ends_path(plan, check) ? 1 : 0;
  }
  bool one_is_certain = ending + last_here == 1;
  auto is_certain = [&](const ConditionCheck& check) {
    if (ends_path(plan, check)) return one_is_certain;
    return ending == 0 && (last_here == 0 || last.count({check.argument, check.path}) == 0);
  };
  PathSet dropped;
  for (const ConditionCheck& check : checks) {
    if (is_comparing(check) && !is_certain(check)) dropped.emplace(check.argument, check.path);
  }
  // That a path is there counts wherever it is, unless it is compared as well.
  std::erase_if(checks, [&](const ConditionCheck& check) {
    bool has_others = check.unchecked.constants + check.unchecked.affixes != 0;
    return check.any_of.empty() || has_others || dropped.count({check.argument, check.path}) != 0;
  });
}

void CheckWriter::add(const ConditionCheck& check, std::vector<Stmt>& to) {
  if (check.any_of.size() == 1) return add(check.argument, check.any_of.front(), to);
  Stmt& any = emit(PlanOp::kAny, to);
  for (const Condition& condition : check.any_of) {
    std::vector<Stmt>& branch = new_branch(any);
    add(check.argument, condition, branch);
    emit(PlanOp::kExit, branch);
  }
}

void CheckWriter::add(uint32_t argument, const Condition& condition, std::vector<Stmt>& to) {
  Operand value = Operand::reg(argument);
  for (const ConditionStep& step : condition) {
    if (step.op == PlanOp::kCallBuiltin) return affix(step, value, to);
    Stmt& stmt = emit(step.op, to);
    Operand constant = Operand::constant(step.constant);
    switch (step.op) {
      case PlanOp::kGuard:
        stmt.set(static_cast<CompareKind>(step.mode));
        stmt.a = value;
        stmt.b = constant;
        continue;
      case PlanOp::kMember:
        stmt.a = step.mode == kElementTested ? value : constant;
        stmt.b = step.mode == kElementTested ? constant : value;
        continue;
      case PlanOp::kGet:
        stmt.set_of_base(step.mode != 0);
        stmt.a = value;
        stmt.b = constant;
        break;
      case PlanOp::kExtent: stmt.a = value; break;
      default: stmt.set_number(step.number); break;
    }
    stmt.dst = next_register_++;
    value = Operand::reg(stmt.dst);
  }
}

// The call is made of texts alone, so that it cannot fail: of the value, or of what is in it.
void CheckWriter::affix(const ConditionStep& step, const Operand& value, std::vector<Stmt>& to) {
  Stmt& any = emit(PlanOp::kAny, to);
  call_for_text(step, value, new_branch(any));
  Stmt& scan = emit(PlanOp::kScan, new_branch(any));
  scan.a = value;
  scan.dst2 = next_register_++;
  Operand item = Operand::reg(scan.dst2);
  call_for_text(step, item, scan.blocks.emplace_back(std::make_unique<Block>())->stmts);
}

// Texts are what is from "" on and below [].
void CheckWriter::call_for_text(const ConditionStep& step, const Operand& value, std::vector<Stmt>& to) {
  guard(CompareKind::kGreaterOrEqual, value, Value::string(""), to);
  guard(CompareKind::kLess, value, Value::array(nullptr, 0), to);
  Stmt& call = emit(PlanOp::kCallBuiltin, to);
  call.set_number(step.number);
  call.list = {value, Operand::constant(step.constant)};
  call.dst = next_register_++;
  Operand result = Operand::reg(call.dst);
  emit(PlanOp::kTruthy, to).a = result;
  emit(PlanOp::kExit, to);
}

void CheckWriter::guard(CompareKind compare, const Operand& value, const Value& bound, std::vector<Stmt>& to) {
  Stmt& guard = emit(PlanOp::kGuard, to);
  guard.set(compare);
  guard.a = value;
  guard.b = Operand::constant(constant(bound));
}

uint32_t CheckWriter::constant(const Value& value) {
  std::vector<Value>& constants = plan_.program->constants;
  auto found = std::find_if(constants.begin(), constants.end(), [&](const Value& other) { return equal(other, value); });
  if (found == constants.end()) found = constants.insert(constants.end(), value);
  return static_cast<uint32_t>(found - constants.begin());
}

Stmt& CheckWriter::emit(PlanOp op, std::vector<Stmt>& to) const {
  Stmt& stmt = to.emplace_back();
  stmt.op = op;
  stmt.span = span_;
  return stmt;
}

}  // namespace writ::lang
