# Writes a C++ source in which files are string literals. Run as:
#
#   cmake -DOUT=<file.cc> -DHEADER=<header to include> -DNAMESPACE=<ns> -DTYPE=<struct> -DNAME=<constant>
#         "-DMEMBERS=<member>=<file>|..." -P embed.cmake
#
# A member without a file is an empty string.
cmake_minimum_required(VERSION 3.25)

set(text "// Written by cmake/embed.cmake.\n#include \"${HEADER}\"\n\n")
# A compiler need not support literals this long; all that we build with do.
string(APPEND text "#pragma GCC diagnostic ignored \"-Woverlength-strings\"\n\n")
string(APPEND text "namespace ${NAMESPACE} {\n\nconst ${TYPE} ${NAME}{\n")
string(REPLACE "|" ";" members "${MEMBERS}")
foreach(member IN LISTS members)
  string(REGEX MATCH "^([^=]*)=(.*)$" parts "${member}")
  set(name "${CMAKE_MATCH_1}")
  set(content "")
  if(CMAKE_MATCH_2)
    file(READ "${CMAKE_MATCH_2}" content)
  endif()
  string(APPEND text "    .${name} = R\"embedded(${content})embedded\",\n")
endforeach()
string(APPEND text "};\n\n}  // namespace ${NAMESPACE}\n")
file(WRITE "${OUT}" "${text}")
