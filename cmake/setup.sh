# What benchmark.sh and tests/run.sh share: getting packages here, and configuring a build. POSIX sh, to be
# sourced with $root set to the source folder. Everything is said on stderr: stdout is for results.

say() { printf '%s\n' "$*" >&2; }

# The packages of a set.
packages_of() {
  case $1 in
    build) echo g++ cmake ninja-build libfmt-dev nlohmann-json3-dev ;;
    backends) # each is optional: its backend, TLS, or HTTP/2 is left out
      echo libssl-dev libnghttp2-dev liburing-dev libuv1-dev libevent-dev libev-dev libasio-dev libboost-context-dev ;;
    charts) echo libjs-chart.js ;; # optional: pages of suite report have no charts
    browser) echo chromium ;;      # opens these pages, in tests
    test) echo libgtest-dev libgmock-dev libbenchmark-dev node-llhttp python3-jsonschema python3-yaml
      echo python3-kubernetes ;; # the API of its Jobs
    peers) echo python3 python3-gevent python3-tornado python3-twisted python3-uvloop python3-eventlet nodejs ;;
    programs) # real clients and servers, and networks of their own, for tests
      echo curl apache2-utils wrk nginx-light lighttpd nghttp2-client nghttp2-server iproute2 ;;
    references) # heavy ones among the peers, nginx and lighttpd are programs to test against, too; and servers that
      # speak neither HTTP nor echo
      echo caddy golang-go redis-server memcached ;;
    ranks) echo libopenmpi-dev openmpi-bin ;; # optional: the plug-in for MPI, and its launcher, for tests
    packaging) echo dpkg-dev lintian zsh fish ;; # makes packages and looks at them; shells to try completions in
    lint) echo clang-19 clang-tidy-19 clang-format-19 ;;
    fuzz) echo clang-19 libclang-rt-19-dev ;; # the latter has libFuzzer
  esac
}

# The packages among these that bring a service: PACKAGE=SERVICE.
services="nginx-light=nginx lighttpd=lighttpd caddy=caddy redis-server=redis-server memcached=memcached"

is_installed() { dpkg-query -W -f '${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed; }

# Those of the named packages that are not installed, on one line.
missing_of() {
  missing=
  for package in "$@"; do
    is_installed "$package" || missing="$missing $package"
  done
  echo ${missing# }
}

apt_get() { DEBIAN_FRONTEND=noninteractive as_root apt-get "$@" >&2; }

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo --preserve-env=DEBIAN_FRONTEND "$@"; fi
}

# Those of the named packages that this release has; names the others.
offered_of() {
  offered=
  for package in "$@"; do
    if apt-cache show "$package" >/dev/null 2>&1; then
      offered="$offered $package"
    else
      say "This release has no package $package."
    fi
  done
  echo ${offered# }
}

# install_sets yes|no SET...: sees to it that the packages of the sets are installed; apt-get is not called
# where nothing is missing. "no": only prints the line to run. Fails where a package of the set "build" is
# missing in the end and a build has no chance without it.
install_sets() {
  may_install=$1
  shift
  if ! command -v dpkg-query >/dev/null 2>&1; then
    say "This is no Debian: the packages to have are, under Debian's names: $(for set; do packages_of "$set"; done | xargs)"
    return 0
  fi
  wanted=$(missing_of $(for set; do packages_of "$set"; done))
  [ -n "$wanted" ] || return 0
  say "apt-get update && apt-get install -y --no-install-recommends $wanted"
  if [ "$may_install" = yes ]; then
    fetch_packages $wanted
  fi
  report_missing "$may_install"
}

fetch_packages() {
  if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null 2>&1; then
    say "Neither root nor sudo: have the line above run by somebody who may."
    return 0
  fi
  apt_get update || say "The package lists could not be renewed; going on with those that are here."
  wanted=$(offered_of "$@")
  [ -n "$wanted" ] || return 0
  if bring_services $wanted; then without_services install_packages $wanted; else install_packages $wanted; fi
}

# Whether one of the named packages does.
bring_services() {
  for service in $services; do
    case " $* " in *" ${service%=*} "*) return 0 ;; esac
  done
  return 1
}

install_packages() {
  apt_get install -y --no-install-recommends "$@" || say "apt-get could not install all of: $*"
}

# What Debian asks before it starts a package's service (invoke-rc.d(8)): exit code 101 forbids it. Tests name
# another place.
policy=${SUITE_POLICY:-/usr/sbin/policy-rc.d}
policy_mark="of suite's cmake/setup.sh, while it installs packages"

# without_services COMMAND...: what it installs gets no service started, now or at the next boot. A policy that
# is there already is somebody's decision and stays; one that a killed run of ours left behind is ours.
without_services() (
  if [ ! -e "$policy" ] || grep -q "$policy_mark" "$policy"; then
    # A signal waits until apt-get is through, and the policy lasts as long. An EXIT trap alone is not run by
    # every shell when a signal ends it.
    trap 'as_root rm -f "$policy"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    as_root sh -c 'printf "#!/bin/sh\n# %s\nexit 101\n" "$2" >"$1" && chmod 755 "$1"' sh "$policy" "$policy_mark" || {
      say "Cannot write $policy, without which a service might get started: installing nothing."
      exit 0
    }
  fi
  "$@"
  # Its symbolic links for the next boot are made whatever the policy says. Where there is no script in /etc/init.d,
  # update-rc.d(8) fails, and what the package's own scripts call takes away those of systemd.
  for service in $services; do
    is_installed "${service%=*}" || continue
    as_root update-rc.d "${service#*=}" disable >&2 ||
      as_root env DPKG_MAINTSCRIPT_PACKAGE="${service%=*}" deb-systemd-helper disable "${service#*=}.service" >&2
  done
)

# Says what is still missing. Without installing, a missing package of the build is the end; otherwise only
# missing programs are, as libraries may be here by other ways than packages.
report_missing() {
  lacking=$(missing_of $(packages_of build))
  [ -n "$lacking" ] || return 0
  [ "$1" = yes ] || return 1
  say "Still missing: $lacking."
  for program in cmake c++; do
    command -v $program >/dev/null 2>&1 || { say "Without $program nothing can be built."; return 1; }
  done
  say "Trying to build all the same."
}

# The build folder of a preset, as CMakePresets.json has it.
folder_of() {
  case $1 in
    release) echo "$root/build" ;;
    *) echo "$root/build-$1" ;;
  esac
}

# The generator that a build folder was made with; for a new one Ninja, where it is here.
generator_of() {
  if [ -f "$1/CMakeCache.txt" ]; then
    sed -n 's/^CMAKE_GENERATOR:INTERNAL=//p' "$1/CMakeCache.txt"
  elif command -v ninja >/dev/null 2>&1; then
    echo Ninja
  else
    echo "Unix Makefiles"
  fi
}

# configure PRESET [ARGUMENT...]
configure() {
  preset=$1
  shift
  cmake -S "$root" --preset "$preset" -G "$(generator_of "$(folder_of "$preset")")" "$@" >&2
}

# compile PRESET [ARGUMENT...]
compile() {
  folder=$(folder_of "$1")
  shift
  cmake --build "$folder" --parallel "$(nproc)" "$@" >&2
}
