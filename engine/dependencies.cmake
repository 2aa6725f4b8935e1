# Every library writ is built on, named once. All are Debian 12 packages.
find_package(OpenSSL REQUIRED)                       # digests: SHA-256, HMAC
find_package(Boost 1.81 REQUIRED)                    # multiprecision integers and software floats
find_package(PkgConfig REQUIRED)
pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET re2)  # regular expressions in linear time, Go's syntax
pkg_check_modules(YAML REQUIRED IMPORTED_TARGET yaml-0.1)  # the scanner Go's YAML reader descends from
pkg_check_modules(SIMDJSON REQUIRED IMPORTED_TARGET simdjson)  # structure of JSON and UTF-8 check, per CPU
pkg_check_modules(UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc)  # case mapping, display width
if(WRIT_HTTP)
  # The host of http.send: its headers alone, the library is loaded when the first request is sent.
  find_path(CURL_INCLUDE_DIR curl/curl.h)
  if(NOT CURL_INCLUDE_DIR)
    message(FATAL_ERROR "curl/curl.h was not found (Debian: libcurl4-openssl-dev); WRIT_HTTP=OFF builds without http.send")
  endif()
  add_library(writ_deps_curl INTERFACE)
  target_include_directories(writ_deps_curl SYSTEM INTERFACE ${CURL_INCLUDE_DIR})
  add_library(CURL::headers ALIAS writ_deps_curl)
endif()
find_package(CLI11 REQUIRED)                         # command line
if(WRIT_TESTS)
  find_package(Catch2 2 REQUIRED)                    # unit tests
endif()
find_program(ZIC zic PATHS /usr/sbin /sbin)          # compiles time-zone data, engine/builtins/zones
if(NOT ZIC)
  message(FATAL_ERROR "zic, the compiler of time-zone data, was not found; it comes with the C library "
                      "(Debian: libc-bin, Fedora: glibc-common, Alpine: tzdata-utils)")
endif()

# The version of RE2 is that of its SONAME, and it is part of the policy digest. Debian's re2.pc says 0.0.0; then the file
# of the shared library says it.
set(WRIT_RE2_VERSION "" CACHE STRING "Version of RE2, where neither re2.pc nor the name of the library says it")
if(NOT WRIT_RE2_VERSION AND RE2_VERSION MATCHES "^[1-9]")
  set(WRIT_RE2_VERSION ${RE2_VERSION})
elseif(NOT WRIT_RE2_VERSION)
  find_library(re2_file NAMES libre2.so HINTS ${RE2_LIBDIR} ${RE2_LIBRARY_DIRS} NO_CACHE)
  if(re2_file)
    file(REAL_PATH ${re2_file} re2_file)
    if(re2_file MATCHES "libre2\\.so\\.([0-9]+(\\.[0-9]+)*)$")
      set(WRIT_RE2_VERSION ${CMAKE_MATCH_1})
    endif()
  endif()
endif()
if(NOT WRIT_RE2_VERSION)
  message(FATAL_ERROR "the version of RE2 could not be found, and records must name it: set WRIT_RE2_VERSION")
endif()

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

add_library(writ_deps_cli11 INTERFACE)
target_link_libraries(writ_deps_cli11 INTERFACE CLI11::CLI11)
add_library(writ::cli11 ALIAS writ_deps_cli11)
