#include "replay/seen_ids.h"

#include <cstring>
#include <random>

namespace writ {

namespace {

constexpr size_t kFirstPlaces = 1024;
constexpr Id128 kEmpty{};

uint64_t mix(uint64_t x) {
  x ^= x >> 32;
  x *= 0xd6e8feb86659fd93u;
  x ^= x >> 32;
  x *= 0xd6e8feb86659fd93u;
  return x ^ (x >> 32);
}

}  // namespace

SeenIds::SeenIds() : places_(kFirstPlaces) {
  std::random_device device;
  for (uint64_t& key : key_) key = (uint64_t{device()} << 32) | device();
}

size_t SeenIds::place_of(const Id128& id) const {
  uint64_t halves[2];
  std::memcpy(halves, id.data(), sizeof(halves));
  uint64_t place = mix(mix(halves[0] ^ key_[0]) + halves[1] + key_[1]);
  size_t mask = places_.size() - 1;
  size_t at = static_cast<size_t>(place) & mask;
  while (places_[at] != kEmpty && places_[at] != id) at = (at + 1) & mask;
  return at;
}

bool SeenIds::add(const Id128& id) {
  if (id == kEmpty) {
    bool is_new = !has_zero_;
    has_zero_ = true;
    size_ += is_new;
    return is_new;
  }
  size_t at = place_of(id);
  if (places_[at] == id) return false;
  places_[at] = id;
  if (++size_ * 2 > places_.size()) grow();
  return true;
}

void SeenIds::grow() {
  std::vector<Id128> before(places_.size() * 2);
  before.swap(places_);
  for (const Id128& id : before) {
    if (id != kEmpty) places_[place_of(id)] = id;
  }
}

}  // namespace writ
