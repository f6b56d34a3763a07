"""asyncio: a coroutine per connection over its streams; also callbacks, and a pool of threads that answers.

server_uvloop.py runs the same on another event loop.
"""

import asyncio
import contextlib
import signal
from concurrent.futures import ThreadPoolExecutor

import peer
import peer_http

THREADS = 4  # of http-threads


async def until_told():
    """Returns at a SIGTERM or SIGINT."""
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    return told


async def serve(server, handle):
    await asyncio.start_server(handle, sock=server.listener, backlog=server.backlog)
    told = await until_told()
    server.ready()
    await told.wait()


def echo(server):
    async def handle(reader, writer):
        with contextlib.suppress(ConnectionError):  # the client is gone
            while data := await reader.read(peer.READ_SIZE):
                writer.write(data)
                await writer.drain()
        writer.close()

    asyncio.run(serve(server, handle))


def http(server):
    async def answer(conversation, data):
        return conversation.feed(data)

    asyncio.run(serve_http(server, answer))


def http_threads(server):
    pool = ThreadPoolExecutor(THREADS)

    async def answer(conversation, data):
        return await asyncio.get_running_loop().run_in_executor(pool, conversation.feed, data)

    asyncio.run(serve_http(server, answer))


async def serve_http(server, answer):
    async def handle(reader, writer):
        conversation = peer_http.Conversation(server, writer.get_extra_info("peername")[0])
        with contextlib.suppress(ConnectionError):
            while not conversation.ended and (data := await reader.read(peer.READ_SIZE)):
                writer.write(await answer(conversation, data))
                await writer.drain()
        writer.close()

    await serve(server, handle)


class Echo(asyncio.Protocol):
    """Callbacks in place of a coroutine. What was written is sent before close() closes."""

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(data)

    def pause_writing(self):
        self.transport.pause_reading()

    def resume_writing(self):
        self.transport.resume_reading()


def echo_protocol(server):
    async def serve_protocol():
        loop = asyncio.get_running_loop()
        await loop.create_server(Echo, sock=server.listener, backlog=server.backlog)
        told = await until_told()
        server.ready()
        await told.wait()

    asyncio.run(serve_protocol())


if __name__ == "__main__":
    peer.run("asyncio", {"echo": echo, "echo-protocol": echo_protocol, "http": http,
                         "http-threads": http_threads})
