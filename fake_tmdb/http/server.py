"""A server on a socket, in a thread of its own."""

from __future__ import annotations

import asyncio
import socket
import threading
from typing import TYPE_CHECKING, Self

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from fake_tmdb.http.wire import EXTENSION

if TYPE_CHECKING:
    from types import TracebackType

    from fake_tmdb.http.app import App
    from fake_tmdb.http.state import State

CROWD = 900  # connections in all, beyond which the server does not wait for a request before it refuses
_CROWDED = b"The fake TMDB has more open connections than it serves."
_REFUSAL = (
    b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/plain\r\ncontent-length: %d\r\nconnection: close\r\n\r\n%b"
    % (len(_CROWDED), _CROWDED)
)
START_TIMEOUT = 10.0


class PortTakenError(OSError):
    """The address to listen on is in use or not allowed; the message says what to do."""


class Server:
    """Serves one fake on a socket while its `with` block lasts.

    `url` is the base address that a client is given, such as `http://127.0.0.1:40001/3`.
    """

    def __init__(self, fake: State, app: App, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self.fake = fake
        self._app = app
        self.host = host
        self.port = port
        self._socket: socket.socket | None = None
        self._server: _Uvicorn | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """The base address, with `/3`."""
        return f"{self.root}/3"

    @property
    def root(self) -> str:
        """The address without `/3`, where the control routes lie."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    def start(self) -> None:
        """Listen, and return when connections are accepted. Raises PortTakenError."""
        self._socket = _listen(self.host, self.port)
        self.port = self._socket.getsockname()[1]
        config = uvicorn.Config(
            self._app,
            http=_protocol(self.fake),
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            log_level="error",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=1,
            timeout_keep_alive=60,
        )
        self._server = _Uvicorn(config)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), name="fake-tmdb", daemon=True)
        self._thread.start()
        if not self._server.ready.wait(START_TIMEOUT):  # pragma: no cover - a machine that stands still
            raise TimeoutError(f"The fake TMDB did not start within {START_TIMEOUT:.0f} seconds.")

    def stop(self) -> None:
        """Stop listening, let responses under way finish for a second, and end the thread."""
        if self._server is None or self._thread is None or self._socket is None:
            return
        self._server.end()
        self._thread.join()
        self._socket.close()
        self._server = self._thread = self._socket = None

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()


class _Uvicorn(uvicorn.Server):
    """Tells when it accepts connections, and ends at once when told to, rather than at the next tick of a tenth."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()
        self._ended = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._loop = asyncio.get_running_loop()
        self.ready.set()

    async def main_loop(self) -> None:
        await self._ended.wait()

    def end(self) -> None:
        """Ask the server to end, from another thread."""
        self.should_exit = True
        self._loop.call_soon_threadsafe(self._ended.set)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except (OSError, OverflowError, TypeError, ValueError) as error:  # the last two for what is no name of a host
        listening.close()
        reason = getattr(error, "strerror", None) or str(error)
        raise PortTakenError(
            f"The fake TMDB cannot listen on {host} port {port} ({reason}); choose another with --port, or 0 for any."
        ) from error
    return listening


def _protocol(fake: State) -> type[asyncio.Protocol]:
    """Return uvicorn's HTTP protocol with the count of connections and a way for faults to reach the connection."""
    counter = fake.connections

    class Connection(HttpToolsProtocol):
        crowded = False
        _entered = False

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn narrows it too
            super().connection_made(transport)
            address = self.client[0] if self.client else ""
            allowed = fake.limits.connections
            self.crowded = counter.enter(address) > (allowed or CROWD)
            if counter.total > CROWD:
                transport.write(_REFUSAL)
                transport.close()

        def connection_lost(self, exc: Exception | None) -> None:
            counter.leave(self.client[0] if self.client else "")
            super().connection_lost(exc)

        def on_message_begin(self) -> None:
            super().on_message_begin()
            # It stays between this server and its own application.
            self.scope["extensions"] = {EXTENSION: self}  # type: ignore[dict-item]  # not what ASGI foresees

    return Connection
