// Module-wide lowering. run() first finds what any `with` of the program replaces, since that decides how rules are called;
// then it numbers the places under `data` and their functions, since calls go in all directions; then it lowers each place,
// which is FunctionLowering's work; then it lists the entry points. Below that: constants, each kept once, and names.
#include "lang/plan/lower.h"

#include <algorithm>

#include "engine/value/build.h"
#include "engine/value/number.h"
#include "engine/value/text.h"
#include "lang/check/terms.h"
#include "lang/plan/lower_internal.h"

namespace writ::lang {

std::unique_ptr<Plan> lower(const CheckedModules& modules, const CheckedQuery* query,
                            const std::vector<HostFunction>& host_functions) {
  return Lowering(modules, host_functions).run(query);
}

namespace {

bool is_partial(const RuleNode& node) {
  return std::any_of(node.rules.begin(), node.rules.end(), [](const Rule* rule) {
    return rule->head.kind == HeadKind::kPartialSet || rule->head.kind == HeadKind::kPartialObject;
  });
}

}  // namespace

std::unique_ptr<Plan> Lowering::run(const CheckedQuery* query) {
  plan_ = std::make_unique<Plan>();
  plan_->program = std::make_unique<Program>();
  find_withs(query);
  number_nodes(root(), kNone32, false);
  number_puts(puts_, &root(), {});
  number_selections();
  // Functions are numbered before any is lowered: calls go in all directions.
  lower_node(root(), nullptr);
  for (size_t i = 0; i < selections_.all().size(); ++i) {
    FunctionLowering(*this, plan_->functions[selection_functions_[i]]).selection(selections_.all()[i]);
  }
  if (query != nullptr) {
    plan_->query_function = add_function(FunctionKind::kQuery, {}, kNone32);
    PlanFunction& function = plan_->functions[plan_->query_function];
    function.path = "query";
    FunctionLowering(*this, function).query(*query);
  }
  lower_keyed_documents();
  return std::move(plan_);
}

uint32_t Lowering::add_function(FunctionKind kind, const std::vector<std::string>& path, uint32_t node) {
  PlanFunction& function = plan_->functions.emplace_back();
  function.kind = kind;
  function.path = data_path_text(path);
  function.node = node;
  return static_cast<uint32_t>(plan_->functions.size() - 1);
}

// `shadowed`: some `with` replaces a node above.
void Lowering::number_nodes(const RuleNode& node, uint32_t parent, bool shadowed) {
  shadowed = shadowed || replaced_nodes_.count(&node) != 0;
  auto number = static_cast<uint32_t>(program().nodes.size());
  document_nodes_[&node] = number;
  DocumentNode& document = program().nodes.emplace_back();
  document.key = node.key;
  document.parent = parent;
  document.data_slot = program().data_paths.add(node.path);
  if (!node.rules.empty()) {
    bool function = node.is_function();
    uint32_t rule = add_function(function ? FunctionKind::kFunction : FunctionKind::kRule, node.path, number);
    rule_functions_[&node] = rule;
    if (!function) program().nodes[number].rule = rule;
    plan_->functions[rule].may_be_shadowed = shadowed && !function;
    if (function) plan_->functions[rule].argument_count = static_cast<uint32_t>(node.rules.front()->head.args.size());
  }
  if (node.has_extent()) {
    uint32_t extent = add_function(FunctionKind::kExtent, node.path, number);
    extent_functions_[&node] = extent;
    program().nodes[number].extent = extent;
    plan_->functions[extent].may_be_shadowed = shadowed;
  }
  for (const auto& [key, child] : node.children) {
    number_nodes(*child, number, shadowed);
  }
}

// `rules`: the same place among those of rules; null if none is there.
void Lowering::number_puts(PutPlace& place, const RuleNode* rules, const std::vector<std::string>& path) {
  if (rules != nullptr) place.node = document_node(*rules);
  for (auto& [key, child] : place.children) {
    std::vector<std::string> below = path;
    below.push_back(key);
    const RuleNode* rules_below = rules != nullptr ? rules->child(key) : nullptr;
    if (rules_below == nullptr) {
      child->node = static_cast<uint32_t>(program().nodes.size());
      DocumentNode& document = program().nodes.emplace_back();
      document.key = key;
      document.parent = place.node;
      document.data_slot = program().data_paths.add(below);
    }
    number_puts(*child, rules_below, below);
  }
}

void Lowering::number_selections() {
  for (const Selection& selection : selections_.all()) {
    const RuleNode& whole = *selection.whole;
    uint32_t function = add_function(FunctionKind::kExtent, whole.path, document_node(whole));
    selection_functions_.push_back(function);
    plan_->functions[function].may_be_shadowed = plan_->functions[rule_function(whole)].may_be_shadowed;
    plan_->functions[function].span = whole.rules.front()->span;
  }
}

const Selection* Lowering::selection(const Term& ref, uint32_t* function) const {
  std::optional<size_t> number = selections_.of(ref);
  if (!number) return nullptr;
  *function = selection_functions_[*number];
  return &selections_.all()[*number];
}

// `whole`: the node above whose rules have dynamic heads, if there is one.
void Lowering::lower_node(const RuleNode& node, const RuleNode* whole) {
  if (!node.rules.empty()) {
    PlanFunction& function = plan_->functions[rule_functions_[&node]];
    function.span = node.rules.front()->span;
    FunctionLowering lowering(*this, function);
    if (whole != nullptr) {
      lowering.part(*whole, node);
    } else if (is_partial(node)) {
      lowering.partial_rule(node);
    } else {
      lowering.complete_rule(node);
    }
  }
  if (auto found = extent_functions_.find(&node); found != extent_functions_.end()) {
    FunctionLowering lowering(*this, plan_->functions[found->second]);
    if (whole != nullptr) {
      lowering.part(*whole, node);
    } else {
      lowering.extent(node);
    }
  }
  bool dynamic = whole == nullptr && node.has_dynamic_heads();
  for (const auto& [key, child] : node.children) lower_node(*child, dynamic ? &node : whole);
}

// Last, when it is known which wholes can fail. Lowering one may ask for more.
void Lowering::lower_keyed_documents() {
  if (keyed_documents_.all().empty()) return;
  std::vector<bool> may_fail = functions_that_may_fail(*plan_);
  std::vector<uint32_t> functions;
  for (size_t i = 0; i < keyed_documents_.all().size(); ++i) {
    const KeyedDocument& document = keyed_documents_.all()[i];
    functions.push_back(kNone32);
    if (!may_fail[document.whole]) continue;
    functions.back() = add_function(FunctionKind::kKeyed, document.node->path, document_node(*document.node));
    PlanFunction& function = plan_->functions[functions.back()];
    function.whole = document.whole;
    function.argument_count = static_cast<uint32_t>(document.positions.size());
    function.span = document.node->rules.front()->span;
    FunctionLowering(*this, function).keyed(document);
  }
  keyed_documents_.put_functions(*plan_, functions);
}

// --- constants -------------------------------------------------------------------------------------------------------

uint32_t Lowering::constant(const Value& value) {
  std::string key = to_rego(value);
  auto found = constants_.find(key);
  if (found != constants_.end()) return found->second;
  auto number = static_cast<uint32_t>(program().constants.size());
  program().constants.push_back(deep_copy(program().arena, value, true));
  constants_.emplace(std::move(key), number);
  return number;
}

bool Lowering::constant_value(const Term& term, Value* value) {
  return writ::lang::constant_value(program().arena, term, value);
}

uint32_t Lowering::builtin(const Builtin& builtin) {
  auto [found, added] = builtins_.emplace(&builtin, static_cast<uint32_t>(program().builtins.size()));
  if (added) program().builtins.push_back(&builtin);
  return found->second;
}

// --- what `with` replaces --------------------------------------------------------------------------------------------

void Lowering::find_withs(const CheckedQuery* query) {
  std::vector<const RuleNode*> nodes{&root()};
  while (!nodes.empty()) {
    const RuleNode* node = nodes.back();
    nodes.pop_back();
    for (const Rule* rule : node->rules) find_withs(*rule);
    for (const auto& [key, child] : node->children) nodes.push_back(child.get());
  }
  if (query != nullptr) find_withs(*query->body);
}

void Lowering::find_withs(const Rule& rule) {
  if (rule.body != nullptr) find_withs(*rule.body);
  if (rule.head.value != nullptr) find_withs(*rule.head.value);
  if (rule.head.key != nullptr) find_withs(*rule.head.key);
  for (const Rule* branch : rule.else_chain) find_withs(*branch);
}

void Lowering::find_withs(const Body& body) {
  for (const Expr* expr : body.exprs) find_withs(*expr);
}

void Lowering::find_withs(const Expr& expr) {
  for (const With& with : expr.withs) {
    note_target(*with.target);
    find_withs(*with.value);
  }
  for (const Term* term : {expr.term, expr.key, expr.value, expr.domain}) {
    if (term != nullptr) find_withs(*term);
  }
  if (expr.body != nullptr) find_withs(*expr.body);
  for (const Expr* operand : expr.operands) find_withs(*operand);
}

void Lowering::find_withs(const Term& term) {
  for (const Term* item : term.items) find_withs(*item);
  if (term.body != nullptr) find_withs(*term.body);
}

void Lowering::note_target(const Term& target) {
  if (is_global(target, "input")) return;
  if (!is_global(target, "data")) {
    if (const Builtin* builtin = called_builtin(target)) replaced_builtins_.insert(builtin);
    return;
  }
  if (const RuleNode* function = function_node(target)) {
    replaced_functions_.insert(function);
    return;
  }
  if (const RuleNode* node = named_node(target)) replaced_nodes_.insert(node);
  auto is_name = [](const Term* step) { return step->kind == TermKind::kString; };
  if (target.kind == TermKind::kRef && !std::all_of(target.items.begin() + 1, target.items.end(), is_name)) return;
  PutPlace* place = &puts_;
  for (size_t i = 1; target.kind == TermKind::kRef && i < target.items.size(); ++i) {
    std::unique_ptr<PutPlace>& child = place->children[std::string(target.items[i]->text)];
    if (child == nullptr) child = std::make_unique<PutPlace>();
    place = child.get();
  }
  place->is_target = true;
}

const PutPlace* Lowering::put_place(const std::vector<std::string>& path) const {
  const PutPlace* place = &puts_;
  for (const std::string& key : path) {
    auto child = place->children.find(key);
    if (child == place->children.end()) return nullptr;
    place = child->second.get();
  }
  return place;
}

const RuleNode* Lowering::named_node(const Term& ref) const {
  const RuleNode* node = &root();
  for (size_t i = 1; i < ref.items.size() && node != nullptr; ++i) {
    node = node->child(*ref.items[i]);
  }
  return node;
}

const RuleNode* Lowering::function_node(const Term& ref) const {
  const RuleNode* node = named_node(ref);
  return node != nullptr && node->is_function() ? node : nullptr;
}

// --- names -----------------------------------------------------------------------------------------------------------

std::string operator_name(const Term& ref) {
  if (ref.kind == TermKind::kVar) return std::string(ref.text);
  std::string name;
  for (const Term* item : ref.items) {
    // As in dotted_name: a dot inside of a segment is not a dot between segments.
    if (item != ref.items[0] && item->text.find('.') != std::string::npos) return {};
    if (!name.empty()) name += '.';
    name += item->text;
  }
  return name;
}

const Builtin* Lowering::called_builtin(const Term& operator_ref) {
  if (is_global(operator_ref, "data")) return nullptr;
  std::string name = operator_name(operator_ref);
  if (const Builtin* builtin = find_builtin(name)) return builtin;
  for (const HostFunction& declared : host_functions_) {
    if (declared.name == name) return program().host_function(declared);
  }
  return nullptr;
}

bool is_global(const Term& ref, std::string_view name) {
  if (ref.kind == TermKind::kVar) return ref.text == name;
  return ref.kind == TermKind::kRef && ref.items[0]->kind == TermKind::kVar && ref.items[0]->text == name;
}

}  // namespace writ::lang
