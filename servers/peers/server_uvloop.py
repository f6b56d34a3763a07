"""uvloop: the asyncio servers with a coroutine per connection, on libuv's event loop."""

import peer
import server_asyncio

with peer.requires("python3-uvloop"):
    import uvloop

uvloop.install()
peer.run("uvloop", {"echo": server_asyncio.echo, "http": server_asyncio.http})
