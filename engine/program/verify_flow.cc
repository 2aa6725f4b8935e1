// The ways through a function: what the machine's loop takes for granted about the order in which instructions run.
//
// Where an instruction can go on follows from the flow column of the opcode table (for_each_next). Scopes of `with` are
// counted forwards: every instruction has one depth, whichever way led there. Builders and rule indexes are looked at
// backwards, from each use to the instructions that may have run before it: every way has to meet the instruction that
// starts the thing before it meets the beginning of the function. Programs of the compiler are properly nested, so such
// a search stays inside of the comprehension or rule that it began in; a bound on all of them together keeps a hostile
// file from making it long.
#include "engine/program/verify_flow.h"

#include <algorithm>

namespace writ {

namespace {

constexpr uint64_t kStepsPerInstruction = 256;

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
    : program_(program),
      chosen_from_(program.indexes.size(), false),
      steps_left_((program.code.size() + 1) * kStepsPerInstruction) {}

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
  if (fault_.empty()) check_exhausted_loops();
  if (fault_.empty()) check_scopes();
  if (!fault_.empty()) return fault_;
  find_ways_in();
  for (uint32_t pc = function.entry; pc < function.end && fault_.empty(); ++pc) {
    const OpcodeInfo& info = opcode_info(at(pc).op);
    if (info.a == Field::kBuilder) check_builder(pc, at(pc).a);
    if (info.b == Field::kBuilder) check_builder(pc, at(pc).b);
    if (info.flow == Flow::kChoose) check_choice(pc);
  }
  return fault_;
}

// The last instruction leads somewhere else, and each rule index is chosen from in one place: so the number of ways is
// in proportion to the size of the program.
void FlowVerifier::check_ends() {
  Flow last = opcode_info(at(function_->end - 1).op).flow;
  if (last != Flow::kReturn && last != Flow::kJump)
    return fail(function_->path + " runs off its end", function_->end - 1);
  for (uint32_t pc = function_->entry; pc < function_->end; ++pc) {
    if (opcode_info(at(pc).op).flow != Flow::kChoose) continue;
    if (chosen_from_[at(pc).x]) return fail("a rule index is used twice", pc);
    chosen_from_[at(pc).x] = true;
  }
}

// Every jump back leads to an instruction that charges, so that no loop is endless.
void FlowVerifier::check_fuel() {
  for (uint32_t pc = function_->entry; pc < function_->end; ++pc) {
    if (opcode_info(at(pc).op).jump != Field::kTarget || at(pc).jump > pc) continue;
    Flow flow = opcode_info(at(at(pc).jump).op).flow;
    if (flow != Flow::kLoop && flow != Flow::kChoose) return fail("a loop charges no fuel", pc);
  }
}

// A loop charges for an element, not for the end. So its end must lead out: to a loop around it, or behind the last
// jump back to it. Then no code can go round exhausted loops forever.
void FlowVerifier::check_exhausted_loops() {
  std::vector<uint32_t> last_jump_back(function_->end - function_->entry, 0);
  for (uint32_t pc = function_->entry; pc < function_->end; ++pc) {
    bool jumps = opcode_info(at(pc).op).jump == Field::kTarget;
    if (jumps && at(pc).jump <= pc) last_jump_back[at(pc).jump - function_->entry] = pc;
  }
  for (uint32_t pc = function_->entry; pc < function_->end; ++pc) {
    if (opcode_info(at(pc).op).flow != Flow::kLoop) continue;
    uint32_t exhausted = at(pc).jump;
    bool leads_out = exhausted < pc || exhausted > std::max(pc, last_jump_back[pc - function_->entry]);
    if (!leads_out) return fail("a loop does not end where it is exhausted", pc);
  }
}

void FlowVerifier::check_scopes() {
  std::vector<uint32_t> depths(function_->end - function_->entry, kNone32);
  std::vector<uint32_t> open{function_->entry};
  depths[0] = 0;
  while (!open.empty()) {
    uint32_t pc = open.back();
    open.pop_back();
    uint32_t depth = depths[pc - function_->entry];
    Flow flow = opcode_info(at(pc).op).flow;
    if (flow == Flow::kReturn && depth != 0) return fail("a function returns inside of a `with` scope", pc);
    if (flow == Flow::kLeave && depth == 0) return fail("a `with` scope is left that was never entered", pc);
    for_each_next(pc, [&](uint32_t next) {
      uint32_t there = depth;
      if (flow == Flow::kEnter && next == pc + 1 && next != at(pc).jump) ++there;
      if (flow == Flow::kLeave) --there;
      uint32_t& known = depths[next - function_->entry];
      if (known == kNone32) {
        known = there;
        open.push_back(next);
      } else if (known != there) {
        fail("a `with` scope is open on one way and not on another", next);
      }
    });
    // A `with` that fails to where it goes on would leave open whether its scope was entered.
    if (flow == Flow::kEnter && at(pc).jump == pc + 1) fail("a `with` scope may be open or not", pc);
    if (!fault_.empty()) return;
  }
}

void FlowVerifier::find_ways_in() {
  uint32_t size = function_->end - function_->entry;
  first_way_in_.assign(size + 1, 0);
  for (uint32_t pc = function_->entry; pc < function_->end; ++pc) {
    for_each_next(pc, [&](uint32_t next) { ++first_way_in_[next - function_->entry + 1]; });
  }
  for (uint32_t i = 0; i < size; ++i) first_way_in_[i + 1] += first_way_in_[i];
  ways_in_.resize(first_way_in_[size]);
  std::vector<uint32_t> free = first_way_in_;
  for (uint32_t pc = function_->entry; pc < function_->end; ++pc) {
    for_each_next(pc, [&](uint32_t next) { ways_in_[free[next - function_->entry]++] = pc; });
  }
  seen_.assign(size, 0);
  search_ = 0;
}

// Whether every way to `use` meets an instruction that starts what is used before one that spoils it, and before it
// meets the beginning of the function.
bool FlowVerifier::always_started(uint32_t use, const Judge& judge) {
  ++search_;
  std::vector<uint32_t> open{use};
  while (!open.empty()) {
    uint32_t pc = open.back();
    open.pop_back();
    if (pc == function_->entry) return false;
    uint32_t place = pc - function_->entry;
    for (uint32_t i = first_way_in_[place]; i < first_way_in_[place + 1]; ++i) {
      uint32_t before = ways_in_[i];
      if (steps_left_ == 0) return false;
      --steps_left_;
      if (seen_[before - function_->entry] == search_) continue;
      seen_[before - function_->entry] = search_;
      Verdict verdict = judge(before);
      if (verdict == Verdict::kSpoils) return false;
      if (verdict == Verdict::kPasses) open.push_back(before);
    }
  }
  return true;
}

void FlowVerifier::check_builder(uint32_t pc, uint32_t builder) {
  const OpcodeInfo& use = opcode_info(at(pc).op);
  bool adds = use.a == Field::kBuilder;
  bool adds_rows = use.c == Field::kRowCount;
  auto judge = [&](uint32_t before) {
    const Instruction& in = at(before);
    const OpcodeInfo& info = opcode_info(in.op);
    if (info.b == Field::kBuilder && in.b == builder) return Verdict::kSpoils;  // it is finished
    if (info.a != Field::kNewBuilder || in.a != builder) return Verdict::kPasses;
    bool makes_rows = static_cast<BuildKind>(in.x) == BuildKind::kTree;
    return !adds || adds_rows == makes_rows ? Verdict::kStarts : Verdict::kSpoils;
  };
  if (!always_started(pc, judge)) fail("builder used before " + std::string(opcode_info(Opcode::kBuild).name), pc);
}

void FlowVerifier::check_choice(uint32_t pc) {
  const Instruction& choice = at(pc);
  auto judge = [&](uint32_t before) {
    if (before == pc || !writes(at(before), choice.a)) return Verdict::kPasses;
    const OpcodeInfo& info = opcode_info(at(before).op);
    bool selects = info.x == Field::kIndex && info.flow != Flow::kChoose && at(before).x == choice.x;
    return selects ? Verdict::kStarts : Verdict::kSpoils;
  };
  if (!always_started(pc, judge))
    fail("alternatives used before " + std::string(opcode_info(Opcode::kSelect).name), pc);
}

}  // namespace writ
