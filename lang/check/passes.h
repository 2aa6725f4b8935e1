// The passes of the check, in the order in which check.cc runs them: over the modules that `checker.modules` names, or over a
// query.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "lang/check/checker.h"

namespace writ::lang {

// Numbers the wildcards, makes `input` and `data` references, puts operands of not/and/or into blocks.
void normalise(Checker& checker);
void normalise(Checker& checker, Body& query);
// Which names the packages have, for what follows; of all modules.
void collect_exports(Checker& checker);
// Imports and package-relative names to full references (names.cc).
void resolve_modules(Checker& checker);
// What an import is called where it is used: its alias, or the last step of its path.
std::string_view import_name(const Import& import);
void resolve_query(Checker& checker, Body& query, const std::vector<std::string>& package,
                   const std::vector<Import*>& imports);
// Names that must not be taken: `input`, `data`, import names.
void check_unused_imports(Checker& checker);
void check_overrides(Checker& checker);
void check_overrides(Checker& checker, Body& query);
void check_imports(Checker& checker);
// Moves what is computed in head references into the bodies.
void rewrite_head_refs(Checker& checker);
// All rules by their places, and what must not meet there (tree.cc); of all modules.
std::unique_ptr<RuleNode> build_rule_tree(Checker& checker);
void check_conflicts(Checker& checker);
// `:=`, `some`, `every`, arguments (locals.cc).
void rewrite_locals(Checker& checker);
void rewrite_locals(Checker& checker, Body& query);
// Template strings and print (templates.cc).
void rewrite_templates(Checker& checker);
void rewrite_templates(Checker& checker, Body& query);
void check_void_calls(Checker& checker);
void check_void_calls(Checker& checker, Body& query);
void rewrite_prints(Checker& checker);
void rewrite_prints(Checker& checker, Body& query);
// Nested calls and dynamic terms (terms.cc).
void rewrite_expr_terms(Checker& checker);
void rewrite_expr_terms(Checker& checker, Body& body);
void rewrite_comprehension_heads(Checker& checker);
void rewrite_comprehension_heads(Checker& checker, Body& body);
void rewrite_head_terms(Checker& checker);
void rewrite_dynamics(Checker& checker);
void rewrite_dynamics(Checker& checker, Body& body);
// `with` (with.cc).
void rewrite_withs(Checker& checker);
void rewrite_withs(Checker& checker, Body& body);
// rego.metadata.* (metadata.cc); of all modules.
void read_metadata(Checker& checker);
void rewrite_metadata(Checker& checker);
// Calls (calls.cc): existence and arity; what may not be called.
void check_functions(Checker& checker);
void check_functions(Checker& checker, Body& query);
void check_allowed_calls(Checker& checker);
void check_allowed_calls(Checker& checker, Body& query);
// Safety and order (safety.cc).
void check_head_safety(Checker& checker);
void check_body_safety(Checker& checker);
void check_body_safety(Checker& checker, Body& query);
// Rules that depend on themselves (recursion.cc): found where their bodies still are as OPA reads them, and reported later; of
// all modules.
void find_recursion(Checker& checker);
void check_recursion(Checker& checker);
// Variables of closures get names of their own; captured results become equalities (finish.cc).
void finish(Checker& checker);
void finish(Checker& checker, Body& query);

// --- bindings (bindings.cc) ------------------------------------------------------------------------------------

// The variables that the statement binds when those in `safe` are bound before it.
VarSet output_vars(const Checker& checker, const Expr& expr, const VarSet& safe);
// What a body binds beyond `safe`, statement by statement from the left; `count` statements of it.
VarSet output_vars(const Checker& checker, const Body& body, size_t count, const VarSet& safe);
// The variables of an operand without braces that nothing inside it binds.
void implicit_operand_vars(const Checker& checker, const Body& body, VarSet& vars);

}  // namespace writ::lang
