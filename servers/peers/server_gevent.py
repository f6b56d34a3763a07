"""gevent: a greenlet per connection, over libev; HTTP also as its WSGI server."""

import contextlib
import signal

import peer
import peer_http

with peer.requires("python3-gevent"):
    import gevent
    from gevent.pywsgi import WSGIServer
    from gevent.server import StreamServer


def serve(server, gevent_server):
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, gevent_server.stop, timeout=0)
    gevent_server.start()
    server.ready()
    gevent_server.serve_forever()


def echo(server):
    def handle(connection, client):
        with contextlib.suppress(ConnectionError):  # the client is gone
            while data := connection.recv(peer.READ_SIZE):
                connection.sendall(data)

    serve(server, StreamServer(server.listener, handle))


def http(server):
    def handle(connection, client):
        conversation = peer_http.Conversation(server, client[0])
        with contextlib.suppress(ConnectionError):
            while not conversation.ended and (data := connection.recv(peer.READ_SIZE)):
                connection.sendall(conversation.feed(data))

    serve(server, StreamServer(server.listener, handle))


def wsgi(server):
    serve(server, WSGIServer(server.listener, peer_http.application(server), log=None, error_log=None))


peer.run("gevent", {"echo": echo, "http": http, "wsgi": wsgi})
