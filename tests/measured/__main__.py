"""``python tests/measured ...`` is ``pytest ...``, measured."""

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).parents[1])
    import pytest

    sys.exit(pytest.main(["-p", "measured.plugin", *sys.argv[1:]]))
