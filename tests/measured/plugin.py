"""The plugin of pytest that measures: what is imported of ours from then on gets probes, test modules too."""

import ast
import atexit
import functools
import hashlib
import inspect
import os
from importlib.machinery import SourceFileLoader
from pathlib import Path

from _pytest.assertion import rewrite

from measured import hits, probes
from measured.sources import Sources, configuration

#: How a module finds the list of its hits, wherever it is executed.
RECORDER = "__import__('measured.hits').hits.begin({path!r}, {{count}})"

_config = configuration()
_sources = Sources.of(_config)
_rewrite_asserts = rewrite.rewrite_asserts
_get_code = SourceFileLoader.get_code
_leave = os._exit


def _with_probes(tree, path):
    probes.with_probes(tree, RECORDER.format(path=path))
    return tree


def get_code(loader, name):
    """The code of a module, in the place of SourceFileLoader.get_code."""
    path = loader.get_filename(name)
    if path not in _sources:
        return _get_code(loader, name)
    tree = ast.parse(loader.get_data(path), path)
    return compile(_with_probes(tree, path), path, "exec", dont_inherit=True)


def rewrite_asserts(tree, source, path, config):
    """Rewrite a module of tests in place, in the place of pytest's own function."""
    _rewrite_asserts(_with_probes(tree, path) if path in _sources else tree, source, path, config)


def leave(status):
    """End a process that was forked, which calls nothing else at its end, in the place of os._exit."""
    _keep()
    _leave(status)


def pytest_configure(config):
    """Let coverage.py measure what is started from here on, but not the workers of xdist, which have this plugin."""
    if hasattr(config, "workerinput") or not config.getoption("numprocesses", None):
        os.environ["COVERAGE_PROCESS_CONFIG"] = _config.serialize()


_keep = functools.partial(hits.keep, _config.data_file, Path.cwd())
SourceFileLoader.get_code = get_code
os._exit = leave
rewrite.rewrite_asserts = rewrite_asserts
# Modules of tests are kept compiled, and apart from those without probes, or with probes made otherwise.
rewrite.PYC_TAIL = f".{hashlib.sha256(inspect.getsource(probes).encode()).hexdigest()[:8]}{rewrite.PYC_TAIL}"
atexit.register(_keep)
