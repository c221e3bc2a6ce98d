"""The messages about runs: each one line, for whoever reads logs line by line, and one that a person can act on.

Who says them, and where to, is not decided here: ``orchestration.notifiers`` writes them into the log, and the commands
read the log of the runs that they start (``TaskFailure.parse``).
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from tmdb_pipeline.clock import in_seoul

_FAILED = re.compile(r"(?P<task_id>\S+) of (?P<day>\d{4}-\d\d-\d\d) failed: (?P<cause>.*)")
_RETRIED = re.compile(rf"{_FAILED.pattern}\. Retry (?P<number>\d+) of (?P<most>\d+) at (?P<at>\S+)\.")


@dataclass(frozen=True, slots=True)
class Retry:
    """The next try of a task: which retry of how many it is, and when it begins, aware."""

    number: int
    most: int
    at: datetime


@dataclass(frozen=True, slots=True)
class TaskFailure:
    """A task failed: for good, or until its next try.

    Attributes:
        task_id: which task.
        day: the run date of its run.
        cause: the message of its error, on one line.
        retry: the next try, if there is one.
    """

    task_id: str
    day: date
    cause: str
    retry: Retry | None = None

    def __str__(self) -> str:
        told = f"{self.task_id} of {self.day} failed: {self.cause}"
        if self.retry is None:
            return told
        retry = f"Retry {self.retry.number} of {self.retry.most} at {in_seoul(self.retry.at)}."
        return f"{told.removesuffix('.')}. {retry}"

    @classmethod
    def parse(cls, message: str) -> Self | None:
        """The failure that a message tells of; None if it is none."""
        retry = None
        if found := _RETRIED.fullmatch(message):
            retry = Retry(int(found["number"]), int(found["most"]), datetime.fromisoformat(found["at"]))
        elif not (found := _FAILED.fullmatch(message)):
            return None
        cause = found["cause"] + "." * (retry is not None)
        return cls(found["task_id"], date.fromisoformat(found["day"]), cause, retry)


def one_line(error: object) -> str:
    """The message of an error without line breaks."""
    return " ".join(str(error).split())


def missing_page(source: str, page: int, reason: str) -> str:
    """Movies of a page may be missing from a collection, and what to do."""
    return (
        f"Movies of page {page} of {source} are missing, or may be: {reason}. Run this date again to ask for them anew."
    )


def low_quality(*, rate: float, passed: int, total: int, warn: float, report: str) -> str:
    """The pass rate, in percent, is below the one that warns, and where the report is.

    ``rate`` is to be cut to two decimals: rounded, it could seem to reach the threshold.
    """
    return f"Only {rate:.2f} % of the movies passed ({passed} of {total}, warning below {warn:g} %): see {report}."


def system_reason(error: BaseException) -> str:
    """Why something could not be reached, without a word of the library that says it: what the system says below it.

    Where no system says anything it is the name of the error's type.
    """
    around: BaseException | None = error
    while around is not None:
        reason = getattr(around, "reason", around)  # what urllib puts around the system's own
        if isinstance(reason, TimeoutError):
            return "no answer in time"
        if isinstance(reason, OSError) and reason.strerror:
            return reason.strerror
        around = around.__context__
    return type(error).__name__
