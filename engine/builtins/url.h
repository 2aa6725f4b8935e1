// URLs as Go's net/url reads them.
#pragma once

#include <string>
#include <string_view>

namespace writ {

// Why the text is no URL, in Go's words: `parse "%zz": invalid URL escape "%zz"`. Empty if it is one.
std::string url_fault(std::string_view text);

}  // namespace writ
