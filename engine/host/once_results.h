// Results that hold for the rest of a decision: of functions of class `once`, by function and arguments.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/value/value.h"

namespace writ {

// Keeps its memory from decision to decision.
class OnceResults {
 public:
  // Null if there was no such call. `args` is the faithful text of the arguments. O(log n) comparisons. The result is
  // valid until the next add or clear.
  const Value* find(std::string_view function, std::string_view args);
  // For a call that find does not know. The texts are copied; what the value points to is not.
  // O(n) moves, paid for by the evaluation that runs.
  void add(std::string_view function, std::string_view args, const Value& value);
  void clear();

 private:
  struct Call {
    uint64_t text;  // where in text_ the function begins; its arguments follow
    uint32_t function_size, args_size;
    Value value;
  };
  size_t place_of(std::string_view function, std::string_view args) const;
  bool is_before(const Call& call, std::string_view function, std::string_view args) const;

  std::string text_;
  std::vector<Call> calls_;      // in order of arrival
  std::vector<uint32_t> order_;  // the same by function and arguments
};

}  // namespace writ
