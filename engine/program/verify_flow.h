// The part of verify() that looks at the ways through a function, after every field of its instructions was found in
// bounds.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/program/program.h"

namespace writ {

class FlowVerifier {
 public:
  explicit FlowVerifier(const Program& program);

  // Empty if on every way through the function
  //   a loop charges fuel, and leads out where it is exhausted;
  //   each `with` scope that is entered is left once, and none is open at a return;
  //   a builder is started, by the right kind of kBuild, before it is added to, and not touched after it is finished;
  //   the alternatives taken from a register are those that the same rule index left there.
  // Else what is wrong, with the instruction's number. Call it once a function.
  std::string check(const Function& function);

 private:
  enum class Verdict : uint8_t { kPasses, kStarts, kSpoils };
  using Judge = std::function<Verdict(uint32_t)>;

  void fail(const std::string& text, uint32_t pc);
  const Instruction& at(uint32_t pc) const { return program_.code[pc]; }
  template <typename Visit>
  void for_each_next(uint32_t pc, Visit visit) const;

  void check_ends();
  void check_fuel();
  void check_exhausted_loops();
  void check_scopes();
  void find_ways_in();
  void check_builder(uint32_t pc, uint32_t builder);
  void check_choice(uint32_t pc);
  bool always_started(uint32_t use, const Judge& judge);

  const Program& program_;
  const Function* function_ = nullptr;
  std::string fault_;
  std::vector<bool> chosen_from_;  // rule indexes that a kChoose was seen for
  uint64_t steps_left_;            // of all backward searches together
  // The instructions before each: ways_in_[first_way_in_[i] … first_way_in_[i + 1]), by position in the function.
  std::vector<uint32_t> first_way_in_, ways_in_;
  std::vector<uint32_t> seen_;  // the search that saw an instruction last
  uint32_t search_ = 0;
};

}  // namespace writ
