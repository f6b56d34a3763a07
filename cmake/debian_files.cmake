# What Debian wants in a package beside what is installed anywhere (policy 12.1, 12.5, 12.7): a copyright file, changelogs
# and manual pages that are compressed. CPack runs it when all is in the package's folder, and for archives too.
if(NOT CPACK_GENERATOR STREQUAL "DEB")
  return()
endif()

# Only the plug-in needs MPI, and only ranks need the plug-in: the package suggests it, and does not depend on it. The
# program that CPackDeb calls to find dependencies may be a command.
find_program(SUITE_SHLIBDEPS dpkg-shlibdeps)
if(SUITE_SHLIBDEPS)
  set(SHLIBDEPS_EXECUTABLE "${SUITE_SHLIBDEPS}" -xlibopenmpi3 -xlibopenmpi3t64 -xlibopenmpi40 -xlibmpich12)
endif()

set(share "${CPACK_TEMPORARY_DIRECTORY}/usr/share")
set(documents "${share}/doc/${CPACK_PACKAGE_NAME}")

function(compress)
  execute_process(COMMAND gzip -9n ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

# A paragraph of the copyright format: an empty line is a dot, and each is indented.
function(as_field text out)
  string(STRIP "${text}" text)
  string(REPLACE "\n\n" "\n.\n" text "${text}")
  string(REPLACE "\n" "\n " text "${text}")
  set(${out} " ${text}" PARENT_SCOPE)
endfunction()

file(READ "${CPACK_SUITE_SOURCE}/LICENSE" license)
string(REGEX MATCH "Copyright \\(c\\) ([^\n]*)" line "${license}")
set(holder "${CMAKE_MATCH_1}")
string(FIND "${license}" "Permission is hereby" begin)
string(SUBSTRING "${license}" ${begin} -1 license)
as_field("${license}" license)
file(WRITE "${documents}/copyright"
"Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: ${CPACK_PACKAGE_NAME}

Files: *
Copyright: ${holder}
License: Expat

Files: cmd/report/page/*
Copyright: ${holder}
           2014-2022 Chart.js Contributors
License: Expat
Comment: The library that draws the charts of suite report, Chart.js, is embedded in the program.

License: Expat
${license}
")
file(REMOVE "${documents}/LICENSE")

string(TIMESTAMP now "%a, %d %b %Y %H:%M:%S +0000" UTC)  # that of SOURCE_DATE_EPOCH, if it is set
file(WRITE "${documents}/changelog.Debian"
"${CPACK_PACKAGE_NAME} (${CPACK_PACKAGE_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE}) unstable; urgency=medium

  * Made from the sources by CPack. What users notice is in changelog.gz.

 -- ${CPACK_PACKAGE_CONTACT}  ${now}
")
file(WRITE "${share}/lintian/overrides/${CPACK_PACKAGE_NAME}"
"# It is made by whoever builds it, not uploaded to Debian's archive: no intent to package is closed.
${CPACK_PACKAGE_NAME}: initial-upload-closes-no-bugs
")
file(RENAME "${documents}/CHANGELOG.md" "${documents}/changelog")
file(GLOB pages "${share}/man/man1/*.1")
compress("${documents}/changelog" "${documents}/changelog.Debian" ${pages})
