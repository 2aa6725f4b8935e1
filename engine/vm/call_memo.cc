// A hash table with open addressing. Two arguments are one if they are equal in Rego; what the hash says of numbers goes by how
// they are written, so that 1 and 1.0 may be kept apart, which costs a call and changes nothing.
#include "engine/vm/call_memo.h"

#include <algorithm>

#include "engine/program/program.h"
#include "engine/value/order.h"

namespace writ {

namespace {

constexpr uint32_t kMaxCalls = 1u << 16;  // of an evaluation
constexpr uint32_t kSmallNodes = 32;      // of all arguments of a call
constexpr uint32_t kSmallText = 128;      // bytes of each text
constexpr uint32_t kNodesPerUnit = 8;

// Reads values as long as they are small.
class SmallHash {
 public:
  bool add(const Value& value) {
    if (++nodes_ > kSmallNodes) return false;
    mix(static_cast<uint64_t>(value.kind) << 32 | value.size);
    switch (value.kind) {
      case Kind::kArray:
      case Kind::kSet:
        return std::all_of(value.items().begin(), value.items().end(), [this](const Value& item) { return add(item); });
      case Kind::kObject:
        return std::all_of(value.members().begin(), value.members().end(),
                           [this](const Entry& entry) { return add(entry.key) && add(entry.value); });
      case Kind::kString: return text(value.text());
      case Kind::kNumber:
        if (!value.is_int64()) return text(value.text());
        mix(static_cast<uint64_t>(value.integer));
        return true;
      case Kind::kBoolean: mix(static_cast<uint64_t>(value.integer)); return true;
      case Kind::kNull: return true;
      default: return false;
    }
  }
  void mix(uint64_t word) {
    hash_ = (hash_ ^ word) * 0x9E3779B97F4A7C15;
    hash_ ^= hash_ >> 32;
  }
  uint64_t hash() const { return hash_; }
  uint32_t nodes() const { return nodes_; }

 private:
  bool text(std::string_view text) {
    if (text.size() > kSmallText) return false;
    for (char c : text) hash_ = (hash_ ^ static_cast<uint8_t>(c)) * 0x100000001B3;
    mix(text.size());
    return true;
  }

  uint64_t hash_ = 0;
  uint32_t nodes_ = 0;
};

}  // namespace

void CallMemo::begin() {
  if (calls_.empty()) return;
  calls_.clear();
  arguments_.clear();
  std::fill(slots_.begin(), slots_.end(), 0);
}

std::optional<CallMemo::Key> CallMemo::key(uint32_t function, uint64_t epoch, std::span<const Value> arguments, Meter& meter) {
  SmallHash hash;
  bool small = std::all_of(arguments.begin(), arguments.end(), [&](const Value& argument) { return hash.add(argument); });
  meter.charge(hash.nodes() / kNodesPerUnit);
  if (!small) return std::nullopt;
  hash.mix(function);
  hash.mix(epoch);
  return Key{function, epoch, arguments, hash.hash()};
}

const Value* CallMemo::find(const Key& key) const {
  if (slots_.empty()) return nullptr;
  uint32_t number = slots_[slot_of(key)];
  return number != 0 && calls_[number - 1].is_known ? &calls_[number - 1].value : nullptr;
}

uint32_t CallMemo::add(const Key& key, Arena& memory) {
  // One that was given up before it had a value.
  if (uint32_t number = slots_.empty() ? 0 : slots_[slot_of(key)]; number != 0) return number - 1;
  if (calls_.size() == kMaxCalls) return kNone32;
  memory.take(sizeof(Call) + key.arguments.size_bytes());
  if (2 * calls_.size() >= slots_.size()) grow();
  auto place = static_cast<uint32_t>(calls_.size());
  slots_[slot_of(key)] = place + 1;
  calls_.push_back({key.hash, key.epoch, key.function, static_cast<uint32_t>(arguments_.size()), false, Value()});
  arguments_.insert(arguments_.end(), key.arguments.begin(), key.arguments.end());
  return place;
}

void CallMemo::keep(uint32_t place, const Value& value) {
  calls_[place].value = value;
  calls_[place].is_known = true;
}

bool CallMemo::is_of(const Call& call, const Key& key) const {
  if (call.hash != key.hash || call.epoch != key.epoch || call.function != key.function) return false;
  return std::equal(key.arguments.begin(), key.arguments.end(), arguments_.begin() + call.first_argument,
                    [](const Value& a, const Value& b) { return equal(a, b); });
}

// Where it is, or the free slot where it would be.
size_t CallMemo::slot_of(const Key& key) const {
  size_t mask = slots_.size() - 1;
  size_t slot = key.hash & mask;
  while (slots_[slot] != 0 && !is_of(calls_[slots_[slot] - 1], key)) slot = (slot + 1) & mask;
  return slot;
}

void CallMemo::grow() {
  slots_.assign(std::max<size_t>(64, 2 * slots_.size()), 0);
  size_t mask = slots_.size() - 1;
  for (size_t i = 0; i < calls_.size(); ++i) {
    size_t slot = calls_[i].hash & mask;
    while (slots_[slot] != 0) slot = (slot + 1) & mask;
    slots_[slot] = static_cast<uint32_t>(i) + 1;
  }
}

}  // namespace writ
