#include "engine/value/faithful.h"

#include <catch2/catch.hpp>

#include "engine/base/error.h"
#include "engine/value/order.h"
#include "engine/value/text.h"

namespace writ {
namespace {

TEST_CASE("rv1 tells apart what JSON does not") {
  Arena arena;
  for (std::string_view text :
       {"null", "1", R"("a")", "[1,2]", R"({"$set":[1,2]})", R"({"$set":[]})", R"({"$obj":[[1,"a"]]})",
        R"({"a":{"$set":[[1],{"$obj":[[null,1],["x",2]]}]}})", R"({"$obj":[["$set",[]]]})", R"({"$a":1,"b":2})", "{}",
        R"({"$obj":[["$x",1]]})"}) {
    CAPTURE(text);
    std::string again;
    append_rv1(again, read_rv1(text, arena));
    CHECK(again == text);
  }
  CHECK(read_rv1(R"({"$set":[1,2]})", arena).is_set());
  Value object = read_rv1(R"({"$obj":[[1,"a"]]})", arena);
  REQUIRE(object.is_object());
  CHECK(equal(object.entries[0].key, Value::of(1)));
  CHECK(read_rv1(R"({"$a":1,"b":2})", arena).size == 2);
}

TEST_CASE("what is not rv1 is refused") {
  Arena arena;
  for (std::string_view text :
       {R"({"$set":1})", R"({"$set":[2,1]})", R"({"$set":[1,1]})", R"({"$obj":[]})", R"({"$obj":[["a",1]]})",
        R"({"$obj":[[1]]})", R"({"$obj":[[1,2],[1,3]]})", R"({"$obj":[[2,0],[1,0]]})", R"({"$x":1})", "[1, 2]", "1.0",
        R"({"$obj":{}})", R"({"$obj":[1]})"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(read_rv1(text, arena), Failure);
  }
  std::string deep;
  for (int i = 0; i < 250; ++i) deep += "{\"$set\":[";
  for (int i = 0; i < 250; ++i) deep += "]}";
  CHECK(read_rv1(deep, arena).is_set());
}

}  // namespace
}  // namespace writ
