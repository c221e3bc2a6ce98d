"""The training beside a demo: a fake that lives and a process that learns of it, while the DAGs run."""

import os
from contextlib import ExitStack
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from shutil import rmtree
from subprocess import PIPE
from typing import Self

import msgspec

from tmdb_pipeline.demo.fake_server import FakeServer
from tmdb_pipeline.demo.keeper import Keeper, NotStarted
from tmdb_pipeline.demo.past.trained import Trained
from tmdb_pipeline.interrupts import held
from tmdb_pipeline.settings import READ_TOKEN

#: The folder of a demo in which the past and its model lie: a data root of its own.
PAST = "invented-past"
#: Its days: eight weeks to judge by, as many to learn from, and what features and labels look back and ahead.
DAYS = 147
#: What it takes, and what brings it.
_MODULES = ("duckdb", "numpy")
_PACKAGE = "'.[exports]'"


class NotTrained(Exception):
    """There is no model; the message says why, and what to do."""


class Training:
    """Trains a model of an invented past while the ``with`` block lasts. What goes wrong is told when it is asked for.

    The past appears in its folder whole or not at all.
    """

    def __init__(self, keeper: Keeper, *, day: date, seed: int, movies: int, out: Path, days: int = DAYS) -> None:
        """Prepare a past that ends with a day, of a world of this seed and size, and goes into a folder of ``out``."""
        self._keeper = keeper
        self._day = day
        self._days = days
        self._fake = FakeServer(keeper, seed=seed, movies=movies, living=True)
        self._out = out
        self._stack = ExitStack()
        self._why = ""

    def __enter__(self) -> Self:
        """Start it, if it can be."""
        if any(find_spec(module) is None for module in _MODULES):
            self._why = (
                f"pip install {_PACKAGE} in the folder of the project, to see here how well a model knows which movies "
                "of an invented past stay popular"
            )
            return self
        try:
            fake = self._stack.enter_context(self._fake)
        except NotStarted as error:
            self._why = str(error)
            return self
        self._folder = self._keeper.folder(f"{PAST}-", self._out)
        # Whatever it makes for itself lies in a folder that is removed, for it may be killed; the fake is near.
        own = {"TMPDIR": str(self._folder), READ_TOKEN: fake.read_token, "no_proxy": "*", "NO_PROXY": "*"}
        others = {name: value for name, value in os.environ.items() if not name.startswith("TMDB_")}
        self._process = self._keeper.start(
            ["tmdb_pipeline.demo.past.training", fake.url, f"{self._day}", str(self._folder / PAST), f"{self._days}"],
            env={**others, **own},
            stderr=PIPE,
        )
        self._stack.callback(self._keeper.end, self._process)
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it, if it has not come to its end."""
        self._stack.close()

    def trained(self) -> Trained:
        """What came of it, as soon as it is there.

        Raises:
            NotTrained: nothing.
        """
        if self._why:
            raise NotTrained(self._why)
        said, failed = self._process.communicate()
        if self._process.returncode != 0:
            raise NotTrained((failed.strip() or "it was killed").splitlines()[-1])
        with held():
            place = self._out / PAST
            rmtree(place, ignore_errors=True)
            (self._folder / PAST).rename(place)
        return msgspec.json.decode(said, type=Trained)
