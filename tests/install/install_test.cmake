# Installs into a scratch prefix and runs what arrived. Run as:
#
#   cmake -DBUILD=<build folder> -DPREFIX=<scratch folder> -DBINDIR=bin -DLIBDIR=lib -DDATADIR=share
#         -DPEERS=<source folder>/servers/peers -P install_test.cmake
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
file(GLOB peers RELATIVE "${PEERS}" "${PEERS}/*.py" "${PEERS}/*.js" "${PEERS}/*.sh" "${PEERS}/*.go")
file(GLOB documents RELATIVE "${PEERS}/../.." "${PEERS}/../../*.md" "${PEERS}/../../docs/*.md" "${PEERS}/../../docs/*.json")
list(REMOVE_ITEM documents CONTRIBUTING.md)
list(APPEND documents LICENSE)
set(expected "${BINDIR}/suite" "${DATADIR}/bash-completion/completions/suite"
             "${DATADIR}/fish/vendor_completions.d/suite.fish" "${DATADIR}/zsh/site-functions/_suite"
             "${DATADIR}/doc/suite/examples/suite-http.service")
foreach(peer IN LISTS peers)
  list(APPEND expected "${DATADIR}/suite/peers/${peer}")
endforeach()
foreach(document IN LISTS documents)
  list(APPEND expected "${DATADIR}/doc/suite/${document}")
endforeach()
execute_process(COMMAND "${PREFIX}/${BINDIR}/suite" --help OUTPUT_VARIABLE help COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "\n  [a-z-]+ +[a-zA-Z]" verbs "${help}")
list(FILTER verbs EXCLUDE REGEX "  suite ")
list(LENGTH verbs count)
if(count LESS 9)
  message(FATAL_ERROR "the help lists ${count} verbs: ${verbs}")
endif()
list(APPEND expected "${DATADIR}/man/man1/suite.1")
foreach(verb IN LISTS verbs)
  string(REGEX REPLACE "^\n  ([a-z-]+).*" "\\1" verb "${verb}")
  list(APPEND expected "${DATADIR}/man/man1/suite-${verb}.1")
endforeach()
if(EXISTS "${BUILD}/suite_mpi.so")  # where there is MPI to build it with
  list(APPEND expected "${LIBDIR}/suite/plugins/suite_mpi.so")
endif()
list(SORT installed)
list(SORT expected)
if(NOT installed STREQUAL expected)
  message(FATAL_ERROR "installed ${installed}\ninstead of ${expected}")
endif()
if(EXISTS /usr/bin/python3)
  execute_process(COMMAND "${PREFIX}/${BINDIR}/suite" bench -b epoll --peers python-epoll --workloads echo-d1
                          --rounds 1 --conns 3 --secs 400ms --quiet
                  OUTPUT_VARIABLE log COMMAND_ERROR_IS_FATAL ANY)
  string(FIND "${log}" "\n/usr/bin/python3 -B ${PREFIX}/${DATADIR}/suite/peers/server_epoll.py echo " found)
  if(found EQUAL -1)
    message(FATAL_ERROR "the installed program does not start its installed peers:\n${log}")
  endif()
endif()
file(REMOVE_RECURSE "${PREFIX}")
