// What a walk over values pays, and what it remembers of containers that it comes by again.
//
// Values share their parts: a few hundred bytes can describe a value of more nodes than there are atoms. A walk that
// compares or hashes therefore pays a unit for each node before it visits it (Visits), and once it has become long it
// remembers the containers that it has finished, so that it never goes twice through a part that is shared. Short walks,
// which are nearly all, remember nothing, and pay nothing but the one unit of a comparison of collections.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/base/meter.h"
#include "engine/value/value.h"

namespace writ {

// Counts the nodes of one walk. The first few are free, the others are paid for in advance, some at a time, so that the
// sum depends on the values alone [S-14.2].
class Visits {
 public:
  static constexpr uint32_t kFree = 8;
  static constexpr uint32_t kAtOnce = 16;

  void next() {
    if (paid_ == 0) pay();
    --paid_;
  }

 private:
  void pay() {
    charge_work(kAtOnce);
    paid_ = kAtOnce;
  }

  uint32_t paid_ = kFree;
};

// Texts up to this size are as cheap as any node.
inline constexpr uint32_t kShortText = 256;
inline constexpr uint32_t kTextBytesPerUnit = 64;
inline void charge_text(uint64_t bytes) {
  if (bytes > kShortText) charge_work(bytes / kTextBytesPerUnit);
}

// What writing a value out as text pays: its nodes, and the bytes as they come. A text never grows beyond the memory that
// the evaluation has left.
class Writing {
 public:
  // Before each node, with what is written so far; what the node adds at least is paid for with it.
  void next(uint64_t bytes, const Value& node) {
    visits_.next();
    if (node.is_string()) bytes += node.size;
    if (bytes > paid_) pay(bytes);
  }

 private:
  static constexpr uint64_t kStep = 4096;
  void pay(uint64_t bytes);

  Visits visits_;
  uint64_t paid_ = kStep;  // bytes
  uint64_t room_ = memory_room();
};

// The digits of a number that is a text are read one by one.
inline void charge_digits_of(const Value& number) {
  constexpr uint32_t kFew = 32;
  constexpr uint32_t kDigitsPerUnit = 8;
  if (!number.is_int64() && number.size > kFew) charge_work(number.size / kDigitsPerUnit);
}

// Containers by where their elements are: two values of one kind, size and place are the same value.
class ContainerTable {
 public:
  // Containers that a walk enters before it begins to remember them.
  static constexpr uint32_t kFrom = 256;
  static constexpr uint32_t kNone = UINT32_MAX;

  // The number of a container, from 0; kNone if it was not added.
  uint32_t find(const Value& container) const;
  // The same, after adding it if it is new.
  uint32_t add(const Value& container);
  uint32_t size() const { return static_cast<uint32_t>(rows_.size()); }

 private:
  struct Row {
    const Value* elements;
    uint32_t size;
    Kind kind;
  };
  static bool is(const Row& row, const Value& container) {
    return row.elements == container.elements && row.size == container.size && row.kind == container.kind;
  }
  static uint64_t place(const Value* elements, uint32_t size);
  void grow();

  std::vector<Row> rows_;
  std::vector<uint32_t> slots_;  // open addressing over rows_; a power of two
};

// Containers found to be equal to each other: equality is transitive, so a walk meets at most as many pairs that it does
// not know as there are containers.
class EqualContainers {
 public:
  bool know(const Value& a, const Value& b);
  void join(const Value& a, const Value& b);

 private:
  uint32_t leader(uint32_t number);

  ContainerTable table_;
  std::vector<uint32_t> next_;  // towards the leader of the class, which is its own
};

}  // namespace writ
