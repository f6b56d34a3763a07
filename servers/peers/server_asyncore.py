"""asyncore and asynchat, over poll(2): callbacks in worker processes that share the listening socket."""

import warnings

import peer
import peer_http

with peer.requires("a Python before 3.12, which has it"), warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import asynchat
    import asyncore


class Acceptor(asyncore.dispatcher):
    def __init__(self, listener, connect):
        super().__init__(listener)
        self.connect_client = connect
        self.accepting = True

    def handle_accepted(self, socket, client):
        self.connect_client(socket, client)


class Echo(asyncore.dispatcher_with_send):
    def readable(self):
        return not self.out_buffer

    def handle_read(self):
        if data := self.recv(peer.READ_SIZE):
            self.send(data)

    def handle_error(self):
        self.close()  # the client is gone


class HttpChannel(asynchat.async_chat):
    """Collects a head up to its empty line, then answers it."""

    def __init__(self, socket, conversation):
        super().__init__(socket)
        self.conversation = conversation
        self.head = b""
        self.set_terminator(b"\r\n\r\n")

    def collect_incoming_data(self, data):
        if self.conversation.ended:
            return
        self.head += data
        if len(self.head) > peer_http.MAX_HEAD:
            self.reply(self.conversation.refuse_length())

    def found_terminator(self):
        if self.conversation.ended:
            return
        head, self.head = self.head, b""
        self.reply(self.conversation.answer(head))

    def reply(self, answer):
        self.push(answer)
        if self.conversation.ended:
            self.close_when_done()

    def handle_error(self):
        self.close()


def serve(server, connect):
    def work():
        Acceptor(server.listener, connect)
        asyncore.loop(use_poll=True)

    peer.in_processes(server, work)


def echo(server):
    serve(server, lambda socket, client: Echo(socket))


def http(server):
    def connect(socket, client):
        HttpChannel(socket, peer_http.Conversation(server, client[0]))

    serve(server, connect)


peer.run("asyncore", {"echo": echo, "http": http}, has_workers=True)
