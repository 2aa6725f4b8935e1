// Takes out of a query the variables that only carry values from one statement to another: `x = input.a; x > 1` becomes
// `input.a > 1`. What the query says stays the same: variables in `live` keep their equalities, and a reference whose value
// nobody uses stays as a statement, for it must be defined.
#pragma once

#include <map>
#include <set>
#include <string>

#include "lang/check/checker.h"
#include "lang/partial/search.h"
#include "lang/partial/terms.h"

namespace writ::lang {

class CopyPropagation {
 public:
  // `never_empty`: a query of which nothing is left is `true`.
  CopyPropagation(const Checker& checker, Terms& terms, const VarSet& live, bool never_empty)
      : checker_(checker), terms_(terms), never_empty_(never_empty), live_(live.begin(), live.end()) {}

  // The query itself if it can never hold, or if something would be lost.
  Body* apply(const Body& query);

 private:
  // Variables that are equal. Its root is a live one if there is any in it, and it may have a constant for value.
  struct Group {
    std::string_view root;
    Term* constant = nullptr;
  };

  void reset();
  Group* find(std::string_view name);
  Group& group_of(std::string_view name);
  bool merge(std::string_view a, std::string_view b);
  bool set_constant(std::string_view name, Term* value);
  bool group(const Body& query);
  void find_heads(const Body& query);

  Term* variable_value(Term* variable, bool negated);
  Term* reference_value(Term* ref, bool negated);
  Expr* plugged(const Expr& expr);
  Term* inside_value(Term* value, bool negated);
  void apply_inside(Expr& expr);
  bool is_left(const Expr& expr);
  bool take_out(Term* variable, Term* value);
  void bind_live(ExprList& result);
  bool restore_needed(ExprList& result);
  VarSet unsafe_vars(const ExprList& exprs, const VarSet& safe);

  const Checker& checker_;
  Terms& terms_;
  Levels levels_;
  bool never_empty_;
  std::set<std::string_view> live_;
  std::map<std::string_view, std::string_view> parents_;
  std::map<std::string_view, Group> groups_;             // by root
  std::set<std::string_view> heads_;        // variables that references begin with
  std::map<std::string_view, Term*> taken_out_;          // variable → what it is equal to
  std::set<std::string_view> placeholders_; // variables there that are in no statement
};

}  // namespace writ::lang
