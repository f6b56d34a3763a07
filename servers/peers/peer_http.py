"""HTTP for the peers whose library has none, and the WSGI application for those that have a server for it.

A minimal HTTP/1.1: one page for GET and HEAD, kept connections, requests cut anywhere or pipelined.
"""

import email.utils
import time

MAX_HEAD = 8192  # bytes of a request's line and fields
PAGE_PATHS = ("/", "/index.html")
NOT_FOUND = b"not found\n"


class Conversation:
    """One connection's requests, whatever pieces they come in: bytes in, answers out; no I/O."""

    def __init__(self, server, client):
        self._server = server
        self._client = client
        self._kept = b""  # of a head that is not whole yet
        self.ended = False  # after what was returned last the connection is to be closed

    def feed(self, data):
        """The answers to all requests that are whole now."""
        if self._kept:
            data = self._kept + data
        answers = []
        begin = 0
        while not self.ended:
            end = data.find(b"\r\n\r\n", begin)
            if end < 0:
                break
            answers.append(self.answer(data[begin:end]))
            begin = end + 4
        self._kept = data[begin:]
        if len(self._kept) > MAX_HEAD and not self.ended:
            answers.append(self.refuse_length())
        return b"".join(answers)

    def answer(self, head):
        """The answer to the request with this head, which comes without its empty line."""
        self._server.log(self._client)
        if len(head) > MAX_HEAD:
            return self.refuse_length()
        line, *rest = head.split(b"\r\n")
        parts = line.split(b" ")
        fields = _fields(rest)
        if len(parts) != 3 or fields is None or parts[2] not in (b"HTTP/1.1", b"HTTP/1.0"):
            return self._refuse("400 Bad Request")
        method, target, version = parts
        if version == b"HTTP/1.1" and b"host" not in fields:
            return self._refuse("400 Bad Request")
        if b"transfer-encoding" in fields or fields.get(b"content-length", b"0") != b"0":
            return self._refuse("413 Content Too Large")  # no request here has a body
        if method not in (b"GET", b"HEAD"):
            return self._refuse("405 Method Not Allowed", "Allow: GET, HEAD\r\n")
        connection = fields.get(b"connection", b"").lower()
        keep = b"close" not in connection if version == b"HTTP/1.1" else b"keep-alive" in connection
        self.ended = not keep
        if target.partition(b"?")[0].decode("latin-1") in PAGE_PATHS:
            return self._response("200 OK", self._server.page, version, method)
        return self._response("404 Not Found", NOT_FOUND, version, method)

    def refuse_length(self):
        """The answer to a head that is too long."""
        return self._refuse("431 Request Header Fields Too Large")

    def _refuse(self, status, more=""):
        self.ended = True
        return self._response(status, f"{status}\n".encode(), more=more)

    def _response(self, status, body, version=b"HTTP/1.1", method=b"GET", more=""):
        if self.ended:
            more += "Connection: close\r\n"
        elif version == b"HTTP/1.0":
            more += "Connection: keep-alive\r\n"
        head = (f"HTTP/1.1 {status}\r\nServer: {self._server.name}\r\nDate: {_date()}\r\n"
                f"Content-Type: text/html\r\nContent-Length: {len(body)}\r\n{more}\r\n").encode()
        return head if method == b"HEAD" else head + body


def application(server):
    """The same page for a WSGI server (PEP 3333)."""

    def respond(environ, start_response):
        server.log(environ["REMOTE_ADDR"])
        method = environ["REQUEST_METHOD"]
        if method not in ("GET", "HEAD"):
            status, body = "405 Method Not Allowed", b"405 Method Not Allowed\n"
        elif environ["PATH_INFO"] in PAGE_PATHS:
            status, body = "200 OK", server.page
        else:
            status, body = "404 Not Found", NOT_FOUND
        start_response(status, [("Content-Type", "text/html"), ("Content-Length", str(len(body)))])
        return [] if method == "HEAD" else [body]

    return respond


# By their names in lower case; None where a line is no field.
def _fields(lines):
    fields = {}
    for line in lines:
        name, colon, value = line.partition(b":")
        name = name.lower()
        if not colon or not name or name[-1:].isspace() or name[:1].isspace():
            return None
        if name in fields and name in (b"host", b"content-length"):
            return None  # two servers could read it differently
        fields[name] = value.strip()
    return fields


_rendered_date = (0, "")  # of which second


def _date():
    global _rendered_date
    now = int(time.time())
    if _rendered_date[0] != now:
        _rendered_date = (now, email.utils.formatdate(now, usegmt=True))
    return _rendered_date[1]
