"""Which probes a process has passed, in a file of each process."""

import json
import os
from pathlib import Path
from uuid import uuid4

#: How the file of a process begins, and not as those of coverage.py, which would read it.
PREFIX = ".probes"
_hits: dict[str, list[int]] = {}


def begin(path: str, count: int) -> list[int]:
    """The list in which a module from ``path`` notes what probes it passes; the same one however often it is loaded."""
    return _hits.setdefault(path, [0] * count)


def keep(data_file: str, root: Path) -> None:
    """Write them beside the data of coverage.py, with paths from ``root`` where they lie in it."""
    found = {path.removeprefix(f"{root}/"): "".join(map(str, hits)) for path, hits in _hits.items()}
    name = f"{PREFIX}{Path(data_file).name}.{os.getpid()}.{uuid4().hex}"
    Path(data_file).with_name(name).write_text(json.dumps(found), encoding="utf-8")


def read(file: Path) -> dict[str, list[bool]]:
    """What a process has kept: for each path, which probes were passed."""
    return {path: [hit == "1" for hit in hits] for path, hits in json.loads(file.read_text(encoding="utf-8")).items()}
