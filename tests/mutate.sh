#!/bin/sh
# Breaks the program in random places, and counts how often its own tests notice. By hand; never in CI: each place costs
# a build of what it touches, and a run of the tests that concern it.
#
#   tests/mutate.sh              # 20 places, drawn with seed 1
#   tests/mutate.sh 5 42         # 5 places, drawn with seed 42
#
# Builds in build-mutate, from a copy of the sources; tests/mutate.py says what is broken, and which tests run.
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
exec python3 "$root/tests/mutate.py" "$root" "$@"
