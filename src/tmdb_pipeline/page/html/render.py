"""Templates filled in: each value is escaped, and told as the reader's language tells it."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache, partial
from importlib.resources import files as package_files
from typing import Final
from urllib.parse import quote, urlencode

from jinja2 import Environment
from markupsafe import Markup

from tmdb_pipeline import language as words
from tmdb_pipeline import templates
from tmdb_pipeline.language import Count, Language, Said
from tmdb_pipeline.page import names
from tmdb_pipeline.page.asked import Asked

#: Characters of a text of somebody else that a page shows, where the whole has a place of its own elsewhere.
_LONGEST: Final = 160
#: Characters of a name, such as that of a file.
_LONGEST_NAME: Final = 300
#: Characters of a record that a page shows.
_LONGEST_RECORD: Final = 20_000
#: What turns the direction of a line, or is no letter at all: as it stands it could disguise what follows.
_INVISIBLE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
#: The icon in Airflow's menu, which shows it on light and on dark.
ICON: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#6f86e0" stroke-width="2" '
    'stroke-linecap="round" stroke-linejoin="round"><rect x="3" y="4" width="18" height="16" rx="3"/>'
    '<path d="M8 4v16M16 4v16M3 9h5M3 15h5M16 9h5M16 15h5"/></svg>'
)
_HOUR: Final = 3600
_DAY: Final = 24 * _HOUR


def render(name: str, asked: Asked, **facts: object) -> str:
    """The page that a template makes of facts, for who asks."""
    of_asked: dict[str, Callable[..., str]] = {"link": _link, "ago": _ago, "when": _when}
    context: dict[str, object] = {name: partial(function, asked) for name, function in of_asked.items()}
    context |= {"asked": asked, "here": asked.here.partition("/")[0]}
    return _environment(asked.language).get_template(f"{name}.html.j2").render(**context, **facts)


def style() -> str:
    """The one style sheet of all pages."""
    return package_files(__package__).joinpath("style.css").read_text(encoding="utf-8")


def shown(text: str, limit: int = _LONGEST) -> str:
    """A text of somebody else: what is invisible as an escape, and not longer than it is useful."""
    cut = _INVISIBLE.sub(lambda found: json.dumps(found[0])[1:-1], text[:limit])
    return cut if len(text) <= limit else f"{cut}…"


def _link(asked: Asked, path: str, lang: str | None = None, **query: object) -> str:
    """The address of a page as seen from this one, in the reader's language."""
    spoken = lang or asked.language
    asks = {name: value for name, value in query.items() if value not in (None, "")}
    asks |= {"lang": spoken} if spoken != asked.usual else {}
    place, _, fragment = path.partition("#")
    behind = (f"?{urlencode(asks)}" if asks else "") + (f"#{fragment}" if fragment else "")
    return f"{asked.root}{quote(place)}{behind}"


def _when(asked: Asked, moment: datetime) -> str:
    """A moment; of this year without the year."""
    said = words.moment(moment, asked.language)
    year = asked.today.year
    return said.replace(f"{year}년 ", "").replace(f" {year},", ",")


def _ago(asked: Asked, moment: datetime) -> str:
    """How long ago a moment is: minutes and hours, from two days on in days."""
    seconds = max((asked.now - moment).total_seconds(), 0)
    korean = asked.language is Language.KO
    if seconds < 60:  # noqa: PLR2004 - a minute
        return "방금 전" if korean else "just now"
    if seconds >= 2 * _DAY:
        return f"{seconds / _DAY:.0f}일 전" if korean else f"{seconds / _DAY:.0f} days ago"
    units = ("시간 전", "분 전") if korean else (" h ago", " min ago")
    return f"{seconds / _HOUR:.0f}{units[0]}" if seconds >= _HOUR else f"{seconds / 60:.0f}{units[1]}"


@cache
def _environment(language: Language) -> Environment:
    made = templates.environment(__package__, language)

    def told(english: str, korean: str, /, **fields: object) -> str:
        return Said(english, korean).told(language, **fields)

    def of_language(function: Callable[..., str]) -> Callable[..., str]:
        return lambda value, *more: "-" if value is None else function(value, language, *more)

    names_of: Mapping[str, Callable[..., Said]] = {
        "dag": names.dag_name,
        "source": names.list_name,
        "state": names.state_name,
        "kind": names.kind_name,
        "channel": names.channel_name,
        "dimension": names.dimension_name,
        "said": lambda said: said,
    }
    breakable: Callable[[str], Markup] = made.filters["breakable"]
    made.filters |= {
        **{name: partial(_in_language, function, language) for name, function in names_of.items()},
        "count": Count,
        "number": of_language(words.number),
        "percent": of_language(words.percent),
        "day": of_language(words.day),
        "moment": of_language(words.moment),
        "duration": of_language(words.duration),
        "breakable": lambda name: breakable(shown(name, _LONGEST_NAME)),
        "shown": shown,
        "record": partial(shown, limit=_LONGEST_RECORD),
        "tone": names.tone_of,
        "heading": names.heading,
    }
    made.globals |= {"t": told, "languages": Language, "dict": dict}
    return made


def _in_language(function: Callable[..., Said], language: Language, value: object) -> str:
    return function(value).told(language)
