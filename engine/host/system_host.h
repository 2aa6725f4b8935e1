// The host of a real machine: its clock and its randomness. The only code below the command line that touches the
// system; a library for places without one leaves it out.
#pragma once

#include "engine/host/host.h"

namespace writ {

// Holds nothing; safe to share between threads.
class SystemHost : public Host {
 public:
  uint64_t now_ns() override;
  uint64_t monotonic_ns() override;
  void entropy(std::span<uint8_t> bytes) override;
};

}  // namespace writ
