"""The entry of the command `fake-tmdb`: `cli`, or one message where a package is missing."""

from __future__ import annotations

import sys

from fake_tmdb.extra import explained


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code, see `cli.main`; 2 where a package is missing."""
    try:
        from fake_tmdb import cli  # noqa: PLC0415 - what it needs may be missing
    except ModuleNotFoundError as error:
        told = explained(error)
        if told is error:
            raise
        sys.stderr.write(f"fake-tmdb: {told}\n")
        return 2
    return cli.main(arguments)
