"""HTML for readers: Jinja templates that are filled in in one language, with everything of a foreign text escaped.

What a template says stands beside it as ``Said``, and is told by the filter ``told``; numbers and times are told by the
filters that are named as the functions of ``language``.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from functools import partial
from importlib.resources import files as package_files
from typing import Any, Final

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from tmdb_pipeline import language as written
from tmdb_pipeline.language import Language, Said

_SEAMS: Final = re.compile(r"(?<=[._/])")


def environment(package: str, language: Language) -> Environment:
    """The templates that lie in a package, for readers of a language, which they know as ``language``.

    Filters: ``told`` of a ``Said``, with the values of its fields, which are escaped unless they are markup;
    ``number``, ``cut`` and ``percent`` of a number; ``day`` and ``moment`` of a text in ISO 8601; ``breakable`` of a
    name, and ``name``, which marks it up as one as well.
    """
    folder = package_files(package)
    made = Environment(
        loader=FunctionLoader(lambda name: folder.joinpath(name).read_text(encoding="utf-8")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Callable[..., Any]] = {
        "told": partial(_told, language),
        "number": lambda value, digits=0: written.number(value, language, digits),
        "cut": lambda value, digits=1: written.cut(value, language, digits),
        "percent": lambda value, digits=1: written.percent(value, language, digits),
        "day": partial(_day, language),
        "moment": partial(_moment, language),
        "breakable": _breakable,
        "name": _name,
    }
    made.filters |= filters
    made.globals["language"] = language
    return made


def _breakable(name: str) -> Markup:
    """Let a name break into lines after its dots, slashes and underscores, and so not in mid-word."""
    return Markup("<wbr>").join(_SEAMS.split(name))


def _name(name: str) -> Markup:
    """Mark up a name of a file, field or rule, which is the same in every language."""
    return Markup('<code class="name">{}</code>').format(_breakable(name))


def _told(language: Language, said: Said, **fields: object) -> Markup:
    text = Markup.escape(said.told(language))
    return text.format(**fields) if fields else text  # what was told in a file may hold braces of its own


def _day(language: Language, text: str) -> str:
    """The day in a text; the text itself where that is no day, as it may be in a file of others."""
    with suppress(ValueError):
        return written.day(date.fromisoformat(text), language)
    return text


def _moment(language: Language, text: str) -> Markup:
    """The moment in a text, likewise, marked up as one: programs read the whole of it."""
    told = text
    with suppress(ValueError):
        told = written.moment(datetime.fromisoformat(text), language)
    return Markup('<time datetime="{}">{}</time>').format(text, told)
