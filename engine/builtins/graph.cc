// graph.reachable, graph.reachable_paths and walk.
//
// A graph is an object from nodes to collections of neighbours. Reachability is a search with a set of seen nodes;
// paths are found by PathFinder, which follows every way until it ends or would visit a node of the way again, and pays
// for each step. walk goes through a value depth first and returns all pairs of path and value at once, as an array.
#include <set>
#include <vector>

#include "engine/base/error.h"
#include "engine/builtins/support.h"
#include "engine/value/build.h"
#include "engine/value/order.h"

namespace writ {

namespace {

struct Less {
  bool operator()(const Value& a, const Value& b) const { return less(a, b); }
};
using Nodes = std::set<Value, Less>;

// The neighbours of a node; none if what the graph holds there is neither array nor set.
std::span<const Value> edges_of(const Value& edges) {
  return edges.is_array() || edges.is_set() ? edges.items() : std::span<const Value>();
}

// All ways from one node until they leave the graph, end, or come back to where they have been.
class PathFinder {
 public:
  PathFinder(BuiltinCall& call, SetBuilder& paths) : call_(call), paths_(paths) {}

  void from(const Value& node) {
    charge_elements(call_, 1);
    const Value* edges = object_find(call_[0], node);
    if (edges == nullptr) return;
    path_ = {node};
    on_path_ = {node};
    if (edges_of(*edges).empty()) return commit();
    // The first step is taken even if it leads back to where it starts.
    for (const Value& neighbour : edges_of(*edges)) {
      enter(neighbour);
      run();
    }
  }

 private:
  struct Stop {
    std::span<const Value> edges;
    size_t next = 0;
    bool marked = false;  // this stop put its node among on_path_
  };

  void run() {
    while (!stops_.empty()) {
      Stop& stop = stops_.back();
      if (stop.next == stop.edges.size()) {
        if (stop.marked) on_path_.erase(path_.back());
        path_.pop_back();
        stops_.pop_back();
        continue;
      }
      const Value& neighbour = stop.edges[stop.next++];
      if (on_path_.contains(neighbour)) {
        commit();
      } else {
        enter(neighbour);
      }
    }
  }

  void enter(const Value& node) {
    charge_elements(call_, 2);
    const Value* edges = object_find(call_[0], node);
    if (edges == nullptr) return commit();
    path_.push_back(node);
    if (edges_of(*edges).empty()) {
      commit();
      path_.pop_back();
      return;
    }
    stops_.push_back({edges_of(*edges), 0, on_path_.insert(node).second});
  }

  void commit() {
    charge_elements(call_, path_.size());
    paths_.add(make_array(call_.arena, path_));
  }

  BuiltinCall& call_;
  SetBuilder& paths_;
  std::vector<Value> path_;
  Nodes on_path_;
  std::vector<Stop> stops_;
};

// Pre-order: the value itself, then what is in it.
class Walker {
 public:
  explicit Walker(BuiltinCall& call) : call_(call), steps_(call.arena) {}

  Value run(const Value& value) {
    visit(value);
    return steps_.finish();
  }

 private:
  void visit(const Value& value) {
    charge_elements(call_, 1 + path_.size());
    const Value step[] = {make_array(call_.arena, path_), value};
    steps_.append(make_array(call_.arena, step));
    if (!value.is_collection()) return;
    if (path_.size() >= kMaxValueDepth) throw Failure(ErrorCode::E_DEPTH, "walk: the value is nested too deeply");
    for (uint32_t i = 0; i < value.size; i++) {
      if (value.is_object()) {
        descend(value.entries[i].key, value.entries[i].value);
      } else {
        descend(value.is_array() ? Value::of(int64_t{i}) : value.elements[i], value.elements[i]);
      }
    }
  }

  void descend(const Value& key, const Value& value) {
    path_.push_back(key);
    visit(value);
    path_.pop_back();
  }

  BuiltinCall& call_;
  ArrayBuilder steps_;
  std::vector<Value> path_;
};

}  // namespace

Value builtin_graph_reachable(BuiltinCall& call) {
  Nodes reached;
  std::vector<Value> pending;
  auto offer = [&](const Value& node) {
    charge_elements(call, 1);
    if (object_find(call[0], node) != nullptr && reached.insert(node).second) pending.push_back(node);
  };
  for (const Value& node : call[1].items()) offer(node);
  while (!pending.empty()) {
    Value node = pending.back();
    pending.pop_back();
    for (const Value& neighbour : edges_of(*object_find(call[0], node))) offer(neighbour);
  }
  std::vector<Value> sorted(reached.begin(), reached.end());
  return make_set(call.arena, sorted);
}

Value builtin_graph_reachable_paths(BuiltinCall& call) {
  SetBuilder paths(call.arena);
  PathFinder finder(call, paths);
  for (const Value& node : call[1].items()) finder.from(node);
  return paths.finish();
}

Value builtin_walk(BuiltinCall& call) { return Walker(call).run(call[0]); }

}  // namespace writ
