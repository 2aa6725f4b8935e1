// The type check: types of rules are worked out, each from those it depends on, and what can never succeed is an error.
//
// It runs over bodies as the passes before it leave them: flat statements, closures where OPA has them. For each statement of a
// body, in this order: comprehensions in it are checked, then its references, then itself: a call against the type of the
// function, `=` by unifying both sides, `in` by the members of the collection. Variables get the types that the first of these
// gives them. In bodies of `every`, `not`, `and`, `or` only references and comprehensions are looked at, as in OPA.
//
// A rule in which something is wrong is any to others, so that each error is reported once. Reference: OPA v1/ast/check.go.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lang/check/dependency_graph.h"
#include "lang/types/document_schemas.h"
#include "lang/types/environment.h"
#include "lang/types/type_errors.h"

namespace writ::lang {

// What is known of the types of modules.
struct ModuleTypes {
  explicit ModuleTypes(const LanguageOptions& language)
      : context(language.functions), functions(context, std::make_shared<TypeLayer>()), rules(functions, std::make_shared<TypeLayer>()) {}

  TypeContext context;
  Environment functions;
  Environment rules;
  std::shared_ptr<DependencyGraph> dependencies;
  // Places of the rules of the branches, as far as they are constant.
  std::vector<TypePath> paths;
  // Names of the functions that the modules require, where that is asked for (lang/check/required.h): then calls of functions
  // that do not exist are no errors.
  std::optional<std::set<std::string, std::less<>>> required;
  void require(std::string_view function) {
    if (required) required->emplace(function);
  }
  // Layers for `with`, by target: what depends on it is any.
  std::unordered_map<std::string, std::shared_ptr<TypeLayer>> relaxed;
};

class TypeChecker : public ComprehensionTyper {
 public:
  TypeChecker(Checker& checker, ModuleTypes& types);
  ~TypeChecker() override;

  // From the schema of the whole input, if there is one.
  void set_input_type();
  // All rules, in the order of what they depend on. Errors are reported as those that other passes can live with.
  void check_rules();
  void check_query(const Body& query);
  // Whether a body can succeed as far as types go. Nothing is reported.
  bool accepts(const Body& body);
  std::optional<Diagnostic> arity_mismatch(const Expr& call);

  const Environment* body_of(const Environment& env, const Term& comprehension) override;

 private:
  struct BodyCheck {
    const Environment* env = nullptr;  // behind the body
    std::vector<TypeError> errors;
  };
  struct Known {
    uint64_t changes;
    BodyCheck check;
  };

  // --- rules (check_rules.cc)
  void check_rule(uint32_t number, const Branch& branch);
  // The environment of a rule, with the types that its annotations say documents have; what is wrong with these is reported.
  const Environment& with_schemas(const Branch& branch);
  // Null if there is nothing to use; `*fault` is set if something is wrong.
  TypeRef type_of_schema(const SchemaUse& use, std::string* fault);
  void apply_schema(const Environment& env, const SchemaUse& use, TypeRef type);
  // The type with another one for a part of it.
  TypeRef overridden(TypeRef type, std::span<const PathStep> path, TypeRef part);
  TypeRef object_at(std::span<const PathStep> path, TypeRef type, const DynamicMember* dynamic);
  TypeRef type_of_rule(const Branch& branch, const Environment& env);
  TypeRef type_of_function(const Branch& branch, const Environment& env);
  // The steps of the rule's reference behind its constant part as nested objects.
  TypeRef nested(const Environment& env, std::span<Term* const> steps, TypeRef type);
  TypePath place_of(const Rule& rule);
  bool is_replaced(const Rule& rule);
  void find_replaced();

  // --- bodies (check_types.cc)
  BodyCheck check_body(const Environment& env, const Body& body);
  const BodyCheck& check_comprehension(const Environment& env, const Term& comprehension);
  void check_statement(const Environment& body_env, const Expr& expr, std::vector<TypeError>& errors);
  std::vector<TypeError> check_closures(const Environment& env, const Expr& expr);
  uint32_t comprehension_depth(const Term& comprehension);
  const Environment* with_environment(const Environment& env, const Expr& expr);
  std::shared_ptr<TypeLayer> relaxed_layer(const Term& target, bool is_function);

  // --- statements (check_calls.cc)
  bool check_expr(const Environment& env, const Expr& expr, TypeError& error);
  void require(const Expr& expr, std::string_view name);
  bool check_withs(const Environment& env, const Expr& expr, TypeError& error);
  bool check_equality(const Environment& env, const Expr& expr, TypeError& error);
  bool check_member(const Environment& env, const Expr& expr, size_t arity, TypeError& error);
  bool check_member_operand(const Environment& env, const Expr& expr, const Term& operand, TypeRef type, TypeError& error);
  bool check_call(const Environment& env, const Expr& expr, TypeError& error);
  std::vector<TypeRef> argument_types(const Environment& env, const Expr& expr);

  Checker& checker_;
  ModuleTypes& module_types_;
  TypeStore& types_;
  TypeErrors errors_;
  DocumentSchemas schemas_;
  std::deque<Environment> environments_;  // of the rule that is checked
  std::map<std::pair<const Term*, const Environment*>, Known> comprehensions_;
  std::unordered_map<const Term*, uint32_t> comprehension_depths_;
  std::vector<Diagnostic> rule_errors_;
  std::unordered_set<const Rule*> replaced_;
  bool replaced_known_ = false;
};

// Gives variables of a term the types that a type has for them; false if the term cannot have the type. With `add`, types are
// added to those that variables have already. Reference: OPA unify1.
bool unify_term(const Environment& env, const Term& term, TypeRef type, bool add = false);
// Both sides of `=`. Reference: OPA unify2.
bool unify_terms(const Environment& env, const Term& a, TypeRef type_a, const Term& b, TypeRef type_b);

// Checks the references in a statement, those in comprehensions left out.
class ReferenceTypes {
 public:
  ReferenceTypes(const Environment& env, TypeErrors& errors, std::vector<TypeError>& found)
      : env_(env), errors_(errors), found_(found) {}

  void expr(const Expr& expr);

 private:
  void term(const Term* term);
  void body(const Body& body);
  void withs(const Expr& expr);
  void reference(const Term& ref);
  bool check(const Environment& layer, const Term& ref, TypeError& error);
  bool check_tree(const Environment& layer, const TypeTree& tree, const Term& ref, size_t i, TypeError& error);
  bool check_type(TypeRef type, const Term& ref, size_t i, TypeError& error);
  bool check_empty(TypeRef type, const Term& ref, size_t i, TypeError& error);
  TypeStore& types() const { return env_.types(); }

  const Environment& env_;
  TypeErrors& errors_;
  std::vector<TypeError>& found_;
};

// What to say of a call with a wrong number of arguments where the type of the function is known, as that of each built-in is.
std::optional<Diagnostic> arity_mismatch(Checker& checker, const Expr& call);

// The schema of the whole input, which is read before anything else. The other two are the pass of lang/check (passes.h).
void check_input_schema(Checker& checker);
void check_types(Checker& checker);
void check_types(Checker& checker, Body& query);

}  // namespace writ::lang
