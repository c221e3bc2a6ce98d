"""The fake TMDB and its entry points."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_tmdb.catalogue.catalogue import Catalogue
from fake_tmdb.catalogue.defaults import DEFAULT_MOVIES, DEFAULT_SEED
from fake_tmdb.http.app import App
from fake_tmdb.http.keys import DEFAULT_API_KEY, DEFAULT_READ_TOKEN
from fake_tmdb.http.server import Server
from fake_tmdb.http.state import State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fake_tmdb.catalogue.living.parameters import Living
    from fake_tmdb.clock import Clock
    from fake_tmdb.faults.fault import Fault
    from fake_tmdb.http.limits import Limits


class FakeTmdb(State):
    """A fake TMDB.

    `movies` and `seed` decide the catalogue; `latency` in seconds is waited before every response; `drift` lets the
    pages of one list come from different moments; `catalogue` shares one already made; `living` lets the world change
    from day to day, see `fake_tmdb.catalogue.living`.

    `app` is the ASGI application for in-process use; `serve()` starts a server on loopback.
    """

    def __init__(
        self,
        *,
        movies: int = DEFAULT_MOVIES,
        seed: int = DEFAULT_SEED,
        api_key: str = DEFAULT_API_KEY,
        read_token: str = DEFAULT_READ_TOKEN,
        latency: float = 0.0,
        drift: bool = False,
        limits: Limits | None = None,
        faults: Sequence[Fault] = (),
        clock: Clock | None = None,
        catalogue: Catalogue | None = None,
        living: Living | None = None,
    ) -> None:
        super().__init__(
            movies=movies,
            seed=seed,
            api_key=api_key,
            read_token=read_token,
            latency=latency,
            drift=drift,
            limits=limits,
            faults=faults,
            clock=clock,
            catalogue=catalogue,
            living=living,
        )
        self.app = App(self)
        self.on_change = self.app.begin_anew

    def serve(self, *, host: str = "127.0.0.1", port: int = 0) -> Server:
        """Return a server for this state; start it with `with`. Port 0 takes a free one."""
        return Server(self, self.app, host=host, port=port)
