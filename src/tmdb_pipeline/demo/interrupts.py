"""Ctrl-C, a cancelled job and a closed terminal: one KeyboardInterrupt, and none during the cleaning up after it."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_held: list[int] = []
_waiting: list[int] = []


def listen() -> None:
    """Let each of the signals end this process as Ctrl-C does; what is ignored, as under nohup, stays ignored."""
    for number in _ENDINGS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _interrupt)


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
