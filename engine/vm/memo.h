// The values of rules that are known already, by layer: each `with` scope sees the world differently, so it has a
// memory of its own. Layers are numbered by a counter that never repeats, so entering and leaving one costs no
// clearing.
#pragma once

#include <vector>

#include "engine/base/arena.h"
#include "engine/value/value.h"

namespace writ {

class Memo {
 public:
  void bind(size_t function_count) {
    function_count_ = function_count;
    layers_.clear();
    layers_.emplace_back(function_count);
    epochs_.assign(1, 0);
  }
  // Forgets everything.
  void begin() {
    layer_ = deepest_ = 0;
    epochs_[0] = ++epoch_;
  }

  // The value of a function in this layer, perhaps undefined; null if it is not known.
  const Value* find(uint32_t function) const {
    const Known& known = layers_[layer_][function];
    return known.epoch == epochs_[layer_] ? &known.value : nullptr;
  }
  void keep(uint32_t function, const Value& value) { layers_[layer_][function] = {epochs_[layer_], value}; }

  uint32_t layer() const { return layer_; }
  // Of the layer in its present use; it never repeats.
  uint64_t epoch() const { return epochs_[layer_]; }
  // An empty layer over this one. The evaluation pays for the memory of the deepest it has had, whatever there is from
  // others. Throws Failure(E_MEMORY).
  void push(Arena& memory) {
    if (layer_ == deepest_) {
      memory.take(function_count_ * sizeof(Known));
      ++deepest_;
    }
    ++layer_;
    if (layer_ == layers_.size()) {
      layers_.emplace_back(function_count_);
      epochs_.push_back(0);
    }
    epochs_[layer_] = ++epoch_;
  }
  void pop_to(uint32_t layer) { layer_ = layer; }

 private:
  struct Known {
    uint64_t epoch = 0;  // of the layer when it was kept
    Value value;
  };

  size_t function_count_ = 0;
  std::vector<std::vector<Known>> layers_;  // by function
  std::vector<uint64_t> epochs_;            // of each layer in its present use
  uint32_t layer_ = 0;                      // the innermost
  uint32_t deepest_ = 0;                    // the innermost of this evaluation
  uint64_t epoch_ = 0;                      // the last one given out; never repeats
};

}  // namespace writ
