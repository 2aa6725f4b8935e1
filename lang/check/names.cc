// Names: what an identifier means. Imports and names of rules of the package become full references; what is declared
// nearer (arguments, `:=`, `some`, `every`) hides them. Reference: OPA resolveAllRefs.
#include <algorithm>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/value/decimal.h"
#include "lang/check/passes.h"

namespace writ::lang {
namespace {

// --- one form for everything -----------------------------------------------------------------------------------------

std::string key_text(const Term& key);

// The parts of a key, each with its text; of a set in an order of their own.
std::string parts_text(const Term& key) {
  std::vector<std::string> parts;
  for (const Term* item : key.items) parts.push_back(key_text(*item));
  if (key.kind == TermKind::kSet) std::sort(parts.begin(), parts.end());
  std::string text;
  for (const std::string& part : parts) text += std::to_string(part.size()) + ":" + part;
  return text;
}

// The same text for keys that are the same term, whatever the spelling of their numbers and the order of their sets.
std::string key_text(const Term& key) {
  std::string text = std::to_string(static_cast<int>(key.kind)) + " ";
  Decimal decimal;
  if (key.kind == TermKind::kNumber && parse_decimal(key.text, &decimal) == DecimalStatus::kGood) {
    append_decimal_cj1(text, decimal);
    return text;
  }
  bool has_parts = key.body == nullptr && !key.items.empty();
  return text + (has_parts ? parts_text(key) : to_text(key));
}

// Of two members with one key the later counts, in the place of the earlier, which is never looked at. Reference: OPA
// ast.NewObject.
void drop_overwritten(Term& object) {
  if (object.items.size() <= 2) return;
  std::unordered_map<std::string, size_t> places;
  size_t size = 0;
  for (size_t i = 0; i < object.items.size(); i += 2) {
    auto [place, is_new] = places.emplace(key_text(*object.items[i]), size);
    if (is_new) object.items[size] = object.items[i];
    object.items[place->second + 1] = object.items[i + 1];
    if (is_new) size += 2;
  }
  object.items.resize(size);
}

class Normaliser {
 public:
  explicit Normaliser(Checker& checker) : checker_(checker) {}

  void term(Term* t) {
    if (!t) return;
    if (is_var(*t)) return var(t);
    if (is_ref(*t) && is_var(*t->items[0])) {
      note(t->items[0]);
      for (size_t i = 1; i < t->items.size(); ++i) term(t->items[i]);
      return;
    }
    if (is_call(*t) && is_var(*t->items[0])) {
      Term* op = checker_.ast.term(TermKind::kRef, t->items[0]->span);
      op->items.push_back(t->items[0]);
      t->items[0] = op;
    }
    if (t->kind == TermKind::kTemplate && t->body) template_statements(*t);
    for (Term* item : t->items) term(item);
    if (t->body) body(*t->body);
    if (t->kind == TermKind::kObject) drop_overwritten(*t);
  }

  void body(Body& b) {
    for (Expr* e : b.exprs) expr(*e);
  }

  void rule(Rule& rule) {
    for (size_t i = 1; i < rule.head.ref->items.size(); ++i) term(rule.head.ref->items[i]);
    for (Term* arg : rule.head.args) term(arg);
    term(rule.head.key);
    branch(rule);
    for (Rule* other : rule.else_chain) branch(*other);
  }

 private:
  void branch(Rule& rule) {
    term(rule.head.value);
    body(*rule.body);
  }

  void expr(Expr& e) {
    term(e.term);
    for (Term* s : e.symbols) note(s);
    if (e.kind == ExprKind::kEvery) {
      note(e.key);
      note(e.value);
    } else {
      term(e.key);
      term(e.value);
    }
    term(e.domain);
    if (e.body) body(*e.body);
    for (Expr*& o : e.operands) {
      if (o->kind != ExprKind::kBlock) o = block_of(o);
      expr(*o);
    }
    for (With& w : e.withs) {
      term(w.target);
      term(w.value);
    }
  }

  Expr* block_of(Expr* operand) {
    Expr* block = checker_.ast.expr(ExprKind::kBlock, operand->span);
    block->generated = true;
    block->body = checker_.ast.body(operand->span);
    block->body->exprs.push_back(operand);
    return block;
  }

  // What OPA calls an expression that is no term.
  static std::string_view node_name(ExprKind kind) {
    return kind == ExprKind::kNot ? "*ast.Not" : kind == ExprKind::kAnd ? "*ast.LogicalAnd" : "*ast.LogicalOr";
  }

