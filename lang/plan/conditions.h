// What can rule a definition out before it is evaluated, as hoist_conditions finds it: a path of steps that read, and what the value
// at its end is compared with. Several comparisons of one path are alternatives. This is what a condition is, which of them
// count together, and how they are checked; where they come from is in pass_hoist.cc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "lang/plan/plan.h"

namespace writ::lang {

// A statement that reads or checks, by what tells it from others: equal ones are the same condition.
struct ConditionStep {
  PlanOp op;
  uint32_t number;
  uint8_t mode;
  uint32_t constant;
  auto operator<=>(const ConditionStep&) const = default;
};
using Condition = std::vector<ConditionStep>;

// The modes of a step that is kMember.
inline constexpr uint8_t kElementTested = 0;
inline constexpr uint8_t kCollectionTested = 1;

// Whether what is read is compared with constants in the end.
inline bool compares(const Condition& condition) {
  PlanOp op = condition.back().op;
  return op == PlanOp::kGuard || op == PlanOp::kMember || op == PlanOp::kCallBuiltin;
}

// What OPA's index counts as well for a path, though it is checked only where it stands: with what follows it is one of several
// alternatives, so those alone say nothing.
struct Unchecked {
  size_t constants = 0;   // that the value may equal
  size_t affixes = 0;     // that it may begin or end with
};

// What is checked at the start of a definition: that any of the conditions holds.
struct ConditionCheck {
  uint32_t argument;  // kNoReg if it is none of an argument
  std::string path;   // what is read, as PathTexts says it
  std::vector<Condition> any_of;
  Unchecked unchecked;
  bool is_late;
};
// Arguments and paths.
using PathSet = std::set<std::pair<uint32_t, std::string>>;

// Paths by what they read, so that `input.o.k` and the k of a variable that holds `input.o` are one.
class PathTexts {
 public:
  explicit PathTexts(const Plan& plan) : plan_(plan) {}

  // Of the first so many steps of a condition.
  std::string text(const Condition& condition, size_t count);

 private:
  std::string of_node(uint32_t number) const;

  const Plan& plan_;
  std::vector<std::string> inputs_, data_;  // by slot, made when the first is asked for
};

// Whether it calls a built-in that tests how a text begins or ends, for constants. What a `with` puts in place of the built-in makes
// no difference.
bool is_affix_call(const Plan& plan, const Stmt& stmt);
// How many constants the second operand of such a call is.
size_t affix_count(const Plan& plan, const Stmt& stmt);
// Whether it calls glob.match for a constant pattern whose parts between delimiters are texts, or any: OPA's index knows those.
bool is_glob_call(const Plan& plan, const Stmt& stmt);

// Adds the paths for which several ends of texts are asked for: those come last in OPA's index.
void add_last_paths(const Plan& plan, const std::vector<ConditionCheck>& checks, PathSet& last);

// OPA's index looks at one path after the other, and no further than to one for which there are several constants if these are ends
// of texts or arrays. Which paths come first is not said here, beside that the `last` ones of all definitions of the rule come behind
// all others; so those checks are dropped for which that could make a difference.
void drop_uncertain(const Plan& plan, const PathSet& last, std::vector<ConditionCheck>& checks);

// Of conditions for both ends of one text those for one end count: for the end where the shortest that is sought is longer, else
// for the begin.
void keep_one_end(const Plan& plan, std::vector<Condition>& any_of);

// Makes the statements that check conditions, in registers from the first free one on.
class CheckWriter {
 public:
  CheckWriter(Plan& plan, const Span& span, uint32_t first_register)
      : plan_(plan), span_(span), next_register_(first_register) {}

  void add(const ConditionCheck& check, std::vector<Stmt>& to);
  uint32_t next_register() const { return next_register_; }

 private:
  Stmt& emit(PlanOp op, std::vector<Stmt>& to) const;
  void add(uint32_t argument, const Condition& condition, std::vector<Stmt>& to);
  void affix(const ConditionStep& step, const Operand& value, std::vector<Stmt>& to);
  void call_for_text(const ConditionStep& step, const Operand& value, std::vector<Stmt>& to);
  void guard(CompareKind compare, const Operand& value, const Value& bound, std::vector<Stmt>& to);
  uint32_t constant(const Value& value);

  Plan& plan_;
  Span span_;
  uint32_t next_register_;
};

}  // namespace writ::lang
