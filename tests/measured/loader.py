"""What is imported of ours from here on gets probes, and what they have seen is kept when the process ends."""

import atexit
import marshal
import os
import sys
from hashlib import sha256
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType
from uuid import uuid4

from measured import probes
from measured.hits import Notes
from measured.sources import Sources

#: How a module finds the list of its hits, wherever it is executed.
RECORDER = "__import__('measured.hits').hits.begin({path!r}, {{count}})"
#: The folder of compiled code, beside the data of coverage.py. What has changed is compiled anew, under another name.
COMPILED = ".probes_compiled"
_VERSION = sha256(Path(probes.__file__).read_bytes() + (sys.implementation.cache_tag or "").encode()).digest()
_get_code = SourceFileLoader.get_code
_leave = os._exit


def with_probes(tree, path):
    """The tree of a module from ``path`` with probes, in place."""
    probes.with_probes(tree, RECORDER.format(path=path))
    return tree


class Measuring:
    """Measures this process, for as long as it lives."""

    def __init__(self, sources: Sources, data_file: str) -> None:
        self.sources = sources
        self._compiled = Path(data_file).with_name(COMPILED)
        self._notes = Notes(data_file, Path.cwd())

    def begin(self) -> None:
        """Do it from here on."""
        measuring = self

        def get_code(loader, name):
            """The code of a module, in the place of SourceFileLoader.get_code."""
            path = loader.get_filename(name)
            return measuring.code(path, loader.get_data(path)) if path in measuring.sources else _get_code(loader, name)

        def leave(status):
            """End a process that was forked, which calls nothing else at its end, in the place of os._exit."""
            measuring._notes.keep()
            _leave(status)

        SourceFileLoader.get_code = get_code
        os._exit = leave
        atexit.register(self._notes.keep)

    def code(self, path: str, text: bytes) -> CodeType:
        """The code of a module with probes: as it was compiled earlier, or else compiled now."""
        try:
            return marshal.loads(self._file(path, text).read_bytes())  # noqa: S302 - we have written it
        except OSError:
            return _compile(path, text)

    def compile_all(self, folders: tuple[str, ...]) -> None:
        """Compile what lies in the folders and is to be measured, for all processes that are started from here on.

        Nobody compiles for others but here: some processes write no files.
        """
        self._compiled.mkdir(exist_ok=True)
        for path in self.sources.files():
            text = Path(path).read_bytes()
            if path.startswith(folders) and not (file := self._file(path, text)).exists():
                half = file.with_name(uuid4().hex)
                half.write_bytes(marshal.dumps(_compile(path, text)))
                half.replace(file)

    def _file(self, path: str, text: bytes) -> Path:
        return self._compiled / sha256(b"\0".join((_VERSION, path.encode(), text))).hexdigest()


def _compile(path: str, text: bytes) -> CodeType:
    import ast  # most processes find all compiled

    return compile(with_probes(ast.parse(text, path), path), path, "exec", dont_inherit=True)
