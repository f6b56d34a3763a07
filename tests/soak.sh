#!/bin/sh
# Soaks the servers: storms of good and hostile clients against every backend in turn, and a verdict.
#
#   tests/soak.sh 60                          # an hour of storms, over all backends
#   tests/soak.sh 5 --backends epoll,uring
#
# Takes build/suite, or the program that SUITE names. tests/soak/soak.py says what is watched, and what fails.
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
suite=${SUITE:-$root/build/suite}
[ -x "$suite" ] || { echo "tests/soak.sh: there is no $suite: build it, or name one in SUITE" >&2; exit 1; }
exec python3 "$root/tests/soak/soak.py" --suite "$suite" "$@"
