// Where tests find files of the source tree.
#pragma once

#include <string>
#include <string_view>

namespace writ {

// "testdata/x" → the path of that file. Defined in test_main.cc.
std::string source_path(std::string_view path);

}  // namespace writ
