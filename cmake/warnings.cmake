# Every target of ours links suite_flags: include root, warnings, sanitizers.
add_library(suite_flags INTERFACE)
target_include_directories(suite_flags INTERFACE "${PROJECT_SOURCE_DIR}")
target_compile_options(suite_flags INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Designated initialisers that leave members to their defaults are the house style.
  target_compile_options(suite_flags INTERFACE -Wno-missing-field-initializers)
  if(CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # g++ 12 sees them in the concatenation of strings, where they are not (GCC bugs 105329 and 105651).
    target_compile_options(suite_flags INTERFACE -Wno-array-bounds -Wno-restrict -Wno-stringop-overflow
                                                 -Wno-stringop-overread)
  endif()
endif()
if(SUITE_WERROR)
  target_compile_options(suite_flags INTERFACE -Werror)
endif()
if(SUITE_FUZZ)
  # Warnings are g++'s, in the builds that have them as errors.
  target_compile_options(suite_flags INTERFACE -fsanitize=fuzzer-no-link -w)
endif()
if(SUITE_SANITIZE)
  # vptr probes memory through a pipe(2), and takes a process that is out of descriptors, which the tests
  # bring about, for one with a broken object.
  target_compile_options(suite_flags INTERFACE -fsanitize=${SUITE_SANITIZE} -fno-sanitize=vptr
                                               -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(suite_flags INTERFACE -fsanitize=${SUITE_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Instrumented code confuses this one, as its documentation says; std::regex sets it off.
    target_compile_options(suite_flags INTERFACE -Wno-maybe-uninitialized)
  endif()
endif()
