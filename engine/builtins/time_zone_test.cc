#include "engine/builtins/time_zone.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

#include "engine/builtins/time_calendar.h"
#include "engine/builtins/zone_tables.h"

namespace writ {

namespace {

int64_t at(int64_t year, int64_t month, int64_t day, int64_t hour = 0, int64_t minute = 0, int64_t second = 0) {
  return days_from_civil(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
}

std::string zone(std::string_view name, int64_t moment) {
  ZoneOffset offset;
  if (!zone_offset(name, moment, &offset)) return "no such zone";
  return offset.abbreviation + " " + std::to_string(offset.seconds);
}

std::string rule(std::string_view text, int64_t moment) {
  ZoneOffset offset;
  if (!offset_by_rule(text, moment, &offset)) return "no rule";
  return offset.abbreviation + " " + std::to_string(offset.seconds);
}

}  // namespace

TEST_CASE("a zone has the offset of its time") {
  CHECK(zone("Europe/Berlin", at(2026, 3, 29, 0, 59, 59)) == "CET 3600");
  CHECK(zone("Europe/Berlin", at(2026, 3, 29, 1)) == "CEST 7200");
  CHECK(zone("Europe/Berlin", at(2026, 10, 25, 0, 59, 59)) == "CEST 7200");
  CHECK(zone("Europe/Berlin", at(2026, 10, 25, 1)) == "CET 3600");
  CHECK(zone("Europe/Berlin", at(1800, 1, 1)) == "LMT 3208");
  CHECK(zone("Europe/Berlin", at(1945, 6, 1)) == "CEMT 10800");
  CHECK(zone("America/Sao_Paulo", at(2026, 1, 1)) == "-03 -10800");
  CHECK(zone("Asia/Kathmandu", at(2026, 1, 1)) == "+0545 20700");
  CHECK(zone("Africa/Monrovia", at(1971, 1, 1)) == "MMT -2670");
  CHECK(zone("Etc/GMT+5", at(2026, 1, 1)) == "-05 -18000");
  CHECK(zone("EST5EDT", at(2026, 7, 1)) == "EDT -14400");
  CHECK(zone("US/Pacific", at(2026, 7, 1)) == "PDT -25200");
}

TEST_CASE("after its table a zone follows its rule, without end") {
  CHECK(zone("Europe/Berlin", at(2500, 7, 1)) == "CEST 7200");
  CHECK(zone("Europe/Berlin", at(2500, 12, 1)) == "CET 3600");
  CHECK(zone("America/New_York", at(9999, 7, 1)) == "EDT -14400");
  CHECK(zone("Australia/Sydney", at(2100, 1, 1)) == "AEDT 39600");
  CHECK(zone("Australia/Sydney", at(2100, 7, 1)) == "AEST 36000");
  CHECK(zone("Europe/Dublin", at(2100, 1, 1)) == "GMT 0");
  CHECK(zone("Europe/Dublin", at(2100, 7, 1)) == "IST 3600");
  CHECK(zone("America/Nuuk", at(2100, 7, 1)) == "-01 -3600");
  CHECK(zone("Asia/Gaza", at(2100, 12, 31)) == "EET 7200");
}

TEST_CASE("names are those of the database") {
  CHECK(zone("", 0) == "UTC 0");
  CHECK(zone("UTC", 0) == "UTC 0");
  CHECK(zone("Local", 0) == "UTC 0");
  for (const char* name : {"Europe", "europe/berlin", "Europe/Berlin ", "../etc/passwd", "/etc/localtime", "a\\b", "Mars"}) {
    CHECK(zone(name, 0) == "no such zone");
  }
  CHECK(zone(std::string_view("Europe/Berlin\0", 14), 0) == "no such zone");
}

TEST_CASE("every zone can be read at every time") {
  CHECK(zone_tables().size() > 500);
  CHECK(std::is_sorted(zone_tables().begin(), zone_tables().end(),
                       [](const ZoneTable& a, const ZoneTable& b) { return a.name < b.name; }));
  for (const ZoneTable& table : zone_tables()) {
    CAPTURE(std::string(table.name));
    for (int64_t year = 1700; year < 2800; year += 7) {
      ZoneOffset offset;
      REQUIRE(zone_offset(table.name, at(year, year % 12 + 1, 1), &offset));
      REQUIRE(std::abs(offset.seconds) < 16 * 3600);
      REQUIRE(offset.abbreviation.size() >= 3);
      REQUIRE(offset.abbreviation.size() <= 6);
    }
  }
}

TEST_CASE("rules in the form of POSIX") {
  CHECK(rule("UTC0", 0) == "UTC 0");
  CHECK(rule("<+0330>-3:30", 0) == "+0330 12600");
  CHECK(rule("CET-1CEST,M3.5.0,M10.5.0/3", at(2026, 7, 1)) == "CEST 7200");
  CHECK(rule("AEST-10AEDT,M10.1.0,M4.1.0/3", at(2026, 1, 1)) == "AEDT 39600");
  CHECK(rule("IST-1GMT0,M10.5.0,M3.5.0/1", at(2026, 7, 1)) == "IST 3600");
  CHECK(rule("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", at(2026, 3, 29, 1)) == "-01 -3600");
  CHECK(rule("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", at(2026, 3, 29, 0, 59, 59)) == "-02 -7200");
  CHECK(rule("EET-2EEST,M3.4.4/50,M10.4.4/50", at(2026, 3, 27, 23, 59, 59)) == "EET 7200");
  CHECK(rule("EET-2EEST,M3.4.4/50,M10.4.4/50", at(2026, 3, 28)) == "EEST 10800");
  CHECK(rule("AAA3BBB,J60,J300", at(2024, 3, 1, 5)) == "BBB -7200");
  CHECK(rule("AAA3BBB,J60,J300", at(2024, 3, 1, 4, 59, 59)) == "AAA -10800");
  CHECK(rule("AAA3BBB,59,300", at(2024, 2, 29, 5)) == "BBB -7200");
  for (const char* bad : {"", "A1", "UTC", "<UTC", "CET-1CEST", "CET-1CEST,M13.1.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0",
                          "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,M3.5.0", "CET-1CEST,J0,J5", "CET-1CEST,M3.5.0,M10.5.0x",
                          "UTC200", "CET-1CEST,M3.5.0/,M10.5.0"}) {
    CAPTURE(bad);
    CHECK(rule(bad, 0) == "no rule");
  }
}

}  // namespace writ
