"""Which probes a process has passed, in a file of each process and of those that are forked from it."""

import json
import os
from pathlib import Path
from uuid import uuid4

#: How the file of a process begins, and not as those of coverage.py, which would read it.
PREFIX = ".probes"
_hits: dict[str, list[int]] = {}
_DIGITS = bytes.maketrans(b"\0\1", b"01")


def begin(path: str, count: int) -> list[int]:
    """The list in which a module from ``path`` notes what probes it passes; the same one however often it is loaded."""
    return _hits.setdefault(path, [0] * count)


class Notes:
    """The file in which they are kept, beside the data of coverage.py, with paths from ``root`` where they lie in it.

    It is opened at once: some processes open no files any more once they have begun with their work.
    """

    def __init__(self, data_file: str, root: Path) -> None:
        self._root = f"{root}/"
        name = f"{PREFIX}{Path(data_file).name}.{os.getpid()}.{uuid4().hex}"
        self._file = os.open(Path(data_file).with_name(name), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def keep(self) -> None:
        """Add a line with what this process has passed, in one piece: what was forked from it adds lines as well."""
        found = {path.removeprefix(self._root): bytes(hit).translate(_DIGITS).decode() for path, hit in _hits.items()}
        os.write(self._file, f"{json.dumps(found)}\n".encode())


def read(file: Path) -> list[dict[str, list[bool]]]:
    """What processes have kept in a file: for each path, which probes were passed."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return [{path: [hit == "1" for hit in hits] for path, hits in json.loads(line).items()} for line in lines]
