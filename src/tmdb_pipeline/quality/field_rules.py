"""The rules of each field of a movie record, and of fields that must agree.

Null and absent are the same to every rule. Of one field at most one rule is reported, the first that is broken, so that
each defect is named once and precisely.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from string import ascii_lowercase
from typing import Any, Final

from tmdb_pipeline.quality.json_values import is_storable_text
from tmdb_pipeline.quality.rule import Dimension, Rule, error, policy, warning

INT32_MAX: Final = 2**31 - 1  # TMDB's OpenAPI document declares movie_id as int32; the counts share the column type
VOTE_AVERAGE_MAX: Final = 10
POPULARITY_MAX: Final = 10**9  # thousands before 2025-03, hundreds since: far above both scales, well inside 64 bits
EARLIEST_RELEASE: Final = date(1870, 1, 1)  # no film is older
LONGEST_WAIT: Final = timedelta(days=3653)  # ten years
LANGUAGES: Final = frozenset(map("".join, product(ascii_lowercase, repeat=2)))  # ISO 639-1, and TMDB's cn and xx

UNSTORABLE: Final = error(
    "record.unstorable",
    Dimension.VALIDITY,
    "A value cannot be stored as UTF-8 JSON or as a database text: a lone surrogate, a NUL character, "
    "or in an unknown field something that JSON cannot carry.",
)


@dataclass(frozen=True, slots=True)
class Field:
    """A field with its rules; ``broken`` takes a value and the day of receipt and returns the first broken rule."""

    name: str
    rules: tuple[Rule, ...]
    broken: Callable[[Any, date], Rule | None]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two fields that must agree; ``broken`` is given their values, both good, and the day of receipt."""

    fields: tuple[str, str]
    rules: tuple[Rule, ...]
    broken: Callable[[Any, Any, date], Rule | None]


def _missing(field: str) -> Rule:
    return error(f"{field}.missing", Dimension.COMPLETENESS, f"The field {field} is absent or null.")


def _mistyped(field: str, wanted: str) -> Rule:
    return error(f"{field}.type", Dimension.VALIDITY, f"The field {field} is not {wanted}.")


def _outside(field: str, low: int, high: int) -> Rule:
    return error(f"{field}.range", Dimension.VALIDITY, f"The field {field} is not between {low} and {high:,}.")


def _whole_number(field: str, low: int, high: int) -> Field:
    missing, mistyped, outside = _missing(field), _mistyped(field, "a whole number"), _outside(field, low, high)

    def broken(value: Any, _on: date) -> Rule | None:
        if not _is_whole(value):
            return missing if value is None else mistyped
        return None if low <= value <= high else outside

    return Field(field, (missing, mistyped, outside), broken)


def _number(field: str, low: int, high: int) -> Field:
    missing, mistyped, outside = _missing(field), _mistyped(field, "a number"), _outside(field, low, high)

    def broken(value: Any, _on: date) -> Rule | None:
        # A kind of float that is not float itself cannot be written as JSON.
        if type(value) is not float and not _is_whole(value):
            return missing if value is None else mistyped
        return None if low <= value <= high else outside  # NaN is outside: it compares false with everything

    return Field(field, (missing, mistyped, outside), broken)


def _flag(field: str, *, required: bool = False, asked: bool = True) -> Field:
    missing, mistyped = _missing(field) if required else None, _mistyped(field, "true or false")
    unasked = (
        None
        if asked
        else policy(
            f"{field}.unasked",
            Dimension.VALIDITY,
            5,
            f"The movie is marked as {field}, although the list was asked for none.",
        )
    )

    def broken(value: Any, _on: date) -> Rule | None:
        if type(value) is bool:
            return unasked if value else None
        return missing if value is None else mistyped

    return Field(field, tuple(rule for rule in (missing, mistyped, unasked) if rule), broken)


def _title(field: str) -> Field:
    missing, mistyped = _missing(field), _mistyped(field, "a text")
    blank = error(f"{field}.blank", Dimension.COMPLETENESS, f"The field {field} is empty or blank.")

    def broken(value: Any, _on: date) -> Rule | None:
        if not isinstance(value, str):
            return missing if value is None else mistyped
        if not value or value.isspace():
            return blank
        return None if is_storable_text(value) else UNSTORABLE

    return Field(field, (missing, mistyped, blank), broken)


def _language(field: str) -> Field:
    missing, mistyped = _missing(field), _mistyped(field, "a text")
    odd = warning(
        f"{field}.format",
        Dimension.VALIDITY,
        5,
        "The original language is not a code of two small letters; TMDB has codes of its own, so it is kept.",
    )

    def broken(value: Any, _on: date) -> Rule | None:
        if not isinstance(value, str):
            return missing if value is None else mistyped
        if value in LANGUAGES:
            return None
        return odd if is_storable_text(value) else UNSTORABLE

    return Field(field, (missing, mistyped, odd), broken)


def _overview(field: str) -> Field:
    mistyped = _mistyped(field, "a text")
    empty = warning(
        f"{field}.empty",
        Dimension.COMPLETENESS,
        15,
        "There is no overview; TMDB sends none where the language has no translation.",
    )

    def broken(value: Any, _on: date) -> Rule | None:
        if value is None or value == "":
            return empty
        if not isinstance(value, str):
            return mistyped
        return None if is_storable_text(value) else UNSTORABLE

    return Field(field, (mistyped, empty), broken)


