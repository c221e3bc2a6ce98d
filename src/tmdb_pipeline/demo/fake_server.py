"""The fake TMDB as a process beside a command. It is started as anybody would start it; nothing of it is imported."""

import json
import secrets
import subprocess
from base64 import urlsafe_b64encode
from pathlib import Path
from typing import Self
from urllib.request import ProxyHandler, build_opener

import msgspec

from tmdb_pipeline.demo.keeper import Keeper, NotStarted


def _drawn_token() -> str:
    """A token of the form of TMDB's (a JWT: header, payload and signature in base64url) that nobody can guess."""
    parts = [json.dumps({"alg": "none"}).encode(), json.dumps({"sub": secrets.token_hex(12)}).encode()]
    encoded = [urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts]
    return ".".join([*encoded, secrets.token_urlsafe(32)])


class Journal(msgspec.Struct):
    """How many requests a fake was sent, and the most in one second."""

    count: int
    peak_per_second: int


class FakeServerFailed(NotStarted):
    """The fake TMDB did not start; the message is what it said."""


class FakeServer:
    """A fake TMDB on a free port of this machine while the ``with`` block lasts.

    Attributes:
        url: its base URL, ending in ``/3``.
        read_token: the token that it accepts, drawn anew for each server.
    """

    def __init__(
        self, keeper: Keeper, *, seed: int, movies: int, faults: Path | None = None, living: bool = False
    ) -> None:
        """Prepare a fake with a catalogue of this seed and size, which misbehaves as a plan in a file says.

        One that is ``living`` changes from day to day, and answers at any pace.
        """
        self._keeper = keeper
        self._arguments = ["--port", "0", "--seed", str(seed), "--movies", str(movies)]
        if faults is not None:
            self._arguments += ["--faults", str(faults)]
        if living:
            self._arguments += ["--living", "--no-limit"]
        self.read_token = _drawn_token()
        self.url = ""

    def __enter__(self) -> Self:
        """Start it.

        Raises:
            FakeServerFailed: it ended instead.
        """
        self._process = self._keeper.start(
            ["fake_tmdb", "serve", *self._arguments, "--read-token", self.read_token], stderr=subprocess.PIPE
        )
        ready = self._process.stdout.readline().split() if self._process.stdout else []
        if not ready:
            _, said = self._process.communicate()
            raise FakeServerFailed(f"The fake TMDB did not start: {said.strip() or 'it said nothing'}")
        self.url = ready[-1]
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it."""
        self._keeper.end(self._process)

    def journal(self) -> Journal:
        """What it was asked."""
        past_any_proxy = build_opener(ProxyHandler({}))  # none can reach this machine
        with past_any_proxy.open(f"{self.url.removesuffix('/3')}/__fake__/journal") as response:
            return msgspec.json.decode(response.read(), type=Journal)
