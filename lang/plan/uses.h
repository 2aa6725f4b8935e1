// Where the registers of a function are read and written, for passes that ask so of many statements.
//
// Statements have positions: their numbers when the function is read from the top, blocks included. Passes count along
// as they go over the same statements.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "lang/plan/plan.h"

namespace writ::lang {

class RegisterUses {
 public:
  explicit RegisterUses(const Block& body) { add(body, 0); }

  // How many statements at positions from `begin` up to `end` read or write the register.
  size_t reads(uint32_t reg, uint32_t begin, uint32_t end) const { return count(reads_, reg, begin, end); }
  size_t writes(uint32_t reg, uint32_t begin, uint32_t end) const { return count(writes_, reg, begin, end); }
  // Of a block whose first statement is at that position.
  uint32_t end_of(uint32_t first) const { return ends_.at(first); }

 private:
  using Positions = std::unordered_map<uint32_t, std::vector<uint32_t>>;  // ascending

  static size_t count(const Positions& positions, uint32_t reg, uint32_t begin, uint32_t end);
  uint32_t add(const Block& block, uint32_t position);

  Positions reads_, writes_;
  std::unordered_map<uint32_t, uint32_t> ends_;
};

}  // namespace writ::lang
