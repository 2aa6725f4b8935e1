# The library as it is shipped: libwrit.so, libwrit.a, headers, pkg-config and CMake files; and the tests that use it as
# a stranger would.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(WRIT_ENGINE_LAYERS base value builtins bundle program host vm lang record api)
set(WRIT_SHIPPED_LAYERS ${WRIT_ENGINE_LAYERS} store replay)
set(WRIT_SHIPPED_LIBRARIES OpenSSL::Crypto PkgConfig::RE2 PkgConfig::YAML PkgConfig::SIMDJSON PkgConfig::UTF8PROC)
set(WRIT_ABI_VERSION 0)

set(objects)
foreach(layer ${WRIT_SHIPPED_LAYERS})
  list(APPEND objects $<TARGET_OBJECTS:writ_${layer}>)
endforeach()

add_library(writ_shared SHARED ${objects})
add_library(writ_static STATIC ${objects})
foreach(library writ_shared writ_static)
  set_target_properties(${library} PROPERTIES OUTPUT_NAME writ LINKER_LANGUAGE CXX)
  target_include_directories(${library} INTERFACE $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/engine/include>
                                                  $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  # What the library is built on is nobody's business but its own: nothing of it is exported.
  target_link_libraries(${library} PRIVATE "$<BUILD_INTERFACE:${WRIT_SHIPPED_LIBRARIES}>")
endforeach()
set_target_properties(writ_shared PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION ${WRIT_ABI_VERSION} EXPORT_NAME writ
                                             LINK_DEPENDS ${PROJECT_SOURCE_DIR}/engine/api/exports.map)
target_link_options(writ_shared PRIVATE LINKER:--version-script=${PROJECT_SOURCE_DIR}/engine/api/exports.map
                                        LINKER:--exclude-libs,ALL)
if(WRIT_HTTP)
  # A library beside it, which asks it for nothing but the functions of writ.h. The static one is without what libwrit.a has.
  add_library(writ_http_shared SHARED engine/http/library/c_http.cc $<TARGET_OBJECTS:writ_http>)
  add_library(writ_http_static STATIC engine/http/library/c_http.cc $<TARGET_OBJECTS:writ_http>)
  foreach(library writ_http_shared writ_http_static)
    set_target_properties(${library} PROPERTIES OUTPUT_NAME writ_http LINKER_LANGUAGE CXX)
    target_include_directories(${library} PRIVATE ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/engine/include)
  endforeach()
  set_target_properties(writ_http_static PROPERTIES ARCHIVE_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/shipped)  # beside the layer's
  target_link_libraries(writ_http_shared
    PUBLIC writ_shared PRIVATE "$<BUILD_INTERFACE:writ_host;OpenSSL::SSL;OpenSSL::Crypto;${CMAKE_DL_LIBS}>")
  set_target_properties(writ_http_shared PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION ${WRIT_ABI_VERSION}
                        EXPORT_NAME writ_http LINK_DEPENDS ${PROJECT_SOURCE_DIR}/engine/http/library/exports.map)
  target_link_options(writ_http_shared PRIVATE
    LINKER:--version-script=${PROJECT_SOURCE_DIR}/engine/http/library/exports.map LINKER:--exclude-libs,ALL)
  add_library(writ::writ_http ALIAS writ_http_shared)
endif()
add_library(writ::writ ALIAS writ_shared)
add_library(writ::writ_static ALIAS writ_static)

# --- Installation ----------------------------------------------------------------------------------------------------

set(WRIT_CMAKE_DIRECTORY ${CMAKE_INSTALL_LIBDIR}/cmake/writ)
install(TARGETS writ_shared EXPORT writTargets COMPONENT library)
install(TARGETS writ_static COMPONENT library)
if(WRIT_HTTP)
  install(TARGETS writ_http_shared EXPORT writTargets COMPONENT library)
  install(TARGETS writ_http_static COMPONENT library)
endif()
if(TARGET writ)
  install(TARGETS writ COMPONENT tools)
endif()
if(NOT WRIT_HTTP)
  set(without_http PATTERN writ_http.h EXCLUDE)
endif()
install(DIRECTORY engine/include/writ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT library ${without_http})
install(EXPORT writTargets NAMESPACE writ:: DESTINATION ${WRIT_CMAKE_DIRECTORY} COMPONENT library)

# What a program that links libwrit.a must name besides, as names for -l: for pkg-config --static, and for
# writ::writ_static, which is made by hand because CMake would ask a project in C for a C++ compiler.
set(WRIT_PRIVATE_LIBRARIES crypto)
foreach(module RE2 YAML SIMDJSON UTF8PROC)
  list(APPEND WRIT_PRIVATE_LIBRARIES ${${module}_STATIC_LIBRARIES})
endforeach()
set(WRIT_SYSTEM_LIBRARIES ${CMAKE_CXX_IMPLICIT_LINK_LIBRARIES} pthread)  # the compiler's: never searched for
list(REMOVE_ITEM WRIT_SYSTEM_LIBRARIES ${CMAKE_C_IMPLICIT_LINK_LIBRARIES})
list(FILTER WRIT_SYSTEM_LIBRARIES INCLUDE REGEX "^(stdc\\+\\+|c\\+\\+|m|pthread)$")
list(REMOVE_DUPLICATES WRIT_SYSTEM_LIBRARIES)
list(REMOVE_ITEM WRIT_PRIVATE_LIBRARIES ${WRIT_SYSTEM_LIBRARIES})
list(REMOVE_DUPLICATES WRIT_PRIVATE_LIBRARIES)
list(TRANSFORM WRIT_PRIVATE_LIBRARIES PREPEND -l OUTPUT_VARIABLE private_flags)
list(TRANSFORM WRIT_SYSTEM_LIBRARIES PREPEND -l OUTPUT_VARIABLE system_flags)
list(JOIN private_flags " " private_flags)
list(JOIN system_flags " " system_flags)
set(WRIT_PRIVATE_FLAGS "${private_flags} ${system_flags}")

# Relative, so that the tree can be moved.
file(RELATIVE_PATH WRIT_CMAKE_PREFIX /root/${WRIT_CMAKE_DIRECTORY} /root)
configure_file(engine/writConfig.cmake.in writConfig.cmake @ONLY)
write_basic_package_version_file(writConfigVersion.cmake COMPATIBILITY SameMajorVersion)
install(FILES ${PROJECT_BINARY_DIR}/writConfig.cmake ${PROJECT_BINARY_DIR}/writConfigVersion.cmake
        DESTINATION ${WRIT_CMAKE_DIRECTORY} COMPONENT library)
file(RELATIVE_PATH WRIT_PC_PREFIX /root/${CMAKE_INSTALL_LIBDIR}/pkgconfig /root)
configure_file(engine/writ.pc.in writ.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/writ.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT library)

install(CODE "set(WRIT_LIBDIR \"${CMAKE_INSTALL_LIBDIR}\")
set(WRIT_SONAME libwrit.so.${WRIT_ABI_VERSION})" COMPONENT library)
install(SCRIPT engine/loader.cmake COMPONENT library)

# --- Tests -----------------------------------------------------------------------------------------------------------

if(WRIT_TESTS AND NOT WRIT_SANITIZE)
  set(installed ${PROJECT_BINARY_DIR}/installed)
  set(package_tests ${PROJECT_SOURCE_DIR}/testdata/package)
  add_test(NAME package_install
           COMMAND sh ${package_tests}/install.sh ${CMAKE_COMMAND} ${PROJECT_BINARY_DIR} ${installed})
  set_tests_properties(package_install PROPERTIES FIXTURES_SETUP installed)
  set(surroundings CC=${CMAKE_C_COMPILER} CXX=${CMAKE_CXX_COMPILER} LIBDIR=${CMAKE_INSTALL_LIBDIR}
                   CMAKE=${CMAKE_COMMAND} BUILD=${PROJECT_BINARY_DIR})
  foreach(name exports c cmake python go chroot)
    add_test(NAME package_${name} COMMAND sh ${package_tests}/${name}.sh ${installed} ${PROJECT_SOURCE_DIR})
    set_tests_properties(package_${name} PROPERTIES FIXTURES_REQUIRED installed SKIP_RETURN_CODE 77
      ENVIRONMENT "${surroundings}")
  endforeach()
  set(archives)
  foreach(layer ${WRIT_ENGINE_LAYERS})
    list(APPEND archives $<TARGET_FILE:writ_${layer}>)
  endforeach()
  add_test(NAME imports COMMAND sh ${package_tests}/imports.sh ${archives})
endif()
