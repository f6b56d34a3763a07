"""Raw epoll(7): readiness, one process, no library."""

import select

import peer
import peer_http


class Connection:
    """Reads, answers, sends all of it, and only then reads again."""

    ended = False

    def __init__(self, socket, epoll):
        self.socket = socket
        self.epoll = epoll
        self.unsent = b""

    def answer(self, data):
        raise NotImplementedError

    def receive(self):
        data = self.socket.recv(peer.READ_SIZE)
        if not data:
            return False
        answer = self.answer(data)
        sent = self.send_some(answer)
        if sent == len(answer):
            return not self.ended
        self.unsent = answer[sent:]
        self.epoll.modify(self.socket, select.EPOLLOUT)
        return True

    def send(self):
        self.unsent = self.unsent[self.send_some(self.unsent):]
        if self.unsent:
            return True
        self.epoll.modify(self.socket, select.EPOLLIN)
        return not self.ended

    def send_some(self, data):
        try:
            return self.socket.send(data)
        except BlockingIOError:
            return 0

    # False: the connection is over.
    def go_on(self):
        try:
            return self.send() if self.unsent else self.receive()
        except BlockingIOError:
            return True
        except OSError:
            return False


class EchoConnection(Connection):
    def answer(self, data):
        return data


class HttpConnection(Connection):
    def __init__(self, socket, epoll, conversation):
        super().__init__(socket, epoll)
        self.conversation = conversation

    def answer(self, data):
        answer = self.conversation.feed(data)
        self.ended = self.conversation.ended
        return answer


def serve(server, connect):
    epoll = select.epoll()
    epoll.register(server.listener, select.EPOLLIN)
    accepting = server.listener.fileno()
    connections = {}
    peer.exit_when_told()
    server.ready()
    while True:
        for fd, _ in epoll.poll():
            if fd == accepting:
                accept_all(server.listener, epoll, connections, connect)
            elif not connections[fd].go_on():
                connections.pop(fd).socket.close()


def accept_all(listener, epoll, connections, connect):
    while True:
        try:
            socket, client = listener.accept()
        except OSError:  # no more, or one that has gone already
            return
        socket.setblocking(False)
        connections[socket.fileno()] = connect(socket, epoll, client)
        epoll.register(socket, select.EPOLLIN)


def echo(server):
    serve(server, lambda socket, epoll, client: EchoConnection(socket, epoll))


def http(server):
    def connect(socket, epoll, client):
        return HttpConnection(socket, epoll, peer_http.Conversation(server, client[0]))

    serve(server, connect)


peer.run("python-epoll", {"echo": echo, "http": http})
