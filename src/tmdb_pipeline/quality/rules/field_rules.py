"""The rules of each field of a movie record, and of fields that must agree.

What is an error follows from one question: could a reader still use this record? Without a usable id nobody can tell
which movie it is, without a title nobody can show it, and a value of a type or range that the field does not have
breaks whoever computes with it or loads it into a column. Anything else may be absent or null, which every column
holds, at the cost of a warning. Null and absent are the same to every rule. Of one field at most one rule is reported,
the first that is broken, so that each defect is named once and precisely.
"""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from string import ascii_lowercase
from typing import Final

from tmdb_pipeline.language import Said
from tmdb_pipeline.quality.rules.condition import when
from tmdb_pipeline.quality.rules.field import Check, Field, Pair
from tmdb_pipeline.quality.rules.field_kinds import (
    BLANK,
    INT32_MAX,
    MISSING,
    NOT_STORABLE,
    NOT_WHOLE,
    SHORT_NOT_STORABLE,
    absent,
    beyond,
    flag,
    mistyped,
    number,
    text,
    whole_number,
)
from tmdb_pipeline.quality.rules.rule import Dimension, Rule, error, policy, warning
from tmdb_pipeline.quality.values.blank import is_blank

VOTE_AVERAGE_MAX: Final = 10
POPULARITY_MAX: Final = 10**9  # thousands before 2025-03, hundreds since: far above both scales, well inside 64 bits
EARLIEST_RELEASE: Final = date(1870, 1, 1)  # no film is older
LONGEST_WAIT: Final = timedelta(days=3653)  # ten years
LANGUAGES: Final = frozenset(map("".join, product(ascii_lowercase, repeat=2)))  # ISO 639-1, and TMDB's cn and xx
#: Days that have been seen, in a megabyte at most: many movies come out on one day, and one stands in several lists.
_DAYS: Final[set[str]] = set()
_MOST_DAYS: Final = 8192


def _id(field: str) -> Field:
    missing = error(
        f"{field}.missing",
        Dimension.COMPLETENESS,
        Said("There is no id, so nobody can tell which movie this is.", "id가 없어 어떤 영화인지 알 수 없습니다."),
    )
    return whole_number(field, missing, 1)


def _unasked(field: str, korean: str) -> Rule:
    return policy(
        f"{field}.unasked",
        Dimension.VALIDITY,
        5,
        Said(
            f"The movie is marked as {field}, which the list was not asked for.",
            f"{korean} 영화를 요청하지 않은 목록에 {field} 표시가 있는 영화가 들어 있습니다.",
        ),
    )


def _title(field: str) -> Field:
    missing = error(
        f"{field}.missing",
        Dimension.COMPLETENESS,
        Said("There is no title, so the movie cannot be shown.", "제목이 없어 영화를 표시할 수 없습니다."),
    )
    blank = error(
        f"{field}.blank",
        Dimension.COMPLETENESS,
        Said(
            "The title is empty, or nothing in it can be seen, so the movie cannot be shown.",
            "제목이 비어 있거나 눈에 보이는 글자가 없어 영화를 표시할 수 없습니다.",
        ),
    )
    return text(field, missing, Check(blank, BLANK), unstorable=SHORT_NOT_STORABLE)


def _original_title(field: str) -> Field:
    blank = warning(
        f"{field}.blank",
        Dimension.COMPLETENESS,
        5,
        Said(
            "The original title is empty, or nothing in it can be seen; the title still shows the movie.",
            "원제가 비어 있거나 눈에 보이는 글자가 없지만, 제목으로 영화를 표시할 수 있습니다.",
        ),
    )
    missing = absent(field, "original title", "원제가")
    return text(field, missing, Check(blank, BLANK), unstorable=SHORT_NOT_STORABLE)


