#!/bin/sh
# version_test.sh SOURCE BUILD PROGRAM: the version stands in CMakeLists.txt, and all else has it from there or agrees:
# --version, the packages, the latest release in CHANGELOG.md, the image that the Job of Kubernetes names.
set -eu
source=$1 build=$2 program=$3
status=0

expect() { # WHAT VERSION
  if [ "$2" != "$version" ]; then
    echo "$1 says '$2', CMakeLists.txt '$version'"
    status=1
  fi
}

version=$(sed -n 's/^project(suite VERSION \([0-9.]*\) .*/\1/p' "$source/CMakeLists.txt")
[ -n "$version" ] || { echo "CMakeLists.txt has no version"; exit 1; }
expect --version "$("$program" --version | sed -n '1s/^suite \([^ ]*\).*/\1/p')"
expect "cpack (.deb and .tar.gz)" "$(sed -n 's/^set(CPACK_PACKAGE_VERSION "\(.*\)")/\1/p' "$build/CPackConfig.cmake")"
expect CHANGELOG.md "$(sed -n 's/^## \([0-9][0-9.]*\).*/\1/p' "$source/CHANGELOG.md" | head -n 1)"
expect packaging/kubernetes/load.yaml "$(sed -n 's/^ *image: suite:\([^ ]*\).*/\1/p' "$source/packaging/kubernetes/load.yaml")"
exit $status
