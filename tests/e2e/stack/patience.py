"""Waiting for what other processes do, never without an end."""

import os
import time

#: Seconds for anything that a stack does; E2E_PATIENCE sets more on a machine that has much else to do.
PATIENCE = int(os.environ.get("E2E_PATIENCE") or 240)


def wait_for(ask, what: str, *, seconds: float = PATIENCE, pause: float = 0.25):
    """The first true answer of ``ask``; an AssertionError with the last one when there is none in time."""
    end = time.monotonic() + seconds
    while not (answer := ask()):
        assert time.monotonic() < end, f"After {seconds:g} s, still not: {what}. The last answer was {answer!r}."
        time.sleep(pause)
    return answer
