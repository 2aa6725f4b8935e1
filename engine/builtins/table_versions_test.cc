#include "engine/builtins/table_versions.h"

#include <re2/re2.h>

#include <catch2/catch.hpp>
#include <string>

namespace writ {

namespace {

bool fits(const std::string& version, const char* pattern) { return re2::RE2::FullMatch(version, pattern); }

}  // namespace

// A placeholder in the policy digest would hide that a table has changed.
TEST_CASE("every table that answers depend on names a real version") {
  CAPTURE(tzdb_version(), unicode_version(), regex_version());
  CHECK(fits(tzdb_version(), R"(20\d\d[a-z])"));
  CHECK(fits(unicode_version(), R"([1-9]\d*\.\d+\.\d+)"));
  CHECK(fits(regex_version(), R"(re2/[1-9]\d*(\.\d+)*\+unicode[1-9]\d)"));
  for (const std::string& version : {tzdb_version(), unicode_version(), regex_version()}) {
    CHECK(version.find("unknown") == version.npos);
    CHECK(version.find("none") == version.npos);
    CHECK(version.find("0.0.0") == version.npos);
  }
}

}  // namespace writ
