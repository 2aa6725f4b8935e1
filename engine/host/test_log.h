// A log of host calls for tests.
#pragma once

#include <string_view>

#include "engine/host/call_log.h"

namespace writ {

struct TestLog {
  Hasher hasher;
  HostCallLog log;
  TestLog& value(std::string_view function, std::string_view args, std::string_view value) {
    log.append(hasher, {function, args, HostCallResult::kValue, value});
    return *this;
  }
};

}  // namespace writ
