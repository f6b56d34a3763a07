#!/bin/sh
# Builds suite and measures its servers against each other:
#
#   sh benchmark.sh > benchmark.log          # all of it, some 21 minutes, 43 with all peers
#   sh benchmark.sh --quick > benchmark.log  # a first look, under three
#
# Leaves benchmark.json (every round; -o FILE names another) and benchmark.html, a page to read and send around, beside
# the log, or in this folder where the log is no file.
#
# Installs what a build needs and nothing else; --install-peers also what the servers of docs/peers.md need,
# Python's libraries and Node.js; --no-install only prints the line that would. All other flags go to
# `suite bench`. From any directory, in any POSIX shell.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$root/cmake/setup.sh"

# Takes our own flags out of the arguments and leaves the others as they are.
may_install=yes sets="build backends charts" document= before=
left=$#
while [ "$left" -gt 0 ]; do
  argument=$1
  shift
  left=$((left - 1))
  [ "$before" != -o ] || document=$argument
  case $argument in
    --no-install) may_install=no ;;
    --install-peers) sets="build backends charts peers" ;;
    *) set -- "$@" "$argument" ;;
  esac
  case $before$argument in -o?*) [ "$before" = -o ] || document=${argument#-o} ;; esac
  before=$argument
done

install_sets "$may_install" $sets || exit 1
configure release || exit 1
compile release --target suite || exit 1
say "Built $root/build/suite."

log=$(readlink "/proc/$$/fd/1" 2>/dev/null) || log=
[ -f "$log" ] || log=./benchmark.log
name=${log%.log}
if [ -z "$document" ]; then
  document=$name.json
  set -- -o "$document" "$@"
fi
begin=$(mktemp)
trap 'rm -f "$begin"' EXIT

# In the background, so that a signal for this shell reaches it at once; one from the terminal reaches both. One that
# comes before its number is known is handed on as soon as it is.
bench= told=
trap 'told=yes; [ -z "$bench" ] || kill -TERM "$bench" 2>/dev/null' TERM
"$root/build/suite" bench "$@" <&0 &
bench=$!
[ -z "$told" ] || kill -TERM "$bench" 2>/dev/null
trap : INT
while :; do
  code=0
  wait "$bench" || code=$?
  kill -0 "$bench" 2>/dev/null || break
done

# Also of a run that was interrupted: its rounds count.
if [ -s "$document" ] && [ -n "$(find "$begin" ! -newer "$document")" ] &&
  "$root/build/suite" report "$document" -o "$name.html" >&2; then
  say "Every round is in $document, the page in $name.html."
fi
exit "$code"
