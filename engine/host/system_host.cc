#include "engine/host/system_host.h"

#include <sys/random.h>
#include <time.h>

#include <cerrno>

#include "engine/base/error.h"

namespace writ {

uint64_t SystemHost::now_ns() {
  timespec now{};
  if (clock_gettime(CLOCK_REALTIME, &now) != 0 || now.tv_sec < 0) {
    throw Failure(ErrorCode::E_CLOCK, "the system clock cannot be read");
  }
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000u + static_cast<uint64_t>(now.tv_nsec);
}

uint64_t SystemHost::monotonic_ns() {
  timespec now{};
  if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) {
    throw Failure(ErrorCode::E_CLOCK, "the monotonic clock of the system cannot be read");
  }
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000u + static_cast<uint64_t>(now.tv_nsec);
}

void SystemHost::entropy(std::span<uint8_t> bytes) {
  while (!bytes.empty()) {
    ssize_t drawn = getrandom(bytes.data(), bytes.size(), 0);
    if (drawn < 0 && errno == EINTR) continue;
    if (drawn <= 0) throw Failure(ErrorCode::E_ENTROPY, "the random source of the system failed");
    bytes = bytes.subspan(static_cast<size_t>(drawn));
  }
}

}  // namespace writ
