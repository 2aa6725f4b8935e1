#include "replay/seen_ids.h"

#include <catch2/catch.hpp>

namespace writ {
namespace {

Id128 id_of(uint64_t number) {
  Id128 id{};
  for (size_t i = 0; i < 8; ++i) id[15 - i] = static_cast<uint8_t>(number >> (8 * i));
  return id;
}

TEST_CASE("an id is new once") {
  SeenIds seen;
  for (uint64_t i = 0; i < 20000; ++i) REQUIRE(seen.add(id_of(i)));  // zero among them
  for (uint64_t i = 0; i < 20000; ++i) REQUIRE_FALSE(seen.add(id_of(i)));
  CHECK(seen.size() == 20000);
}

}  // namespace
}  // namespace writ
