"""A process for each file, whatever becomes of it."""

import os
import time

import pytest

from dag_integrity.parser import child


def run(work, **limits):
    return child.run(work, **{"seconds": 30, "megabytes": 8192, **limits})


def test_what_a_child_says_is_brought_back():
    """However much it is, and with the memory that it held."""
    ended = run(lambda: b"x" * 5_000_000)

    assert (len(ended.said), ended.how) == (5_000_000, "")
    assert ended.megabytes > 10


@pytest.mark.parametrize(
    ("work", "how"),
    [
        (lambda: os._exit(7), "ended the process with code 7"),
        (os.abort, "was ended by SIGABRT"),
        (lambda: 1 / 0, "ended the process with code 1"),
    ],
)
def test_child_that_dies_is_told(work, how, capfd):
    """By its code, or by the signal."""
    ended = run(work)

    assert (ended.said, ended.how) == (b"", how)


def test_child_that_never_ends_is_ended(monkeypatch):
    """With what it says until then thrown away."""
    monkeypatch.setattr(child, "GRACE", 0)

    ended = run(lambda: time.sleep(60), seconds=0.1)

    assert (ended.said, ended.how) == (b"", "took longer than 0.1 seconds and was ended")


def test_child_gets_no_more_memory_than_its_limit():
    """It meets a MemoryError, which is its own affair."""

    def eat():
        with pytest.raises(MemoryError):
            bytearray(10**10)
        return b"refused"

    assert run(eat, megabytes=4096).said == b"refused"
