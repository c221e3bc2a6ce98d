"""Whose code it is that stands on Python's stack, and where."""

import os
import sys
import sysconfig
from collections.abc import Iterator
from types import FrameType

#: Where the standard library and installed packages lie.
STANDARD = tuple({sysconfig.get_paths()[kind] for kind in ("stdlib", "platstdlib")})
INSTALLED = (*STANDARD, *{sysconfig.get_paths()[kind] for kind in ("purelib", "platlib")})
#: This package, which may be installed from a folder of its own.
OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH120, PTH100 - called at each step


def is_own(path: str) -> bool:
    """Whether a file is one that its author can mend: neither Python's, nor of a package, nor of these checks."""
    return not path.startswith(("<", OURS, *INSTALLED)) and "site-packages" not in path


def own_place(frame: FrameType | None = None) -> tuple[str, int]:
    """Path and line of the innermost frame of own code; empty and 0 where there is none."""
    for above in frames(frame or sys._getframe(1)):
        if is_own(above.f_code.co_filename):
            return above.f_code.co_filename, above.f_lineno
    return "", 0


def frames(frame: FrameType | None) -> Iterator[FrameType]:
    """This frame and all those that called it."""
    while frame:
        yield frame
        frame = frame.f_back
