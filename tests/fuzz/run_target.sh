#!/bin/sh
# run_target.sh FOLDER SECONDS TARGET WORDS: one target, for run.sh. WORDS is a file of words/, or "none".
set -u

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
folder=$1 seconds=$2 target=$3 words=$4
log=$folder/fuzz/$target.log
kept=$folder/fuzz/corpus/$target
mkdir -p "$kept"
set -- ${SUITE_FUZZ_SEED:+"-seed=$SUITE_FUZZ_SEED"}
[ "$words" = none ] || set -- "$@" "-dict=$here/words/$words.dict"

ASAN_OPTIONS=allow_addr2line=1 "$folder/suite_fuzz" "$target" "-max_total_time=$seconds" -timeout=20 -rss_limit_mb=1024 \
  -print_final_stats=1 "-artifact_prefix=$folder/fuzz/found-$target-" "$@" "$kept" "$here/corpus/$target" >"$log" 2>&1
code=$?

executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
edges=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -n 1)
verdict=ok
[ $code -eq 0 ] || verdict=FOUND
# In one piece, so that the lines of targets that end at the same time do not mix.
report=$(
  printf '%-14s %10s executions %6s edges  %s\n' "$target" "${executions:-?}" "${edges:-?}" $verdict
  [ $code -eq 0 ] ||
    grep -E '^does not hold|^SUMMARY|ERROR:|runtime error|^ *#[0-9]+ .* in suite::|Test unit written' "$log" |
    head -n 30 | sed 's/^/  /'
)
printf '%s\n' "$report"
[ $code -eq 0 ]