  // Parts of a template that are more than terms.
  void template_statements(Term& t) {
    for (size_t i = 0; i < t.items.size(); ++i) {
      const Expr& e = *t.body->exprs[i];
      if (e.kind != ExprKind::kTerm) {
        checker_.templates.push_back(make_diagnostic(Id::kTemplateStatement, e.span, {node_name(e.kind)}));
      } else if (!e.withs.empty()) {
        t.items[i] = checker_.capturing_set(e.term, e.withs);
        checker_.captured_parts.insert(t.items[i]);
      }
    }
    t.body = nullptr;
  }

  void var(Term* t) {
    note(t);
    if (!is_root_name(t->text)) return;
    t->items = {checker_.var(t->text, t->span)};
    t->kind = TermKind::kRef;
    t->text = {};
    t->flat = true;
  }

  void note(Term* t) {
    if (!t || !is_var(*t)) return;
    if (t->text == "_") t->text = checker_.fresh_wildcard();
    if (is_generated(t->text)) checker_.exclude(t->text);
  }

  Checker& checker_;
};

// --- declarations ----------------------------------------------------------------------------------------------------

// Variables that statements below declare, those of `every` bodies and blocks included, those of comprehensions not.
template <typename Node>
VarSet declared_vars(Node* node) {
  VarSet result;
  VarCollector collect(result, {});
  Walker walk([](Term* t) { return is_comprehension(*t) || is_flat(*t); },
              [&](Expr* e) {
                if (is_assignment(*e) && argument_count(*e) == 2) collect(argument(*e, 0));
                if (e->kind == ExprKind::kSomeDecl) {
                  for (const Term* s : e->symbols) collect(s);
                }
                if (e->kind == ExprKind::kSomeIn) {
                  collect(static_cast<const Term*>(e->key));
                  collect(static_cast<const Term*>(e->value));
                }
                return false;
              });
  walk(node);
  return result;
}

// Variables of argument patterns; object keys, sets and closures hold none that are matched.
void argument_vars(const Term* t, VarSet& vars) {
  switch (t->kind) {
    case TermKind::kVar: vars.insert(t->text); return;
    case TermKind::kRef:
    case TermKind::kArray:
      for (const Term* item : t->items) argument_vars(item, vars);
      return;
    case TermKind::kObject:
      for (size_t i = 1; i < t->items.size(); i += 2) argument_vars(t->items[i], vars);
      return;
    default: return;
  }
}

// --- resolution ------------------------------------------------------------------------------------------------------

struct Global {
  std::vector<std::string_view> path;  // root document first; texts of the tree
  bool used = false;
};

// The names that are visible in all of a module: imports, and the rules of the package.
class Globals {
 public:
  Globals(Ast& ast, const Exports& exports, const std::vector<std::string>& package, const std::vector<Import*>& imports);

  // Null if there is none of that name.
  Global* find(std::string_view name);

 private:
  Ast& ast_;
  const std::vector<std::string>& package_;
  const VarSet* exported_ = nullptr;
  std::unordered_map<std::string_view, Global> known_;  // imports, and rules that were looked up
};

bool is_root_import(const Import& import) {
  std::string_view head = import.path->items[0]->text;
  return head == "future" || head == "rego";
}

Exports exports_of(const Checker& checker) {
  Exports exports;
  for (const Module* module : checker.modules) {
    if (module->rules.empty()) continue;
    VarSet& names = exports[module->package];
    // After the check references of heads are full: data, the package, the name.
    size_t name = checker.in_query ? module->package.size() + 1 : 0;
    for (const Rule* rule : module->rules) {
      const Term& ref = *rule->head.ref;
      if (name < ref.items.size()) names.insert(ref.items[name]->text);
    }
  }
  return exports;
}

Globals::Globals(Ast& ast, const Exports& exports, const std::vector<std::string>& package,
                 const std::vector<Import*>& imports)
    : ast_(ast), package_(package) {
  if (auto it = exports.find(package); it != exports.end()) exported_ = &it->second;
  for (const Import* import : imports) {
    if (is_root_import(*import)) continue;
    std::vector<std::string_view>& path = known_[import_name(*import)].path;
    path.clear();
    for (const Term* step : import->path->items) path.push_back(step->text);
  }
}

Global* Globals::find(std::string_view name) {
  if (auto it = known_.find(name); it != known_.end()) return &it->second;
  if (exported_ == nullptr || exported_->count(name) == 0) return nullptr;
  Global& global = known_[name];
  global.path.reserve(package_.size() + 2);
  global.path.push_back("data");
  for (const std::string& segment : package_) global.path.push_back(ast_.keep(segment));
  global.path.push_back(name);
  return &global;
}

class Resolver {
 public:
  Resolver(Checker& checker, Globals& globals) : checker_(checker), globals_(globals) {}

