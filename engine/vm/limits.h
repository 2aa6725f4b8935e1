// Every bound on a decision, with its default and its reason. Reaching one is a fatal error of the evaluation: no `not`,
// `default`, `else` or comprehension can turn it into an answer. [F4]
#pragma once

#include <cstdint>

namespace writ {

struct Limits {
  uint64_t input_bytes = 4ull << 20;     // an action fits many times over; larger inputs are attacks or mistakes
  uint32_t input_depth = 512;            // nesting of the input document
  uint64_t fuel = 100'000'000;           // steps; about a second of the slowest ones
  uint64_t memory_bytes = 1ull << 30;    // what the evaluation may hold at once, the parsed input included
  uint64_t output_bytes = 16ull << 20;   // canonical text of the result
  uint32_t call_depth = 4096;            // nested rule and function calls
};

}  // namespace writ
