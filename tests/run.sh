#!/bin/sh
# Builds and tests suite:
#
#   tests/run.sh         # release build, warnings as errors, all tests: minutes
#   tests/run.sh --all   # and with AddressSanitizer, with ThreadSanitizer, the format, clang-tidy
#
# Installs the packages it needs, what the peers need, and programs to test against (nginx, ab, ...: no service gets
# started, and where one is missing its tests are skipped); --no-install only prints the line that would. A stage that fails does not
# hide the later ones; the exit code is 1 if any did. A test that fails is run once more, alone: where it passes
# then it counts as passed, and is named as unsteady. The end of the output says what failed and how, so that it
# is enough to keep. The last line counts tests over all stages, and a stage that failed without a failed test (a
# build, the format) as one failure.
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
times= failures= unsteady=
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

# number_of ATTRIBUTE JUNIT: of the whole test suite.
number_of() { sed -n "s/^[[:space:]]*$1=\"\([0-9]*\)\".*/\1/p" "$2" | head -n 1; }

# names_of STATUS JUNIT: the tests that ended so ("run": passed), a line each.
names_of() { sed -n "s/.*<testcase name=\"\([^\"]*\)\".* status=\"$1\".*/\1/p" "$2" | plain_text; }

plain_text() { sed -e 's/&lt;/</g' -e 's/&gt;/>/g' -e "s/&apos;/'/g" -e 's/&quot;/"/g' -e 's/&amp;/\&/g'; }

# Adds what a ctest run counted, all but its failures, and says why tests were skipped.
count_tests() {
  not_run=$(($(number_of skipped "$1") + $(number_of disabled "$1")))
  passed=$((passed + $(number_of tests "$1") - $(number_of failures "$1") - not_run))
  skipped=$((skipped + not_run))
  awk '/<testcase / { split($0, part, "\""); name = part[2] }
       why           { print "skipped " name ": " $0; why = 0 }
       /: Skipped$/  { why = 1 }' "$1" | plain_text
}

# The last lines that each failed test of a JUnit file printed, under its name.
endings_of_failures() {
  awk -v most=30 '
    function end_test(first, i) {
      if (!failed) return
      print "--- " name
      first = count > most ? count - most + 1 : 1
      for (i = first; i <= count; ++i) print line[i]
      failed = 0
    }
    /<testcase /     { split($0, part, "\""); name = part[2]; failed = /status="fail"/; count = 0 }
    /<system-out>/   { inside = 1; sub(/.*<system-out>/, "") }
    inside           { text = $0; ended = sub(/<\/system-out>.*/, "", text); if (text != "" || !ended) line[++count] = text }
    /<\/system-out>/ { inside = 0 }
    /<\/testcase>/   { end_test() }' "$1" | plain_text
}

# run_ctest PRESET JUNIT ARGUMENT...
run_ctest() {
  preset=$1 junit=$2
  shift 2
  rm -f "$junit"
  ctest --test-dir "$(folder_of "$preset")" --output-on-failure "$@" --output-junit "$junit"
}

# run_failures_again PRESET LEFT_OUT: runs those that failed again, one by one, and sorts them: unsteady ones and
# failures. LEFT_OUT is that of the first run: ctest remembers tests by their numbers among those it was to run. The exit
# code is that of this second run.
run_failures_again() {
  printf '\nOnce more, alone: those that failed.\n'
  again=$(folder_of "$1")/tests-again.xml
  run_ctest "$1" "$again" --rerun-failed --exclude-regex "$2"
  status=$?
  [ -f "$again" ] || return 1
  count_tests "$again"
  judge_failures "$1" "$again"
  names=$(names_of run "$again")
  [ -z "$names" ] || unsteady="$unsteady$(printf '%s\n' "$names" | sed "s|.*|unsteady & ($1): passed when run alone|")
"
  return $status
}

# judge_failures PRESET JUNIT: these are failures for good.
judge_failures() {
  found=$(number_of failures "$2")
  [ "$found" -gt 0 ] || return 0
  failed=$((failed + found))
  failures="$failures== failed ($1):
$(endings_of_failures "$2")
"
}

# Tests of scripts, and of the peers: sanitizers do not look at these.
not_compiled='^scripts|^layers/|^install/|^conformance/Peers'
# What ThreadSanitizer is for: tests of what has threads. An HTTP session runs on its worker's thread, and shares nothing
# with others, on all of these backends: there is nothing in it to see that AddressSanitizer's run, and `threads` and
# `pool`, do not show. What goes through io_uring it does not see at all: a server in the same process that io_uring
# talks to seems to race with the test. And it is too slow for tests of what a clock should have read, and for those
# that judge figures.
threaded='client_test servers_test conformance_test e2e_test'
not_threaded='^common|^cmd|^bench|^client/.*(/uring|Truth)|^e2e/(FindMax|LoadWarnings|Recipes)|EveryBackend/Http[^/]*/(epoll|uring|poll|libuv|libevent|libev|asio|asio_coro|fiber|prefork)( |$)'

# What is compiled by folder, for the sake of time: the program itself only where it is not the one users build.
joined_in() { if [ "$1" = release ]; then echo TESTS; else echo ALL; fi; }

# build_and_test PRESET
build_and_test() {
  configure "$1" -DSUITE_WERROR=ON -DBUILD_TESTING=ON -DSUITE_JOIN="$(joined_in "$1")" || return 1
  first=$(folder_of "$1")/tests.xml
  targets=all left_out='^$'
  case $1 in
    asan) left_out=$not_compiled ;;
    tsan) targets=$threaded left_out="$not_compiled|$not_threaded" ;;
  esac
  compile "$1" --target $targets || return 1
  # Most of them wait, most of the time.
  run_ctest "$1" "$first" --parallel $((2 * $(nproc))) --exclude-regex "$left_out"
  status=$?
  [ -f "$first" ] || return 1
  count_tests "$first"
  if [ "$(number_of failures "$first")" -gt 0 ] && [ "$(number_of failures "$first")" -le $most_run_again ]; then
    run_failures_again "$1" "$left_out"
    return $?
  fi
  judge_failures "$1" "$first"
  return $status
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

sets="build backends test programs peers"
[ $all = no ] || sets="$sets lint"
install_sets $may_install $sets || exit 1

stage release build_and_test release
if [ $all = yes ]; then
  lint format clang-format-19 check_format
  lint tidy clang-tidy-19 check_tidy
  stage asan build_and_test asan
  stage tsan build_and_test tsan
fi

printf '\n%s%s%s' "$times" "$unsteady" "$failures"
printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" -eq 0 ]
