#!/usr/bin/env python3
"""Soaks the servers of suite. See tests/soak.sh for how to call it.

Each backend in turn serves echo and HTTP, in the clear and over TLS; its share of MINUTES is spent in two storms of the
clients in clients.py. Over HTTP good clients of HTTP/1.1 and hostile ones of both versions come at once, and `suite load`
runs beside them: over HTTP once in each version. At the end of each storm everybody but `suite load` leaves.

What fails, by the columns of the table:
  descriptors  more are open after the second storm than after the first
  RSS          more memory, by more than ALLOWED_GROWTH, after the second storm than after the first; of `suite load` too
  errors       a good client got a wrong byte, an error, or nothing; `suite load` counted an error
  end          SIGTERM, with transfers in flight, did not end it with 0 in time; or it left a process behind
"""

import argparse
import itertools
import os
import sys
import tempfile

from clients import Storm, Target, get
from processes import Load, Server, resident

ALLOWED_GROWTH = 6 * 1024  # KiB: what allocators keep, or not
BACKENDS = "epoll,uring,poll,libuv,libevent,libev,asio,asio-coro,fiber,threads,pool,prefork"
SERVING = [("echo", False), ("echo", True), ("http", False), ("http", True)]


def pages(root):
    """Writes the files to be served. Returns them by path."""
    contents = {"index.html": b"<html>a page</html>\n", "small.txt": b"small\n",
                "middle.bin": os.urandom(100_000), "large.bin": os.urandom(8_000_000)}
    for name, content in contents.items():
        with open(os.path.join(root, name), "wb") as file:
            file.write(content)
    return {"/": contents["index.html"]} | {"/" + name: content for name, content in contents.items()}


def start_loads(suite, target, speaks_http, folder):
    if not speaks_http:
        return [Load(suite, f"{'tls' if target.is_tls else 'tcp'}://127.0.0.1:{target.port}", ["--size", "1000", "-D", "4"],
                     os.path.join(folder, "load.json"))]
    url = f"{'https' if target.is_tls else 'http'}://127.0.0.1:{target.port}/middle.bin"
    return [Load(suite, url, ["-D", "4", "--http", version], os.path.join(folder, f"load-{version}.json"))
            for version in ("1.1", "2")]


def in_flight(target):
    """Connections in the middle of something, for the server to end: a long answer, half a request, silence."""
    held = []
    for message in [get("/large.bin") * 3, b"GET / HT", b""] * 5:
        held.append(sock := target.connect())
        sock.settimeout(0.2)
        sock.sendall(message)
    return held


class Row:
    """What one server went through."""

    def __init__(self, options, backend, protocol, is_tls, seconds):
        self.name = f"{backend} {protocol}{' TLS' if is_tls else ''}"
        self.faults = []
        with tempfile.TemporaryDirectory(prefix="suite-soak-") as folder:
            files = pages(folder)
            speaks_http = protocol == "http"
            server = Server(options.suite, backend, speaks_http, is_tls, folder, os.path.join(folder, "server.log"))
            try:
                target = Target(server.port, is_tls, files if speaks_http else {})
                self._soak(server, target, start_loads(options.suite, target, speaks_http, folder), options.seed, seconds)
                held = in_flight(target)
                if ended := server.stop():
                    self.faults.append(f"end: {ended}: {server.said()[-300:]}")
                del held
            finally:
                server.kill()

    def _soak(self, server, target, loads, seed, seconds):
        storms = []
        figures = []
        for share in (0.4, 0.6):
            storms.append(Storm(target, seed, share * seconds))
            count = server.settle(at_most=figures[0][0] if figures else None)
            figures.append((count, resident(server.pid), max(load.resident() for load in loads)))
        self.visits = sum(storm.visits for storm in storms)
        self.before, self.after = figures
        self._judge_growth()
        failures = list(itertools.chain.from_iterable(storm.failures for storm in storms))
        self.completed = 0
        for load in loads:
            completed, errors = load.stop()
            self.completed += completed
            failures += [f"load: {count} {kind}" for kind, count in errors.items()]
            failures += [] if completed else ["load: nothing completed"]
        self.faults += [f"errors: {failure}" for failure in failures[:5]]
        if not server.is_running():
            self.faults.append("end: it died")

    def _judge_growth(self):
        for i, (name, allowed) in enumerate([("descriptors", 0), ("RSS", ALLOWED_GROWTH), ("RSS of load", ALLOWED_GROWTH)]):
            if self.after[i] > self.before[i] + allowed:
                self.faults.append(f"{name}: {self.before[i]} -> {self.after[i]}")

    def __str__(self):
        ranges = [f"{before} -> {after}" for before, after in zip(self.before, self.after)]
        return f"{self.name:20} {self.visits:>8} {self.completed:>10} {ranges[0]:>14} {ranges[1]:>18} {ranges[2]:>18}  " \
               f"{'FAILED' if self.faults else 'ok'}"


HEADINGS = f"{'server':20} {'visits':>8} {'by load':>10} {'descriptors':>14} {'RSS, KiB':>18} {'RSS of load, KiB':>18}  "


def parse(arguments):
    parser = argparse.ArgumentParser(prog="tests/soak.sh", description="storms of good and hostile clients")
    parser.add_argument("minutes", type=float, metavar="MINUTES", help="of storms in all; ends take seconds more")
    parser.add_argument("--backends", default=BACKENDS, help="those to soak, with commas between; all unless given")
    parser.add_argument("--seed", type=int, default=1, help="of what the clients do (1)")
    parser.add_argument("--suite", required=True, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if not options.minutes > 0:
        parser.error("MINUTES is to be more than 0")
    if unknown := set(options.backends.split(",")) - set(BACKENDS.split(",")):
        parser.error(f"no backend: {', '.join(sorted(unknown))}; there are {BACKENDS}")
    return options


def main():
    options = parse(sys.argv[1:])
    servers = [(backend, *serving) for backend in options.backends.split(",") for serving in SERVING]
    rows = []
    for server in servers:
        try:
            rows.append(Row(options, *server, seconds=options.minutes * 60 / len(servers)))
        except (OSError, RuntimeError) as error:
            print(f"{' '.join(map(str, server))}: {error}", file=sys.stderr)
            return 1
        print(f"{len(rows)}/{len(servers)} {rows[-1].name}: {'; '.join(rows[-1].faults) or 'ok'}", file=sys.stderr)
    print(HEADINGS, *rows, sep="\n")
    faults = [f"{row.name}: {fault}" for row in rows for fault in row.faults]
    print(*faults, f"{sum(row.visits for row in rows)} visits, {len(faults)} faults", sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
