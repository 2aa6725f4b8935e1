#include "engine/builtins/table_versions.h"

#include <date/tz.h>
#include <utf8proc.h>

#include <exception>

namespace writ {

// The data is loaded with the first question about a zone, or here.
std::string tzdb_version() {
  try {
    return date::get_tzdb().version;
  } catch (const std::exception&) {
    return "none";
  }
}

std::string unicode_version() { return utf8proc_unicode_version(); }

std::string regex_version() { return "re2/" WRIT_RE2_VERSION; }

}  // namespace writ
