// The evaluator of partial evaluation: from a body, its bindings and a step to go on with to the next step (search.h).
//
// A statement that depends on no unknown is evaluated. One that does is *kept*: put on a stack of kept statements as long as
// the search is behind it, with its bindings; what is free in it is unknown from then on. Where the query ends, the stack is
// one of the queries that are left over. Rules are entered as if they stood in the place of the reference (inlined), once for
// each definition; where that would change what they mean (a default value, `with`) or is not wanted, they are evaluated
// into *support* rules, and the reference names these.
//
// The files: evaluate_statement.cc (statements, calls of built-ins, what is kept), unify.cc, reference.cc (through `data` and
// terms), rules.cc (complete and partial rules), rule_values.cc (rules that are known), functions.cc, negation.cc,
// candidates.cc, closures.cc (comprehensions, every, and/or, with).
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/builtins/builtin.h"
#include "lang/check/checker.h"
#include "lang/partial/dependence.h"
#include "lang/partial/documents.h"
#include "lang/partial/partial.h"
#include "lang/partial/support.h"

namespace writ::lang {

struct Collection;  // rule_values.cc

// An instance of a body.
struct Frame {
  const Body* body = nullptr;
  uint64_t id = 0;
  Bindings* bindings = nullptr;
  size_t unrolled = 1;  // how many elements enclosing unrolled `every` statements have
};

// A statement of an instance.
struct At {
  const Frame* frame = nullptr;
  size_t index = 0;
  const Expr& expr() const { return *frame->body->exprs[index]; }
  Bindings* bindings() const { return frame->bindings; }
};

// A kept statement. An equality may have sides of different instances.
struct Kept {
  Expr* expr = nullptr;
  Bindings* left = nullptr;   // null: it is plugged already
  Bindings* right = nullptr;
};

// A reference on its way: what is left of it, and what it is to be equal to.
struct Reference {
  At at;
  Bindings* bindings = nullptr;  // of its steps
  RefSteps steps;
  RefSteps plugged;                 // with the values of those that were passed
  size_t pos = 1;
  Bound result;
};

class Evaluator {
 public:
  Evaluator(Checker& checker, const PartialOptions& options, const PartialInput& input, BuiltinServices& services,
            Arena& arena);

  // Evaluates the query into the residue.
  void run(const CheckedQuery& query, Residue& residue);

 private:
  using Mocks = std::map<std::string, Term*>;  // name of a function as written → its replacement

  // --- frames
  Frame* frame(const Body* body, Bindings* bindings, size_t unrolled);
  Frame* instance(const Body* body, const At& from);  // with bindings of its own
  Frame* closure(const Body* body, const At& from) { return frame(body, from.bindings(), from.frame->unrolled); }
  SearchStep then(std::function<SearchStep()> next) { return search_.then(std::move(next)); }
  // Evaluates a body; calls `found` at each end of it.
  void each(const Frame* frame, std::function<void()> found);
  // Whether there is an end. False as well where it depends on what was kept: then `*depends` is set, or, if null, this fails.
  bool holds(const Frame* frame, bool* depends = nullptr);
  // Whether something was kept in what was taken for known: a replaced function may depend on an unknown where the function
  // itself does not.
  bool kept_more(size_t before) const { return kept_.back().size() > before; }
  [[noreturn]] static void fail_unsupported(const std::string& what);

  // --- statements
  SearchStep body(const Frame* frame, size_t index, SearchStep done);
  SearchStep statement(const At& at, SearchStep next);
  SearchStep truth(const At& at, SearchStep next);
  SearchStep call(const At& at, Term* call, SearchStep next);
  SearchStep builtin_call(const At& at, const std::string& name, Term* call, SearchStep next);
  SearchStep replaced_call(const At& at, int arity, Term* call, Term* value, SearchStep next);
  SearchStep builtin_answer(const At& at, const Builtin& builtin, Term* call, const Value& answer, SearchStep next);
  Term* generated(const std::string& name) { return terms_.var("__" + name + "__"); }

