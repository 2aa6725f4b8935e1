#include "cli/terminal.h"

#include <time.h>

#include <ostream>

namespace writ::cli {

bool wants_colour(const Terminal& terminal, bool is_terminal) {
  auto no_colour = terminal.environment("NO_COLOR");
  if (!is_terminal || (no_colour && !no_colour->empty())) return false;
  return terminal.environment("TERM").value_or("dumb") != "dumb";
}

uint64_t monotonic_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000u + static_cast<uint64_t>(now.tv_nsec);
}

namespace {

constexpr uint64_t kFirstShown = 500'000'000;
constexpr uint64_t kBetweenTwo = 100'000'000;

}  // namespace

Progress::Progress(Terminal& terminal, std::string_view noun)
    : terminal_(terminal), noun_(noun), started_(monotonic_ns()) {}

Progress::~Progress() {
  wipe();
}

void Progress::step(uint64_t done) {
  if (!terminal_.err_is_terminal || done % 64 != 0) return;
  uint64_t elapsed = monotonic_ns() - started_;
  if (elapsed < kFirstShown || elapsed < shown_at_ + kBetweenTwo) return;
  shown_at_ = elapsed;
  visible_ = true;
  uint64_t a_second = done * 1'000'000u / (elapsed / 1'000u + 1);
  terminal_.err << '\r' << count_of(done, noun_) << ", " << a_second << " a second\x1b[K" << std::flush;
}

void Progress::wipe() {
  if (visible_) terminal_.err << "\r\x1b[K" << std::flush;
  visible_ = false;
}

std::string count_of(uint64_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

}  // namespace writ::cli
