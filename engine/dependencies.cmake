# Every library writ is built on, named once. All are Debian 12 packages.
find_package(OpenSSL REQUIRED)                       # digests: SHA-256, HMAC
find_package(Boost 1.81 REQUIRED)                    # multiprecision integers and software floats
find_package(PkgConfig REQUIRED)
pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET re2)  # regular expressions in linear time, Go's syntax
pkg_check_modules(YAML REQUIRED IMPORTED_TARGET yaml-0.1)  # the scanner Go's YAML reader descends from
pkg_check_modules(SIMDJSON REQUIRED IMPORTED_TARGET simdjson)  # structure of JSON and UTF-8 check, per CPU
pkg_check_modules(UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc)  # case mapping, display width
find_package(date QUIET)
find_package(CLI11 REQUIRED)                         # command line
find_package(Catch2 2 REQUIRED)                      # unit tests

add_library(writ_deps_re2 INTERFACE)
target_link_libraries(writ_deps_re2 INTERFACE PkgConfig::RE2)
add_library(writ::re2 ALIAS writ_deps_re2)

add_library(writ_deps_simdjson INTERFACE)
target_link_libraries(writ_deps_simdjson INTERFACE PkgConfig::SIMDJSON)
add_library(writ::simdjson ALIAS writ_deps_simdjson)

add_library(writ_deps_yaml INTERFACE)
target_link_libraries(writ_deps_yaml INTERFACE PkgConfig::YAML)
add_library(writ::yaml ALIAS writ_deps_yaml)

add_library(writ_deps_utf8proc INTERFACE)
target_link_libraries(writ_deps_utf8proc INTERFACE PkgConfig::UTF8PROC)
add_library(writ::utf8proc ALIAS writ_deps_utf8proc)

add_library(writ_deps_date INTERFACE)                # time zones and calendar
target_link_libraries(writ_deps_date INTERFACE date::date date::date-tz)
add_library(writ::date ALIAS writ_deps_date)

add_library(writ_deps_cli11 INTERFACE)
target_link_libraries(writ_deps_cli11 INTERFACE CLI11::CLI11)
add_library(writ::cli11 ALIAS writ_deps_cli11)
