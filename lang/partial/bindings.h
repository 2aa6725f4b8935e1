// Variables and their values. Each instance of a body (a rule that is entered, the query) has Bindings of its own: the
// variable `x` of one is not that of another. A variable is bound to a term together with the Bindings that the term's own
// variables belong to, and stays free if it is not bound.
//
// Terms are never changed: *plugging* a term makes a new one with the values in place of the variables. In what is left over,
// free variables of other instances than the query get the number of their instance behind their name: x is x3, or x3_ if
// that is another variable already.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lang/partial/search.h"
#include "lang/partial/terms.h"
#include "lang/syntax/ast.h"

namespace writ::lang {

struct Bindings {
  struct Entry {
    Term* variable;
    Term* value;
    Bindings* of;  // the variables in the value
  };
  uint64_t id = 0;
  std::vector<Entry> entries;

  const Entry* find(std::string_view name) const;
};

// A term and the instance that its variables belong to.
struct Bound {
  Term* term = nullptr;
  Bindings* bindings = nullptr;
};

class Plugger {
 public:
  Plugger(Terms& terms, Levels& levels, Search& search) : terms_(terms), levels_(levels), search_(search) {}

  // What the term stands for: the end of the chain of variables.
  static Bound apply(Bound bound);
  // Until the search goes back.
  void bind(Bound variable, Bound value);
  // With values in place of variables. Closures are left as they are.
  Term* plug(Bound bound) { return plug(bound, nullptr); }
  // The same, and free variables of other instances than `root` get the number of theirs.
  Term* plug_for(Bound bound, const Bindings& root) { return plug(bound, &root); }
  // The names of all variables in the term, those of closures as well, as plug_for would name them if they were free.
  Term* rename(Bound bound, const Bindings& root);
  // A name that variables of the query have.
  void reserve(std::string name) { taken_.insert(std::move(name)); }

 private:
  Term* plug(Bound bound, const Bindings* root);
  Term* name(Term* variable, const Bindings& of, const Bindings* root);

  Terms& terms_;
  Levels& levels_;
  Search& search_;
  std::map<std::pair<std::string_view, uint64_t>, std::string> names_;
  std::set<std::string> taken_;
};

}  // namespace writ::lang
