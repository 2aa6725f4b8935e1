#include "engine/base/utf8.h"

#include <catch2/catch.hpp>

using namespace writ;

TEST_CASE("a text in one line has single spaces and ends where it is cut") {
  CHECK(one_line("", 3) == "");
  CHECK(one_line(" \t\r\n", 3) == "");
  CHECK(one_line(" a \n\t b ", 80) == "a b");
  CHECK(one_line("abc", 3) == "abc");
  CHECK(one_line("abc ", 3) == "abc");
  CHECK(one_line("abcd", 3) == "abc...");
  CHECK(one_line("abc d", 3) == "abc...");
  CHECK(one_line("ab c", 3) == "ab ...");
  CHECK(one_line("\xC3\xA9\xC3\xA9\xC3\xA9", 2) == "\xC3\xA9\xC3\xA9...");
}
