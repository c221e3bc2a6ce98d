"""The connection: the one place where the key exists, addresses are chosen, and bytes come in."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPException
from typing import Any, cast
from urllib.parse import quote

from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError, ProxyError
from urllib3.util.connection import allowed_gai_family

from tmdb_pipeline.tmdb.bounds import BoundedResponse, Exchange
from tmdb_pipeline.tmdb.connect import CONNECT_TIMEOUT, Address, AddressBook, Sockets, race
from tmdb_pipeline.tmdb.errors import Unreachable


@dataclass(frozen=True, slots=True)
class Wire:
    """What the connections of one session share.

    Attributes:
        api_key: the v3 key that each request line gets, or None.
        exchange: what is under way in a thread, and until when.
        addresses: which addresses work.
        proxy_setting: the variable that names the proxy, if there is one.
    """

    api_key: str | None = field(repr=False)
    exchange: Exchange
    addresses: AddressBook
    proxy_setting: str = ""

    def with_key(self, url: str) -> str:
        """The path and query as they are sent."""
        if self.api_key is None:
            return url
        return f"{url}{'&' if '?' in url else '?'}api_key={quote(self.api_key, safe='')}"

    def dial(self, connection: Any) -> tuple[socket.socket, Address]:
        """A TCP connection to the host of one of urllib3's connections, and the address that it goes to.

        Raises:
            NameResolutionError: nobody knows the host.
            NewConnectionError: no address takes a connection.
            ConnectTimeoutError: none answers in time.
        """
        host, timeout = connection._dns_host.strip("[]"), connection.timeout or CONNECT_TIMEOUT  # noqa: SLF001 - as urllib3
        place = (host, connection.port)
        try:
            found = socket.getaddrinfo(*place, allowed_gai_family(), socket.SOCK_STREAM)
            with Sockets(options=connection.socket_options or (), source=connection.source_address) as sockets:
                sock, address, silent = race(self.addresses.sort(place, found), sockets, budget=timeout)
        except socket.gaierror as error:
            raise NameResolutionError(host, connection, error) from error
        except TimeoutError as error:
            raise ConnectTimeoutError(connection, "no connection") from error
        except OSError as error:
            raise NewConnectionError(connection, "no connection") from error
        sock.settimeout(timeout)
        self.addresses.worked(place, address, silent)
        return sock, address

    @contextmanager
    def bringing_up(self, connection: Any) -> Iterator[None]:
        """Within this a connection is made ready: TCP, and then TLS and a way through a proxy where they are needed.

        Raises:
            Unreachable: TLS came to no end.
        """
        try:
            yield
        except Exception as error:
            if connection.connected_to:  # TCP stands, so what failed is what follows
                place = (connection._dns_host.strip("[]"), connection.port)  # noqa: SLF001 - as above
                self.addresses.failed(place, connection.connected_to)
            if isinstance(error, TimeoutError):  # urllib3 takes it for a silence after the request
                what = f"the TLS handshake did not end within {connection.timeout:g} s"
                advice = "Does a firewall or VPN on the way break it off, or lose large packets?"
                raise Unreachable(self.exchange.request, what, advice) from None
            raise

    @contextmanager
    def asking_proxy(self) -> Iterator[None]:
        """Within this a proxy is asked to let us through.

        Raises:
            ProxyError: it does not answer as a proxy does.
        """
        try:
            with self.exchange.spoken_by("the proxy", f"Is {self.proxy_setting} right, and the proxy up?"):
                yield
        except HTTPException as error:  # urllib3 takes it for the server's
            raise ProxyError("no response to CONNECT", error) from error


def tmdb_connection(connection: type[Any], wire: Wire, *, direct: bool) -> type[Any]:
    """A connection class that adds the v3 key to each request line, races addresses, and reads within bounds.

    Args:
        connection: urllib3's class, or vcrpy's stand-in for it.
        wire: what all connections share.
        direct: whether addresses are ours to choose; the package for SOCKS proxies dials by itself.
    """

    class TmdbConnection(connection):  # type: ignore[misc] # its base is chosen at run time
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.response_class = partial(BoundedResponse, wire.exchange)
            self.connected_to: Address | None = None

        def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
            asked = super().request(method, wire.with_key(url), *args, **kwargs)
            with suppress(AttributeError):  # vcrpy's connection has none
                # urllib3 logs this address when it meets a header that it cannot parse
                self._response_options = self._response_options._replace(request_url=url)  # type: ignore[has-type] # as above
            return asked

        def connect(self) -> None:
            self.connected_to = None
            with wire.bringing_up(self):
                super().connect()

        def _tunnel(self) -> None:
            with wire.asking_proxy():
                super()._tunnel()

        def _new_conn(self) -> socket.socket:
            if not direct:
                return cast("socket.socket", super()._new_conn())
            sock, self.connected_to = wire.dial(self)
            return sock

    return TmdbConnection
