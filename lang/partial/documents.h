// The base documents: `data` and the known parts of `input`, with what `with` puts in their place for the time of a statement.
#pragma once

#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/value/value.h"
#include "lang/partial/inlining.h"

namespace writ::lang {

// Of `data`: it is left out where `data` is read as a whole [S-6.5].
inline bool is_system(const Term& key) { return key.kind == TermKind::kString && key.text == "system"; }

class Documents {
 public:
  Documents(Terms& terms, const Value& data, const Value& input) : terms_(terms), data_(data) {
    if (input.is_defined()) input_ = terms_.from_value(input);
  }

  using Replacements = std::vector<std::pair<RefSteps, Term*>>;

  // What `with` changes; the rest of it is as it was.
  struct State {
    Term* input = nullptr;     // null: none
    Term* replaced = nullptr;  // what is put over `data`; null: nothing
  };
  State state() const { return {input_, replaced_}; }
  void set_state(const State& state) {
    input_ = state.input;
    replaced_ = state.replaced;
  }
  // The state in which these are replaced.
  State replace(const Replacements& input, const Replacements& data);

  // Places below `data` that are replaced: there are no rules at them.
  void push_targets(std::vector<RefSteps> targets) { targets_.push_back(std::move(targets)); }
  void pop_targets() { targets_.pop_back(); }
  std::vector<RefSteps> top_targets() const { return targets_.back(); }
  bool is_replaced(const RefSteps& place) const;

  Term* input() const { return input_; }
  // What is at a place below `data`, without rules; null if nothing is. RefSteps that are not scalar find nothing in the base.
  Term* at(const RefSteps& place);

  // `over` laid over `under`: members of both, objects within likewise.
  Term* merge(Term* over, Term* under);

 private:
  Term* overlay(Term* existing, const Replacements& replacements);
  Term* insert(Term* into, const RefSteps& path, size_t at, Term* value);
  Term* without_system(Term* data);
  Term* base_at(const RefSteps& place);

  Terms& terms_;
  Value data_;
  Term* input_ = nullptr;
  Term* replaced_ = nullptr;
  std::vector<std::vector<RefSteps>> targets_;
  std::unordered_map<const Value*, Term*> base_;  // what was read of it
};

}  // namespace writ::lang
