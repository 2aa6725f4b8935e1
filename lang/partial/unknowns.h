// What is unknown: references below `input` and `data`, given from the start, and variables, from the statement that was kept
// because of an unknown on, as long as the search is behind it.
#pragma once

#include <vector>

#include "lang/partial/bindings.h"

namespace writ::lang {

class Unknowns {
 public:
  Unknowns(Plugger& plugger, Levels& levels, Search& search, Terms& terms)
      : plugger_(plugger), levels_(levels), search_(search), terms_(terms) {}

  void add(const RefSteps& ref) { refs_.push_back(ref); }
  // Until the search goes back.
  void add(Bound variable);
  // The free variables of a term, in collections and in steps of references.
  void add_variables(Bound term);

  // A variable or reference that is unknown as it is written: it, or what is around it or in it.
  bool contains(Bound term) const;
  // The same for a reference without variables before its steps.
  bool contains(const RefSteps& ref) const;
  // Whether it or a value of a variable in it is unknown.
  bool contains_within(Bound term) const;
  // Whether a reference may be unknown once its variables have values: input[k] where input.x is unknown.
  bool may_overlap(Bound term) const;
  // Whether all that is at the place is unknown.
  bool covers(const RefSteps& place) const;
  // The keys that unknowns add directly below a place.
  TermList keys_below(const RefSteps& place) const;
  // The names, in what is left over, of the unknown variables.
  VarSet names(const Bindings& root);

 private:
  bool has_variable(std::string_view name, const Bindings* of) const;

  Plugger& plugger_;
  Levels& levels_;
  Search& search_;
  Terms& terms_;
  std::vector<RefSteps> refs_;
  std::vector<Bound> variables_;
};

}  // namespace writ::lang
