// Base documents, frozen: read once, hashed, sorted, shared by all threads.
#pragma once

#include <memory>
#include <string_view>

#include "engine/base/arena.h"
#include "engine/value/build.h"
#include "engine/value/value.h"

namespace writ {

struct Snapshot {
  Arena arena;
  Value root;  // an object

  // A deep copy with hash indexes. `root` must be an object.
  static std::shared_ptr<const Snapshot> freeze(const Value& root) {
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->root = deep_copy(snapshot->arena, root, true);
    return snapshot;
  }
};

}  // namespace writ
