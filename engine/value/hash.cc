// Hashes with fixed seeds: the same on every machine and in every run. They are built on the widening multiplication of
// wyhash (public domain), which mixes 16 bytes in a few cycles. Input bytes are read as little-endian numbers.
#include <cstring>
#include <memory>
#include <vector>

#include "engine/base/error.h"
#include "engine/value/number.h"
#include "engine/value/order.h"
#include "engine/value/small_stack.h"
#include "engine/value/visits.h"

namespace writ {

namespace {

__extension__ using uint128 = unsigned __int128;

constexpr uint64_t kSeed = 0x2d358dccaa6c78a5;
constexpr uint64_t kMix1 = 0x8bb84b93962eacc9;
constexpr uint64_t kMix2 = 0x4b33a62ed433d4a3;
constexpr uint64_t kMix3 = 0x4d5a2da51de1aa47;

uint64_t mix(uint64_t a, uint64_t b) {
  uint128 product = static_cast<uint128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

uint64_t in_little_endian(uint64_t value) {
  if constexpr (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__) return __builtin_bswap64(value);
  return value;
}

uint64_t read8(const char* from) {
  uint64_t value;
  std::memcpy(&value, from, 8);
  return in_little_endian(value);
}

uint64_t read4(const char* from) {
  uint32_t value;
  std::memcpy(&value, from, 4);
  if constexpr (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__) value = __builtin_bswap32(value);
  return value;
}

// One to three bytes as a number: first, middle, last.
uint64_t read_few(const char* from, size_t size) {
  auto byte = [&](size_t i) { return static_cast<uint64_t>(static_cast<uint8_t>(from[i])); };
  return byte(0) << 16 | byte(size / 2) << 8 | byte(size - 1);
}

uint64_t hash_bytes(const char* bytes, size_t size) {
  uint64_t state = kSeed;
  uint64_t low = 0;
  uint64_t high = 0;
  if (size <= 16) {
    if (size >= 8) {
      low = read8(bytes);
      high = read8(bytes + size - 8);
    } else if (size >= 4) {
      low = read4(bytes);
      high = read4(bytes + size - 4);
    } else if (size > 0) {
      low = read_few(bytes, size);
    }
  } else {
    size_t left = size;
    uint64_t second = kSeed;
    for (; left > 32; left -= 32, bytes += 32) {
      state = mix(read8(bytes) ^ kMix1, read8(bytes + 8) ^ state);
      second = mix(read8(bytes + 16) ^ kMix2, read8(bytes + 24) ^ second);
    }
    state ^= second;
    if (left > 16) {
      state = mix(read8(bytes) ^ kMix3, read8(bytes + 8) ^ state);
      bytes += 16;
      left -= 16;
    }
    low = read8(bytes + left - 16);
    high = read8(bytes + left - 8);
  }
  return mix(kMix1 ^ size, mix(low ^ kMix1, high ^ state));
}

// A container of which some elements have been mixed into the state. Objects count as arrays of twice the length: key,
// value, key, value.
struct PartialHash {
  const Value* next;
  const Value* end;
  uint64_t state;
  const Value* whole;
};

PartialHash begin_hash(const Value& container) {
  uint64_t run = container.kind == Kind::kObject ? uint64_t{container.size} * 2 : uint64_t{container.size};
  uint64_t state = mix(kMix3 ^ static_cast<uint64_t>(container.kind), kSeed ^ container.size);
  return {container.elements, container.elements + run, state, &container};
}

uint64_t hash_shallow(const Value& value) {
  switch (value.kind) {
    case Kind::kString:
      if (value.size > kShortText) charge_text(value.size);
      return hash_string(value.text());
    case Kind::kNumber:
      charge_digits_of(value);
      return number_hash(value);
    default: return mix(kMix2 ^ static_cast<uint64_t>(value.kind), kMix3 ^ static_cast<uint64_t>(value.integer));
  }
}

// The hashes of containers that a long walk has been through.
struct KnownHashes {
  ContainerTable table;
  std::vector<uint64_t> hashes;

  const uint64_t* find(const Value& container) const {
    uint32_t number = table.find(container);
    return number == ContainerTable::kNone ? nullptr : &hashes[number];
  }
  void add(const Value& container, uint64_t hash) {
    if (table.add(container) == hashes.size()) hashes.push_back(hash);
  }
};

uint64_t hash_deeply(const Value& value) {
  SmallStack<PartialHash> stack;
  Visits visits;
  std::unique_ptr<KnownHashes> known;
  uint32_t entered = 0;
  stack.push(begin_hash(value));
  for (;;) {
    PartialHash& top = stack.top();
    uint64_t finished = top.state;
    if (top.next != top.end) {
      visits.next();
      const Value& element = *top.next++;
      if (element.is_collection()) {
        if (stack.size() >= kMaxValueDepth) {
          throw Failure(ErrorCode::E_DEPTH, "a value is nested too deeply to be hashed");
        }
        if (++entered == ContainerTable::kFrom) known = std::make_unique<KnownHashes>();
        const uint64_t* before = known != nullptr ? known->find(element) : nullptr;
        if (before == nullptr) {
          stack.push(begin_hash(element));
          continue;
        }
        finished = *before;
      } else {
        finished = hash_shallow(element);
      }
    } else {
      if (known != nullptr) known->add(*top.whole, finished);
      stack.pop();
      if (stack.empty()) return finished;
    }
    uint64_t& state = stack.top().state;
    state = mix(state ^ kMix1, finished ^ kMix2);
  }
}

}  // namespace

uint64_t hash_string(std::string_view text) { return hash_bytes(text.data(), text.size()); }

uint64_t hash(const Value& value) { return value.is_collection() ? hash_deeply(value) : hash_shallow(value); }

}  // namespace writ