def _language(field: str) -> Field:
    odd = warning(
        f"{field}.format",
        Dimension.VALIDITY,
        5,
        Said(
            "The original language is not a code of two small letters; TMDB has codes of its own, so it is kept.",
            "원어 코드가 소문자 두 글자가 아니지만, TMDB에는 자체 코드도 있으므로 받아들입니다.",
        ),
    )
    no_code = Check(odd, when("value not in languages", languages=LANGUAGES))
    unstorable = when(f"value not in languages and ({NOT_STORABLE.expression})", languages=LANGUAGES)
    unstorable = replace(unstorable, or_raises=NOT_STORABLE.or_raises)
    return text(field, absent(field, "original language", "원어 코드가"), no_code, unstorable=unstorable)


def _overview(field: str) -> Field:
    empty = warning(
        f"{field}.empty",
        Dimension.COMPLETENESS,
        15,
        Said(
            "There is no overview, or nothing in it can be seen; TMDB sends none where the language has no "
            "translation.",
            "줄거리가 없거나 눈에 보이는 글자가 없습니다. TMDB는 해당 언어의 번역이 없으면 줄거리를 비워 보냅니다.",
        ),
    )
    return text(field, empty, Check(empty, BLANK))


def _image(field: str, weight: int, name: str, korean: str) -> Field:
    empty = warning(
        f"{field}.empty",
        Dimension.COMPLETENESS,
        weight,
        Said(f"There is no {name} image.", f"{korean} 이미지가 없습니다."),
    )
    odd = warning(
        f"{field}.format",
        Dimension.VALIDITY,
        5,
        Said(
            f"The field {field} does not begin with a slash, so no image address can be made from it.",
            f"{field} 값이 슬래시(/)로 시작하지 않아 이미지 주소를 만들 수 없습니다.",
        ),
    )
    blank = when("not value or value[0] != '/' and is_blank(value)", is_blank=is_blank)
    return text(field, empty, Check(empty, blank), Check(odd, when("value[0] != '/'")))


def _genres(field: str) -> Field:
    missing, other = absent(field, "list of genres", "장르 목록이", 10), mistyped(field, "a list", "목록이")
    member = error(
        f"{field}.member",
        Dimension.VALIDITY,
        Said(
            "A genre id is not a whole number, so readers and columns of that type cannot take it.",
            "정수가 아닌 장르 id가 있어 그 타입을 기대하는 프로그램과 컬럼이 받을 수 없습니다.",
        ),
    )
    out_of_range = error(
        f"{field}.range",
        Dimension.VALIDITY,
        Said(
            f"A genre id is not between 1 and {INT32_MAX:,}.", f"1 이상 {INT32_MAX:,} 이하가 아닌 장르 id가 있습니다."
        ),
    )
    empty = warning(
        f"{field}.empty",
        Dimension.COMPLETENESS,
        10,
        Said(
            "The movie has no genre: an empty list, or the empty object that TMDB has sent in its place.",
            "장르가 없습니다(빈 목록, 또는 TMDB가 그 대신 보낸 빈 객체).",
        ),
    )
    return Field(
        field,
        (
            Check(missing, MISSING),
            Check(
                other,
                when("type(value) is not list and not isinstance(value, list) and (type(value) is not dict or value)"),
            ),
            Check(empty, when("not value")),
        ),
        of_each=(Check(member, NOT_WHOLE), Check(out_of_range, beyond(1, INT32_MAX))),
    )


