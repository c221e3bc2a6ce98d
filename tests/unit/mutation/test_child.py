import os
import signal
import time
from pathlib import Path

import pytest
from mutation.child import in_child
from support import wait_for


def test_work_is_done_in_another_process():
    """What a child gives comes back, and what it changed stays with it."""
    seen = []

    answer = in_child(lambda: seen.append(1) or str(os.getpid()).encode(), 60)

    assert answer.isdigit()
    assert int(answer) != os.getpid()
    assert seen == []


def fails():  # pragma: no cover - in a child
    raise ValueError


@pytest.mark.parametrize("work", [fails, lambda: os.kill(os.getpid(), signal.SIGKILL), lambda: os._exit(3)])
def test_child_that_dies_gives_nothing(work):
    """An exception, a crash and an exit are no answer."""
    assert in_child(work, 60) is None


def test_child_that_does_not_end_is_ended():
    """A mutant may loop for ever; the child and all that it started are gone afterwards."""
    began = time.monotonic()
    read, write = os.pipe()

    def work():  # pragma: no cover - in a child
        grandchild = os.fork()
        if grandchild == 0:
            time.sleep(600)
        os.write(write, f"{grandchild}".encode())
        time.sleep(600)

    assert in_child(work, 2) is None  # long enough to begin
    assert time.monotonic() - began < 60
    os.close(write)  # else nobody would learn that the child had no time to write
    grandchild = int(os.read(read, 20))
    os.close(read)
    wait_for(lambda: not Path(f"/proc/{grandchild}/exe").exists(), "the grandchild has ended")
