# llhttp, the HTTP/1 parser of Node.js, as the target suite_llhttp: what our parsers are held against in tests. A
# library where the system has one; otherwise Debian 12's package node-llhttp, which brings the C sources: they are
# compiled here, strict.

find_path(LLHTTP_INCLUDE llhttp.h PATH_SUFFIXES llhttp PATHS /usr/share/include)
find_library(LLHTTP_LIBRARY llhttp)
find_path(LLHTTP_SOURCES llhttp.c PATHS /usr/share PATH_SUFFIXES llhttp llhttp/src)

if(LLHTTP_INCLUDE AND LLHTTP_LIBRARY)
  add_library(suite_llhttp INTERFACE)
  target_link_libraries(suite_llhttp INTERFACE "${LLHTTP_LIBRARY}")
  target_include_directories(suite_llhttp SYSTEM INTERFACE "${LLHTTP_INCLUDE}")
elseif(LLHTTP_INCLUDE AND LLHTTP_SOURCES)
  enable_language(C)
  add_library(suite_llhttp STATIC
    "${LLHTTP_SOURCES}/api.c" "${LLHTTP_SOURCES}/http.c" "${LLHTTP_SOURCES}/llhttp.c")
  target_include_directories(suite_llhttp SYSTEM PUBLIC "${LLHTTP_INCLUDE}")
  target_compile_definitions(suite_llhttp PUBLIC LLHTTP_STRICT_MODE=1)
  target_compile_options(suite_llhttp PRIVATE -w)  # not ours to mend
else()
  message(STATUS "tests: left out, llhttp is missing (package libllhttp-dev, or node-llhttp on Debian 12)")
endif()