def _release_date(field: str) -> Field:
    other = mistyped(field, "a text", "문자열이")
    empty = warning(
        f"{field}.empty", Dimension.COMPLETENESS, 10, Said("There is no release date.", "개봉일이 없습니다.")
    )
    impossible = error(
        f"{field}.impossible",
        Dimension.VALIDITY,
        Said(
            "The release date is not a day of the calendar written as YYYY-MM-DD, so no date column can take it.",
            "개봉일이 YYYY-MM-DD 형식의 실제 날짜가 아니어서 날짜 컬럼에 넣을 수 없습니다.",
        ),
    )
    too_early = warning(
        f"{field}.too_early",
        Dimension.VALIDITY,
        10,
        Said(
            f"The release date lies before {EARLIEST_RELEASE.year}, when there were no films.",
            f"개봉일이 영화가 없던 {EARLIEST_RELEASE.year}년 이전입니다.",
        ),
    )
    far_future = warning(
        f"{field}.far_future",
        Dimension.TIMELINESS,
        5,
        Said(
            "The release date lies more than ten years after the day on which the record was received.",
            "개봉일이 레코드를 받은 날보다 10년 넘게 뒤입니다.",
        ),
    )
    return Field(
        field,
        (
            Check(other, when("type(value) is not str and value is not None and not isinstance(value, str)")),
            Check(empty, when("not value")),
            Check(impossible, when("value not in days and not is_day(value)", days=_DAYS, is_day=_is_day)),
            Check(too_early, when("value < earliest", earliest=EARLIEST_RELEASE.isoformat())),
            Check(far_future, when("value > today and is_far(value, on)", is_far=_is_far)),
        ),
    )


def _media_type(field: str) -> Field:
    other = error(
        f"{field}.not_movie",
        Dimension.VALIDITY,
        Said("The record says that it is something else than a movie.", "영화가 아닌 다른 것이라고 적힌 레코드입니다."),
    )
    not_movie = Check(other, when("value is not None and value != 'movie'"))
    return Field(field, (not_movie,), optional=True)


def _votes() -> Pair:
    without_votes = warning(
        "average.without_votes",
        Dimension.CONSISTENCY,
        10,
        Said(
            "There is an average above 0 although nobody voted; odd, but no reader of it breaks, so it is kept.",
            "투표가 없는데 평점이 0보다 큽니다. 이상하지만 읽는 데 문제가 없으므로 보관합니다.",
        ),
    )
    without_average = warning(
        "votes.without_average",
        Dimension.CONSISTENCY,
        10,
        Said(
            "There are votes but the average is 0; odd, but no reader of it breaks, so it is kept.",
            "투표가 있는데 평점이 0입니다. 이상하지만 읽는 데 문제가 없으므로 보관합니다.",
        ),
    )
    return Pair(
        ("vote_count", "vote_average"),
        (
            Check(without_votes, when("not vote_count and vote_average")),
            Check(without_average, when("not vote_average and vote_count")),
        ),
    )


def _early_votes() -> Pair:
    early = warning(
        "votes.before_release",
        Dimension.TIMELINESS,
        5,
        Said(
            "There are votes although the movie comes out after the day on which the record was received; "
            "another country may have seen it first.",
            "레코드를 받은 날보다 뒤에 개봉하는 영화에 투표가 있습니다. 다른 나라에서 먼저 개봉했을 수 있습니다.",
        ),
    )
    return Pair(("vote_count", "release_date"), (Check(early, when("release_date > today and vote_count")),))


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    # fromisoformat also takes 20240101 and 2024-W01-1, which TMDB never sends.
    if len(text) != len("YYYY-MM-DD") or "W" in text:
        return False
    if len(_DAYS) < _MOST_DAYS:
        _DAYS.add(text)
    return True


def _is_far(day: str, on: date) -> bool:
    return date.fromisoformat(day) - on > LONGEST_WAIT


FIELDS: Final = (
    _id("id"),
    _title("title"),
    _original_title("original_title"),
    _language("original_language"),
    flag("adult", absent("adult", "adult mark", "성인 영화 여부가"), _unasked("adult", "성인")),
    _genres("genre_ids"),
    number("popularity", absent("popularity", "popularity", "인기도가"), POPULARITY_MAX),
    number("vote_average", absent("vote_average", "vote average", "평점이"), VOTE_AVERAGE_MAX),
    whole_number("vote_count", absent("vote_count", "vote count", "투표 수가"), 0),
    _overview("overview"),
    _release_date("release_date"),
    _image("poster_path", 10, "poster", "포스터"),
    _image("backdrop_path", 5, "backdrop", "배경"),
    flag("video"),
    flag("softcore", unasked=_unasked("softcore", "소프트코어")),
    _media_type("media_type"),
)
PAIRS: Final = (_votes(), _early_votes())
