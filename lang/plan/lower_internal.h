// The lowering, split over lower_*.cc: module-wide facts (Lowering) and the making of one function (FunctionLowering).
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/value/segment.h"
#include "lang/plan/keyed_documents.h"
#include "lang/plan/lower.h"
#include "lang/plan/selections.h"

namespace writ::lang {

// A place of the base documents at or above one that some `with` replaces.
struct PutPlace {
  std::map<std::string, std::unique_ptr<PutPlace>, std::less<>> children;
  bool is_target = false;
  uint32_t node = kNone32;  // its document node
};

// What all functions of one program share: numbers of rules, nodes, slots and constants, and what `with` replaces.
class Lowering {
 public:
  Lowering(const CheckedModules& modules, const std::vector<HostFunction>& host_functions)
      : modules_(modules), host_functions_(host_functions), selections_(*modules.root) {}

  std::unique_ptr<Plan> run(const CheckedQuery* query);

  Program& program() { return *plan_->program; }
  const RuleNode& root() const { return *modules_.root; }

  uint32_t constant(const Value& value);
  // The constant a term denotes; false if it is not constant.
  bool constant_value(const Term& term, Value* value);

  uint32_t rule_function(const RuleNode& node) const { return rule_functions_.at(&node); }
  uint32_t extent_function(const RuleNode& node) const { return extent_functions_.at(&node); }
  // What the reference reads in place of a whole document, and the function that makes it; null if it reads the whole.
  const Selection* selection(const Term& ref, uint32_t* function) const;
  // That of the whole of what is at the place.
  uint32_t whole_function(const RuleNode& node) const { return node.has_extent() ? extent_function(node) : rule_function(node); }
  uint32_t document_node(const RuleNode& node) const { return document_nodes_.at(&node); }
  // Whether it is a document that can be made at known keys alone, and how many of its steps that can be.
  static bool is_keyed(const RuleNode& node);
  size_t key_count(const RuleNode& node);
  KeyedDocuments& keyed_documents() { return keyed_documents_; }
  // `data`, as what is at or above all that any `with` replaces.
  const PutPlace& puts() const { return puts_; }
  // The place of that path; null if no `with` replaces anything at or below it.
  const PutPlace* put_place(const std::vector<std::string>& path) const;
  // The built-in or host function a call's operator names, null if it names a function of the policy.
  const Builtin* called_builtin(const Term& operator_ref);
  uint32_t builtin(const Builtin& builtin);
  bool is_replaced(const Builtin& builtin) const { return replaced_builtins_.count(&builtin) != 0; }
  bool is_replaced(const RuleNode& function) const { return replaced_functions_.count(&function) != 0; }
  // The node a reference such as data.a.b names, and the same if it is a function's; null if there is none.
  const RuleNode* named_node(const Term& ref) const;
  const RuleNode* function_node(const Term& ref) const;

 private:
  void find_withs(const CheckedQuery* query);
  void find_withs(const Body& body);
  void find_withs(const Expr& expr);
  void find_withs(const Term& term);
  void find_withs(const Rule& rule);
  void note_target(const Term& target);
  void number_nodes(const RuleNode& node, uint32_t parent, bool shadowed);
  void number_puts(PutPlace& place, const RuleNode* rules, const std::vector<std::string>& path);
  void number_selections();
  void lower_node(const RuleNode& node, const RuleNode* whole);
  void lower_keyed_documents();
  uint32_t add_function(FunctionKind kind, const std::vector<std::string>& path, uint32_t node);

  const CheckedModules& modules_;
  const std::vector<HostFunction>& host_functions_;
  std::unique_ptr<Plan> plan_;
  std::unordered_map<const RuleNode*, uint32_t> rule_functions_, extent_functions_, document_nodes_;
  std::unordered_map<std::string, uint32_t> constants_;
  std::unordered_map<const Builtin*, uint32_t> builtins_;
  std::set<const Builtin*> replaced_builtins_;
  std::set<const RuleNode*> replaced_functions_;
  std::set<const RuleNode*> replaced_nodes_;
  Selections selections_;
  std::vector<uint32_t> selection_functions_;  // by the numbers of selections
  KeyedDocuments keyed_documents_;
  std::unordered_map<const RuleNode*, size_t> key_counts_;
  PutPlace puts_;
};

// The comparison that a built-in is, if it is one: "lt" is kLess.
std::optional<CompareKind> comparison_of(std::string_view builtin);
// "a.b.c" of a kRef of names.
std::string operator_name(const Term& ref);
bool is_global(const Term& ref, std::string_view name);
inline bool is_scalar_term(const Term& t) {
  return t.kind == TermKind::kNull || t.kind == TermKind::kBoolean || t.kind == TermKind::kNumber ||
         t.kind == TermKind::kString;
}

class FunctionLowering {
 public:
  FunctionLowering(Lowering& lowering, PlanFunction& function)
      : lowering_(lowering), function_(function), current_(&function.body) {}

  void complete_rule(const RuleNode& node);
  void partial_rule(const RuleNode& node);
  void extent(const RuleNode& node);
  void part(const RuleNode& whole, const RuleNode& node);
  void selection(const Selection& selection);
  void keyed(const KeyedDocument& document);
  void query(const CheckedQuery& query);

 private:
  // A statement with blocks, found again when its block has grown and moved it.
  struct Region {
    Block* block;
    size_t position;
  };
  // While it lives, what is lowered goes into a new block of the region. At its end lowering goes on behind the region, the
  // variables bound inside are forgotten and the registers used inside given back: a thousand definitions need no more of
  // them than one.
  class Inside {
   public:
    Inside(FunctionLowering& lowering, Region region);
    ~Inside();
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;

