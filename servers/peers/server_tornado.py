"""Tornado: a coroutine per connection over its IOStream; HTTP as its own server, and that with WSGI."""

import asyncio
import logging

import peer
import peer_http
from server_asyncio import until_told

with peer.requires("python3-tornado"):
    from tornado.httpserver import HTTPServer
    from tornado.iostream import StreamClosedError
    from tornado.tcpserver import TCPServer
    from tornado.web import Application, RequestHandler
    from tornado.wsgi import WSGIContainer


async def serve(server, tornado_server):
    tornado_server.add_socket(server.listener)
    told = await until_told()
    server.ready()
    await told.wait()


class EchoServer(TCPServer):
    async def handle_stream(self, stream, address):
        try:
            while True:
                await stream.write(await stream.read_bytes(peer.READ_SIZE, partial=True))
        except StreamClosedError:
            pass


class Page(RequestHandler):
    def initialize(self, page):
        self.page = page

    def get(self):
        self.set_header("Content-Type", "text/html")
        self.write(self.page)

    head = get


def echo(server):
    async def start():
        await serve(server, EchoServer())

    asyncio.run(start())


def http(server):
    async def start():
        application = Application([("/(?:index.html)?", Page, {"page": server.page})],
                                  log_function=lambda handler: server.log(handler.request.remote_ip))
        await serve(server, HTTPServer(application))

    asyncio.run(start())


def wsgi(server):
    async def start():
        await serve(server, HTTPServer(WSGIContainer(peer_http.application(server))))

    logging.getLogger("tornado.access").disabled = True  # the application has its own
    asyncio.run(start())


peer.run("tornado", {"echo": echo, "http": http, "wsgi": wsgi})
