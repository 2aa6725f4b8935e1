// The values of calls that are known already, by function, arguments and layer of the Memo. Only calls with small arguments
// are kept, so that looking one up costs less than any call; whether they are small depends on nothing but their values, and
// neither does what is found.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "engine/base/arena.h"
#include "engine/base/meter.h"
#include "engine/value/value.h"

namespace writ {

class CallMemo {
 public:
  struct Key {
    uint32_t function = 0;
    uint64_t epoch = 0;  // of the layer
    std::span<const Value> arguments;
    uint64_t hash = 0;
  };

  // Forgets everything.
  void begin();
  // Nothing if an argument is not small. Pays for what it looks at.
  static std::optional<Key> key(uint32_t function, uint64_t epoch, std::span<const Value> arguments, Meter& meter);
  // The value, perhaps undefined; null if it is not known.
  const Value* find(const Key& key) const;
  // A place for the value of a call that find() does not know, or kNone32 if no more are kept. The evaluation pays for the
  // memory. Throws Failure(E_MEMORY).
  uint32_t add(const Key& key, Arena& memory);
  void keep(uint32_t place, const Value& value);

 private:
  struct Call {
    uint64_t hash;
    uint64_t epoch;
    uint32_t function;
    uint32_t first_argument;  // in arguments_
    bool is_known;
    Value value;
  };

  bool is_of(const Call& call, const Key& key) const;
  size_t slot_of(const Key& key) const;
  void grow();

  std::vector<Call> calls_;
  std::vector<Value> arguments_;
  std::vector<uint32_t> slots_;  // one more than the number of a call, 0 = free; a power of two of them
};

}  // namespace writ
