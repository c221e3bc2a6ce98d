"""Which packages a module brings along; Python itself shows that only the first time that it is imported."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any

from dag_integrity.source.imports import imported_modules
from dag_integrity.source.tree import executed, syntax_tree


class Imports:
    """Remembers the packages that each module brings, for all the files that import it later."""

    def __init__(self) -> None:
        self._brought: dict[str, set[str]] = {}

    def install(self) -> None:
        """Look on from now on, as the first of Python's finders of modules."""
        sys.meta_path.insert(0, self)

    def find_spec(self, name: str, *_: Any) -> None:
        """Note which modules are being imported while a package is looked for, and let others find it."""
        for module in _importing(sys._getframe(1)) if "." not in name else ():
            self._brought.setdefault(module, set()).add(name)

    def of(self, names: Iterable[str]) -> set[str]:
        """The packages that the modules of these names, and those that they lie in, brought and that were there."""
        parts = [name.split(".") for name in names]
        above = {".".join(part[: end + 1]) for part in parts for end in range(len(part))}
        return {package for name in above for package in self._brought.get(name, ()) if package in sys.modules}


def _importing(frame: FrameType | None) -> Iterator[str]:
    """Modules whose import waits for this frame, up to the first function, which somebody else may not call."""
    while frame:
        name = frame.f_globals.get("__name__", "")
        if frame.f_code.co_name == "<module>":
            yield name
        elif name.partition(".")[0] != "importlib":
            return
        frame = frame.f_back


def warm(path: str, harmless: set[str]) -> None:
    """Import what a file will import, of all that earlier files have imported without harm, for all files to come."""
    if path.endswith(".py"):
        text = Path(path).read_text(encoding="utf-8-sig", errors="replace")
        for name in imported_modules(executed(syntax_tree(text))):
            if name in harmless and name not in sys.modules:
                with suppress(Exception):
                    import_module(name)
