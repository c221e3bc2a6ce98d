"""The kinds of fields that a movie record has, each checked by type, range and presence."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from tmdb_pipeline.quality.rules.rule import Dimension, Rule, error, warning
from tmdb_pipeline.quality.values.blank import BLANKS_OR_EMPTY, is_blank
from tmdb_pipeline.quality.values.json_values import is_storable_text

INT32_MAX: Final = 2**31 - 1  # TMDB's OpenAPI document declares movie_id as int32; the counts share the column type

UNSTORABLE: Final = error(
    "record.unstorable",
    Dimension.VALIDITY,
    "A value cannot be stored as UTF-8 JSON or as a database text: a lone surrogate, a NUL character, "
    "or in an unknown field something that JSON cannot carry.",
    "값을 UTF-8 JSON이나 데이터베이스 문자열로 저장할 수 없습니다(짝 없는 서로게이트, NUL 문자, "
    "또는 알 수 없는 필드에 든 JSON으로 표현할 수 없는 값).",
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


def mistyped(field: str, wanted: str, korean: str) -> Rule:
    """The rule of a value of another type than the field has."""
    return error(
        f"{field}.type",
        Dimension.VALIDITY,
        f"The field {field} is not {wanted}, so readers and columns of that type cannot take it.",
        f"{field} 필드가 {korean} 아니어서 그 타입을 기대하는 프로그램과 컬럼이 받을 수 없습니다.",
    )


def outside(field: str, low: int, high: int) -> Rule:
    """The rule of a number that the field cannot have."""
    return error(
        f"{field}.range",
        Dimension.VALIDITY,
        f"The field {field} is not between {low} and {high:,}.",
        f"{field} 값이 {low} 이상 {high:,} 이하가 아닙니다.",
    )


def absent(field: str, name: str, korean: str, weight: int = 5) -> Rule:
    """The rule of a field that a reader can do without: it warns."""
    return warning(
        f"{field}.missing",
        Dimension.COMPLETENESS,
        weight,
        f"There is no {name}, but the movie can still be identified and shown.",
        f"{korean} 없지만, 영화를 식별하고 표시할 수 있습니다.",
    )


def whole_number(field: str, missing: Rule, low: int) -> Field:
    """A whole number from ``low`` to the largest of 32 bits."""
    other, beyond = mistyped(field, "a whole number", "정수가"), outside(field, low, INT32_MAX)

    def broken(value: Any, _on: date) -> Rule | None:
        if not is_whole(value):
            return missing if value is None else other
        return None if low <= value <= INT32_MAX else beyond

    return Field(field, (missing, other, beyond), broken)


def number(field: str, missing: Rule, high: int) -> Field:
    """A number from 0 to ``high``."""
    other, beyond = mistyped(field, "a number", "숫자가"), outside(field, 0, high)

    def broken(value: Any, _on: date) -> Rule | None:
        # A kind of float that is not float itself cannot be written as JSON.
        if type(value) is not float and not is_whole(value):
            return missing if value is None else other
        return None if 0 <= value <= high else beyond  # NaN is outside: it compares false with everything

    return Field(field, (missing, other, beyond), broken)


def flag(field: str, missing: Rule | None = None, unasked: Rule | None = None) -> Field:
    """True or false; ``unasked`` is the rule of true, where nobody asked for it."""
    other = mistyped(field, "true or false", "true나 false가")

    def broken(value: Any, _on: date) -> Rule | None:
        if type(value) is bool:
            return unasked if value else None
        return missing if value is None else other

    return Field(field, tuple(rule for rule in (missing, other, unasked) if rule), broken)


def text(
    field: str, missing: Rule, blank: Rule, odd: Rule | None = None, fits: Callable[[str], bool] | None = None
) -> Field:
    """A text: ``missing`` where there is none, ``blank`` where it shows nothing, ``odd`` where it does not fit."""
    other = mistyped(field, "a text", "문자열이")

    def broken(value: Any, _on: date) -> Rule | None:
        if not isinstance(value, str):
            return missing if value is None else other
        if not is_storable_text(value):
            return UNSTORABLE
        if value[:1] in BLANKS_OR_EMPTY and is_blank(value):
            return blank
        return odd if fits and not fits(value) else None

    return Field(field, tuple(dict.fromkeys(rule for rule in (missing, other, blank, odd) if rule)), broken)


def is_whole(value: object) -> bool:
    """Say whether a value is a whole number."""
    # To Python a bool is an int, to JSON not.
    return type(value) is int or (isinstance(value, int) and not isinstance(value, bool))
