#!/bin/sh
# Builds and tests suite:
#
#   tests/run.sh         # release build, warnings as errors, all tests: minutes
#   tests/run.sh --all   # and against Go, caddy and a browser, with AddressSanitizer, with ThreadSanitizer, the format,
#                        # clang-tidy, and a minute of fuzzing
#   tests/run.sh --fuzz MINUTES   # fuzzing alone, all targets share the time; with --all: instead of its minute
#   tests/run.sh --soak MINUTES   # storms of good and hostile clients instead, see tests/soak.sh
#
# Installs the packages it needs, what the peers need, and programs to test against (nginx, ab, ...: no service gets
# started, and where one is missing its tests are skipped); --no-install only prints the line that would. A stage that
# fails does not hide the later ones; the exit code is 1 if any did. A test that fails is run again, alone, once or
# twice: if it passes then, it counts as passed and is reported as flaky, with how often it failed. The end of the
# output says what failed and how, so that it is enough to keep. The last line counts tests over all stages, and a
# stage that failed without a failed test (a build, the format) as one failure.
set -u

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$root/cmake/setup.sh"

if [ "${1-}" = --soak ]; then
  shift
  install_sets yes build backends && configure release && compile release --target suite || exit 1
  SUITE=$(folder_of release)/suite exec "$root/tests/soak.sh" "$@"
fi

all=no may_install=yes
minutes= # of fuzzing; empty: nobody said so
while [ $# -gt 0 ]; do
  case $1 in
    --all) all=yes ;;
    --no-install) may_install=no ;;
    --fuzz)
      shift
      case ${1-} in
        '' | 0* | *[!0-9]*) say "tests/run.sh: --fuzz takes a number of minutes, '${1-}' is none"; exit 2 ;;
      esac
      minutes=$1
      ;;
    *) say "tests/run.sh: there is no '$1'; it takes --all, --fuzz MINUTES, --soak MINUTES and --no-install"; exit 2 ;;
  esac
  shift
done

passed=0 failed=0 skipped=0
times=
judged= # the presets whose folders hold what is to be said of flaky tests and of failures
most_run_again=20 # more than that are no accident, and would take long one after the other

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

read_junit() { python3 "$root/tests/read_junit.py" "$@"; }

# run_ctest PRESET RUN ARGUMENT...: RUN counts from 0.
run_ctest() {
  folder=$(folder_of "$1")
  junit=$folder/tests-$2.xml
  shift 2
  # What a batch of tests printed says how many there were, see batches.cmake.in.
  ctest --test-dir "$folder" --test-output-size-passed 100000 --output-on-failure "$@" --output-junit "$junit"
}

# judge PRESET: adds up what the runs of a stage counted. Fails where a test failed for good.
judge() {
  read_junit judge "$1" "$(folder_of "$1")" || return 1
  read -r more_passed more_failed more_skipped <"$(folder_of "$1")/tests-counts"
  passed=$((passed + more_passed)) failed=$((failed + more_failed)) skipped=$((skipped + more_skipped))
  judged="$judged $1"
  [ "$more_failed" -eq 0 ]
}

# What has tests for ThreadSanitizer, which carry the label "tsan"; "release" is what no sanitizer looks at.
# tests/CMakeLists.txt says which, and why.
threaded='client_test servers_test conformance_test e2e_test'

# What is compiled by folder, for the sake of time: the program itself only where it is not the one users build.
joined_in() { if [ "$1" = release ]; then echo TESTS; else echo ALL; fi; }

# build_and_test PRESET
build_and_test() {
  configure "$1" -DSUITE_WERROR=ON -DBUILD_TESTING=ON -DSUITE_JOIN="$(joined_in "$1")" || return 1
  targets=all selection=
  case $1 in
    asan) selection='--label-exclude ^release$' ;;
    tsan) targets=$threaded selection='--label-regex ^tsan$' ;;
  esac
  compile "$1" --target $targets || return 1
  rm -f "$(folder_of "$1")"/tests-*.xml
  # Most of them wait, most of the time.
  run_ctest "$1" 0 --parallel $((2 * $(nproc))) $selection || run_failures_again "$1" $selection
  judge "$1"
}

# run_failures_again PRESET SELECTION: those that failed, alone, and what fails again once more. SELECTION is that of the
# first run: ctest remembers tests by their numbers among those it was to run.
run_failures_again() {
  preset=$1
  shift
  for run in 1 2; do
    still_failing=$(read_junit failures "$(folder_of "$preset")/tests-$((run - 1)).xml") || return 1
    if [ "$still_failing" -eq 0 ] || [ "$still_failing" -gt $most_run_again ]; then return; fi
    printf '\nOnce more, alone: those that failed.\n'
    run_ctest "$preset" $run --rerun-failed "$@"
  done
}

sources() { git -C "$root" ls-files -- "$@" | sed "s|^|$root/|"; }

check_format() {
  sources '*.cc' '*.h' | xargs clang-format-19 --dry-run -Werror
}

# Checks what is ours, as many files at a time as there are processors: those that join it by folder, in the build
# folder, and what is compiled on its own.
check_tidy() {
  configure tidy -DSUITE_JOIN=ALL || return 1
  run-clang-tidy-19 -p "$(folder_of tidy)" -quiet -j "$(nproc)" \
    "^($root|$(folder_of tidy))/(common|servers|client|cmd|tests)/" 2>/dev/null >"$(folder_of tidy)/tidy.log" && return 0
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

# fuzz MINUTES: docs/fuzzing.md.
fuzz() {
  configure fuzz || return 1
  compile fuzz --target suite_fuzz || return 1
  "$root/tests/fuzz/run.sh" "$(folder_of fuzz)" "$1"
}

# Whether clang is here, and its libFuzzer, which is another package.
has_libfuzzer() {
  echo 'extern "C" int LLVMFuzzerTestOneInput(const char*, unsigned long) { return 0; }' |
    clang++-19 -fsanitize=fuzzer,address,undefined -x c++ -o /dev/null - 2>/dev/null
}

# fuzzing MINUTES: a stage that is left out where its tools are missing.
fuzzing() {
  if has_libfuzzer; then
    stage fuzz fuzz "$1"
  else
    say "Left out the stage 'fuzz': there is no clang++-19 with libFuzzer here (packages $(packages_of fuzz))."
    [ $all = yes ] || failed=1 # nothing else was asked for
  fi
}

sets="build backends charts test programs peers"
[ $all = no ] || sets="$sets references ranks lint fuzz browser packaging"
only_fuzzing=no
[ $all = yes ] || [ -z "$minutes" ] || only_fuzzing=yes
[ $only_fuzzing = no ] || sets="build backends test fuzz"
install_sets $may_install $sets || exit 1

[ $only_fuzzing = yes ] || stage release build_and_test release
if [ $all = yes ]; then
  lint format clang-format-19 check_format
  lint tidy clang-tidy-19 check_tidy
  stage asan build_and_test asan
  stage tsan build_and_test tsan
fi
[ -n "$minutes" ] || export SUITE_FUZZ_SEED=1 # what CI looks at is the same each time
[ $all$only_fuzzing = nono ] || fuzzing "${minutes:-1}"

printf '\n%s' "$times"
for preset in $judged; do cat "$(folder_of "$preset")/tests-flaky"; done
for preset in $judged; do cat "$(folder_of "$preset")/tests-failures"; done
printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" -eq 0 ]
