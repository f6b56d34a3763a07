#!/bin/sh
# nginx, as its users tune it for files: sendfile, kept descriptors, no access log.
#
#   nginx.sh http PORT ROOT WORKERS   serves ROOT on 127.0.0.1; writes its configuration beside ROOT
#   nginx.sh http --check             exit code 0 where it can run
PATH=$PATH:/usr/sbin
command -v nginx >/dev/null || { echo "nginx is missing; install nginx-light" >&2; exit 1; }
[ "$2" != --check ] || exit 0
port=$2 root=$3 workers=$4 folder=$(dirname "$3")/nginx-$2
mkdir -p "$folder" || exit 1
user=
[ "$(id -u)" -ne 0 ] || user='user root;' # the pages are this user's alone
cat >"$folder/nginx.conf" <<END || exit 1
daemon off;
$user
worker_processes $workers;
pid "$folder/pid";
error_log stderr warn;
events { worker_connections 16384; }
http {
  types { text/html html; }
  access_log off;
  log_not_found off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000000;
  open_file_cache max=1000;
  client_body_temp_path "$folder/body";
  proxy_temp_path "$folder/proxy";
  fastcgi_temp_path "$folder/fastcgi";
  uwsgi_temp_path "$folder/uwsgi";
  scgi_temp_path "$folder/scgi";
  server {
    listen 127.0.0.1:$port backlog=4096;
    root "$root";
    index index.html;
  }
}
END
exec nginx -e stderr -c "$folder/nginx.conf"
