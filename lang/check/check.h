// Surface tree to core tree, or diagnostics. The passes are OPA's, in OPA's order (reference: OPA compile.go), each in a
// file of its own: names and imports, rule tree, local variables, templates and print, expression terms, metadata,
// recursion, safety and order.
//
// What the core form guarantees (lower.h relies on it):
//
//  * Names. A kVar is a local variable, unique within its rule (query): two different variables never share a name, inner
//    scopes included. Wildcards have unique names "$0", "$1", …; variables renamed from the author's have names of the form
//    "__local3__x" (their written name is the part after the second "__"); generated temporaries "__local3__".
//    Everything else that was a name is a kRef whose head is the kVar `data` or `input` (the only kVars that are not
//    local), imports and package-relative names spelled out: `foo` in package a is `data.a.foo`, a bare `input` is a kRef
//    of one item. A kRef whose head is neither `data` nor `input` has a local variable as head.
//  * Calls. In a kCall, items[0] is a kRef that names a built-in (as in builtins.def: kVar head "io", steps "jwt",
//    "decode") or a function of the policy (head `data`). Operators are calls of their built-ins. `:=` is gone: it is "eq"
//    with the new variable on the left; `==` stays "equal".
//  * Flat statements. Every Expr of kind kTerm is one of
//      - a call whose arguments contain no calls, and no references other than as a whole argument of "eq"/"equal" sides:
//        OPA hoists nested calls and dynamic references into generated `__localN__ = …` statements in front (this is what
//        makes legacy `not f(g(x))` fail when g(x) is undefined), and so does this pass;
//      - a term that is a reference, variable, scalar, composite or comprehension.
//    The result of a call is captured by "eq": `__local1__ = plus(x, 1)` is a kCall "eq" with a kCall as second
//    argument; a kCall may be only there or be the whole statement.
//    Composites hold scalars, variables, and comprehensions or composites of the same.
//    Comprehension heads are flat as well (their calls are statements at the end of the comprehension's body).
//  * `some x in xs` is rewritten as OPA does, into a reference with a fresh key and an "eq"; kSomeDecl is gone; kEvery keeps key, value,
//    domain (a variable or a flat term) and its own body, ordered. kTemplate is a call of internal.template_string; print is a call of
//    internal.print on an array of set comprehensions, or erased.
//  * `with` values are flat (hoisted in front of the statement). Statements generated from one carry copies of its withs, as in OPA.
//  * Rules: body ordered so that evaluation left to right has every variable bound before it is needed; head args, key,
//    value and reference flat, what they compute moved to the end of the body. Else branches likewise.
//  * rego.metadata.chain() and rego.metadata.rule() are replaced by constant terms.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/value/value.h"
#include "lang/syntax/ast.h"

namespace writ::lang {

// All rules whose ground path prefix is the same place under `data`.
struct RuleNode {
  std::string key;                                       // last segment (segment_of); "" for the root (`data`)
  std::vector<std::string> path;                         // segments, without "data"
  std::map<std::string, std::unique_ptr<RuleNode>, std::less<>> children;
  std::vector<Rule*> rules;       // source order (module order, then text order); defaults included; all of one kind of thing:
                                  // complete, function, or partial rules, whose reference goes on with something not ground
  RuleNode* parent = nullptr;

  // Whether a function is here: all rules of a node are then definitions of it.
  bool is_function() const { return !rules.empty() && rules.front()->head.kind == HeadKind::kFunction; }
  // Whether reading it reads more than one rule: a package, or rules with others below them.
  bool has_extent() const { return rules.empty() || !children.empty(); }
  const RuleNode* child(std::string_view name) const {
    auto it = children.find(name);
    return it == children.end() ? nullptr : it->second.get();
  }
  // By a step of a reference, which is none unless it is a scalar.
  const RuleNode* child(const Term& step) const;
  const RuleNode* child(const Value& step) const;
  // Whether references of its heads go on behind this place with something not ground, and so make places below as well.
  bool has_dynamic_heads() const;
};

// The segment that a scalar step of a reference names.
std::string segment_of(const Term& step);

struct ModuleTypes;  // lang/types/check_types.h

// What modules are checked for: to be told of their errors, or to be made a program or to check queries, which read the core
// form.
enum class CheckPurpose : uint8_t { kErrors, kProgram };

struct CheckedModules {
  std::vector<Module*> modules;
  std::unique_ptr<RuleNode> root;
  std::shared_ptr<ModuleTypes> types;  // of rules, for checking queries
};

// Reports what is wrong with the annotations of single modules. OPA reads them with the module, so a module that has a syntax
// error does not keep it from finding these in others.
void check_annotations(Ast& ast, const SourceMap& sources, const std::vector<Module*>& modules,
                       std::vector<Diagnostic>& diagnostics);

// Checks and rewrites all modules in place, in the order of their names. Null if anything was wrong; diagnostics say what,
// sorted.
std::unique_ptr<CheckedModules> check_modules(Ast& ast, const SourceMap& sources, std::vector<Module*> modules,
                                              const LanguageOptions& language, std::vector<Diagnostic>& diagnostics,
                                              CheckPurpose purpose = CheckPurpose::kProgram);

// A query as it was parsed, and how its names are resolved: as inside a module of that package with those imports.
struct ParsedQuery {
  Body* body = nullptr;                // rewritten to core form in place
  std::vector<std::string> package;    // may be empty
  std::vector<Import*> imports;
  // Bind the values of the written expressions to variables, as `opa eval` shows them: `1 == 2` is then *defined*, with value
  // false. Without, the query is a plain body.
  bool capture = false;
};

// A variable to report: its written name and its name in the core form.
struct QueryBinding {
  std::string name;
  std::string variable;
};

struct CheckedQuery {
  Body* body = nullptr;
  std::vector<QueryBinding> bindings;  // in order of name; without wildcards and generated variables
  // The value of each written expression for `opa eval`'s "expressions": a variable, or "" where the value is simply `true`.
  struct Captured {
    Span span;
    std::string variable;
  };
  std::vector<Captured> expressions;
};

// A query against checked modules. Nothing if anything was wrong; diagnostics say what, sorted.
std::optional<CheckedQuery> check_query(Ast& ast, const SourceMap& sources, const CheckedModules& modules,
                                        const ParsedQuery& query, const LanguageOptions& language,
                                        std::vector<Diagnostic>& diagnostics);

}  // namespace writ::lang
