"""The rules of each field of a movie record, and of fields that must agree.

What is an error follows from one question: could a reader still use this record? Without a usable id nobody can tell
which movie it is, without a title nobody can show it, and a value of a type or range that the field does not have
breaks whoever computes with it or loads it into a column. Anything else may be absent or null, which every column
holds, at the cost of a warning. Null and absent are the same to every rule. Of one field at most one rule is reported,
the first that is broken, so that each defect is named once and precisely.
"""

from datetime import date, timedelta
from itertools import product
from string import ascii_lowercase
from typing import Any, Final

from tmdb_pipeline.quality.rules.field_kinds import (
    INT32_MAX,
    Field,
    Pair,
    absent,
    flag,
    is_whole,
    mistyped,
    number,
    text,
    whole_number,
)
from tmdb_pipeline.quality.rules.rule import Dimension, Rule, error, policy, warning

VOTE_AVERAGE_MAX: Final = 10
POPULARITY_MAX: Final = 10**9  # thousands before 2025-03, hundreds since: far above both scales, well inside 64 bits
EARLIEST_RELEASE: Final = date(1870, 1, 1)  # no film is older
LONGEST_WAIT: Final = timedelta(days=3653)  # ten years
LANGUAGES: Final = frozenset(map("".join, product(ascii_lowercase, repeat=2)))  # ISO 639-1, and TMDB's cn and xx


def _id(field: str) -> Field:
    missing = error(
        f"{field}.missing",
        Dimension.COMPLETENESS,
        "There is no id, so nobody can tell which movie this is.",
        "id가 없어 어떤 영화인지 알 수 없습니다.",
    )
    return whole_number(field, missing, 1)


def _unasked(field: str, korean: str) -> Rule:
    return policy(
        f"{field}.unasked",
        Dimension.VALIDITY,
        5,
        f"The movie is marked as {field}, which the list was not asked for.",
        f"{korean} 영화를 요청하지 않은 목록에 {field} 표시가 있는 영화가 들어 있습니다.",
    )


def _title(field: str) -> Field:
    missing = error(
        f"{field}.missing",
        Dimension.COMPLETENESS,
        "There is no title, so the movie cannot be shown.",
        "제목이 없어 영화를 표시할 수 없습니다.",
    )
    blank = error(
        f"{field}.blank",
        Dimension.COMPLETENESS,
        "The title is empty, or nothing in it can be seen, so the movie cannot be shown.",
        "제목이 비어 있거나 눈에 보이는 글자가 없어 영화를 표시할 수 없습니다.",
    )
    return text(field, missing, blank)


def _original_title(field: str) -> Field:
    blank = warning(
        f"{field}.blank",
        Dimension.COMPLETENESS,
        5,
        "The original title is empty, or nothing in it can be seen; the title still shows the movie.",
        "원제가 비어 있거나 눈에 보이는 글자가 없지만, 제목으로 영화를 표시할 수 있습니다.",
    )
    return text(field, absent(field, "original title", "원제가"), blank)


def _language(field: str) -> Field:
    odd = warning(
        f"{field}.format",
        Dimension.VALIDITY,
        5,
        "The original language is not a code of two small letters; TMDB has codes of its own, so it is kept.",
        "원어 코드가 소문자 두 글자가 아니지만, TMDB에는 자체 코드도 있으므로 받아들입니다.",
    )
    return text(field, absent(field, "original language", "원어 코드가"), odd, odd, LANGUAGES.__contains__)


def _overview(field: str) -> Field:
    empty = warning(
        f"{field}.empty",
        Dimension.COMPLETENESS,
        15,
        "There is no overview, or nothing in it can be seen; TMDB sends none where the language has no translation.",
        "줄거리가 없거나 눈에 보이는 글자가 없습니다. TMDB는 해당 언어의 번역이 없으면 줄거리를 비워 보냅니다.",
    )
    return text(field, empty, empty)


def _image(field: str, weight: int, name: str, korean: str) -> Field:
    empty = warning(
        f"{field}.empty",
        Dimension.COMPLETENESS,
        weight,
        f"There is no {name} image.",
        f"{korean} 이미지가 없습니다.",
    )
    odd = warning(
        f"{field}.format",
        Dimension.VALIDITY,
        5,
        f"The field {field} does not begin with a slash, so no image address can be made from it.",
        f"{field} 값이 슬래시(/)로 시작하지 않아 이미지 주소를 만들 수 없습니다.",
    )
    return text(field, empty, empty, odd, lambda text: text.startswith("/"))


