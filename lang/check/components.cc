#include "lang/check/components.h"

#include <algorithm>
#include <cstddef>

namespace writ::lang {
namespace {

// Tarjan's algorithm, on a stack of our own: chains of rules can be long.
class Components {
 public:
  explicit Components(const std::vector<std::vector<uint32_t>>& edges)
      : edges_(edges),
        component_(edges.size(), UINT32_MAX),
        index_(edges.size(), UINT32_MAX),
        low_(edges.size(), 0),
        on_stack_(edges.size(), false) {}

  std::vector<uint32_t> run() {
    for (uint32_t start = 0; start < edges_.size(); ++start) {
      if (index_[start] == UINT32_MAX) visit(start);
    }
    return std::move(component_);
  }

 private:
  struct Frame {
    uint32_t vertex;
    size_t next;
  };

  void visit(uint32_t start) {
    enter(start);
    while (!frames_.empty()) {
      Frame& frame = frames_.back();
      uint32_t vertex = frame.vertex;
      if (frame.next == edges_[vertex].size()) {
        leave(vertex);
        continue;
      }
      uint32_t to = edges_[vertex][frame.next++];
      if (index_[to] == UINT32_MAX) {
        enter(to);
      } else if (on_stack_[to]) {
        low_[vertex] = std::min(low_[vertex], index_[to]);
      }
    }
  }

  void enter(uint32_t vertex) {
    index_[vertex] = low_[vertex] = counter_++;
    stack_.push_back(vertex);
    on_stack_[vertex] = true;
    frames_.push_back({vertex, 0});
  }

  void leave(uint32_t vertex) {
    frames_.pop_back();
    if (!frames_.empty()) low_[frames_.back().vertex] = std::min(low_[frames_.back().vertex], low_[vertex]);
    if (low_[vertex] != index_[vertex]) return;
    uint32_t member;
    do {
      member = stack_.back();
      stack_.pop_back();
      on_stack_[member] = false;
      component_[member] = vertex;
    } while (member != vertex);
  }

  const std::vector<std::vector<uint32_t>>& edges_;
  std::vector<uint32_t> component_, index_, low_, stack_;
  std::vector<bool> on_stack_;
  std::vector<Frame> frames_;
  uint32_t counter_ = 0;
};

}  // namespace

std::vector<uint32_t> components_of(const std::vector<std::vector<uint32_t>>& edges) { return Components(edges).run(); }

}  // namespace writ::lang
