"""``python -m tmdb_pipeline`` is the command ``tmdb-pipeline``."""

import sys

from tmdb_pipeline import interrupts


def main() -> int:
    """Run the command; whoever stops it while it is still being loaded is answered, too."""
    try:
        with interrupts.insisted():
            from tmdb_pipeline.cli import program  # noqa: PLC0415 - it takes a moment, in which Ctrl-C may be pressed

            return program.main()
    except KeyboardInterrupt:
        sys.stderr.write("Stopped. What was done before is kept; run it again to go on.\n")
        return 130


if __name__ == "__main__":
    sys.exit(main())