def _genres(field: str) -> Field:
    missing, other = absent(field, "list of genres", "장르 목록이", 10), mistyped(field, "a list", "목록이")
    member = error(
        f"{field}.member",
        Dimension.VALIDITY,
        "A genre id is not a whole number, so readers and columns of that type cannot take it.",
        "정수가 아닌 장르 id가 있어 그 타입을 기대하는 프로그램과 컬럼이 받을 수 없습니다.",
    )
    beyond = error(
        f"{field}.range",
        Dimension.VALIDITY,
        f"A genre id is not between 1 and {INT32_MAX:,}.",
        f"1 이상 {INT32_MAX:,} 이하가 아닌 장르 id가 있습니다.",
    )
    empty = warning(
        f"{field}.empty",
        Dimension.COMPLETENESS,
        10,
        "The movie has no genre: an empty list, or the empty object that TMDB has sent in its place.",
        "장르가 없습니다(빈 목록, 또는 TMDB가 그 대신 보낸 빈 객체).",
    )

    def broken(value: Any, _on: date) -> Rule | None:
        if type(value) is dict and not value:
            return empty
        if not isinstance(value, list):
            return missing if value is None else other
        if not value:
            return empty
        found = None
        for genre in value:
            if not is_whole(genre):
                return member
            if not 1 <= genre <= INT32_MAX:
                found = beyond
        return found

    return Field(field, (missing, other, member, beyond, empty), broken)


def _release_date(field: str) -> Field:
    other = mistyped(field, "a text", "문자열이")
    empty = warning(f"{field}.empty", Dimension.COMPLETENESS, 10, "There is no release date.", "개봉일이 없습니다.")
    impossible = error(
        f"{field}.impossible",
        Dimension.VALIDITY,
        "The release date is not a day of the calendar written as YYYY-MM-DD, so no date column can take it.",
        "개봉일이 YYYY-MM-DD 형식의 실제 날짜가 아니어서 날짜 컬럼에 넣을 수 없습니다.",
    )
    too_early = warning(
        f"{field}.too_early",
        Dimension.VALIDITY,
        10,
        f"The release date lies before {EARLIEST_RELEASE.year}, when there were no films.",
        f"개봉일이 영화가 없던 {EARLIEST_RELEASE.year}년 이전입니다.",
    )
    far_future = warning(
        f"{field}.far_future",
        Dimension.TIMELINESS,
        5,
        "The release date lies more than ten years after the day on which the record was received.",
        "개봉일이 레코드를 받은 날보다 10년 넘게 뒤입니다.",
    )

    def broken(value: Any, on: date) -> Rule | None:
        if value is None or value == "":
            return empty
        if not isinstance(value, str):
            return other
        day = _day(value)
        if day is None:
            return impossible
        if day < EARLIEST_RELEASE:
            return too_early
        return far_future if day > on and day - on > LONGEST_WAIT else None

    return Field(field, (other, empty, impossible, too_early, far_future), broken)


def _media_type(field: str) -> Field:
    other = error(
        f"{field}.not_movie",
        Dimension.VALIDITY,
        "The record says that it is something else than a movie.",
        "영화가 아닌 다른 것이라고 적힌 레코드입니다.",
    )
    return Field(field, (other,), lambda value, _on: None if value is None or value == "movie" else other)


def _votes() -> Pair:
    without_votes = warning(
        "average.without_votes",
        Dimension.CONSISTENCY,
        10,
        "There is an average above 0 although nobody voted; odd, but no reader of it breaks, so it is kept.",
        "투표가 없는데 평점이 0보다 큽니다. 이상하지만 읽는 데 문제가 없으므로 보관합니다.",
    )
    without_average = warning(
        "votes.without_average",
        Dimension.CONSISTENCY,
        10,
        "There are votes but the average is 0; odd, but no reader of it breaks, so it is kept.",
        "투표가 있는데 평점이 0입니다. 이상하지만 읽는 데 문제가 없으므로 보관합니다.",
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
        "레코드를 받은 날보다 뒤에 개봉하는 영화에 투표가 있습니다. 다른 나라에서 먼저 개봉했을 수 있습니다.",
    )

    def broken(votes: Any, released: Any, on: date) -> Rule | None:
        return early if votes and date.fromisoformat(released) > on else None

    return Pair(("vote_count", "release_date"), (early,), broken)


def _day(text: str) -> date | None:
    if len(text) != len("YYYY-MM-DD") or text[4] != "-" or text[7] != "-":
        return None  # fromisoformat also takes 20240101 and 2024-W01-1, which TMDB never sends
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


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
