# Fails when an include line points up or sideways. Run as:
#
#   cmake -DROOT=<source folder> -P check_layers.cmake
#
# Includes point down only: cmd -> {servers, client} -> common. Inside servers/, a backend sees the seam
# (servers/*.h) and its own folder, and a protocol likewise: never each other. What backends on one library
# have in common lies in a folder X_common, which X and X_* see. All of ours is included from the repository
# root, so that the layer shows in every line.
cmake_minimum_required(VERSION 3.25)

# What `file` may include, as a regular expression for the path.
function(allowed_from file out)
  if(file MATCHES "^common/")
    set(allowed "common/")
  elseif(file MATCHES "^client/")
    set(allowed "(client|common)/")
  elseif(file MATCHES "^servers/backends/([^/_]+)[^/]*/")
    set(allowed "${CMAKE_MATCH_0}|servers/backends/${CMAKE_MATCH_1}_common/|servers/[^/]+$|common/")
  elseif(file MATCHES "^servers/protocols/[^/]+/")
    set(allowed "${CMAKE_MATCH_0}|servers/[^/]+$|common/")
  elseif(file MATCHES "^servers/")
    set(allowed "(servers|common)/")
  else()
    set(allowed "(cmd|servers|client|common)/|suite_version\\.h$")
  endif()
  set(${out} "^(${allowed})" PARENT_SCOPE)
endfunction()

function(check_file file)
  allowed_from("${file}" allowed)
  file(STRINGS "${ROOT}/${file}" lines REGEX "^[ \t]*#[ \t]*include[ \t]*(\"|<(common|servers|client|cmd|tests)/)")
  foreach(line IN LISTS lines)
    string(REGEX REPLACE "^[^\"<]*[\"<]([^\">]*).*$" "\\1" included "${line}")
    if(NOT included MATCHES "${allowed}")
      message(NOTICE "${file} may not include ${included}")
      set_property(GLOBAL PROPERTY wrong TRUE)
    endif()
  endforeach()
endfunction()

foreach(layer common servers client cmd)
  file(GLOB_RECURSE files RELATIVE "${ROOT}" "${ROOT}/${layer}/*.h" "${ROOT}/${layer}/*.cc")
  list(APPEND all ${files})
  foreach(file IN LISTS files)
    check_file("${file}")
  endforeach()
endforeach()
list(LENGTH all count)
if(count EQUAL 0)
  message(FATAL_ERROR "no sources below ${ROOT}")
endif()
get_property(wrong GLOBAL PROPERTY wrong)
if(wrong)
  message(FATAL_ERROR "includes point down only: cmd -> {servers, client} -> common")
endif()
message(STATUS "layers: ${count} files checked")
