"""What a soak starts and watches: a server, and `suite load` beside it. Figures are those of /proc."""

import json
import os
import re
import signal
import subprocess
import time

DRAIN = 2  # seconds, as the server is told


def family(pid):
    """The process and its living descendants."""
    found = [pid]
    for parent in found:
        try:
            with open(f"/proc/{parent}/task/{parent}/children") as children:
                found += [int(child) for child in children.read().split()]
        except OSError:
            pass
    return found


def descriptors(pid):
    """Open descriptors in every descriptor table of the family: threads may have tables of their own."""
    count = 0
    for member in family(pid):
        try:
            for task in os.listdir(f"/proc/{member}/task"):
                count += len(os.listdir(f"/proc/{member}/task/{task}/fd"))
        except OSError:
            pass  # ended meanwhile
    return count


def resident(pid):
    """Resident memory of the family in KiB."""
    total = 0
    for member in family(pid):
        try:
            with open(f"/proc/{member}/status") as status:
                total += int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1))
        except (OSError, AttributeError):
            pass
    return total


class Server:
    """A server on a free port. `speaks_http`, `is_tls`: as it is asked to."""

    def __init__(self, suite, backend, speaks_http, is_tls, root, log):
        command = [suite, "serve-http" if speaks_http else "serve-echo", "-b", backend, "-p", "0", "-w", "2",
                   "--drain", str(DRAIN), "--send-timeout", "5", "--idle-timeout", "10"]
        command += ["--root", root, "--header-timeout", "2", "--access-log", "/dev/null"] if speaks_http else []
        command += ["--tls-self-signed"] if is_tls else []
        self._log = open(log, "w+")
        self._process = subprocess.Popen(command, stderr=self._log, stdout=self._log)
        self.pid = self._process.pid
        self.port = self._wait_for_port()

    def said(self):
        with open(self._log.name) as log:
            return log.read()

    def _wait_for_port(self):
        until = time.monotonic() + 20
        while time.monotonic() < until and self._process.poll() is None:
            if ready := re.search(r"listening on 127\.0\.0\.1:(\d+)", self.said()):
                return int(ready.group(1))
            time.sleep(0.02)
        self.kill()
        raise RuntimeError(f"the server does not start: {self.said()}")

    def settle(self, at_most=None, patience=20):
        """Waits until the number of descriptors is `at_most`, or without that until it changes no more. Returns it."""
        until = time.monotonic() + patience
        before, same = -1, 0
        while (count := descriptors(self.pid)) > (at_most or 0) and time.monotonic() < until:
            same = same + 1 if count == before else 0
            if at_most is None and same == 10:
                break
            before = count
            time.sleep(0.05)
        return count

    def is_running(self):
        return self._process.poll() is None

    def stop(self):
        """SIGTERM. What is wrong with how it ended; empty if nothing is."""
        members = family(self.pid)
        self._process.send_signal(signal.SIGTERM)
        try:
            code = self._process.wait(DRAIN + 3)
        except subprocess.TimeoutExpired:
            self.kill()
            return f"does not end {DRAIN + 3} s after SIGTERM"
        orphans = [member for member in members[1:] if os.path.exists(f"/proc/{member}")]
        return f"ends with {code}" if code else f"leaves {orphans} behind" if orphans else ""

    def kill(self):
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()


class Load:
    """`suite load` at a modest rate beside a storm: it must see no error."""

    def __init__(self, suite, target, flags, result):
        self._result = result
        command = [suite, "load", target, "-c", "8", "-d", "24h", "-R", "1000", "--timeout", "20", "--verify", "full",
                   "-q", "--json", result, *flags]
        command += ["--insecure"] if target.startswith(("https:", "tls:")) else []
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def resident(self):
        return resident(self._process.pid)

    def stop(self):
        """Interrupts it, and returns its completed requests, and its errors by kind."""
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            return 0, {"does not end": 1}
        with open(self._result) as document:
            run = json.load(document)["runs"][0]
        return run["completed"], {kind: count for kind, count in run["errors"].items() if count}
