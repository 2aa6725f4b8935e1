// The streams of one run of the program. Results go to `out` and nothing else does; everything meant for people goes to
// `err`. Tests hand in string streams.
#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

namespace writ::cli {

struct Terminal {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  bool err_colour = false;
  // The value of an environment variable, nothing if it is not set.
  std::function<std::optional<std::string>(const std::string&)> environment = [](const std::string&) {
    return std::optional<std::string>();
  };
};

// Whether text for people may be coloured on a stream: it is a terminal, TERM is not "dumb" and NO_COLOR is not set.
bool wants_colour(const Terminal& terminal, bool is_terminal);

// Monotonic, for durations that are shown and never compared.
uint64_t monotonic_ns();

// A counter on stderr for long runs: shown only on a terminal and not before half a second has passed, wiped at the
// end.
class Progress {
 public:
  Progress(Terminal& terminal, std::string_view noun);
  ~Progress();
  void step(uint64_t done);
  void wipe();

 private:
  Terminal& terminal_;
  std::string noun_;
  uint64_t started_;
  uint64_t shown_at_ = 0;
  bool visible_ = false;
};

// "1 decision", "2 decisions".
std::string count_of(uint64_t count, std::string_view noun);

}  // namespace writ::cli
