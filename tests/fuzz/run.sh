#!/bin/sh
# run.sh FOLDER MINUTES: runs the targets of FOLDER/suite_fuzz, as many at a time as there are processors, so that all
# of them share MINUTES. A line for each says how often it ran and how many edges of the program that covered; where
# something was found, also what, and where the input is. Inputs that cover more than those below corpus/ are kept in
# FOLDER/fuzz/corpus, and the next run begins with them. SUITE_FUZZ_SEED chooses the inputs. The exit code is 1 if something was found.
set -u

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
folder=$1 minutes=$2

targets=$("$folder/suite_fuzz" list) || exit 1
seconds=$((minutes * 60 * $(nproc) / $(printf '%s\n' "$targets" | grep -c .)))
[ "$seconds" -gt 0 ] || seconds=1
printf '%s\n' "$targets" | xargs -n 2 -P "$(nproc)" "$here/run_target.sh" "$folder" "$seconds" || exit 1
