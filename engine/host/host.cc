#include "engine/host/host.h"

#include <algorithm>
#include <array>
#include <span>

#include "engine/base/base64.h"
#include "engine/base/error.h"
#include "engine/base/uuid.h"
#include "engine/value/build.h"

namespace writ {

namespace {

uint64_t draw_u64(Host& host) {
  std::array<uint8_t, 8> bytes{};
  host.entropy(bytes);
  uint64_t drawn = 0;
  for (uint8_t byte : bytes) drawn = drawn << 8 | byte;
  return drawn;
}

}  // namespace

// Numbers of the last, incomplete round of `bound` are drawn again.
int64_t draw_below(Host& host, uint64_t bound) {
  constexpr int kTries = 128;  // each fails with less than even odds, unless the entropy is none
  uint64_t usable = UINT64_MAX - UINT64_MAX % bound;
  for (int i = 0; i < kTries; ++i) {
    uint64_t drawn = draw_u64(host);
    if (drawn < usable) return static_cast<int64_t>(drawn % bound);
  }
  throw Failure(ErrorCode::E_ENTROPY, "the random source of the host repeats itself");
}

Value draw_uuid(Host& host, Arena& arena) {
  Id128 id{};
  host.entropy(id);
  id[6] = static_cast<uint8_t>((id[6] & 0x0F) | 0x40);
  id[8] = static_cast<uint8_t>((id[8] & 0x3F) | 0x80);
  std::string text;
  append_uuid(text, id);
  return make_string(arena, text);
}

Value draw_bytes(Host& host, uint64_t size, Arena& arena) {
  std::array<uint8_t, kMostDrawnBytes> bytes{};
  std::span<uint8_t> drawn = std::span<uint8_t>(bytes).first(std::min(size, kMostDrawnBytes));
  host.entropy(drawn);
  return make_string(arena, base64_encode({reinterpret_cast<const char*>(drawn.data()), drawn.size()}));
}

Value Host::call(std::string_view function, std::span<const Value>, Arena&) {
  throw Failure(ErrorCode::E_OUTSIDE, "the host does not provide `" + std::string(function) + "`");
}

void Host::note(std::string_view, std::string_view) {}

}  // namespace writ
