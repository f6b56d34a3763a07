"""The clients of a soak: each visit connects to a server, does one thing, and leaves.

Good visits compare every byte with what is to come, and let any error through. Hostile ones break off, stall or
send nonsense: the server may answer with anything, or with a reset.
"""

import contextlib
import random
import socket
import ssl
import struct
import threading
import time
from dataclasses import dataclass, field

PATIENCE = 20  # seconds without a byte, after which a good client gives up


class WrongBytes(Exception):
    """What came is not what the server was to send."""


@dataclass
class Target:
    """A server under test. `pages`: what an HTTP server serves, by path; empty for an echo."""

    port: int
    is_tls: bool
    pages: dict[str, bytes] = field(default_factory=dict)

    def connect(self, protocol="http/1.1"):
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        if not self.is_tls:
            return plain
        try:
            return tls_context(protocol).wrap_socket(plain)
        except BaseException:
            plain.close()
            raise


def tls_context(protocol="http/1.1"):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols([protocol])
    return context


def reset(sock):
    """Makes closing the socket a reset."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def get(path, more=""):
    return f"GET {path} HTTP/1.1\r\nHost: soak\r\n{more}\r\n".encode()


def expect(stream, expected):
    received = stream.read(len(expected))
    if received != expected:
        wrong = next((i for i, pair in enumerate(zip(received, expected)) if pair[0] != pair[1]), len(received))
        raise WrongBytes(f"byte {wrong} of {len(expected)} is wrong or missing")


def expect_answer(stream, body):
    status = stream.readline()
    if not status.startswith(b"HTTP/1.1 200 "):
        raise WrongBytes(f"{status[:60]!r} in place of a status line of 200")
    length = None
    while (line := stream.readline()) not in (b"\r\n", b""):
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    if length != len(body):
        raise WrongBytes(f"Content-Length {length} in place of {len(body)}")
    expect(stream, body)


# Good visits.


def pipeline(target, dice):
    """Many requests in one write, their answers in order."""
    with target.connect() as sock, sock.makefile("rb") as stream:
        if not target.pages:
            message = dice.randbytes(dice.randrange(1, 60_000))
            sock.sendall(message)
            return expect(stream, message)
        asked = dice.choices(["/", "/small.txt", "/middle.bin"], weights=[10, 10, 1], k=dice.randrange(1, 60))
        sock.sendall(b"".join(get(path) for path in asked))
        for path in asked:
            expect_answer(stream, target.pages[path])


def download(target, dice):
    """The large file, whole."""
    if not target.pages:
        return pipeline(target, dice)
    with target.connect() as sock, sock.makefile("rb") as stream:
        sock.sendall(get("/large.bin"))
        expect_answer(stream, target.pages["/large.bin"])


def half_close(target, dice):
    """Ends its side first, and still gets everything, and then an end."""
    if target.is_tls:  # Python cannot send TLS's end and read on
        return pipeline(target, dice)
    with target.connect() as sock, sock.makefile("rb") as stream:
        message = dice.randbytes(dice.randrange(1, 60_000))
        sock.sendall(get("/middle.bin") if target.pages else message)
        sock.shutdown(socket.SHUT_WR)
        expect_answer(stream, target.pages["/middle.bin"]) if target.pages else expect(stream, message)
        if stream.read(1):
            raise WrongBytes("more bytes than were asked for")


# Hostile visits.


def drip(target, dice):
    """A request, a byte at a time, that never becomes whole."""
    with target.connect() as sock:
        for byte in b"GET /" + dice.randbytes(dice.randrange(1, 40)).hex().encode():
            sock.send(bytes([byte]))
            time.sleep(0.01)


def break_off(target, dice):
    """Reads the beginning of a long answer, and resets the connection or ends it."""
    with target.connect() as sock:
        sock.sendall(get("/large.bin") if target.pages else dice.randbytes(50_000))
        sock.recv(dice.randrange(1, 30_000))
        if dice.random() < 0.5:
            reset(sock)


def reset_at_once(target, dice):
    with target.connect() as sock:
        sock.sendall(get("/") * dice.randrange(1, 100))
        reset(sock)


def stall(target, dice):
    """Asks for far more than buffers hold, and reads none of it."""
    with target.connect() as sock:
        sock.settimeout(0.2)
        with contextlib.suppress(TimeoutError):
            for _ in range(20):
                sock.sendall(get("/large.bin") if target.pages else bytes(500_000))
        time.sleep(dice.uniform(0.2, 1.5))


def nonsense(target, dice):
    with target.connect() as sock:
        sock.sendall(dice.choice([
            dice.randbytes(dice.randrange(1, 2000)),
            b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" + get("/"),
            b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
            b"GET /../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"y" * 100_000,
        ]))
        sock.shutdown(socket.SHUT_WR)
        while sock.recv(1 << 16):
            pass


def http2_frame(kind, flags, stream, payload=b""):
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


def reset_streams(target, dice):
    """HTTP/2: asks for the large file on many streams, and cancels each (RFC 9113, 5.4.2)."""
    if not target.pages:
        return reset_at_once(target, dice)
    path = b"/large.bin"
    # RFC 7541: GET and the scheme from the static table; path and authority as literals that are not indexed.
    fields = bytes([0x82, 0x87 if target.is_tls else 0x86, 0x04, len(path)]) + path + b"\x01\x04soak"
    with target.connect("h2") as sock:
        sock.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + http2_frame(4, 0, 0))
        for stream in range(1, 2 * dice.randrange(2, 150), 2):
            sock.sendall(http2_frame(1, 5, stream, fields) + http2_frame(3, 0, stream, bytes([0, 0, 0, 8])))
        sock.recv(1 << 16)


def cut_handshake(target, dice):
    """The beginning of a ClientHello. To a server that speaks no TLS, nonsense."""
    session = tls_context().wrap_bio(ssl.MemoryBIO(), outgoing := ssl.MemoryBIO())
    with contextlib.suppress(ssl.SSLWantReadError):
        session.do_handshake()
    hello = outgoing.read()
    with socket.create_connection(("127.0.0.1", target.port), timeout=PATIENCE) as sock:
        sock.sendall(hello[: dice.randrange(1, len(hello) + 1)])
        if dice.random() < 0.5:
            sock.settimeout(0.1)
            sock.recv(1 << 16)
            reset(sock)


GOOD = [pipeline, download, half_close]
HOSTILE = [drip, break_off, reset_at_once, stall, nonsense, reset_streams, cut_handshake]


class Storm:
    """Clients on threads that visit a server, at random, until the time is over. `failures`: of good ones."""

    def __init__(self, target, seed, seconds, clients=16):
        self.visits = 0
        self.failures = []
        self._target = target
        self._until = time.monotonic() + seconds
        self._lock = threading.Lock()
        threads = [threading.Thread(target=self._run, args=(random.Random(seed + i),)) for i in range(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _run(self, dice):
        while time.monotonic() < self._until:
            visit = dice.choice(GOOD if dice.random() < 0.3 else HOSTILE)
            try:
                visit(self._target, dice)
            except (OSError, WrongBytes) as error:  # ssl.SSLError is an OSError
                if visit in GOOD:
                    with self._lock:
                        self.failures.append(f"{visit.__name__}: {error}")
            with self._lock:
                self.visits += 1
