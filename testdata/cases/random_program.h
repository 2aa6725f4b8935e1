// Small random policies over a tiny domain, with data, input and an entry point: for one seed the same ones everywhere.
//
// Up to six rules of every form refer to each other (later ones only, so there is no recursion), to `input` and to
// `data`. Values are few, so comparisons often hold, keys often clash and indexes often hit. Most programs compile; those
// that do not are of use too, as both sides of a comparison must reject them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace writ::cases {

struct RandomProgram {
  std::string policy;
  std::string data;
  std::optional<std::string> input;
  std::string entry;
};

RandomProgram random_program(uint64_t seed);

}  // namespace writ::cases
