# The commit that `suite --version` names; "unknown" outside a checkout.
set(SUITE_COMMIT "unknown")
find_package(Git QUIET)
if(Git_FOUND)
  execute_process(COMMAND "${GIT_EXECUTABLE}" describe --always --dirty
    WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}" OUTPUT_VARIABLE SUITE_COMMIT_FOUND
    OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(SUITE_COMMIT_FOUND)
    set(SUITE_COMMIT "${SUITE_COMMIT_FOUND}")
  endif()
endif()
configure_file("${PROJECT_SOURCE_DIR}/cmake/version.h.in" "${PROJECT_BINARY_DIR}/generated/suite_version.h")