   private:
    FunctionLowering& lowering_;
    size_t bound_;
    Block* block_;
    uint32_t next_register_;
    uint32_t next_builder_;
  };

  // --- statements (lower_exprs.cc)
  void body(const Body& body);
  void expr(const Expr& expr);
  void with_scope(const Expr& expr);
  void iterate_rows(uint32_t rows, const std::vector<std::string_view>& names);
  void plain_expr(const Expr& expr);
  void positive(const Expr& expr);
  void term_statement(const Term& term);
  void call_statement(const Term& call);
  std::pair<Operand, Operand> sides(const Term& comparison);
  void every(const Expr& expr);
  void operand_block(const Expr& operand);
  void negation(const Expr& expr, bool legacy);
  Stmt with_stmt(const WithList& withs);
  WithTarget with_target(const With& with);

  // --- values (lower_terms.cc)
  Operand term(const Term& term);
  Operand composite(const Term& term);
  Operand comprehension(const Term& term);
  Operand call(const Term& call, bool* captured);
  Operand relation(const Operand& rows);
  void unify(const Term& left, const Term& right);
  bool unify_pairs(const Term& left, const Term& right);
  void match(const Term& pattern, const Operand& value);
  bool all_bound(const Term& term) const;
  void bind(std::string_view name, const Operand& value);

  // --- references (lower_refs.cc)
  Operand ref(const Term& ref);
  Operand input_ref(const Term& ref);
  Operand data_ref(const Term& ref);
  Operand base_ref(const Term& ref);
  Operand put_ref(const Term& ref, const RuleNode& node, size_t next);
  struct Walk;
  struct WalkStep;
  Operand document_ref(const Term& ref, const RuleNode* node, const PutPlace* place, size_t next);
  Operand steps(Operand container, const Term& ref, size_t next, bool base = false);
  bool only_iterates(const Term& ref, size_t next) const;
  Operand step(const Operand& container, const Term& key, const WalkStep* document, bool base = false);
  void emit_reached_keys(const WalkStep& at);
  Operand read_node(const RuleNode& node);

  // --- reads at keys (lower_keys.cc)
  using KnownKeys = std::map<uint32_t, Operand>;  // of the steps behind a document, by position
  KnownKeys known_keys(const Term& ref, size_t next);
  void emit_keys(uint32_t whole, const RuleNode& node, const Selection* selection, const KnownKeys& keys);
  Operand read_at_keys(uint32_t whole, const RuleNode& node, const Selection* selection, const Term& ref, size_t next);
  void match_keys(const std::vector<const Term*>& steps, const std::vector<std::string>& prefix);

  // --- rules (lower_rules.cc)
  void definition(const Rule& rule, uint32_t result, ConflictKind conflict);
  void match_arguments(const Rule& rule);
  void value_of(const Rule& rule, uint32_t result, ConflictKind conflict);
  void partial_rows(const Rule& rule, const RuleNode& node, const std::vector<std::string>& prefix, uint32_t builder,
                    BuildKind build);
  void partial_row(const Rule& definition, const Rule& rule, const RuleNode& node, const std::vector<std::string>& prefix,
                   uint32_t builder, BuildKind build);
  struct Places;
  void place_rows(const RuleNode& node, bool below, uint32_t builder, Region rows);
  void find_places(const RuleNode& node, const std::vector<Operand>& prefix, bool below, Places& places);
  Operand without_system(const Operand& document);
  void tree_rows(const RuleNode& node, const std::vector<std::string>& prefix, uint32_t builder, Region rows,
                 const Selection* selection = nullptr);
  void children_values(const RuleNode& node, uint32_t builder, Region rows);
  void default_value(const Rule& rule, uint32_t result);
  Operand value_of_variable(const std::string& name);

  // --- making statements
  uint32_t new_register() {
    function_.register_count = std::max(function_.register_count, next_register_ + 1);
    return next_register_++;
  }
  uint32_t new_builder() {
    function_.builder_count = std::max(function_.builder_count, next_builder_ + 1);
    return next_builder_++;
  }
  Stmt& emit(PlanOp op) {
    Stmt& stmt = current_->stmts.emplace_back();
    stmt.op = op;
    stmt.span = span_;
    return stmt;
  }
  Operand emit_value(PlanOp op, const Operand& a = {}, const Operand& b = {}, uint32_t number = 0);
  void emit_check(PlanOp op, const Operand& a, const Operand& b = {}, uint32_t number = 0);
  void emit_guard(CompareKind compare, const Operand& a, const Operand& b);
  void emit_failure();
  // dst = array, set, call … of the values.
  Operand emit_list(PlanOp op, std::vector<Operand> values);
  void emit_assign(uint32_t result, const Operand& value, ConflictKind conflict);
  void emit_yield(uint32_t builder, const Operand& key, const Operand& value = {});
  void emit_path(uint32_t builder, std::vector<Operand> row, LeafKind leaf);
  Region emit_region(PlanOp op) {
    emit(op);
    return {current_, current_->stmts.size() - 1};
  }
  Region emit_collect(uint32_t result, uint32_t builder, BuildKind build);
  // Goes on inside a loop over `container`, to the end of the block around it.
  void enter_scan(Stmt& scan);
  Operand constant(const Value& value) { return Operand::constant(lowering_.constant(value)); }

  Lowering& lowering_;
  PlanFunction& function_;
  Block* current_;
  std::unordered_map<std::string_view, Operand> variables_;
  std::vector<std::string_view> bound_;  // in order, so that scopes can be undone
  std::vector<uint32_t> key_positions_;        // of a keyed document: those of its arguments
  Span span_;
  uint32_t next_register_ = 0;
  uint32_t next_builder_ = 0;
};

}  // namespace writ::lang
