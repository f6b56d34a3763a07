# Installs into a scratch prefix and runs what arrived. Run as:
#
#   cmake -DBUILD=<build folder> -DPREFIX=<scratch folder> -DBINDIR=bin -P install_test.cmake
cmake_minimum_required(VERSION 3.25)

file(REMOVE_RECURSE "${PREFIX}")
execute_process(COMMAND "${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${PREFIX}" OUTPUT_QUIET
                COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND "${PREFIX}/${BINDIR}/suite" --version OUTPUT_VARIABLE version
                COMMAND_ERROR_IS_FATAL ANY)
if(NOT version MATCHES "^suite [0-9]+\\.[0-9]+\\.[0-9]+ ")
  message(FATAL_ERROR "the installed program says '${version}' to --version")
endif()
file(GLOB_RECURSE installed RELATIVE "${PREFIX}" "${PREFIX}/*")
if(NOT installed STREQUAL "${BINDIR}/suite")
  message(FATAL_ERROR "installed more than the program: ${installed}")
endif()
file(REMOVE_RECURSE "${PREFIX}")