def _image(field: str, weight: int) -> Field:
    mistyped = _mistyped(field, "a text")
    empty = warning(f"{field}.empty", Dimension.COMPLETENESS, weight, f"There is no {field.partition('_')[0]} image.")
    odd = warning(
        f"{field}.format",
        Dimension.VALIDITY,
        5,
        f"The field {field} does not begin with a slash, so no image address can be made from it.",
    )

    def broken(value: Any, _on: date) -> Rule | None:
        if value is None or value == "":
            return empty
        if not isinstance(value, str):
            return mistyped
        if not is_storable_text(value):
            return UNSTORABLE
        return None if value.startswith("/") else odd

    return Field(field, (mistyped, empty, odd), broken)


def _genres(field: str) -> Field:
    missing, mistyped = _missing(field), _mistyped(field, "a list")
    member = error(f"{field}.member", Dimension.VALIDITY, "A genre id is not a whole number.")
    outside = error(f"{field}.range", Dimension.VALIDITY, f"A genre id is not between 1 and {INT32_MAX:,}.")
    empty = warning(f"{field}.empty", Dimension.COMPLETENESS, 10, "The movie has no genre.")

    def broken(value: Any, _on: date) -> Rule | None:
        if not isinstance(value, list):
            return missing if value is None else mistyped
        if not value:
            return empty
        if not all(map(_is_whole, value)):
            return member
        return None if min(value) >= 1 and max(value) <= INT32_MAX else outside

    return Field(field, (missing, mistyped, member, outside, empty), broken)


def _release_date(field: str) -> Field:
    mistyped = _mistyped(field, "a text")
    empty = warning(f"{field}.empty", Dimension.COMPLETENESS, 10, "There is no release date.")
    impossible = error(
        f"{field}.impossible",
        Dimension.VALIDITY,
        "The release date is not a day of the calendar written as YYYY-MM-DD.",
    )
    too_early = warning(
        f"{field}.too_early",
        Dimension.VALIDITY,
        10,
        f"The release date lies before {EARLIEST_RELEASE.year}, when there were no films.",
    )
    far_future = warning(
        f"{field}.far_future",
        Dimension.TIMELINESS,
        5,
        "The release date lies more than ten years after the day on which the record was received.",
    )

    def broken(value: Any, on: date) -> Rule | None:
        if value is None or value == "":
            return empty
        if not isinstance(value, str):
            return mistyped
        day = _day(value)
        if day is None:
            return impossible
        if day < EARLIEST_RELEASE:
            return too_early
        return far_future if day > on and day - on > LONGEST_WAIT else None

    return Field(field, (mistyped, empty, impossible, too_early, far_future), broken)


def _media_type(field: str) -> Field:
    other = error(f"{field}.not_movie", Dimension.VALIDITY, "The record says that it is something else than a movie.")
    return Field(field, (other,), lambda value, _on: None if value is None or value == "movie" else other)


def _votes() -> Pair:
    without_votes = warning(
        "average.without_votes",
        Dimension.CONSISTENCY,
        10,
        "There is an average above 0 although nobody voted; odd, but no reader of it breaks, so it is kept.",
    )
    without_average = warning(
        "votes.without_average",
        Dimension.CONSISTENCY,
        10,
        "There are votes but the average is 0; odd, but no reader of it breaks, so it is kept.",
    )

    def broken(votes: Any, average: Any, _on: date) -> Rule | None:
        if votes:
            return None if average else without_average
        return without_votes if average else None

    return Pair(("vote_count", "vote_average"), (without_votes, without_average), broken)


def _early_votes() -> Pair:
    early = warning(
        "votes.before_release",
        Dimension.TIMELINESS,
        5,
        "There are votes although the movie comes out after the day on which the record was received; "
        "another country may have seen it first.",
    )

    def broken(votes: Any, released: Any, on: date) -> Rule | None:
        return early if votes and date.fromisoformat(released) > on else None

    return Pair(("vote_count", "release_date"), (early,), broken)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)  # to Python a bool is an int, to JSON not


def _day(text: str) -> date | None:
    if len(text) != len("YYYY-MM-DD") or text[4] != "-" or text[7] != "-":
        return None  # fromisoformat also takes 20240101 and 2024-W01-1, which TMDB never sends
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


FIELDS: Final = (
    _whole_number("id", 1, INT32_MAX),
    _title("title"),
    _title("original_title"),
    _language("original_language"),
    _flag("adult", required=True, asked=False),
    _genres("genre_ids"),
    _number("popularity", 0, POPULARITY_MAX),
    _number("vote_average", 0, VOTE_AVERAGE_MAX),
    _whole_number("vote_count", 0, INT32_MAX),
    _overview("overview"),
    _release_date("release_date"),
    _image("poster_path", 10),
    _image("backdrop_path", 5),
    _flag("video"),
    _flag("softcore", asked=False),
    _media_type("media_type"),
)
PAIRS: Final = (_votes(), _early_votes())
