"""What a message is about, as keys beside it: which list, which page.

Messages are sentences for people; programs that read logs in JSON want ``page`` as a number of its own. What is about
a page happens inside of ``about``, and all that is logged meanwhile, in whichever module, gets its keys, if a binder
was installed: ``orchestration.observing`` installs structlog's, by which Airflow logs.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TypeAlias

#: Binds keys to what is logged inside of the block, by this thread and those that are given its context.
Binder: TypeAlias = Callable[..., AbstractContextManager[object]]


class _Seam:
    binder: Binder | None = None


def install(binder: Binder | None) -> None:
    """Let this bind keys from now on; None lets nobody."""
    _Seam.binder = binder


def about(**keys: str | int) -> AbstractContextManager[object]:
    """What is logged inside of the block is about this."""
    return nullcontext() if _Seam.binder is None else _Seam.binder(**keys)
