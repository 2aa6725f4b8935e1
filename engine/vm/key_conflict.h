// Which definition contradicts those before it, when a key of a document has two values.
//
// A builder finds that at its end, in the order of keys. So the machine evaluates the function once more, shows it to a
// KeyConflict, which keeps every row that the builder gets and where it comes from, and asks for the first row with which
// there is a conflict. [S-11.4]
#pragma once

#include <vector>

#include "engine/vm/builder.h"
#include "engine/vm/observer.h"

namespace writ {

class KeyConflict final : public Observer {
 public:
  // `depth`: how many frames there are while the function runs; `builder`: its number there.
  KeyConflict(size_t depth, uint16_t builder) : depth_(depth), builder_(builder) {}

  void step(const Step& step) override;
  // The instruction that adds it, of what the builder got since it was started last; kNone32 if there is no conflict. Throws
  // Failure where the evaluation may not go on.
  uint32_t find(Arena& arena) const;

 private:
  struct Row {
    uint32_t pc;
    LeafKind leaf;
    uint32_t begin, size;  // among values_
  };
  bool is_conflict(size_t rows, Arena& arena) const;

  size_t depth_;
  uint16_t builder_;
  BuildKind kind_ = BuildKind::kArray;
  std::vector<Row> rows_;
  std::vector<Value> values_;
};

}  // namespace writ
