#include "engine/base/meter.h"

#include <algorithm>
#include <string>

#include "engine/base/evaluation_errors.h"

namespace writ {

constinit thread_local Meter* Meter::current_ = nullptr;

// Fuel for `units` and up to the next checkpoint or armed stop; both are known to be within the limit.
uint64_t Meter::slice(uint64_t units) const {
  uint64_t used_now = used();
  uint64_t most = std::min(limit_ - used_now, stop_at_ - used_now);
  return checkpoint_ == nullptr ? most : std::min(most, std::max(units, kInterval));
}

void Meter::watch(Checkpoint& checkpoint, bool at_once) {
  checkpoint_ = &checkpoint;
  uint64_t rest = left_ + reserve_;
  left_ = at_once ? 0 : slice(0);
  reserve_ = rest - left_;
}

void Meter::stop_at(uint64_t used_then, ErrorCode code) {
  stop_at_ = std::max(used_then, used());
  stop_code_ = code;
  uint64_t rest = left_ + reserve_;
  left_ = std::min(left_, stop_at_ - used());
  reserve_ = rest - left_;
}

void Meter::reach(uint64_t units) {
  uint64_t used_now = used();
  if (units > stop_at_ - used_now) {
    is_stopped_ = true;
    throw Failure(recorded_stop(stop_code_));
  }
  look();
  uint64_t rest = left_ + reserve_;
  if (units > rest) {
    left_ = reserve_ = 0;
    throw Failure(ErrorCode::E_FUEL, "the evaluation took more than " + std::to_string(limit_) + " steps");
  }
  left_ = slice(units);
  reserve_ = rest - left_;
}

}  // namespace writ
