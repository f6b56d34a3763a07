#!/bin/sh
# lighttpd for files: sendfile is its default, and it writes no access log unless told to.
#
#   lighttpd.sh http PORT ROOT WORKERS   serves ROOT on 127.0.0.1; writes its configuration beside ROOT
#   lighttpd.sh http --check             exit code 0 where it can run
PATH=$PATH:/usr/sbin
command -v lighttpd >/dev/null || { echo "lighttpd is missing; install lighttpd" >&2; exit 1; }
[ "$2" != --check ] || exit 0
port=$2 root=$3 workers=$4 config=$(dirname "$3")/lighttpd-$2.conf
[ "$workers" -gt 1 ] || workers=0 # without a parent that watches it
cat >"$config" <<END || exit 1
server.document-root = "$root"
server.bind = "127.0.0.1"
server.port = $port
server.max-worker = $workers
server.max-fds = 16384
server.listen-backlog = 4096
server.max-keep-alive-requests = 65535
index-file.names = ( "index.html" )
mimetype.assign = ( ".html" => "text/html" )
END
exec lighttpd -D -f "$config"
