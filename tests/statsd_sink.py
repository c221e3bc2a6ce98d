"""A StatsD server on loopback that keeps what it is sent, as lines."""

import socket
import threading
from typing import Self


class StatsdSink:
    """Listens by UDP from when it is entered until it is left.

    Attributes:
        port: where it listens.
        lines: what came so far, each metric a line.
    """

    def __enter__(self) -> Self:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * 1024 * 1024)
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.lines: list[str] = []
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.send(b"")  # behind all that was sent before
        self._thread.join(10)
        self._socket.close()

    def send(self, packet: bytes) -> None:
        """Send something to it."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(packet, ("127.0.0.1", self.port))

    def keep(self, line: str) -> None:
        """Keep a line that came."""
        self.lines.append(line)

    def _listen(self) -> None:
        while packet := self._socket.recv(65_536):
            for line in packet.decode().splitlines():
                self.keep(line)
