"""Replaying a record of a quarantine of which any file may be damaged."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
from fuzz.entry import Entry
from fuzz.garbage import documents
from hypothesis import strategies as st
from quarantines import BAD, GOOD, MOVIES, PAGE, QUARANTINE, REPORT, RUN, reject
from rich.console import Console
from upath import UPath

from tmdb_pipeline.cli.record_view import print_replay
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.quality.replay.address import Address
from tmdb_pipeline.quality.replay.errors import ReplayError, UnknownRecord
from tmdb_pipeline.quality.replay.lookup import find
from tmdb_pipeline.quality.replay.replay import replay
from tmdb_pipeline.quality.replay.reproduction import reproduction

_FILES = (QUARANTINE, PAGE, MOVIES, REPORT)


def _whole() -> dict[str, bytes]:
    with TemporaryDirectory() as folder:
        lake = reject(Path(folder), [GOOD[0], BAD, GOOD[1]])
        return {file: lake.read(file) for file in _FILES}


_WHOLE = _whole()
_DAMAGES = st.one_of(
    st.tuples(st.just(file), documents(orjson.loads(_WHOLE[file]), depth=5 if file == QUARANTINE else 4))
    for file in _FILES
)


@contextmanager
def memory() -> Iterator[Lake]:
    """A lake in memory, since nobody asks about the disk here."""
    yield Lake("memory://fuzz-replay/lake")
    UPath("memory://fuzz-replay").fs.store.clear()


def replayed(damage: tuple[str, bytes], lake: Lake) -> None:
    """The record is shown in lines that can be printed, and what is written for it is Python."""
    for file, content in (_WHOLE | dict([damage])).items():
        lake.write(file, content)
    again = replay(lake, find(lake, Address(RUN.day, dag_id=RUN.dag_id, line=1)))
    screen = io.StringIO()

    print_replay(Console(file=screen, width=80), again, lake)
    source = reproduction(again)

    assert all(line.isprintable() for line in screen.getvalue().split("\n"))
    assert all(line.isprintable() for line in source.split("\n"))
    compile(source, "test_record.py", "exec")


ENTRIES = [Entry("replay", _DAMAGES, replayed, (LakeError, UnknownRecord, ReplayError), memory, gate=60)]
