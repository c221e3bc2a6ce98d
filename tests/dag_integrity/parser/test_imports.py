import importlib
import sys

import pytest

from dag_integrity.parser.imports import Imports, _importing

MODULES = {
    "bringing_heavy.py": "X = 1",
    "bringing_inner.py": "import bringing_heavy\ntry:\n    import bringing_absent\nexcept ImportError: ...",
    "bringing_outer/__init__.py": "import bringing_inner",
    "bringing_outer/near.py": "import bringing_heavy",
    "bringing_late.py": "def late():\n    import bringing_heavy\nlate()",
    "bringing_by_name.py": "import importlib\nimportlib.import_module('bringing_heavy')",
}


@pytest.fixture
def imports(tmp_path, monkeypatch):
    """One that looks on, and modules that import each other; all are forgotten afterwards."""
    for name, source in MODULES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(source, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    imports = Imports()
    imports.install()
    yield imports
    for name in [name for name in sys.modules if name.startswith("bringing_")]:
        del sys.modules[name]


@pytest.mark.parametrize(
    ("name", "brought"),
    [
        ("bringing_heavy", set()),
        ("bringing_inner", {"bringing_heavy"}),
        ("bringing_outer", {"bringing_heavy", "bringing_inner"}),
        ("bringing_outer.near", {"bringing_heavy", "bringing_inner"}),
        ("bringing_late", set()),
        ("bringing_by_name", {"bringing_heavy"}),
    ],
)
def test_packages_that_a_module_brings(imports, name, brought):
    """What is imported on the way, if it is there; not what a function imports, which others may not call."""
    importlib.import_module(name)

    assert imports.of([name]) == brought


def test_module_that_nobody_imported_brings_nothing(imports):
    """Nor does the name of something that is no module."""
    assert imports.of(["bringing_outer.nothing", "json"]) == set()


def test_search_ends_with_the_stack():
    """In a script's own thread there may be nothing but modules."""
    assert list(_importing(None)) == []
