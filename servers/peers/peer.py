"""What all peers in Python share: command line, listening socket, ready line, worker processes, end.

docs/peers.md has the contract. A peer's own file holds what a user of its library writes, and little else.
"""

import argparse
import contextlib
import ctypes
import os
import resource
import signal
import socket
import sys
import threading

READ_SIZE = 65536  # bytes asked for in one receive
ECHO_BACKLOG = 1024
HTTP_BACKLOG = 128  # as in the Syncless test

_END_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_PR_SET_PDEATHSIG = 1


def fail(message, code=1):
    """Ends the program with one line of error."""
    print(f"{os.path.basename(sys.argv[0])}: {message}", file=sys.stderr)
    sys.exit(code)


@contextlib.contextmanager
def requires(package):
    """Around imports: where one fails, the program ends and names the package to install."""
    try:
        yield
    except ImportError as error:
        fail(f"cannot import {error.name or 'a module'} ({error}); install {package}")


class Server:
    """What the command line asked for, with the socket that listens already."""

    def __init__(self, name, options):
        self.name = name
        self.workers = options.workers
        self.backlog = options.backlog
        self.page = b"" if options.root is None else _page_in(options.root)
        self._access_log = _open_log(options.access_log)
        self.listener = _listen(options)

    def ready(self):
        """Says that clients may come; from then on a SIGTERM ends the program with 0."""
        workers = f"{self.workers} worker" + ("s" if self.workers > 1 else "")
        print(f"listening on {_endpoint(*self.listener.getsockname()[:2])} ({self.name}, {workers})",
              file=sys.stderr, flush=True)

    def log(self, client):
        """Writes a client's address, a line for each request."""
        if self._access_log:
            self._access_log.write(f"{client}\n")


def run(library, forms, has_workers=False):
    """Runs the one of `forms` (name -> function of a Server) that the command line names."""
    options = _parse(forms, has_workers)
    if options.check:
        sys.exit(0)
    _raise_descriptor_limit()
    name = library if options.form in ("echo", "http") else f"{library}-{options.form.split('-')[-1]}"
    forms[options.form](Server(name, options))


def exit_when_told():
    """For libraries without a handling of signals: a SIGTERM or SIGINT ends the process with 0.

    A thread waits for it. A handler in Python would run only between two steps of the main thread: not before
    the next event, where the signal came just before a call that blocks.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, _END_SIGNALS)

    def wait():
        signal.sigwait(_END_SIGNALS)
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()


def in_processes(server, work):
    """Runs `work` in as many processes as the server has workers. One that ends by itself ends them all."""
    if server.workers == 1:
        exit_when_told()
        server.ready()
        work()
        return
    awaited = {*_END_SIGNALS, signal.SIGCHLD}
    signal.pthread_sigmask(signal.SIG_BLOCK, awaited)
    workers = [_fork(work, awaited) for _ in range(server.workers)]
    server.ready()
    told = signal.sigwait(awaited)
    for pid in workers:
        os.kill(pid, signal.SIGTERM)
    ends = [os.waitpid(pid, 0)[1] for pid in workers]
    if told == signal.SIGCHLD:
        fail(f"a worker ended by itself, with {max(map(os.waitstatus_to_exitcode, ends))}")


# The worker's process; a SIGTERM ends it as it ends any.
def _fork(work, blocked):
    master = os.getpid()
    pid = os.fork()
    if pid != 0:
        return pid
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)  # a killed master leaves no workers
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # of a terminal: the master tells us
        signal.pthread_sigmask(signal.SIG_UNBLOCK, blocked)
        if os.getppid() == master:
            work()
    except Exception as error:
        print(f"a worker failed: {error!r}", file=sys.stderr, flush=True)
    os._exit(1)  # not through the master's frames


def _raise_descriptor_limit():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


class _Parser(argparse.ArgumentParser):
    def error(self, message):
        fail(f"{message} (--help lists what there is)", 2)


def _port(text):
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"'{text}' is no port; 0 to 65535 are accepted")
    return int(text)


def _count(text):
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"'{text}' is no count; 1 to 65535 are accepted")
    return int(text)


def _parse(forms, has_workers):
    parser = _Parser(allow_abbrev=False)
    parser.add_argument("form", choices=list(forms), metavar="|".join(forms))
    parser.add_argument("--host", default="127.0.0.1", metavar="ADDR")
    parser.add_argument("-p", "--port", default=0, type=_port, metavar="N", help="0 (default): a free one")
    parser.add_argument("--backlog", type=_count, metavar="N",
                        help=f"{ECHO_BACKLOG} for echo, {HTTP_BACKLOG} for HTTP")
    parser.add_argument("--check", action="store_true", help="end with 0 where this server can run")
    if has_workers:
        parser.add_argument("-w", "--workers", default=1, type=_count, metavar="N", help="processes")
    if any(not form.startswith("echo") for form in forms):
        parser.add_argument("-r", "--root", metavar="DIR", help="its index.html is the page (default: .)")
        parser.add_argument("--access-log", metavar="FILE", help="clients' addresses; -: standard error")
    parser.set_defaults(workers=1, root=None, access_log=None)
    options = parser.parse_args()
    is_echo = options.form.startswith("echo")
    if is_echo and (options.root or options.access_log):
        parser.error("--root and --access-log are for HTTP")
    if not is_echo and options.root is None:
        options.root = "."
    options.backlog = options.backlog or (ECHO_BACKLOG if is_echo else HTTP_BACKLOG)
    return options


def _page_in(root):
    path = os.path.join(root, "index.html")
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        fail(f"--root: cannot read {path}: {error.strerror}", 2)


def _open_log(path):
    if path is None:
        return None
    if path == "-":
        return sys.stderr
    try:
        return open(path, "a", buffering=1)  # a line at a time, as standard error is written
    except OSError as error:
        fail(f"--access-log: cannot write {path}: {error.strerror}", 2)


def _endpoint(host, port):
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _listen(options):
    try:
        family, _, _, _, address = socket.getaddrinfo(options.host, options.port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # accepted sockets inherit it
        listener.bind(address)
        listener.listen(options.backlog)
        listener.setblocking(False)
        return listener
    except OSError as error:
        fail(f"cannot listen on {_endpoint(options.host, options.port)}: {error.strerror}")
