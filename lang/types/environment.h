// What is known of the types of names: of documents (rules, input, data) and of variables.
//
// A TypeTree holds types at paths below a root document; it has the shape of the rule tree. A place with a type is a leaf, and
// may have places below it all the same, since a rule can be extended by rules below it. A place without a type is an object of
// what is below it, and of anything else, since data may be there as well.
//
// An Environment is a stack of layers: the innermost is asked first. The outermost holds the functions that are not defined by
// policies and the type of `input`, the next one all rules; above these come a layer for the schemas of a rule, one for its body,
// one for each comprehension that is being looked into, and those of `with`. Variables get their types in the layer of the body
// they are in, also where a layer of `with` lies above it. What no layer knows is any below a root document, else unknown.
// Reference: OPA v1/ast/env.go.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "lang/check/terms.h"
#include "lang/types/signature_types.h"
#include "lang/types/type.h"

namespace writ::lang {

// A step of a path: a constant, or a variable of a rule's reference.
struct PathStep {
  std::string name;  // distinct for distinct steps
  Value key;         // undefined for a variable
};
using TypePath = std::vector<PathStep>;

PathStep path_step(const Term& step, Arena& arena);
PathStep path_step(std::string_view segment, Arena& arena);

class TypeTree {
 public:
  TypeRef type = nullptr;
  Value key;

  bool is_leaf() const { return type != nullptr; }
  bool has_children() const { return !children_.empty(); }
  const TypeTree* child(const std::string& name) const {
    auto it = children_.find(name);
    return it == children_.end() ? nullptr : it->second.get();
  }
  // By a step of a reference; null unless it is a scalar or variable.
  const TypeTree* child(const Term& step) const;
  // Sets the type of a place.
  void put(std::span<const PathStep> path, TypeRef type);
  // Merges a type into a place: with what is there, into object types above it, and with what is below it.
  void insert(std::span<const PathStep> path, TypeRef type, TypeStore& types);
  // The type of all that is here.
  TypeRef extent(TypeStore& types) const;
  // The constants that lead on from here, sorted.
  std::vector<Value> keys() const;

 private:
  TypeTree& make_child(const PathStep& step);
  void merge_leaves(TypeStore& types);
  void collect_leaves(TypePath& path, std::vector<std::pair<TypePath, TypeRef>>& leaves) const;

  std::map<std::string, std::unique_ptr<TypeTree>> children_;
  mutable TypeRef extent_ = nullptr;  // null: not known
  bool has_merged_leaves_ = false;    // into `type`, which is an object
};

// The names of one body, or of one place where documents have other types.
struct TypeLayer {
  VarMap<TypeRef> variables;
  std::map<std::string_view, std::shared_ptr<TypeTree>> documents;  // by "data" and "input"
  uint64_t changes = 0;  // of variables
};

class Environment;

// Who looks into comprehensions: their types depend on their bodies.
class ComprehensionTyper {
 public:
  virtual ~ComprehensionTyper() = default;
  // The environment behind the comprehension's body; null if something is wrong in it.
  virtual const Environment* body_of(const Environment& env, const Term& comprehension) = 0;
};

// What all environments share.
struct TypeContext {
  explicit TypeContext(const std::vector<HostFunction>& host_functions) : host_functions(host_functions), functions(types) {}

  TypeStore types;
  std::vector<HostFunction> host_functions;
  FunctionTypes functions;
  ComprehensionTyper* comprehensions = nullptr;
  // Generated variables that hold scalars. One that a reference begins with is the scalar itself to OPA (`some x in null`),
  // and nothing is known of what is in it.
  std::unordered_set<std::string_view> scalar_heads;
  std::unordered_map<const Term*, TypeRef> constants;  // of collections; null for those that are no constants

  // Of a built-in or function of the host by its dotted name; null if there is none.
  TypeRef function_type(std::string_view name);
};

class Environment {
 public:
  // The outermost one.
  Environment(TypeContext& context, std::shared_ptr<TypeLayer> layer) : context_(context), layer_(layer), variables_(layer) {}
  // A layer on top of others.
  Environment(const Environment& next, std::shared_ptr<TypeLayer> layer)
      : context_(next.context_), layer_(layer), variables_(layer), next_(&next) {}
  // A layer of `with`: variables get their types in the layer below.
  static Environment for_with(const Environment& next, std::shared_ptr<TypeLayer> layer) {
    Environment env(next, std::move(layer));
    env.variables_ = next.variables_;
    return env;
  }

  TypeStore& types() const { return context_.types; }
  const Environment* next() const { return next_; }
  TypeLayer& layer() const { return *layer_; }
  TypeTree& documents(std::string_view root) const;

  bool is_scalar_head(const Term& head) const {
    return is_var(head) && context_.scalar_heads.count(head.text) != 0;
  }
  // The type of a term; null if it is unknown.
  TypeRef type_of(const Term& term) const;
  // Of the function that an operator names, where no variable hides it.
  TypeRef type_of_function(const Term& op) const;
  TypeRef type_of_ref(std::span<Term* const> ref) const;
  TypeRef type_of_variable(std::string_view name) const;
  void set_variable(std::string_view name, TypeRef type) const {
    variables_->variables[name] = type;
    ++variables_->changes;
  }
  // Differs whenever a type that this environment gives may.
  uint64_t changes() const { return variables_->changes; }

  // What a reference begins with, in this layer alone.
  struct Head {
    bool is_known = false;
    TypeRef type = nullptr;          // of a variable
    const TypeTree* tree = nullptr;  // of a root document
  };
  Head head(const Term& head) const;

 private:
  TypeRef fall_back(std::span<Term* const> ref) const;
  TypeRef type_in_tree(const TypeTree& tree, std::span<Term* const> ref, size_t i) const;
  TypeRef type_of_collection(const Term& collection) const;
  TypeRef type_of_object(const Term& object) const;
  TypeRef type_of_comprehension(const Term& comprehension) const;

  TypeContext& context_;
  std::shared_ptr<TypeLayer> layer_, variables_;
  const Environment* next_ = nullptr;
};

// The type of what the steps from `i` on lead to in a type (OPA's selectRef).
TypeRef select_steps(TypeStore& types, TypeRef type, std::span<Term* const> ref, size_t i);
// The member that a constant step names; null if it names none or is no constant.
TypeRef select_constant(TypeStore& types, TypeRef type, const Term& step);
// The members of an object term, or the elements of a set term with null in the place of values: sorted, each key once.
std::vector<std::pair<Term*, Term*>> sorted_members(const Term& collection);

}  // namespace writ::lang