  // --- what is kept
  WithList kept_withs(const Expr& expr) const;
  void push_kept(const Kept& kept);
  SearchStep keep(const At& at, Expr* expr, Bindings* bindings, SearchStep next);
  SearchStep keep_equality(const At& at, Bound a, Bound b, SearchStep next);
  SearchStep keep_call(const At& at, size_t arity, Term* call, SearchStep next);
  SearchStep keep_whole(const At& at, SearchStep next);
  Expr* plug(const Kept& kept);
  Body* kept_body();
  // Whether types let the body succeed; what they do not is left out.
  bool can_hold(const Body& body);
  bool is_function(const Term& target) const;
  int arity(const Term& op) const { return checker_.arity(op); }

  // --- unification
  SearchStep unify(const At& at, Bound a, Bound b, SearchStep next);
  SearchStep unify_lists(const At& at, RefSteps a, Bindings* of_a, RefSteps b, Bindings* of_b, size_t index, SearchStep next);
  SearchStep unify_objects(const At& at, Bound a, Bound b, SearchStep next);
  SearchStep unify_values(const At& at, Bound a, Bound b, SearchStep next);
  SearchStep bind(Bound variable, Bound value, SearchStep next);

  // --- references
  SearchStep reference(const At& at, Bound ref, Bound result, SearchStep next);
  SearchStep tree(Reference ref, const RuleNode* node, SearchStep next);
  SearchStep tree_next(Reference ref, const RuleNode* node, Term* key, SearchStep next);
  SearchStep tree_enumerate(const Reference& ref, const RuleNode* node, SearchStep next);
  SearchStep tree_whole(const Reference& ref, const RuleNode* node, SearchStep next);
  Term* extent(const Reference& ref, const RuleNode* node);
  TermList child_keys(const RuleNode& node);
  Term* leaves(const At& at, RefSteps place, const RuleNode& node);
  // False where it is unknown.
  bool resolve(const RefSteps& place, Term** document);
  SearchStep in_term(Reference ref, Bound term, SearchStep next);
  SearchStep in_term_next(Reference ref, Bound term, Term* key, SearchStep next);
  SearchStep in_term_enumerate(const Reference& ref, Bound term, SearchStep next);
  SearchStep in_unknown_key(Reference ref, Term* key, SearchStep next);
  SearchStep in_kept_term(const Reference& ref, Bound term, SearchStep next);
  Bound element(Bound term, Term* key);

  // --- rules
  const RuleSet& rule_set(const RuleNode& node);
  const RuleSet& candidates(const RuleSet& set);
  bool may_hold(const Body& body);
  bool differs(const Term& ref, const Term& constant);
  SearchStep rules_at(Reference ref, const RuleNode& node, SearchStep next);
  SearchStep complete(const Reference& ref, const RuleSet& set, SearchStep next);
  SearchStep complete_inlined(const Reference& ref, const RuleSet& set, SearchStep next);
  bool needs_default(const Reference& ref, const RuleSet& set);
  SearchStep complete_support(const Reference& ref, const RuleSet& set, SearchStep next);
  SearchStep partial(const Reference& ref, const RuleSet& set, SearchStep next);
  SearchStep partial_each(const Reference& ref, const RuleSet& set, bool unknown, SearchStep next);
  SearchStep partial_rule(const Reference& ref, Rule* rule, bool body_first, SearchStep next);
  SearchStep rule_head(const Reference& ref, size_t pos, Rule* rule, Bindings* bindings, SearchStep next);
  SearchStep rule_value(const Reference& ref, Rule* rule, Bindings* bindings, SearchStep next);
  SearchStep partial_support(const Reference& ref, const RuleSet& set, SearchStep next);
  bool support_rule(const At& at, Rule* rule, const std::function<void(const Frame*, Body*)>& insert);

