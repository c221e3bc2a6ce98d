"""The HTTP session: pooled connections, and a credential that exists only on the wire.

A v3 key has to travel in the query, and everything that handles a URL likes to log it: requests puts it in exceptions,
urllib3 in debug lines. So the key is added below both, by the connection itself, as the last thing before the request
line is written. A read token is a header, which nobody logs, and is set through ``auth`` so that a ``.netrc`` entry
cannot replace it.
"""

import socket
import threading
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.poolmanager import PoolManager

from tmdb_pipeline.settings import Credential

#: Seconds until the head of an answer must be there, however slowly it comes.
HEAD_TIMEOUT = 45.0


class _BearerAuth(AuthBase):
    """Sends the read token as ``Authorization: Bearer``."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class _NoAuth(AuthBase):
    """Sends nothing, and keeps ``.netrc`` out."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


def _tmdb_connection(connection: type[Any], api_key: str | None) -> type[Any]:
    """A connection class that adds the v3 key to each request line and waits only so long for the head of an answer."""

    class TmdbConnection(connection):  # type: ignore[misc] # its base is chosen at run time
        def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
            if api_key is not None:
                url += f"{'&' if '?' in url else '?'}api_key={quote(api_key, safe='')}"
            return super().request(method, url, *args, **kwargs)

        def getresponse(self, *args: Any, **kwargs: Any) -> Any:
            # A timeout counts anew from each byte: headers that drip would hold us for ever.
            alarm = threading.Timer(HEAD_TIMEOUT, self._give_up)
            alarm.daemon = True
            alarm.start()
            try:
                return super().getresponse(*args, **kwargs)
            finally:
                alarm.cancel()

        def _give_up(self) -> None:
            with suppress(AttributeError, OSError):  # there may be no socket (any more)
                self.sock.shutdown(socket.SHUT_RDWR)

    return TmdbConnection


def _tmdb_pool(pool: type[Any], api_key: str | None) -> type[Any]:
    """A pool class with our connections. They are derived when a pool is made, so that vcrpy's classes work too."""

    class TmdbPool(pool):  # type: ignore[misc] # as above
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.ConnectionCls = _tmdb_connection(self.ConnectionCls, api_key)  # type: ignore[has-type] # as above

    return TmdbPool


class _TmdbAdapter(HTTPAdapter):
    """An adapter with ``connections`` pooled connections of our own kind."""

    def __init__(self, connections: int, api_key: str | None) -> None:
        self._api_key = api_key
        super().__init__(pool_connections=1, pool_maxsize=connections)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Build the pools; called by requests."""
        super().init_poolmanager(*args, **kwargs)
        self._use_our_pools(self.poolmanager)

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        """Build the pools behind a proxy; called by requests."""
        manager = super().proxy_manager_for(*args, **kwargs)
        self._use_our_pools(manager)
        return manager

    def close(self) -> None:
        """Hang up at once; called by requests.

        Left to itself, urllib3 forgets its pools here and hangs up when nothing refers to them any more. An exception
        does, through its traceback, for as long as somebody keeps it.
        """
        for manager in (self.poolmanager, *self.proxy_manager.values()):
            for key in manager.pools.keys():  # noqa: SIM118 - this container cannot be iterated
                manager.pools[key].close()
        super().close()

    def _use_our_pools(self, manager: PoolManager) -> None:
        pools = manager.pool_classes_by_scheme
        manager.pool_classes_by_scheme = {scheme: _tmdb_pool(pool, self._api_key) for scheme, pool in pools.items()}


def tmdb_session(credential: Credential, *, connections: int, user_agent: str) -> requests.Session:
    """A session for TMDB that pools at most ``connections`` connections and sends ``credential`` with each request."""
    session = requests.Session()
    api_key = credential.secret if credential.kind == "api_key" else None
    session.auth = _NoAuth() if api_key else _BearerAuth(credential.secret)
    session.headers.update({"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": user_agent})
    adapter = _TmdbAdapter(connections, api_key)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session
