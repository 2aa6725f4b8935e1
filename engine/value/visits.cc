#include "engine/value/visits.h"

#include "engine/base/error.h"

namespace writ {

void Writing::pay(uint64_t bytes) {
  if (bytes > room_) throw Failure(ErrorCode::E_MEMORY, "the text of a value needs more memory than the limit allows");
  uint64_t more = (bytes - paid_) / kStep * kStep + kStep;
  charge_work(more / kTextBytesPerUnit);
  paid_ += more;
}

uint64_t ContainerTable::place(const Value* elements, uint32_t size) {
  uint64_t bits = reinterpret_cast<uintptr_t>(elements) ^ (uint64_t{size} << 40);
  bits *= 0x9e3779b97f4a7c15u;
  return bits ^ (bits >> 32);
}

uint32_t ContainerTable::find(const Value& container) const {
  if (slots_.empty()) return kNone;
  for (uint64_t at = place(container.elements, container.size);; ++at) {
    uint32_t number = slots_[at & (slots_.size() - 1)];
    if (number == kNone || is(rows_[number], container)) return number;
  }
}

uint32_t ContainerTable::add(const Value& container) {
  if (rows_.size() * 2 >= slots_.size()) grow();
  for (uint64_t at = place(container.elements, container.size);; ++at) {
    uint32_t& slot = slots_[at & (slots_.size() - 1)];
    if (slot == kNone) {
      slot = size();
      rows_.push_back({container.elements, container.size, container.kind});
      return slot;
    }
    if (is(rows_[slot], container)) return slot;
  }
}

void ContainerTable::grow() {
  slots_.assign(slots_.empty() ? 1024 : slots_.size() * 2, kNone);
  for (uint32_t number = 0; number < rows_.size(); ++number) {
    uint64_t at = place(rows_[number].elements, rows_[number].size);
    while (slots_[at & (slots_.size() - 1)] != kNone) ++at;
    slots_[at & (slots_.size() - 1)] = number;
  }
}

uint32_t EqualContainers::leader(uint32_t number) {
  while (next_[number] != number) {
    next_[number] = next_[next_[number]];
    number = next_[number];
  }
  return number;
}

bool EqualContainers::know(const Value& a, const Value& b) {
  uint32_t x = table_.find(a);
  if (x == ContainerTable::kNone) return false;
  uint32_t y = table_.find(b);
  return y != ContainerTable::kNone && leader(x) == leader(y);
}

void EqualContainers::join(const Value& a, const Value& b) {
  uint32_t x = table_.add(a);
  uint32_t y = table_.add(b);
  while (next_.size() < table_.size()) next_.push_back(static_cast<uint32_t>(next_.size()));
  next_[leader(y)] = leader(x);
}

}  // namespace writ
