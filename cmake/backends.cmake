# The list of I/O backends. A backend is one folder under servers/backends and one line in servers/CMakeLists.txt:
#
#   suite_backend(epoll)                                      plain system calls
#   suite_backend(libuv HEADER uv.h LIBRARY uv PACKAGE libuv1-dev)
#   suite_backend(uring HEADER liburing.h LIBRARY uring PACKAGE liburing-dev USES suite_uring)
#   suite_backend(asio HEADER asio.hpp PACKAGE libasio-dev SHARES asio_common DEFINITIONS ASIO_NO_DEPRECATED)
#   suite_backend(prefork SAME_LOOP_AS epoll WORKERS kProcesses MODEL "...")
#   suite_backend(pool THREADS_SHARE_SESSIONS)                several threads serve the connections of one worker
#
# The folder holds one function, `Backend suite::NAME_backend()`; where the name has a '-', both have a '_'. With
# SHARES, a folder X_common beside it, without such a function, is built and linked too: what backends of one
# library have in common. They give the same HEADER, LIBRARY and DEFINITIONS. A library that is missing leaves the
# backend out with a message, and `suite backends` repeats the reason. suite_write_registry() turns the
# calls into the source that defines backends() and absent_backends().

function(suite_backend name)
  cmake_parse_arguments(ARG "THREADS_SHARE_SESSIONS" "HEADER;LIBRARY;PACKAGE;USES;SHARES;SAME_LOOP_AS;WORKERS;MODEL" "DEFINITIONS" ${ARGN})

  string(REPLACE "-" "_" folder "${name}")
  if(NOT ARG_THREADS_SHARE_SESSIONS)
    set_property(GLOBAL APPEND PROPERTY SUITE_SINGLE_THREADED_BACKENDS "${name}")
  endif()

  if(ARG_SAME_LOOP_AS)
    if(NOT TARGET suite_backend_${ARG_SAME_LOOP_AS})
      message(FATAL_ERROR "backend ${name}: there is no backend ${ARG_SAME_LOOP_AS} to take the loop from")
    endif()
    set_property(GLOBAL APPEND_STRING PROPERTY SUITE_BACKEND_ENTRIES
      "    variant(${ARG_SAME_LOOP_AS}_backend(), \"${name}\", WorkerKind::${ARG_WORKERS},\n            \"${ARG_MODEL}\"),\n")
    return()
  endif()

  set(found TRUE)
  if(ARG_HEADER)
    find_path(SUITE_${folder}_INCLUDE "${ARG_HEADER}")
    mark_as_advanced(SUITE_${folder}_INCLUDE)
    if(NOT SUITE_${folder}_INCLUDE)
      set(found FALSE)
    endif()
  endif()
  if(ARG_LIBRARY)
    find_library(SUITE_${folder}_LIBRARY "${ARG_LIBRARY}")
    mark_as_advanced(SUITE_${folder}_LIBRARY)
    if(NOT SUITE_${folder}_LIBRARY)
      set(found FALSE)
    endif()
  endif()
  if(NOT found)
    message(STATUS "backend ${name}: left out, its library is missing (package ${ARG_PACKAGE})")
    set_property(GLOBAL APPEND_STRING PROPERTY SUITE_ABSENT_ENTRIES
      "    {\"${name}\", \"left out of this build\", \"install ${ARG_PACKAGE} and build again\"},\n")
    return()
  endif()

  suite_backend_library(${folder})
  if(ARG_SHARES)
    if(NOT TARGET suite_backend_${ARG_SHARES})
      suite_backend_library(${ARG_SHARES})
    endif()
    target_link_libraries(suite_backend_${folder} PRIVATE suite_backend_${ARG_SHARES})
  endif()
  set_property(GLOBAL APPEND_STRING PROPERTY SUITE_BACKEND_DECLARATIONS "Backend ${folder}_backend();\n")
  set_property(GLOBAL APPEND_STRING PROPERTY SUITE_BACKEND_ENTRIES "    ${folder}_backend(),\n")
endfunction()

# Within suite_backend(): the target of one folder, with the library that its arguments name.
macro(suite_backend_library from)
  file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/servers/backends/${from}/*.cc")
  add_library(suite_backend_${from} STATIC ${sources})
  target_link_libraries(suite_backend_${from} PUBLIC suite_common ${ARG_USES})
  if(ARG_HEADER)
    target_include_directories(suite_backend_${from} SYSTEM PRIVATE "${SUITE_${folder}_INCLUDE}")
  endif()
  if(ARG_LIBRARY)
    target_link_libraries(suite_backend_${from} PRIVATE "${SUITE_${folder}_LIBRARY}")
  endif()
  target_compile_definitions(suite_backend_${from} PRIVATE ${ARG_DEFINITIONS})
  set_property(GLOBAL APPEND PROPERTY SUITE_BACKEND_TARGETS suite_backend_${from})
endmacro()

# Writes the registry's source and sets <out> to its path.
function(suite_write_registry out)
  get_property(SUITE_BACKEND_DECLARATIONS GLOBAL PROPERTY SUITE_BACKEND_DECLARATIONS)
  get_property(SUITE_BACKEND_ENTRIES GLOBAL PROPERTY SUITE_BACKEND_ENTRIES)
  get_property(SUITE_ABSENT_ENTRIES GLOBAL PROPERTY SUITE_ABSENT_ENTRIES)
  set(file "${PROJECT_BINARY_DIR}/generated/backend_list.cc")
  configure_file("${PROJECT_SOURCE_DIR}/cmake/backend_list.cc.in" "${file}" @ONLY)
  set(${out} "${file}" PARENT_SCOPE)
endfunction()
