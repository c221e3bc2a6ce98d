"""``python tests/measured ...`` is ``pytest ...``, measured, and ``python tests/measured -m MODULE ...`` a module."""

import runpy
import sys
from pathlib import Path


def main() -> None:
    """Run what the command line asks for."""
    sys.path[0] = str(Path(__file__).parents[1])
    if sys.argv[1] == "-m":
        import measured.plugin  # noqa: F401 - it measures from here on

        sys.argv = sys.argv[2:]
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    else:
        import pytest

        sys.exit(pytest.main(["-p", "measured.plugin", *sys.argv[1:]]))


if __name__ == "__main__":  # pragma: no branch - it is a command, and nobody imports it
    main()
