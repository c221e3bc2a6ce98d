"""The tables of the README that follow from the code; `python -m fake_tmdb.readme` prints it with them renewed."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from fake_tmdb.api.routes import ENDPOINTS
from fake_tmdb.catalogue.living.parameters import PARAMETERS, Living
from fake_tmdb.faults.fault import ALLOWED, EFFECTS, MATCHERS
from fake_tmdb.faults.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence

README = Path(__file__).with_name("README.md")
_TABLE = re.compile(r"(<!-- table of (\w+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)


def _table(columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [columns, ("---",) * len(columns), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |\n" for line in lines)


def _endpoints() -> str:
    paths: dict[str, list[str]] = {}
    for _, endpoint in sorted(ENDPOINTS.items()):
        parts = f" ({', '.join(sorted(endpoint.parts))})" if endpoint.parts else ""
        paths.setdefault(endpoint.sentence, []).append(f"`{endpoint.path}`{parts}")
    return _table(("Path", "What it serves"), [(", ".join(same), sentence) for sentence, same in paths.items()])


def _requests() -> str:
    rows = [(f"`{name}`", ALLOWED[name].description, sentence) for name, (_, sentence) in MATCHERS.items()]
    return _table(("Which requests", "Value", "Meaning"), rows)


def _effects() -> str:
    rows = [(f"`{name}`", ALLOWED[name].description, KINDS[name].sentence) for name in EFFECTS]
    return _table(("What happens", "Value", "Meaning"), rows)


def _life() -> str:
    usual = Living()
    rows = [
        (
            f"`{name}`",
            f"{getattr(usual, name):,.10g}",
            f"{told.least:,.10g} to {told.greatest:,.10g}",
            told.sentence,
            told.mark,
        )
        for name, told in PARAMETERS.items()
    ]
    return _table(("Parameter", "Usual", "Allowed", "Meaning", "What it is"), rows)


TABLES = {"endpoints": _endpoints, "life": _life, "requests": _requests, "effects": _effects}


def renewed(text: str) -> str:
    """Return a README with each table between its marks made anew."""
    return _TABLE.sub(lambda found: found[1] + TABLES[found[2]]() + found[4], text)


if __name__ == "__main__":
    sys.stdout.write(renewed(README.read_text(encoding="utf-8")).rstrip("\n") + "\n")
