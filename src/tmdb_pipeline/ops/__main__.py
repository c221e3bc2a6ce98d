"""``python -m tmdb_pipeline.ops`` is the command ``tmdb-ops``."""

import sys
from importlib.util import find_spec

from tmdb_pipeline import interrupts


def main() -> int:
    """Run the command; whoever stops it while it is still being loaded is answered, too."""
    if find_spec("typer") is None:
        sys.stderr.write(
            "tmdb-ops needs what is not installed here: in the folder of the project, run pip install -e '.[ops]', "
            "then run it again.\n"
        )
        return 2
    try:
        with interrupts.insisted():
            from tmdb_pipeline.ops import program  # noqa: PLC0415 - an extra, and Ctrl-C may be pressed meanwhile

            return program.main()
    except KeyboardInterrupt:
        sys.stderr.write("Stopped before anything was done.\n")
        return 130


if __name__ == "__main__":
    sys.exit(main())
