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
// closures.cc (comprehensions, every, and/or, with).
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
  Steps steps;
  Steps plugged;                 // with the values of those that were passed
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
  Step then(std::function<Step()> next) { return search_.then(std::move(next)); }
  // Evaluates a body; calls `found` at each end of it.
  void each(const Frame* frame, std::function<void()> found);
  // Whether there is an end. False as well where it depends on what was kept: then `*depends` is set, or, if null, this fails.
  bool holds(const Frame* frame, bool* depends = nullptr);
  // Whether something was kept in what was taken for known: a replaced function may depend on an unknown where the function
  // itself does not.
  bool kept_more(size_t before) const { return kept_.back().size() > before; }
  [[noreturn]] static void fail_unsupported(const std::string& what);

  // --- statements
  Step body(const Frame* frame, size_t index, Step done);
  Step statement(const At& at, Step next);
  Step truth(const At& at, Step next);
  Step call(const At& at, Term* call, Step next);
  Step builtin_call(const At& at, const std::string& name, Term* call, Step next);
  Step replaced_call(const At& at, int arity, Term* call, Term* value, Step next);
  Step builtin_answer(const At& at, const Builtin& builtin, Term* call, const Value& answer, Step next);
  Term* generated(const std::string& name) { return terms_.var("__" + name + "__"); }

  // --- what is kept
  std::vector<With> kept_withs(const Expr& expr) const;
  void push_kept(const Kept& kept);
  Step keep(const At& at, Expr* expr, Bindings* bindings, Step next);
  Step keep_equality(const At& at, Bound a, Bound b, Step next);
  Step keep_call(const At& at, size_t arity, Term* call, Step next);
  Step keep_whole(const At& at, Step next);
  Expr* plug(const Kept& kept);
  Body* kept_body();
  bool is_function(const Term& target) const;
  int arity(const Term& op) const { return checker_.arity(op); }

  // --- unification
  Step unify(const At& at, Bound a, Bound b, Step next);
  Step unify_lists(const At& at, Steps a, Bindings* of_a, Steps b, Bindings* of_b, size_t index, Step next);
  Step unify_objects(const At& at, Bound a, Bound b, Step next);
  Step unify_values(const At& at, Bound a, Bound b, Step next);
  Step bind(Bound variable, Bound value, Step next);

  // --- references
  Step reference(const At& at, Bound ref, Bound result, Step next);
  Step tree(Reference ref, const RuleNode* node, Step next);
  Step tree_next(Reference ref, const RuleNode* node, Term* key, Step next);
  Step tree_enumerate(const Reference& ref, const RuleNode* node, Step next);
  Step tree_whole(const Reference& ref, const RuleNode* node, Step next);
  Term* extent(const Reference& ref, const RuleNode* node);
  Term* leaves(const At& at, Steps place, const RuleNode& node);
  // False where it is unknown.
  bool resolve(const Steps& place, Term** document);
  Step in_term(Reference ref, Bound term, Step next);
  Step in_term_next(Reference ref, Bound term, Term* key, Step next);
  Step in_term_enumerate(const Reference& ref, Bound term, Step next);
  Step in_unknown_key(Reference ref, Term* key, Step next);
  Step in_kept_term(const Reference& ref, Bound term, Step next);
  Bound element(Bound term, Term* key);

  // --- rules
  const RuleSet& rule_set(const RuleNode& node);
  Step rules_at(Reference ref, const RuleNode& node, Step next);
  Step complete(const Reference& ref, const RuleSet& set, Step next);
  Step complete_inlined(const Reference& ref, const RuleSet& set, Step next);
  bool needs_default(const Reference& ref, const RuleSet& set);
  Step complete_support(const Reference& ref, const RuleSet& set, Step next);
  Step partial(const Reference& ref, const RuleSet& set, Step next);
  Step partial_each(const Reference& ref, const RuleSet& set, bool unknown, Step next);
  Step partial_rule(const Reference& ref, Rule* rule, bool body_first, Step next);
  Step rule_head(const Reference& ref, size_t pos, Rule* rule, Bindings* bindings, Step next);
  Step rule_value(const Reference& ref, Rule* rule, Bindings* bindings, Step next);
  Step partial_support(const Reference& ref, const RuleSet& set, Step next);
  bool support_rule(const At& at, Rule* rule, const std::function<void(const Frame*, Body*)>& insert);
  std::vector<Rule*> matching(const std::vector<Rule*>& chain, const At& at) const;

  // --- rules that are known
  Term* complete_value(const At& at, const Steps& place, const RuleSet& set, bool* depends);
  Term* rule_answer(const At& at, Rule* rule, Term* value, Term* before, bool* depends);
  Term* collected(const Reference& ref, const RuleSet& set, bool restricted, bool* depends);
  void collect(const Reference& ref, Rule* rule, Bindings* bindings, Collection& into);

  // --- functions
  Step function(const At& at, Term* call, Step next);
  Step function_inlined(const At& at, const RuleSet& set, Term* call, Step next);
  Step function_known(const At& at, const RuleSet& set, Term* call, Step next);
  Step function_support(const At& at, const RuleSet& set, size_t arity, Term* call, Step next);
  void function_support_rule(const At& at, Rule* rule, size_t arity, const Steps& path);
  Term* function_answer(const At& at, Rule* rule, const Rule* main, const Steps& arguments, Term* before,
                        bool* depends);

  // --- negation
  Step legacy_not(const At& at, Step next);
  Step block_not(const At& at, Step next);
  Step negation(const At& at, const Body* inner, bool legacy, Step next);
  Step negation_block(const At& at, const Body* inner, Step next);
  Step negation_support(const At& at, uint64_t id, bool legacy, const VarSet& unknown, const std::vector<Body*>& queries,
                        Step next);
  bool can_negate_in_place(const VarSet& safe, const std::vector<Body*>& queries);
  std::vector<Expr*> complement(const Expr& expr, bool legacy);
  Step keep_negated(const At& at, const std::vector<Expr*>& exprs, Step next);
  std::vector<Body*> queries_of(const Frame* frame, const VarSet* live);

  // --- closures
  Step comprehension(const At& at, Bound a, Bound b, bool swapped, Step next);
  Term* comprehension_value(const At& at, Bound term);
  Term* amended(Bound comprehension);
  Step every(const At& at, Step next);
  bool known_domain(const At& at, std::vector<std::pair<Term*, Term*>>& pairs);
  Step unrolled(const At& at, const std::vector<std::pair<Term*, Term*>>& pairs, Step next);
  void element_body(const At& at, const std::pair<Term*, Term*>& element, std::vector<Expr*>& out);
  bool every_holds(const At& at);
  Step logical(const At& at, Step next);
  Expr* plugged_closure(const At& at, const Expr& expr);
  Body* plugged_body(const At& at, const Body& body);
  Term* plugged_term(const At& at, Term* term);
  Step with(const At& at, Step next);
  struct WithState;
  void enter_with(const std::shared_ptr<WithState>& state);
  void leave_with(const std::shared_ptr<WithState>& state);

  // --- support
  Steps partial_path(const Steps& path) const;

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
  // Values of rules that are known, by reference; a level for each `with` around.
  std::vector<std::unordered_map<std::string, Term*>> values_{{}};
};

}  // namespace writ::lang
