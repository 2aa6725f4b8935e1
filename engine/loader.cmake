# Runs at the end of an installation: the loader finds the library at once, or the user is told how it will.
# A staged installation (DESTDIR) leaves that to whoever installs the package.
if("$ENV{DESTDIR}" STREQUAL "")
  set(folder "${CMAKE_INSTALL_PREFIX}/${WRIT_LIBDIR}")
  find_program(LDCONFIG ldconfig PATHS /usr/sbin /sbin)
  if(LDCONFIG)
    # Its cache covers the folders of ld.so.conf; only root may write it.
    execute_process(COMMAND ${LDCONFIG} OUTPUT_QUIET ERROR_QUIET)
    execute_process(COMMAND ${LDCONFIG} -p OUTPUT_VARIABLE known ERROR_QUIET)
    string(FIND "${known}" "${folder}/${WRIT_SONAME}" found)
    if(found EQUAL -1)
      message(STATUS "The loader does not search ${folder}: link programs with -Wl,-rpath,${folder}, or add the folder to "
                     "/etc/ld.so.conf.d and run ldconfig, as root")
    endif()
  endif()
endif()
