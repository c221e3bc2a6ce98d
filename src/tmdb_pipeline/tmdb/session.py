"""The HTTP session: pooled connections of our own kind, a credential that exists only on the wire, no surprises.

A v3 key has to travel in the query, and everything that handles a URL likes to log it: requests puts it in exceptions,
urllib3 in debug lines. So the key is added below both, by the connection (``tmdb.connection``). A read token is a
header, which nobody logs. It is set through ``auth``.
"""

import threading
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.poolmanager import PoolManager, ProxyManager

from tmdb_pipeline.clock import SystemClock
from tmdb_pipeline.settings import Credential
from tmdb_pipeline.tmdb.bounds import Exchange
from tmdb_pipeline.tmdb.connect import AddressBook
from tmdb_pipeline.tmdb.connection import Wire, tmdb_connection
from tmdb_pipeline.tmdb.network_settings import NetworkSettings


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


def _tmdb_pool(pool: type[Any], wire: Wire, *, direct: bool) -> type[Any]:
    """A pool class with our connections. They are derived when a pool is made, so that vcrpy's classes work too."""

    class TmdbPool(pool):  # type: ignore[misc] # its base is chosen at run time
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.ConnectionCls = tmdb_connection(self.ConnectionCls, wire, direct=direct)  # type: ignore[has-type] # as above

    return TmdbPool


class _TmdbAdapter(HTTPAdapter):
    """An adapter with ``connections`` pooled connections of our own kind."""

    def __init__(self, connections: int, wire: Wire) -> None:
        self._wire = wire
        self._lock = threading.Lock()
        self._proxies: set[tuple[str, ...]] = set()
        super().__init__(pool_connections=1, pool_maxsize=connections)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Build the pools; called by requests."""
        super().init_poolmanager(*args, **kwargs)
        self._use_our_pools(self.poolmanager)

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        """Build the pools behind a proxy; called by requests for each request."""
        with self._lock:
            known = args in self._proxies
            manager = super().proxy_manager_for(*args, **kwargs)
            if not known:
                self._proxies.add(args)
                # A SOCKS connection is dialled by its own package.
                self._use_our_pools(manager, direct=isinstance(manager, ProxyManager))
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

    def _use_our_pools(self, manager: PoolManager, *, direct: bool = True) -> None:
        pools = manager.pool_classes_by_scheme
        manager.pool_classes_by_scheme = {
            scheme: _tmdb_pool(pool, self._wire, direct=direct) for scheme, pool in pools.items()
        }


class _TmdbSession(requests.Session):
    """A session for which a redirect is a response like any other.

    Even where none is to be followed, requests reads a redirect's whole body, decodes it, and takes its Location apart.
    """

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Nowhere; called by requests."""


def tmdb_session(
    credential: Credential | None,
    *,
    connections: int,
    user_agent: str,
    network: NetworkSettings | None = None,
    exchange: Exchange | None = None,
) -> requests.Session:
    """A session for TMDB.

    Args:
        credential: what each request shows; None for a host that asks for none.
        connections: at most so many are pooled.
        user_agent: who we are.
        network: through which proxy, and which certificates are trusted; by default none, and those of certifi. The
            environment is not asked.
        exchange: tells for each request by when it ends; by default never.
    """
    session = _TmdbSession()
    session.trust_env = False  # or a .netrc would replace the token, and each request would look for a proxy
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    network = network or NetworkSettings()
    session.proxies = {"all": network.proxy} if network.proxy else {}
    session.verify = network.ca_bundle or True
    secret = credential.secret if credential else ""
    token = credential is not None and credential.kind == "read_token"
    api_key = None if token else secret or None
    session.auth = _BearerAuth(secret) if token else _NoAuth()
    session.headers.update({"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": user_agent})
    wire = Wire(api_key, exchange or Exchange(SystemClock()), AddressBook(), network.proxy_setting)
    adapter = _TmdbAdapter(connections, wire)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session
