"""A server for tests that sends whatever bytes a test wants, right or wrong, and notes what really came in."""

import socket
import threading
from contextlib import suppress


class RawServer:
    """A server on loopback while the ``with`` block lasts.

    Each answer is what is sent to one request: bytes, or a function that is given the socket. The last one is used
    again for all further requests. After an answer the connection stays open, unless the function closes it.

    Attributes:
        url: its base URL, ending in ``/3``.
        heads: request line and headers of each request, as they came.
    """

    def __init__(self, *answers, wrap=lambda connection: connection):
        """``wrap`` makes of each accepted connection what is spoken on, such as TLS."""
        self._answers = list(answers)
        self._wrap = wrap
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/3"
        self.heads = []
        self._connections = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]

    def __enter__(self):
        self._threads[0].start()
        return self

    def __exit__(self, *_):
        for sock in (self._listening, *self._connections):
            with suppress(OSError):  # the other side may have gone
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()
        for thread in self._threads:
            thread.join(5)

    def _accept(self):
        with suppress(OSError):  # closed: the test is over
            while True:
                connection, _ = self._listening.accept()
                self._connections.append(connection)
                self._threads.append(threading.Thread(target=self._serve, args=(connection,), daemon=True))
                self._threads[-1].start()

    def _serve(self, connection):
        with suppress(OSError), self._wrap(connection) as speaking:  # hung up on: that is what some tests are about
            while head := self._head(speaking):
                self.heads.append(head.decode("latin-1"))
                answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
                if callable(answer):
                    answer(speaking)
                else:
                    speaking.sendall(answer)

    @staticmethod
    def _head(connection):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            if not (byte := connection.recv(1)):
                return b""
            head += byte
        return head


def response(body=b"{}", *headers, status="200 OK"):
    """A well-formed response."""
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def endless(start, repeated=b"x" * 65536):
    """An answer that begins so and then goes on until the other side hangs up."""

    def send(connection):
        connection.sendall(start)
        while True:
            connection.sendall(repeated)

    return send


def tunnel_to(port, *, start=b"HTTP/1.1 200 OK\r\n\r\n"):
    """An answer to CONNECT after which everything goes to and from a port of loopback."""

    def relay(connection):
        with socket.create_connection(("127.0.0.1", port)) as behind:
            connection.sendall(start)
            back = threading.Thread(target=_pump, args=(behind, connection), daemon=True)
            back.start()
            _pump(connection, behind)
            back.join(5)

    return relay


def _pump(source, target):
    with suppress(OSError):  # one of them has gone
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


def hanging_up(start):
    """An answer after which the connection is closed."""

    def send(connection):
        connection.sendall(start)
        connection.shutdown(socket.SHUT_RDWR)

    return send
