#include "engine/api/language.h"

#include "engine/builtins/table_versions.h"

namespace writ {

TableVersions table_versions() { return {tzdb_version(), unicode_version(), regex_version()}; }

}  // namespace writ
