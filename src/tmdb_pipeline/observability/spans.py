"""Spans of traces: which part of a run took how long, one within the other, for whoever was installed.

Like ``meter``, this knows of no server and of no library; ``orchestration.observing`` installs OpenTelemetry's, where
Airflow's traces are on. Attributes may have any values, page numbers too: a trace is of one run.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Protocol, TypeAlias

from tmdb_pipeline.observability.meter import timed
from tmdb_pipeline.observability.metrics import PHASE_DURATION

Attribute: TypeAlias = str | int | float | bool


class Span(Protocol):
    """A span that has begun."""

    def set_attribute(self, key: str, value: Attribute) -> object:
        """Say something of it that was not known when it began."""


#: Begins a span of a name with attributes; leaving the block ends it, and an exception that leaves it marks it.
Opener: TypeAlias = Callable[[str, Mapping[str, Attribute]], AbstractContextManager[Span]]


class _Nothing:
    """The span where nobody traces."""

    def set_attribute(self, key: str, value: Attribute) -> None:
        """Say it to nobody."""


class _Seam:
    opener: Opener | None = None


_NOTHING = _Nothing()


def install(opener: Opener | None) -> None:
    """Let this begin the spans of this process from now on; None lets nobody."""
    _Seam.opener = opener


def span(name: str, attributes: Mapping[str, Attribute]) -> AbstractContextManager[Span]:
    """Begin a span."""
    return nullcontext(_NOTHING) if _Seam.opener is None else _Seam.opener(name, attributes)


@contextmanager
def phase(name: str, **attributes: Attribute) -> Iterator[Span]:
    """Measure a phase of a run: its seconds by name, and a span ``tmdb.<name>`` with the attributes."""
    with timed(PHASE_DURATION, phase=name), span(f"tmdb.{name}", attributes) as begun:
        yield begun
