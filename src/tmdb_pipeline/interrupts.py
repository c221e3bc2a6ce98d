"""Ctrl-C, a cancelled job and a closed terminal: one KeyboardInterrupt, and none during the cleaning up after it."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
#: Seconds after which what was swallowed is raised again: whoever swallowed it has returned by then.
_AGAIN = 0.05
_held: list[int] = []
_waiting: list[int] = []


def listen() -> None:
    """Let each of the signals end this process as Ctrl-C does; what is ignored, as under nohup, stays ignored."""
    for number in _ENDINGS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _interrupt)


@contextmanager
def insisted() -> Iterator[None]:
    """Raise a KeyboardInterrupt again that came where no exception gets out, as in a callback of Python's own imports.

    Without it, one of 300 keys pressed while modules are imported is printed ("Exception ignored in") and lost.
    """
    told = sys.unraisablehook

    def raise_again(lost: "sys.UnraisableHookArgs") -> None:
        if not issubclass(lost.exc_type, KeyboardInterrupt):
            told(lost)
            return
        if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # by the interruption that was lost
            signal.signal(signal.SIGINT, _interrupt)
        threading.Timer(_AGAIN, signal.raise_signal, [signal.SIGINT]).start()

    sys.unraisablehook = raise_again
    try:
        yield
    finally:
        sys.unraisablehook = told


@contextmanager
def held() -> Iterator[None]:
    """Let a signal that comes meanwhile interrupt at the end of the block.

    Raises:
        KeyboardInterrupt: one came.
    """
    _held.append(1)
    try:
        yield
    finally:
        _held.pop()
        if _waiting and not _held:
            _waiting.clear()
            raise KeyboardInterrupt


def _interrupt(number: int, _frame: FrameType | None) -> None:
    for ending in _ENDINGS:
        signal.signal(ending, signal.SIG_IGN)
    if _held:
        _waiting.append(number)
    else:
        raise KeyboardInterrupt
