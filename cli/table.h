// A table drawn with lines, as `opa eval --format pretty` draws it: headers centred, cells to the left.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace writ::cli {

// Columns a terminal takes for a text: wide characters two, marks that combine none.
size_t display_width(std::string_view text);

// Every row has as many cells as there are headers.
void print_table(std::ostream& out, const std::vector<std::string>& headers,
                 const std::vector<std::vector<std::string>>& rows);

}  // namespace writ::cli
