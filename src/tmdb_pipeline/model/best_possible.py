"""The best possible prediction, asked of the fake that the collections come from. TMDB has none."""

from __future__ import annotations

import http.client
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

import msgspec
import numpy as np

from tmdb_pipeline.features.definition import HORIZON, TOP
from tmdb_pipeline.model.errors import NotTrainable
from tmdb_pipeline.model.learning.panel import number_of
from tmdb_pipeline.settings import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tmdb_pipeline.features.permission import Permission
    from tmdb_pipeline.model.learning.panel import Floats, Panel

#: Seconds to wait for an answer: chances are drawn.
_PATIENCE = 60
_LARGEST = 4 * 1024 * 1024
#: What a fake that stands still answers: it has no process, so nobody knows the best.
_STANDS_STILL = 409


class _Answer(msgspec.Struct):
    chances: dict[int, float]


def best_possible(permission: Permission, panel: Panel, known_at: Mapping[date, datetime]) -> Floats | None:
    """The best possible chance of each row of a panel; None where nobody knows it.

    A fake's days are UTC days: what was known of a day is of that on which it had been collected.

    Args:
        permission: by which the features were made; only a fake is asked.
        panel: the rows.
        known_at: of each day when its collection had been collected.

    Raises:
        NotTrainable: the fake does not answer.
    """
    if not permission.source:
        return None
    found: Floats = np.zeros(len(panel))
    for day in panel.days:
        rows = panel.day == number_of(day)
        movies = panel.movie_id[rows].tolist()
        chances = _ask(permission.source, movies, known_at[day].astimezone(UTC).date())
        if chances is None:
            return None
        found[rows] = [chances[movie] for movie in movies]
    return found


def _ask(base_url: str, movies: list[int], day: date) -> dict[int, float] | None:
    query = urlencode({"movies": ",".join(map(str, movies)), "day": day.isoformat(), "top": TOP, "days": HORIZON})
    address = f"{base_url.removesuffix('/3')}/__fake__/oracle?{query}"
    try:
        with build_opener(ProxyHandler({})).open(Request(address), timeout=_PATIENCE) as response:  # noqa: S310 - of a fake
            return msgspec.json.decode(response.read(_LARGEST), type=_Answer).chances
    except HTTPError as error:
        error.close()
        if error.code == _STANDS_STILL:
            return None
        raise _silent(base_url, error) from error
    except (URLError, OSError, http.client.HTTPException, msgspec.DecodeError) as error:
        raise _silent(base_url, error) from error


def _silent(base_url: str, error: Exception) -> NotTrainable:
    return NotTrainable(
        f"The fake at {shown(base_url)} does not tell the best possible prediction ({error}): let it run, then try "
        "again."
    )
