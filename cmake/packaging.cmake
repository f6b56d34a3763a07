# Packages, from a build folder: cpack -G DEB, cpack -G TGZ. What is installed anywhere is installed by the folders that
# make it; here are the documents, and what only Debian wants (debian_files.cmake).
install(FILES README.md CHANGELOG.md LICENSE DESTINATION "${CMAKE_INSTALL_DOCDIR}")
install(DIRECTORY docs DESTINATION "${CMAKE_INSTALL_DOCDIR}" FILES_MATCHING PATTERN "*.md" PATTERN "*.json")
install(FILES packaging/systemd/suite-http.service DESTINATION "${CMAKE_INSTALL_DOCDIR}/examples")

set(CPACK_PACKAGE_NAME suite)
set(CPACK_PACKAGE_VENDOR "the suite authors")
set(SUITE_PACKAGER "The suite authors <suite@example.org>" CACHE STRING "Who answers for packages made here")
set(CPACK_PACKAGE_CONTACT "${SUITE_PACKAGER}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "TCP and HTTP load generator, servers and benchmark")
set(CPACK_PACKAGE_DESCRIPTION
"How fast are TCP and HTTP servers on Linux? One program has echo and HTTP
servers on twelve I/O backends (epoll, io_uring, libuv, libevent, Asio ...),
a load generator that verifies every reply and keeps a latency for each, and
a benchmark that compares servers with each other, your own among them.")
set(CPACK_STRIP_FILES ON)
set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS media-types)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "python3, nodejs, nginx-light, openmpi-bin")
set(CPACK_PRE_BUILD_SCRIPTS "${PROJECT_SOURCE_DIR}/cmake/debian_files.cmake")
set(CPACK_SUITE_SOURCE "${PROJECT_SOURCE_DIR}")
include(CPack)
