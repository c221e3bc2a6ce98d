"""Trying one entry: every input within its seconds and its memory, and what became of all of them."""

import logging
import math
import signal
import time
import traceback
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from fuzz.entry import SECRET, Entry, is_sentence
from hypothesis import HealthCheck, Phase, given, seed, settings

#: Characters of an input that are shown.
SHOWN = 3_000
#: Seconds that are spent on making a failing input smaller; one that hangs takes all its seconds at each try.
PATIENCE = 60.0
#: Whose log lines have to be sentences; libraries may write what they like, but not the key.
_OURS = ("tmdb_pipeline", "fake_tmdb", "root")


class OutOfBounds(AssertionError):
    """An input took too long, or too much memory, or was answered wrongly."""


@dataclass
class Result:
    """What became of the inputs of one entry; ``failure`` is the smallest input that ended otherwise, and how."""

    name: str
    answers: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    worst_seconds: float = 0.0
    peak_megabytes: float = 0.0
    failure: str = ""

    @property
    def inputs(self) -> int:
        """How many inputs ended as they should."""
        return self.answers + self.errors.total()


def measure(entry: Entry, *, number: int, inputs: int) -> Result:
    """Try ``inputs`` inputs of an entry, drawn from seed ``number``; a failing one is made as small as possible."""
    result = Result(entry.name)
    failed: list[tuple[str, str]] = []
    enough = math.inf

    with entry.stage() as stage:

        @seed(number)
        @settings(
            max_examples=inputs,
            derandomize=False,
            database=None,
            deadline=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
            print_blob=False,
        )
        @given(entry.inputs)
        def attempt(value: Any) -> None:
            nonlocal enough
            if time.monotonic() > enough and repr(value) != failed[-1][0]:
                return
            try:
                _attempt(entry, value, stage, result)
            except Exception:
                # Hypothesis tries the smallest again at the end, so the last one here is that.
                failed.append((repr(value), _told(value)))
                enough = min(enough, time.monotonic() + PATIENCE)
                raise

        try:
            attempt()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the finding
            result.failure = failed[-1][1] if failed else f"{error!r}"
    return result


def _attempt(entry: Entry, value: Any, stage: Any, result: Result) -> None:
    tracemalloc.start(1)
    began = time.perf_counter()
    try:
        with _alarm(entry.seconds), _logged() as bad:
            raised = _called(entry, value, stage)
        seconds = time.perf_counter() - began
        megabytes = tracemalloc.get_traced_memory()[1] / 2**20
    finally:
        tracemalloc.stop()
    result.worst_seconds = max(result.worst_seconds, seconds)
    result.peak_megabytes = max(result.peak_megabytes, megabytes)
    if seconds > entry.seconds:
        raise OutOfBounds(f"it took {seconds:.1f} s of at most {entry.seconds:g}")
    if megabytes > entry.megabytes:
        raise OutOfBounds(f"it took {megabytes:.0f} MB of at most {entry.megabytes:g}")
    if bad:
        raise OutOfBounds(f"a log line is no sentence: {bad[0][:SHOWN]!r}")
    if raised is None:
        result.answers += 1
        return
    if not is_sentence(str(raised)):
        raise OutOfBounds(f"{type(raised).__name__} has no sentence for a log: {str(raised)[:SHOWN]!r}")
    result.errors[type(raised).__name__] += 1


def _called(entry: Entry, value: Any, stage: Any) -> Exception | None:
    try:
        entry.call(value, stage)
    except entry.errors as error:
        return error
    return None


def _told(value: Any) -> str:
    shown = repr(value)
    cut = f"... ({len(shown)} characters)" if len(shown) > SHOWN else ""
    return f"input: {shown[:SHOWN]}{cut}\n{traceback.format_exc(limit=-6)}"


class _Log(logging.Handler):
    """A log that keeps only the lines that no log should hold."""

    def __init__(self) -> None:
        super().__init__()
        self.bad: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        line = record.getMessage()
        if SECRET in self.format(record) or (record.name.startswith(_OURS) and not is_sentence(line)):
            self.bad.append(line)


@contextmanager
def _logged() -> Iterator[list[str]]:
    """Instead of showing log lines, collect those that are no sentences."""
    root, log = logging.getLogger(), _Log()
    before = root.handlers[:]
    root.handlers[:] = [log]
    try:
        yield log.bad
    finally:
        root.handlers[:] = before


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """Interrupt what takes longer; it has to run in the main thread."""

    def ring(_number: int, _frame: object) -> None:
        raise OutOfBounds(f"it did not end within {seconds:g} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
