#include <catch2/catch.hpp>
#include <sstream>

#include "cli/files.h"
#include "cli/suggest.h"
#include "cli/table.h"
#include "cli/test_report.h"

using namespace writ;
using namespace writ::cli;

TEST_CASE("the nearest name is suggested, a far one is not") {
  std::vector<std::string> names{"eval", "test", "replay", "capabilities"};
  CHECK(nearest("evla", names) == "eval");
  CHECK(nearest("tset", names) == "test");
  CHECK(nearest("capabilites", names) == "capabilities");
  CHECK(nearest("serve", names).empty());
  CHECK(nearest("", names).empty());
  CHECK(nearest(std::string(1000, 'x'), names).empty());
  CHECK(did_you_mean("evl", names) == "; did you mean `eval`?");
  CHECK(did_you_mean("zzzz", names).empty());
}

TEST_CASE("durations read as Go writes them") {
  CHECK(go_duration(0) == "0s");
  CHECK(go_duration(999) == "999ns");
  CHECK(go_duration(1'000) == "1µs");
  CHECK(go_duration(68'854) == "68.854µs");
  CHECK(go_duration(10'411'080) == "10.41108ms");
  CHECK(go_duration(1'000'000'000) == "1s");
  CHECK(read_go_duration("500ms") == 500'000'000u);
  CHECK(read_go_duration("1m30.5s") == 90'500'000'000u);
  CHECK(read_go_duration("1.5µs2h") == 7'200'000'001'500u);
  CHECK(read_go_duration("+.5s") == 500'000'000u);
  CHECK(read_go_duration("1.0000000019s") == 1'000'000'001u);
  for (const char* text : {"", "0s", "5", "s", ".s", "5x", "1.2.3s", "-1s", "0", "9999999h"}) {
    INFO(text);
    CHECK(!read_go_duration(text));
  }
  CHECK(go_duration(90'500'000'000) == "1m30.5s");
  CHECK(go_duration(3'600'000'000'000) == "1h0m0s");
}

TEST_CASE("columns of a text") {
  CHECK(display_width("abc") == 3);
  CHECK(display_width("é日") == 3);
  CHECK(display_width("e\xCC\x81") == 1);
  CHECK(display_width("\xFF") == 1);
}

TEST_CASE("a table is as wide as its widest cell") {
  std::ostringstream out;
  print_table(out, {"x", "name"}, {{"\"abcdef\"", "1"}, {"2", "\"日\""}});
  CHECK(out.str() ==
        "┌──────────┬──────┐\n"
        "│    x     │ name │\n"
        "├──────────┼──────┤\n"
        "│ \"abcdef\" │ 1    │\n"
        "│ 2        │ \"日\" │\n"
        "└──────────┴──────┘\n");
}

TEST_CASE("lines of a stream") {
  std::istringstream in("one\n\n  \t\r\ntwo\r\nthree");
  LineReader reader(in, 100);
  auto line = reader.next();
  REQUIRE(line);
  CHECK((line->text == "one" && line->number == 1 && !line->too_long));
  line = reader.next();
  REQUIRE(line);
  CHECK((line->text == "two\r" && line->number == 4));
  line = reader.next();
  REQUIRE(line);
  CHECK((line->text == "three" && line->number == 5));
  CHECK(!reader.next());
  CHECK(reader.is_drained());
}

TEST_CASE("a line at the limit is whole, one past it is cut, and the next is whole again") {
  std::istringstream in("12345\n123456\n1234567890123\nend\n");
  LineReader reader(in, 5);
  CHECK(!reader.next()->too_long);
  auto line = reader.next();
  CHECK((line->too_long && line->text == "123456"));
  CHECK(reader.next()->too_long);
  line = reader.next();
  CHECK((line->text == "end" && line->number == 4 && !line->too_long));
  CHECK(!reader.next());
}

TEST_CASE("lines longer than what is read at once") {
  std::string text = std::string(200'000, 'a') + "\n" + std::string(70'000, 'b');
  std::istringstream in(text);
  LineReader reader(in, 1u << 20);
  CHECK(reader.next()->text.size() == 200'000);
  CHECK(reader.next()->text.size() == 70'000);
  CHECK(!reader.next());
}
