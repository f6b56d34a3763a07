"""eventlet: a green thread per connection, over epoll; HTTP also as its WSGI server."""

import contextlib

import peer
import peer_http

with peer.requires("python3-eventlet"):
    import eventlet
    import eventlet.wsgi
    from eventlet.greenio import GreenSocket

MOST_CONNECTIONS = 20_000  # eventlet's own bound is 1,000


def serve(server, handle):
    listener = GreenSocket(server.listener)
    peer.exit_when_told()
    server.ready()
    eventlet.serve(listener, handle, concurrency=MOST_CONNECTIONS)


def echo(server):
    def handle(connection, client):
        with contextlib.suppress(ConnectionError):  # the client is gone
            while data := connection.recv(peer.READ_SIZE):
                connection.sendall(data)

    serve(server, handle)


def http(server):
    def handle(connection, client):
        conversation = peer_http.Conversation(server, client[0])
        with contextlib.suppress(ConnectionError):
            while not conversation.ended and (data := connection.recv(peer.READ_SIZE)):
                connection.sendall(conversation.feed(data))

    serve(server, handle)


def wsgi(server):
    peer.exit_when_told()
    server.ready()
    eventlet.wsgi.server(GreenSocket(server.listener), peer_http.application(server), log_output=False,
                         max_size=MOST_CONNECTIONS, debug=False)


peer.run("eventlet", {"echo": echo, "http": http, "wsgi": wsgi})
