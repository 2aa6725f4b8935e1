#include "engine/builtins/table_versions.h"

#include <re2/re2.h>
#include <utf8proc.h>

#include <string_view>

#include "engine/builtins/zone_tables.h"

namespace writ {

namespace {

struct UnicodeRelease {
  std::string_view version;
  const char* class_name;  // a script that this release brought
};

// RE2 does not say which Unicode it knows, but it knows the names of scripts. 15.1 brought none.
constexpr UnicodeRelease kReleases[] = {
    {"17", "\\p{Sidetic}"},    {"16", "\\p{Garay}"},   {"15", "\\p{Kawi}"},  {"14", "\\p{Vithkuqi}"},
    {"13", "\\p{Chorasmian}"}, {"12", "\\p{Elymaic}"}, {"11", "\\p{Dogra}"}, {"10", "\\p{Masaram_Gondi}"}};

std::string_view regex_unicode() {
  for (const UnicodeRelease& release : kReleases) {
    if (re2::RE2(release.class_name, re2::RE2::Quiet).ok()) return release.version;
  }
  return "9-or-older";
}

}  // namespace

std::string tzdb_version() { return std::string(kZoneTablesVersion); }

std::string unicode_version() { return utf8proc_unicode_version(); }

// That the release is the one found when this was built is the loader's promise: it is the version in the library's
// SONAME.
std::string regex_version() {
  static const std::string version = "re2/" WRIT_RE2_VERSION "+unicode" + std::string(regex_unicode());
  return version;
}

}  // namespace writ
