// What the references of a body can name, as far as its statements say before anything runs.
//
// A step of a reference is a constant or stands for anything. Where the body gives a variable a constant, or lets it range over
// the members of one, the reference is one of several with constants in place of the variable: `some x in ["q", "r"]; data.a[x]`
// names data.a.q or data.a.r. Only statements in front of the reference count: before them the variable may stand for any key.
// Reference: OPA orderedVarBindings and expandRefVars.
#pragma once

#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/base/arena.h"
#include "engine/value/value.h"
#include "lang/check/terms.h"

namespace writ::lang {

struct Step {
  const Term* term;  // as written; for what a variable was replaced by, the variable
  Value value;       // undefined where the step is no constant

  bool is_constant() const { return value.is_defined(); }
};
using Steps = std::vector<Step>;  // those of a reference, the root document first

// The steps as written. Values are in the arena or point into the terms.
Steps steps_of(const Term& ref, Arena& arena);
// The members of a collection: elements, or the values of an object. Nothing for any other value.
std::optional<std::vector<Value>> members_of(const Value& collection);

// The variables of a body that range over known values.
class KnownValues {
 public:
  KnownValues(const Body& body, Arena& arena);

  // What the reference can name where it is part of the statement at that index, or of the head: then behind the last one. It
  // is one list of steps at least; steps of which nothing is known stay what they are.
  std::vector<Steps> expand(const Term& ref, size_t at) const;

 private:
  struct Known {
    size_t statement;
    std::vector<Value> values;
  };
  using Values = std::optional<std::vector<Value>>;

  Values values_of(const Term& term, size_t at) const;
  Values values_of_ref(const Term& ref, size_t at) const;
  bool bind(const Term& variable, const Term& other, size_t at);

  Arena& arena_;
  std::unordered_map<std::string_view, Known> known_;
};

}  // namespace writ::lang
