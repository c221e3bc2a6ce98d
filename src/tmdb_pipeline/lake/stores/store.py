"""What a lake needs of the place where its files lie.

A store raises what its system or library raises; the lake asks it to explain that, and says what was being done. Its
locks say by themselves when they cannot be had.
"""

import errno
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol, TypeAlias

from tmdb_pipeline.lake.errors import RunInProgress

#: Bytes. The largest file of ours, 500 pages in one collection, has a tenth of it.
LARGEST = 128 * 2**20

#: What becomes of a file: from its bytes by now, None where there is none, to those that it is to have, None where it
#: is to stay as it is. Called anew whenever another process was faster.
Change: TypeAlias = Callable[[bytes | None], bytes | None]


class Explanation(NamedTuple):
    """Why something failed, for people: parts of a sentence without a full stop, printable and without secrets."""

    reason: str
    #: What to do about it before running again, if that depends on the reason.
    advice: str = ""
    #: Whether a write may have been done all the same, since the store took it and the response was lost.
    unsure: bool = False


class Store(Protocol):
    """Files by their path under a root. A path is relative, and leads nowhere outside."""

    #: What it may raise besides LakeError.
    trouble: tuple[type[Exception], ...]

    def name(self, path: str) -> str:
        """The full name of a file."""

    def exists(self, path: str) -> bool:
        """Whether there is a file of this name."""

    def is_taken(self, path: str) -> bool:
        """Whether there is anything of this name."""

    def get(self, path: str) -> bytes:
        """The bytes of a file of at most ``LARGEST``; FileNotFoundError or NotADirectoryError where there is none."""

    def put(self, path: str, data: bytes) -> None:
        """Write a file whole, over an earlier one."""

    def change(self, path: str, change: Change) -> None:
        """Write a file anew by what is in it, so that of what others write meanwhile nothing is lost."""

    def names(self, folder: str) -> list[str]:
        """What lies in a folder by now, in any order, hidden names too."""

    def remove(self, path: str) -> None:
        """Remove a file; one that is not there may be told by FileNotFoundError or NotADirectoryError."""

    def lock(self, folder: str, what: str) -> AbstractContextManager[None]:
        """Lock a folder for this process alone; leaving the context unlocks it.

        Raises:
            RunInProgress: another process has locked it.
        """

    def explain(self, error: Exception) -> Explanation:
        """Why one of these methods failed."""


def too_large(size: int) -> OSError:
    """What is raised for a file that can be none of ours, instead of filling the memory with it."""
    return OSError(errno.EFBIG, f"it has {size} bytes, no file of ours has more than {LARGEST}")


def too_busy() -> OSError:
    """What is raised where other processes change a file all the time, so that this one has no turn."""
    return OSError(errno.EBUSY, "other processes keep changing it")


def busy(what: str, more: str = "") -> RunInProgress:
    """What is raised where another process has locked a folder."""
    return RunInProgress(
        f"{what} is being collected by another process right now: wait until it ends, then run again.{more}"
    )


def reason(error: Exception) -> str:
    """What an error says of itself, without a full stop."""
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return "the disk is full"
    if isinstance(error, FileExistsError | NotADirectoryError):
        return "a file is in the way, where a folder has to be"
    return printable(getattr(error, "strerror", None) or str(error).rstrip(".") or type(error).__name__)


def printable(text: str) -> str:
    """A text for one line of a log that is written in UTF-8, whatever it holds."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)