  // --- rules that are known
  Term* complete_value(const At& at, const RefSteps& place, const RuleSet& set, bool* depends);
  Term* rule_answer(const At& at, Rule* rule, Term* value, Term* before, bool* depends);
  Term* collected(const Reference& ref, const RuleSet& set, bool restricted, bool* depends);
  void collect(const Reference& ref, Rule* rule, Bindings* bindings, Collection& into);

  // --- functions
  SearchStep function(const At& at, Term* call, SearchStep next);
  SearchStep function_inlined(const At& at, const RuleSet& set, Term* call, SearchStep next);
  SearchStep function_known(const At& at, const RuleSet& set, Term* call, SearchStep next);
  SearchStep function_support(const At& at, const RuleSet& set, size_t arity, Term* call, SearchStep next);
  void function_support_rule(const At& at, Rule* rule, size_t arity, const RefSteps& path);
  Term* function_answer(const At& at, Rule* rule, const Rule* main, const RefSteps& arguments, Term* before,
                        bool* depends);

  // --- negation
  SearchStep legacy_not(const At& at, SearchStep next);
  SearchStep block_not(const At& at, SearchStep next);
  SearchStep negation(const At& at, const Body* inner, bool legacy, SearchStep next);
  SearchStep negation_block(const At& at, const Body* inner, SearchStep next);
  SearchStep negation_support(const At& at, uint64_t id, bool legacy, const VarSet& unknown, const std::vector<Body*>& queries,
                        SearchStep next);
  bool can_negate_in_place(const VarSet& safe, const std::vector<Body*>& queries);
  ExprList complement(const Expr& expr, bool legacy);
  SearchStep keep_negated(const At& at, const ExprList& exprs, SearchStep next);
  std::vector<Body*> queries_of(const Frame* frame, const VarSet* live);

  // --- closures
  SearchStep comprehension(const At& at, Bound a, Bound b, bool swapped, SearchStep next);
  Term* comprehension_value(const At& at, Bound term);
  Term* amended(Bound comprehension);
  SearchStep every(const At& at, SearchStep next);
  bool known_domain(const At& at, std::vector<std::pair<Term*, Term*>>& pairs);
  SearchStep unrolled(const At& at, const std::vector<std::pair<Term*, Term*>>& pairs, SearchStep next);
  void element_body(const At& at, const std::pair<Term*, Term*>& element, ExprList& out);
  bool every_holds(const At& at);
  SearchStep logical(const At& at, SearchStep next);
  Expr* plugged_closure(const At& at, const Expr& expr);
  Body* plugged_body(const At& at, const Body& body);
  Term* plugged_term(const At& at, Term* term);
  SearchStep with(const At& at, SearchStep next);
  struct WithState;
  void enter_with(const std::shared_ptr<WithState>& state);
  void leave_with(const std::shared_ptr<WithState>& state);

  // --- support
  RefSteps partial_path(const RefSteps& path) const;

  Checker& checker_;
  const PartialOptions& options_;
  Levels levels_;
  Search search_{levels_};
  Terms terms_;
  Plugger plugger_{terms_, levels_, search_};
  Unknowns unknowns_{plugger_, levels_, search_, terms_};
  Inlining inlining_;
  Documents documents_;
  Dependence dependence_;
  Support support_;
  BuiltinServices& services_;
  std::deque<Frame> frames_;
  std::deque<Bindings> bindings_;
  uint64_t next_id_ = 0;
  uint64_t next_name_ = 0;
  Bindings* root_ = nullptr;
  std::vector<std::vector<Kept>> kept_{{}};
  std::vector<std::vector<Mocks>> mocks_{{}};
  std::unordered_map<const RuleNode*, std::unique_ptr<RuleSet>> rule_sets_;
  std::deque<RuleSet> filtered_;
  // Values of rules that are known, by reference; a level for each `with` around.
  std::vector<std::unordered_map<std::string, Term*>> values_{{}};
};

}  // namespace writ::lang
