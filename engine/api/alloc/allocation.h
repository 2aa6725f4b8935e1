// Memory allocation under a test's control: counted, or made to fail. The definitions replace malloc for the whole
// process, libraries included.
#pragma once

#include <cstddef>
#include <cstdint>

namespace writ {

struct Allocation {
  static uint64_t count();               // of this thread so far
  static void fail_at(uint64_t nth, bool sticky);  // the nth from now; sticky: and all after it
  static void fail_never();
  // The allocation to fail behind the nth: the next one, or one of the next ones where sanitizers make each slow. The
  // tests of a build without them try every one.
  static uint64_t next(uint64_t n) { return WRIT_SANITIZED && n > 300 ? n + 7 : n + 1; }
  static bool has_failed();              // since fail_at
};

}  // namespace writ
