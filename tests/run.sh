#!/bin/sh
# Builds and tests suite:
#
#   tests/run.sh         # release build, warnings as errors, all tests: minutes
#   tests/run.sh --all   # and with AddressSanitizer, with ThreadSanitizer, the format, clang-tidy
#
# Installs the packages it needs; --no-install only prints the line that would. A stage that fails does not
# hide the later ones; the exit code is 1 if any did. The last line counts tests over all stages, and a stage
# that failed without a failed test (a build, the format) as one failure.
set -u

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$root/cmake/setup.sh"

all=no may_install=yes
for argument; do
  case $argument in
    --all) all=yes ;;
    --no-install) may_install=no ;;
    *) say "tests/run.sh: there is no '$argument'; it takes --all and --no-install"; exit 2 ;;
  esac
done

passed=0 failed=0 skipped=0
times=

# stage NAME COMMAND...: runs it, takes its time and counts its failure.
stage() {
  name=$1
  shift
  printf '\n== %s\n' "$name"
  begun=$(date +%s)
  failed_before=$failed
  verdict=ok
  "$@" || verdict=FAILED
  [ $verdict = ok ] || [ "$failed" -gt "$failed_before" ] || failed=$((failed + 1))
  times="$times$(printf '%-10s %5d s  %s' "$name" $(($(date +%s) - begun)) $verdict)
"
}

# Adds what a ctest run counted, from its JUnit file, and says why tests were skipped.
count_tests() {
  attribute() { sed -n "s/^[[:space:]]*$1=\"\([0-9]*\)\".*/\1/p" "$junit" | head -n 1; }
  tests=$(attribute tests) failures=$(attribute failures)
  not_run=$(($(attribute skipped) + $(attribute disabled)))
  passed=$((passed + tests - failures - not_run))
  failed=$((failed + failures))
  skipped=$((skipped + not_run))
  awk '/<testcase / { split($0, part, "\""); name = part[2] }
       why           { print "skipped " name ": " $0; why = 0 }
       /: Skipped$/  { why = 1 }' "$junit"
}

# build_and_test PRESET
build_and_test() {
  configure "$1" -DSUITE_WERROR=ON -DBUILD_TESTING=ON && compile "$1" || return 1
  junit=$(folder_of "$1")/tests.xml
  rm -f "$junit"
  ctest --test-dir "$(folder_of "$1")" --parallel 2 --output-on-failure --output-junit "$junit"
  status=$?
  [ -f "$junit" ] || return 1
  count_tests
  return $status
}

sources() { git -C "$root" ls-files -- "$@" | sed "s|^|$root/|"; }

check_format() {
  sources '*.cc' '*.h' | xargs clang-format-19 --dry-run -Werror
}

# Checks what the compile commands name and is ours, as many files at a time as there are processors.
check_tidy() {
  configure tidy || return 1
  run-clang-tidy-19 -p "$(folder_of tidy)" -quiet -j "$(nproc)" "^$root/(common|servers|client|cmd|tests)/" \
    2>/dev/null >"$(folder_of tidy)/tidy.log" && return 0
  grep -v -e '^clang-tidy-19 ' -e '^\[[ 0-9/]*\]' "$(folder_of tidy)/tidy.log"
  return 1
}

# lint NAME TOOL COMMAND: a stage that is left out where its tool is missing.
lint() {
  if command -v "$2" >/dev/null 2>&1; then
    stage "$1" "$3"
  else
    say "Left out the stage '$1': there is no $2 here."
  fi
}

sets="build backends test"
[ $all = no ] || sets="$sets lint"
install_sets $may_install $sets || exit 1

stage release build_and_test release
if [ $all = yes ]; then
  lint format clang-format-19 check_format
  lint tidy clang-tidy-19 check_tidy
  stage asan build_and_test asan
  stage tsan build_and_test tsan
fi

printf '\n%s' "$times"
printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" -eq 0 ]
