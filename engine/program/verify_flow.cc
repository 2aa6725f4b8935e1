// The ways through a function: what the machine's loop takes for granted about the order in which instructions run.
//
// Where an instruction can go on follows from the flow column of the opcode table (for_each_next). Programs of the
// compiler are properly nested, and that is what is verified, since it takes one look at each instruction, however long
// the function is:
//
//   fuel      what is left of the ways when those that charge are taken out must have no cycle;
//   work      between two instructions that charge there is no more than a unit or two pays for;
//   nesting   open `with` scopes and builders form stacks, and every instruction has one, whichever way led there; the
//             numbers of nested builders grow, so that none is started twice;
//   choices   from where a rule index selects to the last way back to where its alternatives are taken, code can be
//             entered at the selection alone, and nothing else writes its register.
#include "engine/program/verify_flow.h"

#include <algorithm>

namespace writ {

namespace {

// Whether the instruction writes the register.
bool writes(const Instruction& in, uint32_t reg) {
  const OpcodeInfo& info = opcode_info(in.op);
  auto is_it = [&](Field field, uint16_t value) {
    return (field == Field::kReg || field == Field::kOptionalReg) && value == reg;
  };
  return is_it(info.a, in.a) || is_it(info.b, in.b) || is_it(info.c, in.c);
}

}  // namespace

FlowVerifier::FlowVerifier(const Program& program)
    : program_(program), selected_at_(program.indexes.size(), kNone32), chosen_from_(program.indexes.size(), false) {}

void FlowVerifier::fail(const std::string& text, uint32_t pc) {
  if (fault_.empty()) fault_ = text + " (instruction " + std::to_string(pc) + ")";
}

template <typename Visit>
void FlowVerifier::for_each_next(uint32_t pc, Visit visit) const {
  const Instruction& in = at(pc);
  const OpcodeInfo& info = opcode_info(in.op);
  if (info.jump == Field::kTarget) visit(in.jump);
  if (info.flow == Flow::kJump || info.flow == Flow::kReturn) return;
  if (info.flow != Flow::kChoose) return visit(pc + 1);
  for (const RuleIndex::Node& node : program_.indexes[in.x].nodes) {
    for (uint32_t target : node.alternatives) visit(target);
  }
}

std::string FlowVerifier::check(const Function& function) {
  function_ = &function;
  check_ends();
  if (fault_.empty()) check_fuel();
  if (fault_.empty()) check_work();
  if (fault_.empty()) check_nesting();
  if (!fault_.empty()) return fault_;
  find_ways_in();
  for (uint32_t pc = function.entry; pc < function.end && fault_.empty(); ++pc) {
    if (opcode_info(at(pc).op).flow == Flow::kChoose) check_choice(pc);
  }
  return fault_;
}

// The last instruction leads somewhere else, and each rule index is selected from and chosen from in one place: so the
// number of ways is in proportion to the size of the program.
void FlowVerifier::check_ends() {
  Flow last = opcode_info(at(function_->end - 1).op).flow;
  if (last != Flow::kReturn && last != Flow::kJump)
    return fail(function_->path + " runs off its end", function_->end - 1);
  for (uint32_t pc = function_->entry; pc < function_->end; ++pc) {
    const OpcodeInfo& info = opcode_info(at(pc).op);
    if (info.x != Field::kIndex) continue;
    uint32_t index = at(pc).x;
    bool again = info.flow == Flow::kChoose ? chosen_from_[index] : selected_at_[index] != kNone32;
    if (again) return fail("a rule index is used twice", pc);
    if (info.flow == Flow::kChoose) {
      chosen_from_[index] = true;
    } else {
      selected_at_[index] = pc;
    }
  }
}

// --- fuel ------------------------------------------------------------------------------------------------------------

enum : uint8_t { kNew, kOnTheWay, kDone };

// A loop charges for an element but not for its end, a choice always: without the ways that are charged for, nothing
// leads back to where it was. Depth first, on a stack of our own.
void FlowVerifier::check_fuel() {
  std::vector<uint8_t> marks(function_->end - function_->entry, kNew);
  std::vector<uint32_t> way;
  order_.clear();
  for (uint32_t pc = function_->entry; pc < function_->end && fault_.empty(); ++pc) {
    if (marks[pc - function_->entry] != kNew) continue;
    way.push_back(pc);
    while (!way.empty() && fault_.empty()) check_free_way(way, marks);
  }
}

// One step: further along the way, or back from its end.
void FlowVerifier::check_free_way(std::vector<uint32_t>& way, std::vector<uint8_t>& marks) {
  uint32_t pc = way.back();
  uint8_t& mark = marks[pc - function_->entry];
  if (mark != kNew) {
    way.pop_back();
    if (mark != kDone) order_.push_back(pc);
    mark = kDone;
    return;
  }
  mark = kOnTheWay;
  Flow flow = opcode_info(at(pc).op).flow;
  if (flow == Flow::kChoose) return;
  for_each_next(pc, [&](uint32_t next) {
    bool charged = flow == Flow::kLoop && next == pc + 1 && next != at(pc).jump;
    if (charged) return;
    uint8_t there = marks[next - function_->entry];
    if (there == kNew) way.push_back(next);
    if (there != kOnTheWay) return;
    for (size_t i = way.size(); i > 0; --i) {  // from here round to `next`
      uint32_t around = way[i - 1];
      if (marks[around - function_->entry] != kOnTheWay) continue;
      if (opcode_info(at(around).op).flow == Flow::kLoop)
        return fail("a loop does not end where it is exhausted", around);
      if (around == next) break;
    }
    fail("a loop charges no fuel", pc);
  });
}

// Along the ways that are not charged for, what an instruction does is soon paid for: forward in an order in which each
// comes behind all that lead to it.
void FlowVerifier::check_work() {
  constexpr int64_t kUnreached = INT64_MIN / 2;
  constexpr int64_t kMost = int64_t{2} * kWorkPerUnit;
  std::vector<int64_t> owed(function_->end - function_->entry, kUnreached);
  owed[0] = 0;
  for (auto pc = order_.rbegin(); pc != order_.rend() && fault_.empty(); ++pc) {
    const Instruction& in = at(*pc);
    const OpcodeInfo& info = opcode_info(in.op);
    int64_t before = owed[*pc - function_->entry];
    if (before == kUnreached) before = 0;
    int64_t after = before + static_cast<int64_t>(work_of(in));
    if (info.work == 0) after = in.op == Opcode::kCharge ? before - int64_t{in.x} * kWorkPerUnit : 0;
    if (after > kMost) return fail("work that no fuel is charged for", *pc);
    for_each_next(*pc, [&](uint32_t next) {
      bool goes_round = info.flow == Flow::kLoop && next == *pc + 1 && next != in.jump;
      int64_t& there = owed[next - function_->entry];
      there = std::max(there, goes_round ? 0 : after);
    });
  }
}

// --- scopes and builders ---------------------------------------------------------------------------------------------

void FlowVerifier::check_nesting() {
  states_.assign(function_->end - function_->entry, State{});
  std::vector<uint32_t> open{function_->entry};
  state_at(function_->entry).scopes = 0;
  while (!open.empty() && fault_.empty()) {
    uint32_t pc = open.back();
    open.pop_back();
    State after = state_after(pc);
    if (!fault_.empty()) return;
    const Instruction& in = at(pc);
    bool enters = opcode_info(in.op).flow == Flow::kEnter;
    // A `with` that fails to where it goes on would leave open whether its scope was entered.
    if (enters && in.jump == pc + 1) return fail("a `with` scope may be open or not", pc);
    for_each_next(pc, [&](uint32_t next) {
      State there = after;
      if (enters && next == pc + 1) ++there.scopes;
      State& known = state_at(next);
      if (known.scopes == kNone32) {
        known = there;
        open.push_back(next);
      } else if (known.scopes != there.scopes) {
        fail("a `with` scope is open on one path and not on another", next);
      } else if (known.builder != there.builder) {
        fail("builder used before " + std::string(opcode_info(Opcode::kBuild).name), next);
      }
    });
  }
}

// Behind the instruction, except for the scope that a `with` enters.
FlowVerifier::State FlowVerifier::state_after(uint32_t pc) {
  const Instruction& in = at(pc);
  const OpcodeInfo& info = opcode_info(in.op);
  State state = state_at(pc);
  if (info.flow == Flow::kReturn && state.scopes != 0) fail("a function returns inside a `with` scope", pc);
  if (info.flow == Flow::kLeave) {
    if (state.scopes == 0) fail("a `with` scope is left that was never entered", pc);
    --state.scopes;
  }
  if (info.a == Field::kNewBuilder) open_builder(pc, state);
  bool adds = info.a == Field::kBuilder;
  bool finishes = info.b == Field::kBuilder;
  if (!adds && !finishes) return state;
  bool started = is_open(adds ? in.a : in.b, state);
  if (started && adds) {
    bool makes_rows = static_cast<BuildKind>(at(state.builder).x) == BuildKind::kTree;
    started = makes_rows == (info.c == Field::kRowCount);
  }
  if (!started) {
    fail("builder used before " + std::string(opcode_info(Opcode::kBuild).name), pc);
  } else if (finishes) {
    state.builder = state_at(state.builder).builder;
  }
  return state;
}

void FlowVerifier::open_builder(uint32_t pc, State& state) {
  if (state.builder != kNone32 && at(state.builder).a >= at(pc).a) fail("builders are not nested", pc);
  state.builder = pc;
}

bool FlowVerifier::is_open(uint32_t builder, const State& state) const {
  return state.builder != kNone32 && at(state.builder).a == builder;
}

// --- choices ---------------------------------------------------------------------------------------------------------

void FlowVerifier::find_ways_in() {
  uint32_t size = function_->end - function_->entry;
  first_way_in_.assign(size, kNone32);
  last_way_in_.assign(size, 0);
  for (uint32_t pc = function_->entry; pc < function_->end; ++pc) {
    for_each_next(pc, [&](uint32_t next) {
      uint32_t place = next - function_->entry;
      first_way_in_[place] = std::min(first_way_in_[place], pc);
      last_way_in_[place] = std::max(last_way_in_[place], pc);
    });
  }
}

// The code from the selection to the last way back into it, of which the choice is a part.
void FlowVerifier::check_choice(uint32_t pc) {
  const Instruction& choice = at(pc);
  uint32_t select = selected_at_[choice.x];
  bool selected = in_function(select) && select < pc && at(select).a == choice.a;
  uint32_t last = pc;
  for (uint32_t place = select + 1; selected && place <= last; ++place) {
    last = std::max(last, last_way_in_[place - function_->entry]);
    selected = first_way_in_[place - function_->entry] >= select && (place == pc || !writes(at(place), choice.a));
  }
  if (!selected) fail("alternatives used before " + std::string(opcode_info(Opcode::kSelect).name), pc);
}

}  // namespace writ