  void rule(const Branch& branch) {
    VarSet args;
    for (const Term* arg : branch.main->head.args) argument_vars(arg, args);
    hidden_.push_back(std::move(args));
    hidden_.push_back(declared_vars(branch.rule->body));
    if (branch.rule == branch.main) {
      Term& ref = *branch.main->head.ref;
      for (size_t i = 1; i < ref.items.size(); ++i) term(ref.items[i]);
      term(branch.main->head.key);
    }
    term(branch.rule->head.value);
    body(*branch.rule->body);
    hidden_.clear();
  }

  void query(Body& b) {
    hidden_.push_back(declared_vars(&b));
    body(b);
    hidden_.clear();
  }

 private:
  void body(Body& b) {
    for (Expr* e : b.exprs) expr(*e);
  }

  void expr(Expr& e) {
    if (e.kind == ExprKind::kEvery) {
      VarSet locals = vars_of(static_cast<const Term*>(e.value));
      if (e.key) locals.insert(e.key->text);
      hidden_.push_back(std::move(locals));
      term(e.domain);
      body(*e.body);
      hidden_.pop_back();
    } else if (e.kind != ExprKind::kSomeDecl) {
      term(e.term);
      term(e.key);
      term(e.value);
      term(e.domain);
      if (e.body) body(*e.body);
      for (Expr* o : e.operands) expr(*o);
    }
    for (With& w : e.withs) {
      term(w.target);
      term(w.value);
    }
  }

  void term(Term* t) {
    if (!t) return;
    switch (t->kind) {
      case TermKind::kVar:
        if (Global* global = find(t->text)) {
          TermList path = spell_out(*global, t->span);
          t->kind = TermKind::kRef;
          t->items = std::move(path);
          t->text = {};
          t->flat = true;
        }
        return;
      case TermKind::kRef:
        for (size_t i = 1; i < t->items.size(); ++i) term(t->items[i]);
        if (!is_var(*t->items[0])) {
          term(t->items[0]);
        } else if (Global* global = find(t->items[0]->text)) {
          TermList path = spell_out(*global, t->items[0]->span);
          path.insert(path.end(), t->items.begin() + 1, t->items.end());
          t->items = std::move(path);
        }
        return;
      case TermKind::kArrayComprehension:
      case TermKind::kSetComprehension:
      case TermKind::kObjectComprehension:
        hidden_.push_back(declared_vars(t->body));
        for (Term* item : t->items) term(item);
        body(*t->body);
        hidden_.pop_back();
        return;
      default:
        for (Term* item : t->items) term(item);
    }
  }

  Global* find(std::string_view name) {
    Global* global = globals_.find(name);
    if (global == nullptr) return nullptr;
    for (const VarSet& names : hidden_) {
      if (names.count(name)) return nullptr;
    }
    global->used = true;
    return global;
  }

  TermList spell_out(const Global& global, Span span) {
    TermList items;
    for (std::string_view step : global.path) {
      items.push_back(items.empty() ? checker_.var(step, span) : checker_.string(step, span));
    }
    return items;
  }

