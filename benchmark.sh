#!/bin/sh
# Builds suite and measures its servers against each other:
#
#   sh benchmark.sh > benchmark.log          # all of it, some 15 minutes, 21 with all peers
#   sh benchmark.sh --quick > benchmark.log  # a first look, under three
#
# Installs what a build needs and nothing else; --install-peers also what the servers of docs/peers.md need,
# Python's libraries and Node.js; --no-install only prints the line that would. All other flags go to
# `suite bench`. From any directory, in any POSIX shell.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
. "$root/cmake/setup.sh"

# Takes our own flags out of the arguments and leaves the others as they are.
may_install=yes sets="build backends charts"
left=$#
while [ "$left" -gt 0 ]; do
  argument=$1
  shift
  left=$((left - 1))
  case $argument in
    --no-install) may_install=no ;;
    --install-peers) sets="build backends charts peers" ;;
    *) set -- "$@" "$argument" ;;
  esac
done

install_sets "$may_install" $sets || exit 1
configure release || exit 1
compile release --target suite || exit 1
say "Built $root/build/suite."
exec "$root/build/suite" bench "$@"
