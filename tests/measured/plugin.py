"""The plugin of pytest that measures: what is imported of ours from then on gets probes, test modules too."""

import hashlib
import inspect
import os
from pathlib import Path

from _pytest.assertion import rewrite

from measured import child, probes
from measured.loader import Measuring, with_probes
from measured.sources import Sources, configuration

_config = configuration()
_measuring = Measuring(Sources.of(_config), _config.data_file)
_rewrite_asserts = rewrite.rewrite_asserts


def rewrite_asserts(tree, source, path, config):
    """Rewrite a module of tests in place, in the place of pytest's own function."""
    _rewrite_asserts(with_probes(tree, path) if path in _measuring.sources else tree, source, path, config)


def pytest_configure(config):
    """Measure what is started from here on, but not the workers of xdist, which have this plugin."""
    if hasattr(config, "workerinput") or not config.getoption("numprocesses", None):
        os.environ[child.VARIABLE] = _config.serialize()


if "PYTEST_XDIST_WORKER" not in os.environ:
    _measuring.compile_all(tuple(f"{Path.cwd()}/{folder}/" for folder in ("src", "fake_tmdb")))
    child.install()
_measuring.begin()
rewrite.rewrite_asserts = rewrite_asserts
# Modules of tests are kept compiled, and apart from those without probes, or with probes made otherwise.
rewrite.PYC_TAIL = f".{hashlib.sha256(inspect.getsource(probes).encode()).hexdigest()[:8]}{rewrite.PYC_TAIL}"
