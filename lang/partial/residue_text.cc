// A residue as texts that read back.
//
// Two things of the tree have no text of their own, so for the time of printing they are changed (Readable). A statement that
// only the compiler put into a block stands without it. And where one text holds both kinds of `not`, whoever reads it has the
// keyword that the block needs, and takes every `not` for the new one, in which a part without a value makes the negation hold:
// there the parts of an operand of the older kind are computed in front, where one without a value makes the body fail, as it did.
#include <set>
#include <string>
#include <unordered_set>
#include <utility>

#include "lang/check/terms.h"
#include "lang/partial/partial.h"
#include "lang/syntax/print.h"

namespace writ::lang {
namespace {

// The keywords that have to be imported where a text is read.
class Keywords {
 public:
  template <typename Node>
  void see(Node* node) {
    auto walk = expr_walker([&](Expr* e) {
      if (e->kind == ExprKind::kAnd) seen_.insert("and");
      if (e->kind == ExprKind::kNot) seen_.insert("not");
      if (e->kind == ExprKind::kOr) seen_.insert("or");
      return false;
    });
    walk(node);
  }
  void see_rule(const Rule& rule) {
    see(rule.body);
    see(rule.head.key);
    see(rule.head.value);
  }

  bool has(const std::string& keyword) const { return seen_.count(keyword) > 0; }
  std::vector<std::string> imports() const {
    std::vector<std::string> paths;
    for (const std::string& keyword : seen_) paths.push_back("future.keywords." + keyword);
    return paths;
  }

 private:
  std::set<std::string> seen_;
};

Keywords keywords_of_queries(const Residue& residue) {
  Keywords keywords;
  for (Body* query : residue.queries) keywords.see(query);
  return keywords;
}

Keywords keywords_of(const Module& module) {
  Keywords keywords;
  for (const Rule* rule : module.rules) keywords.see_rule(*rule);
  return keywords;
}

bool may_be_undefined(const Term& term) {
  bool found = false;
  auto walk = term_walker([&](Term* t) {
    found = found || is_ref(*t) || is_call(*t);
    return found || is_comprehension(*t);
  });
  walk(const_cast<Term*>(&term));
  return found;
}

}  // namespace

struct Readable::State {
  Ast ast;  // of the nodes that are in the tree for this time
  std::unordered_set<std::string_view> names;
  size_t next_name = 0;
  std::vector<std::pair<Expr**, Expr*>> operands;
  std::vector<std::pair<Body*, ExprList>> bodies;

  void blocks(Expr& e) {
    for (Expr*& operand : e.operands) {
      if (operand->kind != ExprKind::kBlock || !operand->generated || operand->body->exprs.size() != 1) continue;
      operands.emplace_back(&operand, operand);
      operand = operand->body->exprs[0];
    }
  }

  template <typename Node>
  void without_blocks(Node* node) {
    auto walk = expr_walker([&](Expr* e) {
      blocks(*e);
      return false;
    });
    walk(node);
  }

  // --- the older `not`

  // Every body in the node that is not a block of its own of one statement.
  template <typename Node>
  void older_nots(Node* node) {
    for (std::string_view name : vars_of(static_cast<const Node*>(node))) names.insert(name);
    auto in_terms = [&](Term* t) {
      if (t->body != nullptr) older_nots_of(*t->body);
      return false;
    };
    auto in_exprs = [&](Expr* e) {
      if (e->body != nullptr) older_nots_of(*e->body);
      return false;
    };
    Walker walk(in_terms, in_exprs);
    walk(node);
  }

  void older_nots_of(Body& body) {
    ExprList exprs;
    for (Expr* e : body.exprs) {
      bool older = e->negated && e->kind == ExprKind::kTerm;
      exprs.push_back(older ? with_parts_in_front(*e, exprs) : e);
    }
    if (exprs.size() == body.exprs.size()) return;
    bodies.emplace_back(&body, body.exprs);
    body.exprs = exprs;
  }

  Expr* with_parts_in_front(const Expr& e, ExprList& front) {
    Expr* copy = ast.expr(e.kind, e.span);
    *copy = e;
    copy->term = ast.term(e.term->kind, e.term->span);
    *copy->term = *e.term;
    if (!is_call(e)) {
      steps(*copy->term, e.withs, front);
      return copy;
    }
    bool compares = is_equality(e) || calls(e, "equal");
    for (size_t i = 1; i < copy->term->items.size(); ++i) {
      Term*& argument = copy->term->items[i];
      if (compares && is_ref(*argument)) {
        Term* reference = ast.term(argument->kind, argument->span);
        *reference = *argument;
        steps(*reference, e.withs, front);
        argument = reference;
      } else if (may_be_undefined(*argument)) {
        argument = in_front(argument, e.withs, front);
      }
    }
    return copy;
  }

  // A reference that is negated itself, or a side of a comparison, stays, without those in its steps.
  void steps(Term& ref, const WithList& withs, ExprList& front) {
    if (!is_ref(ref)) return;
    for (size_t i = 1; i < ref.items.size(); ++i) {
      if (may_be_undefined(*ref.items[i])) ref.items[i] = in_front(ref.items[i], withs, front);
    }
  }

  Term* in_front(Term* part, const WithList& withs, ExprList& front) {
    std::string_view name;
    do name = ast.keep("__localh" + std::to_string(next_name++) + "__");
    while (names.count(name) > 0);
    Term* variable = ast.term(TermKind::kVar, part->span);
    variable->text = name;
    Term* operation = ast.term(TermKind::kRef, part->span);
    operation->items.push_back(ast.term(TermKind::kVar, part->span));
    operation->items[0]->text = "eq";
    Term* call = ast.term(TermKind::kCall, part->span);
    call->items = {operation, variable, part};
    Expr* equality = ast.expr(ExprKind::kTerm, part->span);
    equality->term = call;
    equality->withs = withs;
    front.push_back(equality);
    return variable;
  }
};

Readable::Readable(const Residue& residue) : state_(std::make_unique<State>()) {
  bool both = keywords_of_queries(residue).has("not");
  for (Body* query : residue.queries) {
    if (both) {
      state_->older_nots(query);
      state_->older_nots_of(*query);
    }
    state_->without_blocks(query);
  }
  for (const Module* module : residue.support) {
    both = keywords_of(*module).has("not");
    for (const Rule* rule : module->rules) {
      if (both) {
        state_->older_nots(rule->body);
        state_->older_nots_of(*rule->body);
        if (rule->head.key != nullptr) state_->older_nots(rule->head.key);
        if (rule->head.value != nullptr) state_->older_nots(rule->head.value);
      }
      state_->without_blocks(rule->body);
    }
  }
}

Readable::~Readable() {
  for (auto at = state_->operands.rbegin(); at != state_->operands.rend(); ++at) *at->first = at->second;
  for (auto at = state_->bodies.rbegin(); at != state_->bodies.rend(); ++at) at->first->exprs = at->second;
}

std::vector<std::string> query_texts(const Residue& residue) {
  std::vector<std::string> texts;
  Readable readable(residue);
  for (const Body* query : residue.queries) texts.push_back(to_text(*query, TextForm::kRego));
  return texts;
}

std::vector<std::string> query_imports(const Residue& residue) { return keywords_of_queries(residue).imports(); }

std::vector<std::string> support_texts(const Residue& residue) {
  std::vector<std::string> texts;
  Readable readable(residue);
  for (const Module* module : residue.support) {
    texts.push_back(to_text(*module, TextForm::kRego, keywords_of(*module).imports()));
  }
  return texts;
}

}  // namespace writ::lang
