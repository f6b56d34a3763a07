"""Prefork: processes that accept and serve one connection at a time each, with blocking calls."""

import contextlib

import peer
import peer_http

IDLE_TIME = 5  # seconds that a client may hold a process without a word


def http(server):
    def work():
        server.listener.setblocking(True)
        while True:
            with contextlib.suppress(ConnectionError):
                connection, client = server.listener.accept()
                serve_client(connection, peer_http.Conversation(server, client[0]))

    peer.in_processes(server, work)


def serve_client(connection, conversation):
    connection.settimeout(IDLE_TIME)
    with connection, contextlib.suppress(ConnectionError, TimeoutError):
        while not conversation.ended and (data := connection.recv(peer.READ_SIZE)):
            connection.sendall(conversation.feed(data))


peer.run("python-prefork", {"http": http}, has_workers=True)
