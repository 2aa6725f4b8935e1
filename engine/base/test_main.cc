// The main function of every test program, compiled once because Catch2's is slow to compile.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>

#include "engine/base/test_source.h"

namespace writ {

std::string source_path(std::string_view path) { return std::string(WRIT_SOURCE_DIR "/").append(path); }

}  // namespace writ
