// The values that the definitions of one rule or function give, for the message of a conflict.
//
// A conflict is found at the second value; the message shows the values of all definitions, as OPA's does. So the machine
// evaluates the function once more, in a frame of its own, and shows every value that is assigned to Conflicts, which keeps the
// first value and, of each definition, the first one that differs from it. [S-11.1]
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "engine/base/span.h"
#include "engine/program/program.h"
#include "engine/value/value.h"

namespace writ {

// Where something was written.
struct Place {
  std::string file;
  uint32_t row = 0;
  uint32_t column = 0;
};

class Conflicts {
 public:
  // `depth`: how many frames there are while the function runs.
  Conflicts(size_t depth, std::span<const Value> arguments)
      : depth_(depth), arguments_(arguments.begin(), arguments.end()) {}

  void give_arguments(Value* registers) const { std::copy(arguments_.begin(), arguments_.end(), registers); }
  bool is_of(size_t depth) const { return depth == depth_; }

  // Whether an assignment is the value of a definition. The result is the register behind the arguments; any other that is
  // assigned so holds the value of an `else` chain, whose branch has been shown already when it moves on to the result.
  bool takes(size_t depth, uint32_t to, uint32_t from);
  void add(const Value& value, Place place);

  // Of the definition that contradicts the one of the first value; null if it was not found again.
  const Place* second_place() const { return found_.size() > 1 ? &found_[1].place : nullptr; }
  // ":" and a line for each value, by place; nothing if fewer than two were found again.
  std::string text() const;

 private:
  struct Found {
    Value value;
    Place place;
  };

  size_t depth_;
  std::vector<Value> arguments_;
  uint32_t chain_ = kNone32;  // the register of the `else` chain that has a value
  std::vector<Found> found_;
  bool more_ = false;
};

}  // namespace writ
