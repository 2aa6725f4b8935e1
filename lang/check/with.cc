// `with`: what may be replaced, and by what. Values are computed in front of the statement, outside of its scope; only
// functions stay references; whether they fit is left to the type check. Reference: OPA rewriteWithModifiers.
#include "engine/builtins/builtin.h"
#include "lang/check/passes.h"
#include "lang/types/check_types.h"

namespace writ::lang {
namespace {

bool is_function(const RuleNode* node) {
  if (!node) return false;
  for (const Rule* rule : node->rules) {
    if (!rule->head.args.empty()) return true;
  }
  return false;
}

class WithRewriter {
 public:
  explicit WithRewriter(Checker& checker) : checker_(checker) {}

  // What is inside of a body in which something is wrong is not looked at, and no more of the body either.
  void body(Body& b) {
    size_t mark = checker_.mark();
    statements(b, mark);
    if (checker_.failed(mark)) return;
    for (Expr* e : b.exprs) below(*e);
  }

  void head(Term* t) {
    if (!t || is_flat(*t)) return;
    if (is_comprehension(*t)) return comprehension(*t);
    for (Term* item : t->items) head(item);
  }

 private:
  void statements(Body& b, size_t mark) {
    ExprBuffer result;
    // Statements made from one with `with` share its value: it is computed once.
    std::unordered_map<const Term*, With> done;
    for (Expr* e : b.exprs) {
      for (With& w : e->withs) {
        const Term* written = w.value;
        if (auto it = done.find(written); it != done.end()) {
          w = it->second;
          continue;
        }
        bool is_value = check(w);
        if (checker_.failed(mark)) return;
        if (is_value && requires_eval(w.value)) {
          Expr* value = checker_.capture(w.value);
          w.value = checker_.var(argument(*value, 0)->text, w.value->span);
          result.push_back(value);
        }
        done.emplace(written, w);
      }
      result.push_back(e);
    }
    b.exprs.assign(result.begin(), result.end());
  }

  void below(Expr& e) {
    head(e.term);
    head(e.domain);
    if (e.body) body(*e.body);
    for (Expr* o : e.operands) body(*o->body);
    for (With& w : e.withs) head(w.value);
  }

  void comprehension(Term& t) {
    for (Term* item : t.items) head(item);
    body(*t.body);
  }

  // Whether the value has to be computed; false for functions, which are not called here, and after an error.
  bool check(With& w) {
    to_function_ref(w.value);
    if (has_head(*w.target, "data")) return check_data(w);
    if (has_head(*w.target, "input")) return true;
    std::string name = dotted_name(*w.target);
    if (!checker_.is_builtin(name)) {
      if (checker_.types->required) return false;
      checker_.error(Id::kWithTarget, w.target->span);
      return false;
    }
    if (is_var(*w.target)) w.target = ref_of(w.target);
    return check_builtin(w, name);
  }

  // A value that names a built-in is a reference to it.
  void to_function_ref(Term*& t) {
    if (is_var(*t) && checker_.is_builtin(t->text)) t = ref_of(t);
  }

  Term* ref_of(Term* var) {
    Term* ref = checker_.ast.term(TermKind::kRef, var->span);
    ref->items.push_back(var);
    return ref;
  }

  bool check_data(With& w) {
    const Term& target = *w.target;
    const RuleNode* node = checker_.root;
    for (size_t i = 1; node && i < target.items.size(); ++i) {
      if (!node->rules.empty()) {
        checker_.error(Id::kWithPartial, target.span);
        return false;
      }
      node = node->child(*target.items[i]);
    }
    if (is_function(node) && names_function(*w.value)) return false;
    // Where a document is replaced, a function of the policy cannot be computed either.
    return !(has_head(*w.value, "data") && names_function(*w.value));
  }

  bool check_builtin(With& w, const std::string& name) {
    const Builtin* builtin = find_builtin(name);
    if (name == "eq" || name == "rego.metadata.chain" || name == "rego.metadata.rule") {
      checker_.error(Id::kWithBuiltin, w.target->span, {name});
    } else if (name.starts_with("internal.")) {
      checker_.error(Id::kWithInternal, w.target->span, {name});
    } else if (builtin && builtin->relation) {
      checker_.error(Id::kWithRelation, w.target->span);
    } else if (builtin && builtin->is_void) {
      checker_.error(Id::kWithVoid, w.target->span);
    } else {
      return !names_function(*w.value);
    }
    return false;
  }

  bool names_function(const Term& value) const {
    if (!is_ref(value)) return false;
    if (has_head(value, "data")) return is_function(checker_.find_node(value));
    return checker_.is_builtin(dotted_name(value));
  }

  Checker& checker_;
};

}  // namespace

void rewrite_withs(Checker& checker) {
  WithRewriter rewrite(checker);
  for (const Branch& branch : checker.branches()) {
    if (branch.rule == branch.main) rewrite.head(branch.main->head.key);
    rewrite.head(branch.rule->head.value);
    rewrite.body(*branch.rule->body);
  }
}

void rewrite_withs(Checker& checker, Body& body) { WithRewriter(checker).body(body); }

}  // namespace writ::lang