  Checker& checker_;
  Globals& globals_;
  std::vector<VarSet> hidden_;
};

// "args must not shadow input": the first root document in an argument pattern.
const Term* root_in_args(const Term* t) {
  if (is_root_document(*t)) return t;
  if (t->kind != TermKind::kArray && t->kind != TermKind::kObject && t->kind != TermKind::kRef) return nullptr;
  bool object = t->kind == TermKind::kObject;
  for (size_t i = object ? 1 : 0; i < t->items.size(); i += object ? 2 : 1) {
    if (const Term* found = root_in_args(t->items[i])) return found;
  }
  return nullptr;
}

std::string import_text(const Import& import) {
  std::string text = "import " + to_text(*import.path);
  if (!import.alias.empty()) text += " as " + import.alias;
  return text;
}

template <typename Node>
void check_assigned_roots(Checker& checker, Node* node) {
  auto walk = expr_walker([&](Expr* e) {
    if (is_assignment(*e) && argument_count(*e) > 0 && is_root_document(*argument(*e, 0))) {
      checker.recoverable_error(Id::kVarShadowsRoot, e->span, {argument(*e, 0)->items[0]->text});
    }
    return false;
  });
  walk(node);
}

void check_assigned_roots_of(Checker& checker, const Rule& rule) {
  for (Term* arg : rule.head.args) check_assigned_roots(checker, arg);
  for (Term* term : {rule.head.ref, rule.head.key, rule.head.value}) check_assigned_roots(checker, term);
  check_assigned_roots(checker, rule.body);
}

}  // namespace

std::string_view import_name(const Import& import) {
  return import.alias.empty() ? import.path->items.back()->text : std::string_view(import.alias);
}

void normalise(Checker& checker) {
  Normaliser normalise(checker);
  for (Module* module : checker.modules) {
    for (Rule* rule : module->rules) {
      normalise.rule(*rule);
    }
  }
}

void normalise(Checker& checker, Body& query) { Normaliser(checker).body(query); }

void collect_exports(Checker& checker) { checker.exports = exports_of(checker); }

void resolve_modules(Checker& checker) {
  for (Module* module : checker.modules) {
    Globals globals(checker.ast, checker.exports, module->package, module->imports);
    Resolver resolver(checker, globals);
    for (Rule* rule : module->rules) {
      for (const Term* arg : rule->head.args) {
        if (const Term* root = root_in_args(arg)) {
          checker.error(Id::kArgShadowsRoot, rule->span, {root->items[0]->text});
          break;
        }
      }
      resolver.rule({rule, rule});
      for (Rule* branch : rule->else_chain) resolver.rule({branch, rule});
    }
    if (!checker.language.strict) continue;
    for (const Import* import : module->imports) {
      if (!is_root_import(*import) && !globals.find(import_name(*import))->used) checker.unused_imports.push_back(import);
    }
  }
}

void check_unused_imports(Checker& checker) {
  for (const Import* import : std::exchange(checker.unused_imports, {})) {
    checker.recoverable_error(Id::kUnusedImport, import->span, {import_text(*import)});
  }
}

void resolve_query(Checker& checker, Body& query, const std::vector<std::string>& package,
                   const std::vector<Import*>& imports) {
  bool in_scope = !package.empty() || !imports.empty();
  Exports exports = in_scope ? exports_of(checker) : Exports();
  Globals globals(checker.ast, exports, package, imports);
  Resolver(checker, globals).query(query);
}

void check_overrides(Checker& checker) {
  for (Module* module : checker.modules) {
    if (!checker.language.strict && module->latest == RegoVersion::kV0) continue;
    for (Rule* rule : module->rules) {
      if (is_root_name(rule->head.ref->items[0]->text)) {
        checker.recoverable_error(Id::kRuleShadowsRoot, rule->span, {rule->head.ref->items[0]->text});
      }
      check_assigned_roots_of(checker, *rule);
      for (const Rule* branch : rule->else_chain) check_assigned_roots_of(checker, *branch);
    }
  }
}

void check_overrides(Checker& checker, Body& query) {
  if (checker.language.strict) check_assigned_roots(checker, &query);
}

void check_imports(Checker& checker) {
  for (const Module* module : checker.modules) {
    if (!checker.language.strict && module->latest == RegoVersion::kV0) continue;
    std::map<std::string_view, const Import*> seen;
    for (const Import* import : module->imports) {
      auto [it, added] = seen.emplace(import_name(*import), import);
      if (added) continue;
      Diagnostic& d = checker.recoverable_error(Id::kImportShadows, import->span, {import_text(*it->second)});
      d.labels.push_back({it->second->span, "first imported here"});
      if (is_root_import(*import)) d.help = "one is enough; remove this one";
    }
  }
}

namespace {

// Whether capabilities let the rules of a module have any head.
bool offers_general_heads(const Checker& checker, const Module& module) {
  auto offers = [&](Word word) { return checker.language.offers(word, module.version); };
  return offers(Word::kRegoV1) || offers(Word::kRegoV2) || offers(Word::kRuleHeadRefs);
}

// Whether a rule may have its head where not every head is offered: a name, a name and a key, or perhaps more names.
bool check_head_features(Checker& checker, const Module& module, const Rule& rule) {
  const TermList& items = rule.head.ref->items;
  bool is_set = rule.head.kind == HeadKind::kPartialSet;
  if (items.size() > 2 && !checker.language.offers(Word::kRuleHeadRefStringPrefixes, module.version)) {
    checker.error(Id::kHeadRefsWithheld, rule.span, {to_text(*rule.head.ref)});
    return false;
  }
  for (size_t i = 1; i < items.size(); ++i) {
    if ((is_set || i + 1 != items.size()) && items[i]->kind != TermKind::kString) {
      checker.error(Id::kGeneralHeadRefsWithheld, rule.span, {to_text(*rule.head.ref)});
    }
  }
  return true;
}

}  // namespace

void rewrite_head_refs(Checker& checker) {
  for (Module* module : checker.modules) {
    bool general = offers_general_heads(checker, *module);
    for (Rule* rule : module->rules) {
      if (!general && !check_head_features(checker, *module, *rule)) continue;
      TermList& items = rule->head.ref->items;
      for (size_t i = 1; i < items.size(); ++i) {
        if (is_var(*items[i]) || is_scalar(*items[i])) continue;
        Expr* computed = checker.capture(items[i]);
        items[i] = checker.var(argument(*computed, 0)->text, computed->span);
        append(*rule->body, computed);
      }
    }
  }
}

}  // namespace writ::lang
