#include "engine/base/base64.h"

#include <catch2/catch.hpp>

namespace writ {
namespace {

TEST_CASE("base 64, examples of RFC 4648") {
  for (auto [bytes, text] : {std::pair{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="},
                             {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}, {"\xff\xfe\xfd", "//79"}}) {
    std::string out;
    append_base64(out, bytes);
    CHECK(out == text);
    CHECK(read_base64(text) == std::string(bytes));
  }
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  std::string out;
  append_base64(out, all);
  CHECK(read_base64(out) == all);
}

TEST_CASE("base 64 has one spelling") {
  for (const char* text : {"Zg", "Zg=", "Zh==", "Zm9=", "Zm9v\n", "Zm 9v", "Zg==Zg==", "=", "====", "Zm9v=", "Z", "Zm-_"}) {
    CAPTURE(text);
    CHECK_FALSE(read_base64(text));
  }
}

}  // namespace
}  // namespace writ
