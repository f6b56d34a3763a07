#!/bin/sh
# caddy for files: without certificates, without its administration's port; no access log is its default.
#
#   caddy.sh http PORT ROOT WORKERS   serves ROOT on 127.0.0.1; writes its configuration beside ROOT
#   caddy.sh http --check             exit code 0 where it can run
command -v caddy >/dev/null || { echo "caddy is missing; install caddy" >&2; exit 1; }
[ "$2" != --check ] || exit 0
port=$2 root=$3 folder=$(dirname "$3")/caddy-$2
mkdir -p "$folder" || exit 1
cat >"$folder/Caddyfile" <<END || exit 1
{
  admin off
  auto_https off
  log {
    level ERROR
  }
}
http://:$port {
  bind 127.0.0.1
  root * "$root"
  file_server
}
END
export XDG_CONFIG_HOME="$folder" XDG_DATA_HOME="$folder" GOMAXPROCS="$4"
exec caddy run --config "$folder/Caddyfile" --adapter caddyfile
