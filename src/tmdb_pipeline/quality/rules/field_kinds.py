"""The kinds of fields that a movie record has, each checked by type, range and presence."""

from typing import Final

from tmdb_pipeline.language import Said
from tmdb_pipeline.quality.rules.condition import Condition, when
from tmdb_pipeline.quality.rules.field import Check, Field
from tmdb_pipeline.quality.rules.rule import Dimension, Rule, error, warning
from tmdb_pipeline.quality.values.blank import BLANKS, is_blank
from tmdb_pipeline.quality.values.json_values import is_storable_text, is_whole

INT32_MAX: Final = 2**31 - 1  # TMDB's OpenAPI document declares movie_id as int32; the counts share the column type

UNSTORABLE: Final = error(
    "record.unstorable",
    Dimension.VALIDITY,
    Said(
        "A value cannot be stored as UTF-8 JSON or as a database text: a lone surrogate, a NUL character, "
        "or in an unknown field something that JSON cannot carry.",
        "값을 UTF-8 JSON이나 데이터베이스 문자열로 저장할 수 없습니다(짝 없는 서로게이트, NUL 문자, "
        "또는 알 수 없는 필드에 든 JSON으로 표현할 수 없는 값).",
    ),
)

# What is good and common is let through by the first and cheapest operations of each condition.
MISSING: Final = when("value is None")
NOT_BOOL: Final = when("value is not False and value is not True and value is not None")
NOT_TEXT: Final = when("type(value) is not str and not isinstance(value, str)")
NOT_WHOLE: Final = when("type(value) is not int and not is_whole(value)", is_whole=is_whole)
# A kind of float that is not float itself cannot be written as JSON.
NOT_NUMBER: Final = when(
    "type(value) is not float and type(value) is not int and not is_whole(value)", is_whole=is_whole
)
#: No UTF-8, for a lone surrogate, or no text of a database, for a NUL character.
NOT_STORABLE: Final = when(
    # Not by UTF-8, for UTF-32 takes half of the time to refuse the same.
    "not (value.isascii() or value.encode('utf-32')) or '\\0' in value",
    or_raises=UnicodeEncodeError,
)
#: The same, for texts that are short and can be printed as a rule, and so be stored.
SHORT_NOT_STORABLE: Final = when("not value.isprintable() and not is_storable(value)", is_storable=is_storable_text)
#: Nothing in it can be seen. That much can be seen where it begins with an ASCII sign, a Hangul syllable or a Han
#: character is found out first.
BLANK: Final = when(
    "not value"
    " or not ('\\u3165' <= value < '\\ufe00' or '!' <= value < '\\x7f') and value[0] in blanks and is_blank(value)",
    blanks=BLANKS,
    is_blank=is_blank,
)


def mistyped(field: str, wanted: str, korean: str) -> Rule:
    """The rule of a value of another type than the field has."""
    return error(
        f"{field}.type",
        Dimension.VALIDITY,
        Said(
            f"The field {field} is not {wanted}, so readers and columns of that type cannot take it.",
            f"{field} 필드가 {korean} 아니어서 그 타입을 기대하는 프로그램과 컬럼이 받을 수 없습니다.",
        ),
    )


def absent(field: str, name: str, korean: str, weight: int = 5) -> Rule:
    """The rule of a field that a reader can do without: it warns."""
    return warning(
        f"{field}.missing",
        Dimension.COMPLETENESS,
        weight,
        Said(
            f"There is no {name}, but the movie can still be identified and shown.",
            f"{korean} 없지만, 영화를 식별하고 표시할 수 있습니다.",
        ),
    )


def outside(field: str, low: int, high: int) -> Rule:
    """The rule of a number that the field cannot have."""
    return error(
        f"{field}.range",
        Dimension.VALIDITY,
        Said(
            f"The field {field} is not between {low} and {high:,}.",
            f"{field} 값이 {low} 이상 {high:,} 이하가 아닙니다.",
        ),
    )


def beyond(low: float, high: float) -> Condition:
    """True of a number outside of a range, and of NaN, which compares false with everything."""
    return when("not low <= value <= high", low=low, high=high)


def whole_number(field: str, missing: Rule, low: int) -> Field:
    """A whole number from ``low`` to the largest of 32 bits."""
    mistype = Check(mistyped(field, "a whole number", "정수가"), NOT_WHOLE)
    outlier = Check(outside(field, low, INT32_MAX), beyond(low, INT32_MAX))
    return Field(field, (Check(missing, MISSING), mistype, outlier))


def number(field: str, missing: Rule, high: int) -> Field:
    """A number from 0 to ``high``."""
    mistype = Check(mistyped(field, "a number", "숫자가"), NOT_NUMBER)
    outlier = Check(outside(field, 0, high), beyond(0.0, float(high)))  # a float is compared faster with floats
    return Field(field, (Check(missing, MISSING), mistype, outlier))


def flag(field: str, missing: Rule | None = None, unasked: Rule | None = None) -> Field:
    """True or false; ``unasked`` is the rule of true, where nobody asked for it."""
    checks = [Check(missing, MISSING)] if missing else []
    checks.append(Check(mistyped(field, "true or false", "true나 false가"), NOT_BOOL))
    if unasked:
        checks.append(Check(unasked, when("value is True")))
    return Field(field, tuple(checks))


def text(field: str, missing: Rule, *checks: Check, unstorable: Condition = NOT_STORABLE) -> Field:
    """A text that can be stored: ``missing`` where there is none, then what ``checks`` have to say."""
    mistype = Check(mistyped(field, "a text", "문자열이"), NOT_TEXT)
    return Field(field, (Check(missing, MISSING), mistype, Check(UNSTORABLE, unstorable), *checks))
