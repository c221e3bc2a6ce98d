"""The rule catalogue: what is asked of a movie record, and what a broken rule costs.

A record is one element of ``results`` as TMDB sends it, parsed from JSON. What TMDB really sends is no error: empty
texts, null images, an int where a float was, fields that nobody has seen before. An *error* means that the record
cannot be trusted or stored, so it is quarantined; a *warning* means that it is kept and counted.

Null and absent are the same to every rule. The rules of one field form a chain in catalogue order: the first broken one
is reported and the rest of the chain is not asked, so that each defect is named once and precisely. Rules over several
fields come after the chains and are asked only where none of their fields broke a rule of its own.

An *outcome* is the set of rules that a record breaks, held as the bits of one int, because a batch of a million records
has a few dozen distinct outcomes and can be counted by them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import product
from string import ascii_lowercase
from types import MappingProxyType
from typing import Any, Final

INT32_MAX: Final = 2**31 - 1  # TMDB's OpenAPI document declares movie_id as int32; the counts share the column type
VOTE_AVERAGE_MAX: Final = 10
POPULARITY_MAX: Final = 10**9  # thousands before 2025-03, hundreds since: far above both scales, well inside 64 bits
EARLIEST_RELEASE: Final = date(1870, 1, 1)  # no film is older
_EARLIEST_RELEASE: Final = EARLIEST_RELEASE.isoformat()
LONGEST_WAIT: Final = timedelta(days=3653)  # ten years
LANGUAGES: Final = frozenset(map("".join, product(ascii_lowercase, repeat=2)))  # ISO 639-1, and TMDB's cn and xx

REQUIRED_FIELDS: Final = (
    "id",
    "title",
    "original_title",
    "original_language",
    "adult",
    "genre_ids",
    "popularity",
    "vote_average",
    "vote_count",
)
SOFT_FIELDS: Final = frozenset({"overview", "release_date", "poster_path", "backdrop_path", "video", "softcore"})
KNOWN_FIELDS: Final = frozenset({*REQUIRED_FIELDS, *SOFT_FIELDS, "media_type"})  # media_type is sent in trending only

Predicate = Callable[[Any, date], bool]


class Dimension(StrEnum):
    """The side of quality that a rule looks at."""

    COMPLETENESS = "completeness"
    VALIDITY = "validity"
    UNIQUENESS = "uniqueness"
    CONSISTENCY = "consistency"
    TIMELINESS = "timeliness"


QUESTIONS: Final[Mapping[Dimension, str]] = MappingProxyType(
    {
        Dimension.COMPLETENESS: "Is everything there?",
        Dimension.VALIDITY: "Is each value of the right type and in its range?",
        Dimension.UNIQUENESS: "Is each movie there once?",
        Dimension.CONSISTENCY: "Do the values agree with each other?",
        Dimension.TIMELINESS: "Do the dates fit the day of the run?",
    }
)


class Severity(StrEnum):
    """What becomes of a record that breaks the rule: quarantined (error), or kept and counted (warning)."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    ``weight`` is what breaking it takes from a record's 100 points; an error takes them all. ``broken`` is asked with
    the value of the rule's field, or with the record where it has two fields, and with the run date. It is None
    for the rules that look at a whole record or a whole batch. ``types`` are those whose values never break the rule.
    ``bit`` is the rule's place in outcomes.
    """

    id: str
    dimension: Dimension
    severity: Severity
    weight: int
    sentence: str
    fields: tuple[str, ...] = ()
    broken: Predicate | None = None
    types: frozenset[type] = frozenset()
    bit: int = 0


def _error(
    rule_id: str,
    dimension: Dimension,
    sentence: str,
    broken: Predicate | None = None,
    types: Iterable[type] = (),
) -> Rule:
    fields = (rule_id.partition(".")[0],) if broken else ()
    return Rule(rule_id, dimension, Severity.ERROR, 100, sentence, fields, broken, frozenset(types))


def _warning(rule_id: str, dimension: Dimension, weight: int, sentence: str, broken: Predicate, *fields: str) -> Rule:
    return Rule(rule_id, dimension, Severity.WARNING, weight, sentence, fields or (rule_id.partition(".")[0],), broken)


def _missing(field: str) -> Rule:
    return _error(
        f"{field}.missing",
        Dimension.COMPLETENESS,
        f"The field {field} is absent or null.",
        lambda value, _on: value is None,
    )


def _mistyped(field: str, wanted: str, *types: type) -> Rule:
    return _error(
        f"{field}.type",
        Dimension.VALIDITY,
        f"The field {field} is not {wanted}.",
        lambda value, _on: value is not None and not _is_a(value, types),
        types,
    )


def _blank(field: str) -> Rule:
    return _error(
        f"{field}.blank",
        Dimension.COMPLETENESS,
        f"The field {field} is empty or blank.",
        lambda value, _on: not value or value.isspace(),
    )


def _outside(field: str, low: int, high: int) -> Rule:
    # Written so that NaN, which compares false with everything, is outside.
    return _error(
        f"{field}.range",
        Dimension.VALIDITY,
        f"The field {field} is not within {low} and {high:,}.",
        lambda value, _on: not low <= value <= high,
    )


def _empty(field: str, weight: int, sentence: str) -> Rule:
    return _warning(f"{field}.empty", Dimension.COMPLETENESS, weight, sentence, lambda value, _on: not value)


def _is_a(value: object, types: tuple[type, ...]) -> bool:
    # To Python a bool is an int; to JSON it is not.
    return isinstance(value, types) and (bool in types or not isinstance(value, bool))


def _is_impossible_day(text: str, _on: date) -> bool:
    if len(text) != len("YYYY-MM-DD") or text[4] != "-" or text[7] != "-":
        return True  # fromisoformat also takes 20240101 and 2024-W01-1, which TMDB never sends
    try:
        date.fromisoformat(text)
    except ValueError:
        return True
    return False


def _image(field: str, weight: int) -> tuple[Rule, ...]:
    return (
        _mistyped(field, "a text", str),
        _empty(field, weight, f"There is no {field.partition('_')[0]} image."),
        _warning(
            f"{field}.format",
            Dimension.VALIDITY,
            5,
            f"The field {field} does not begin with a slash, so no image address can be made from it.",
            lambda value, _on: not value.startswith("/"),
        ),
    )


_CATALOGUE: Final = (
    _error("record.type", Dimension.VALIDITY, "The record is not a JSON object."),
    _error(
        "record.unstorable",
        Dimension.VALIDITY,
        "A value cannot be stored as UTF-8 JSON or as a database text: a lone surrogate, a NUL character, "
        "or in an unknown field something that JSON cannot carry.",
    ),
    _missing("id"),
    _mistyped("id", "a whole number", int),
    _outside("id", 1, INT32_MAX),
    _error("id.duplicate", Dimension.UNIQUENESS, "Another record with the same id is kept from this batch."),
    _missing("title"),
    _mistyped("title", "a text", str),
    _blank("title"),
    _missing("original_title"),
    _mistyped("original_title", "a text", str),
    _blank("original_title"),
    _missing("original_language"),
    _mistyped("original_language", "a text", str),
    _warning(
        "original_language.format",
        Dimension.VALIDITY,
        5,
        "The original language is not a code of two small letters; TMDB has codes of its own, so it is kept.",
        lambda value, _on: value not in LANGUAGES,
    ),
    _missing("adult"),
    _mistyped("adult", "true or false", bool),
    _missing("genre_ids"),
    _mistyped("genre_ids", "a list", list),
    _error(
        "genre_ids.member",
        Dimension.VALIDITY,
        "A genre id is not a whole number.",
        lambda value, _on: not ({int}.issuperset(map(type, value)) or all(_is_a(genre, (int,)) for genre in value)),
    ),
    _error(
        "genre_ids.range",
        Dimension.VALIDITY,
        f"A genre id is not within 1 and {INT32_MAX:,}.",
        lambda value, _on: bool(value) and not 1 <= min(value) <= max(value) <= INT32_MAX,
    ),
    _empty("genre_ids", 10, "The movie has no genre."),
    _missing("popularity"),
    _mistyped("popularity", "a number", float, int),
    _outside("popularity", 0, POPULARITY_MAX),
    _missing("vote_average"),
    _mistyped("vote_average", "a number", float, int),
    _outside("vote_average", 0, VOTE_AVERAGE_MAX),
    _missing("vote_count"),
    _mistyped("vote_count", "a whole number", int),
    _outside("vote_count", 0, INT32_MAX),
    _mistyped("overview", "a text", str),
    _empty("overview", 15, "There is no overview; TMDB sends none where the language has no translation."),
    _mistyped("release_date", "a text", str),
    _empty("release_date", 10, "There is no release date."),
    _error(
        "release_date.impossible",
        Dimension.VALIDITY,
        "The release date is not a day of the calendar written as YYYY-MM-DD.",
        _is_impossible_day,
    ),
    _warning(
        "release_date.too_early",
        Dimension.VALIDITY,
        10,
        f"The release date lies before {EARLIEST_RELEASE.year}, when there were no films.",
        lambda value, _on: value < _EARLIEST_RELEASE,
    ),
    _warning(
        "release_date.far_future",
        Dimension.TIMELINESS,
        5,
        "The release date lies more than ten years after the run date.",
        lambda value, on: date.fromisoformat(value) - on > LONGEST_WAIT,
    ),
    *_image("poster_path", 10),
    *_image("backdrop_path", 5),
    _mistyped("video", "true or false", bool),
    _mistyped("softcore", "true or false", bool),
    _error(
        "media_type.not_movie",
        Dimension.VALIDITY,
        "The record says that it is something else than a movie.",
        lambda value, _on: value is not None and value != "movie",
    ),
    _warning(
        "average.without_votes",
        Dimension.CONSISTENCY,
        10,
        "There is an average above 0 although nobody voted; odd, but no reader of it breaks, so it is kept.",
        lambda record, _on: record["vote_count"] == 0 < record["vote_average"],
        "vote_count",
        "vote_average",
    ),
    _warning(
        "votes.without_average",
        Dimension.CONSISTENCY,
        10,
        "There are votes but the average is 0; odd, but no reader of it breaks, so it is kept.",
        lambda record, _on: record["vote_average"] == 0 < record["vote_count"],
        "vote_count",
        "vote_average",
    ),
    _warning(
        "votes.before_release",
        Dimension.TIMELINESS,
        5,
        "There are votes although the movie comes out after the run date; another country may have seen it first.",
        lambda record, on: record["vote_count"] > 0 and date.fromisoformat(record["release_date"]) > on,
        "vote_count",
        "release_date",
    ),
)

RULES: Final = tuple(replace(rule, bit=1 << place) for place, rule in enumerate(_CATALOGUE))
RULES_BY_ID: Final[Mapping[str, Rule]] = MappingProxyType({rule.id: rule for rule in RULES})


def outcome_of(rules: Iterable[Rule]) -> int:
    """Return the outcome that holds exactly these rules."""
    outcome = 0
    for rule in rules:
        outcome |= rule.bit
    return outcome


def rules_in(outcome: int) -> Iterator[Rule]:
    """Give the rules of an outcome in catalogue order."""
    return (rule for rule in RULES if outcome & rule.bit)


ERRORS: Final = outcome_of(rule for rule in RULES if rule.severity is Severity.ERROR)
