"""Twisted: callbacks on a Protocol, over its epoll reactor; HTTP as twisted.web's server."""

import peer
import peer_http

with peer.requires("python3-twisted"):
    from twisted.internet import reactor
    from twisted.internet.interfaces import IHalfCloseableProtocol
    from twisted.internet.protocol import Factory, Protocol
    from twisted.web.resource import Resource
    from twisted.web.server import Site
    from zope.interface import implementer


def serve(server, factory):
    reactor.adoptStreamPort(server.listener.fileno(), server.listener.family, factory)
    reactor.callWhenRunning(server.ready)
    reactor.run()  # to a SIGTERM or SIGINT


@implementer(IHalfCloseableProtocol)
class Echo(Protocol):
    """Its transport is its own producer: where it takes no more, it is not read either."""

    def connectionMade(self):
        self.transport.registerProducer(self.transport, True)

    def dataReceived(self, data):
        self.transport.write(data)

    # Not connectionLost, before which what is still to be sent would be dropped.
    def readConnectionLost(self):
        self.transport.unregisterProducer()
        self.transport.loseConnection()

    def writeConnectionLost(self):
        pass


class Page(Resource):
    isLeaf = True

    def __init__(self, server):
        super().__init__()
        self.server = server

    def render_GET(self, request):  # and HEAD
        self.server.log(request.getClientAddress().host)
        if request.path.decode("latin-1") in peer_http.PAGE_PATHS:
            return self.server.page
        request.setResponseCode(404)
        return peer_http.NOT_FOUND


def echo(server):
    serve(server, Factory.forProtocol(Echo))


def http(server):
    serve(server, Site(Page(server)))


peer.run("twisted", {"echo": echo, "http": http})
