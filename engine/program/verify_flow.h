// The part of verify() that looks at the ways through a function, after every field of its instructions was found in
// bounds.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/program/program.h"

namespace writ {

class FlowVerifier {
 public:
  explicit FlowVerifier(const Program& program);

  // Empty if on every way through the function
  //   a loop charges fuel, and leads out where it is exhausted;
  //   the work of instructions that charge nothing is paid for, a unit for every kWorkPerUnit of it;
  //   each `with` scope that is entered is left once, and none is open at a return;
  //   a builder is started, by the right kind of kBuild, before it is added to, and not touched after it is finished;
  //   the alternatives taken from a register are those that the same rule index left there.
  // Else what is wrong, with the instruction's number. Call it once a function.
  std::string check(const Function& function);

 private:
  // What is true in front of an instruction, whichever way led there.
  struct State {
    uint32_t scopes = kNone32;   // open `with` scopes; kNone32: no way leads there
    uint32_t builder = kNone32;  // the kBuild of the innermost builder that is open; kNone32: none is
  };

  void fail(const std::string& text, uint32_t pc);
  const Instruction& at(uint32_t pc) const { return program_.code[pc]; }
  bool in_function(uint32_t pc) const { return pc >= function_->entry && pc < function_->end; }
  State& state_at(uint32_t pc) { return states_[pc - function_->entry]; }
  template <typename Visit>
  void for_each_next(uint32_t pc, Visit visit) const;

  void check_ends();
  void check_fuel();
  void check_free_way(std::vector<uint32_t>& way, std::vector<uint8_t>& marks);
  void check_work();
  void check_nesting();
  State state_after(uint32_t pc);
  void open_builder(uint32_t pc, State& state);
  bool is_open(uint32_t builder, const State& state) const;
  void find_ways_in();
  void check_choice(uint32_t pc);

  const Program& program_;
  const Function* function_ = nullptr;
  std::string fault_;
  std::vector<uint32_t> order_;  // of check_fuel's walk: each instruction behind those that it leads to for free
  // By rule index: the instruction that selects from it, and whether one that chooses was seen.
  std::vector<uint32_t> selected_at_;
  std::vector<bool> chosen_from_;
  std::vector<State> states_;                         // by position in the function
  std::vector<uint32_t> first_way_in_, last_way_in_;  // the first and last instruction that goes on there
};

}  // namespace writ
