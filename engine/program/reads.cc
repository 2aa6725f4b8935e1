#include "engine/program/reads.h"

namespace writ {

namespace {

class Reach {
 public:
  explicit Reach(const Program& program)
      : program_(program), seen_(program.functions.size(), false), slots_(program.input_paths.slot_count(), false) {}

  void from(uint32_t function) {
    add(function);
    while (!open_.empty()) {
      const Function& next = program_.functions[open_.back()];
      open_.pop_back();
      for (uint32_t pc = next.entry; pc < next.end; ++pc) follow(program_.code[pc]);
      for (const KeyedRead& read : program_.keyed_reads_of(next.entry, next.end)) add(read.function);
    }
  }

  const std::vector<bool>& slots() const { return slots_; }

 private:
  void add(uint32_t function) {
    if (function == kNone32 || seen_[function]) return;
    seen_[function] = true;
    open_.push_back(function);
  }

  void follow(const Instruction& in) {
    switch (opcode_info(in.op).x) {
      case Field::kInputSlot: slots_[in.x] = true; break;
      case Field::kFunction: add(in.x); break;
      case Field::kNode: add_documents(in.x); break;
      case Field::kWith:
        for (const WithTarget& target : program_.withs[in.x].targets) {
          if (target.by == WithTarget::By::kFunction) add(target.replacement);
        }
        break;
      case Field::kIndex:
        for (const RuleIndex::Node& node : program_.indexes[in.x].nodes) {
          if (node.slot != kNone32) slots_[node.slot] = true;
        }
        break;
      default: break;
    }
  }

  // A dynamic reference may end at any rule below its node.
  void add_documents(uint32_t node) {
    if (nodes_seen_.empty()) nodes_seen_.resize(program_.nodes.size(), false);
    std::vector<uint32_t> open{node};
    while (!open.empty()) {
      uint32_t at = open.back();
      open.pop_back();
      if (nodes_seen_[at]) continue;
      nodes_seen_[at] = true;
      add(program_.nodes[at].rule);
      add(program_.nodes[at].extent);
      open.insert(open.end(), program_.nodes[at].children.begin(), program_.nodes[at].children.end());
    }
  }

  const Program& program_;
  std::vector<bool> seen_;
  std::vector<bool> nodes_seen_;
  std::vector<bool> slots_;
  std::vector<uint32_t> open_;
};

}  // namespace

std::vector<std::vector<std::string>> input_reads(const Program& program, uint32_t function) {
  Reach reach(program);
  reach.from(function);
  std::vector<std::vector<std::string>> paths;
  struct Place {
    uint32_t node;
    std::vector<std::string> path;
  };
  std::vector<Place> open{{0, {}}};
  while (!open.empty()) {
    Place place = std::move(open.back());
    open.pop_back();
    const PathTrie::Node& node = program.input_paths.nodes()[place.node];
    if (node.slot != PathTrie::kNoSlot && reach.slots()[node.slot]) paths.push_back(place.path);
    for (uint32_t child : node.children) {
      open.push_back({child, place.path});
      open.back().path.push_back(program.input_paths.nodes()[child].key);
    }
  }
  return paths;
}

}  // namespace writ
