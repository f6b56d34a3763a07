#!/bin/sh
# Go's net (echo) and net/http (files), built with Debian's golang-go at the first run and kept in the cache folder.
#
#   go.sh echo|http PORT ROOT WORKERS   serves on 127.0.0.1, HTTP from ROOT
#   go.sh echo|http --check             builds it; exit code 0 where it can run
source=$(dirname "$0")/server_go.go
cache=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/suite
program=$cache/server_go-$(cksum <"$source" | tr -d ' ')
if [ ! -x "$program" ]; then
  command -v go >/dev/null || { echo "Go is missing; install golang-go" >&2; exit 1; }
  mkdir -p "$cache" || exit 1
  # Under a name of its own until it is whole: two may build at a time.
  GOCACHE=$cache/go-build GO111MODULE=off go build -o "$program.$$" "$source" >&2 && mv "$program.$$" "$program" || exit 1
fi
[ "$2" != --check ] || exit 0
export GOMAXPROCS="$4"
exec "$program" "$1" "$2" "$3"
