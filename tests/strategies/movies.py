"""Movie records for property tests, bottom-up: fields, records without and with oddities, records that break one rule.

Everything is drawn as received on ``RUN_DATE``. A drawn record is the test's own, down to its lists: it may be changed.
"""

from collections.abc import Collection
from copy import deepcopy
from datetime import date, timedelta
from typing import Any
from unicodedata import category

from hypothesis import strategies as st

RUN_DATE = date(2026, 1, 1)
INT32_MAX = 2**31 - 1
ABSENT = object()
"""Stands for a field that is not there."""

Movie = dict[str, Any]


# Fields

_LETTERS = st.sampled_from("가나다라마바사아자차별빛숲 abcdefghij XYZ éñüç 映画 0123 !?:'\"&<>\n🎬")


def texts(max_size: int = 30) -> st.SearchStrategy[str]:
    """Korean, English and other texts that can be stored; may be empty."""
    return st.text(_LETTERS, max_size=max_size) | st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=max_size
    )


def _shows(text: str) -> bool:
    """Whether there surely is something to see: a letter, a digit, a mark or a sign that is no filler."""
    return any(category(char)[0] in "LNPS" and char not in _FILLERS for char in text)


_FILLERS = "\u115f\u1160\u3164\uffa0\u2800"


def titles() -> st.SearchStrategy[str]:
    """Texts that show something."""
    return texts().filter(_shows)


def image_paths() -> st.SearchStrategy[str]:
    """Paths as TMDB writes them."""
    return st.text("abcdefghijklmnopqrstuvwxyzABC0123456789", min_size=5, max_size=27).map(lambda name: f"/{name}.jpg")


def numbers(low: float, high: float) -> st.SearchStrategy[float]:
    """Numbers with up to four decimals, now and then an int where a float is usual."""
    floats = st.floats(low, high, allow_nan=False).map(lambda number: round(number, 4))
    return floats | st.integers(int(low), int(high))


def past_days() -> st.SearchStrategy[str]:
    """Release dates that have passed."""
    return st.dates(date(1874, 1, 1), RUN_DATE).map(date.isoformat)


def future_days(first: int = 1, last: int = 3653) -> st.SearchStrategy[str]:
    """Release dates from so many to so many days after the run date."""
    return st.integers(first, last).map(lambda days: (RUN_DATE + timedelta(days)).isoformat())


# Records


PLAIN: Movie = {
    "adult": False,
    "backdrop_path": "/underTheStars.jpg",
    "genre_ids": [18, 878],
    "id": 4711,
    "title": "별을 세는 밤",
    "original_language": "ko",
    "original_title": "별을 세는 밤",
    "overview": "A lighthouse keeper counts the stars.",
    "popularity": 12.3456,
    "poster_path": "/countingStars.jpg",
    "release_date": "2024-02-29",
    "softcore": False,
    "video": False,
    "vote_average": 7.123,
    "vote_count": 321,
}
"""A record that breaks no rule."""
_FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "adult": st.sampled_from([False]),
    "backdrop_path": image_paths(),
    "genre_ids": st.lists(st.sampled_from([28, 35, 18, 27, 10749, 878, 53, 16]), min_size=1, max_size=4),
    "id": st.integers(1, INT32_MAX),
    "title": titles(),
    "original_language": st.sampled_from(["ko", "en", "ja", "cn", "xx"]),
    "original_title": titles(),
    "overview": texts(60).filter(_shows),
    "popularity": numbers(0, 9000),
    "poster_path": image_paths(),
    "release_date": past_days(),
    "softcore": st.sampled_from([False]),
    "video": st.booleans(),
    "vote_average": numbers(1, 10),
    "vote_count": st.integers(1, 40_000),
    "media_type": st.just("movie"),
}

# Strategies are made here and not in the functions that draw from them, because making one takes longer than drawing.
_RENEWED = st.lists(st.sampled_from(sorted(_FIELDS)), max_size=3, unique=True)


@st.composite
def spotless_movies(draw: st.DrawFn) -> Movie:
    """Draw a record that breaks no rule: a plain one with some fields drawn anew, which is faster than all."""
    movie = deepcopy(PLAIN)
    for field in draw(_RENEWED):
        movie[field] = draw(_FIELDS[field])
    return movie


_UNTRANSLATED = "El faro y las estrellas"

ODDITIES: dict[str, st.SearchStrategy[Movie]] = {
    "no overview": st.just({"overview": ""}),
    "no translation": st.just({"overview": "", "title": _UNTRANSLATED, "original_title": _UNTRANSLATED}),
    "no poster": st.just({"poster_path": None}),
    "no backdrop": st.just({"backdrop_path": None}),
    "no genre": st.just({"genre_ids": []}),
    "no genre, as an object": st.builds(dict, genre_ids=st.builds(dict)),
    "value not known": st.sampled_from(
        [
            "adult",
            "genre_ids",
            "original_language",
            "original_title",
            "popularity",
            "video",
            "vote_average",
            "vote_count",
        ]
    ).flatmap(lambda field: st.sampled_from([{field: None}, {field: ABSENT}])),
    "blank overview": st.just({"overview": " \u3000"}),
    "blank original title": st.just({"original_title": "\u200b"}),
    "no release date": st.just({"release_date": ""}),
    "release date absent": st.just({"release_date": ABSENT}),
    "not out yet": future_days().map(lambda day: {"release_date": day, "vote_count": 0, "vote_average": 0.0}),
    "seen early": future_days().map(lambda day: {"release_date": day, "vote_count": 3, "vote_average": 7.25}),
    "no votes": st.just({"vote_count": 0, "vote_average": 0.0}),
    "one vote": st.just({"vote_count": 1, "vote_average": 10.0}),
    "ints for floats": st.just({"popularity": 12, "vote_average": 7}),
    "unpopular": st.just({"popularity": 0.0}),
    "popularity before 2025": st.just({"popularity": 8567.865}),
    "popularity unrounded": st.just({"popularity": 306.53999999999996}),
    "language of its own": st.sampled_from([{"original_language": "cn"}, {"original_language": "xx"}]),
    "adult": st.just({"adult": True}),
    "video": st.just({"video": True}),
    "softcore": st.just({"softcore": True}),
    "before softcore": st.just({"softcore": ABSENT}),
    "softcore not known": st.just({"softcore": None}),
    "trending": st.just({"media_type": "movie"}),
    "new field": st.dictionaries(
        st.sampled_from(["iso_3166_1", "새_필드", "vote_histogram"]),
        st.none() | st.booleans() | texts() | st.lists(st.integers(0, 9), max_size=3),
        min_size=1,
        max_size=2,
    ),
}
"""What TMDB really sends, each as the change that it makes to a spotless record. None of it is an error."""
_SOME_ODDITIES = st.lists(st.sampled_from(sorted(ODDITIES)), max_size=3, unique=True)


def changed(movie: Movie, change: Movie) -> Movie:
    """Return a deep copy of the record with the change made; ABSENT removes a field."""
    return deepcopy({field: value for field, value in (movie | change).items() if value is not ABSENT})


@st.composite
def movies(draw: st.DrawFn) -> Movie:
    """Draw a record without an error, with none, one or several of TMDB's oddities."""
    movie = draw(spotless_movies())
    for oddity in draw(_SOME_ODDITIES):
        movie = changed(movie, draw(ODDITIES[oddity]))
    return movie


# Mutations


def _wrong(*right: type) -> st.SearchStrategy[Any]:
    values: list[Any] = ["8.1", "", 7, 7.0, True, False, [], [1], {}, {"a": 1}, b"x", RUN_DATE, (1, 2), {3}]
    return st.sampled_from([value for value in values if type(value) not in right])


def _field(field: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[Movie]:
    return values.map(lambda value: {field: value})


def _missing(field: str) -> st.SearchStrategy[Movie]:
    return _field(field, st.sampled_from([ABSENT, None]))


_BLANKS = st.text(" \t\n\u3000\u200b\ufeff\u2060\u202e\u3164\ufe0f", max_size=3)
_UNSTORABLE_TEXTS = st.sampled_from(["\ud800", "별\udfff", "a\0b", "별\0", "\0"])
_UNWRITABLE = st.sampled_from(
    [float("nan"), float("inf"), 2**64, -(2**63) - 1, {"deep": ["\ud800"]}, {1: 2}, (1,), {3}]
)
_NO_DAYS = st.sampled_from(
    [
        *("2024-02-30", "2023-02-29", "2024-13-01", "0000-01-01", "20240101", "2024-W01-1", "2024-1-01", "20240-1-01"),
        *("01/02/2024", "2024-01-01T00:00", "2024-01-01 ", " 2024-1-1 ", "tomorrow", " ", "-", "++++-++-++"),
        *("2024-01-0\0", "\ud800", "\uff12\uff10\uff12\uff14-01-01", "2024-01-\u0661\u0661"),
    ]
)

MUTATIONS: dict[str, st.SearchStrategy[Movie]] = {
    "id.missing": _missing("id"),
    "id.type": _field("id", _wrong(int)),
    "id.range": _field("id", st.integers(max_value=0) | st.integers(min_value=INT32_MAX + 1)),
    "title.missing": _missing("title"),
    "title.type": _field("title", _wrong(str)),
    "title.blank": _field("title", _BLANKS),
    "original_title.missing": _missing("original_title"),
    "original_title.type": _field("original_title", _wrong(str)),
    "original_title.blank": _field("original_title", _BLANKS),
    "original_language.missing": _missing("original_language"),
    "original_language.type": _field("original_language", _wrong(str)),
    "original_language.format": _field(
        "original_language", st.sampled_from(["", " ", "k", "KO", "kor", "ko-KR", "한국"])
    ),
    "adult.missing": _missing("adult"),
    "adult.type": _field("adult", _wrong(bool) | st.sampled_from([0, 1])),
    "adult.unasked": st.just({"adult": True}),
    "genre_ids.missing": _missing("genre_ids"),
    "genre_ids.type": _field("genre_ids", _wrong(list).filter(lambda value: value != {})),
    "genre_ids.member": _field("genre_ids", st.sampled_from([["28"], [28, None], [True], [28.0], [[28]]])),
    "genre_ids.range": _field("genre_ids", st.sampled_from([[0], [28, -1], [2**31], [10**30, 28]])),
    "genre_ids.empty": _field("genre_ids", st.builds(list) | st.builds(dict)),
    "popularity.missing": _missing("popularity"),
    "popularity.type": _field("popularity", _wrong(int, float)),
    "popularity.range": _field(
        "popularity", st.floats(max_value=-1e-9) | st.sampled_from([float("nan"), 1e10, 10**400])
    ),
    "vote_average.missing": _missing("vote_average"),
    "vote_average.type": _field("vote_average", _wrong(int, float)),
    "vote_average.range": _field(
        "vote_average",
        st.floats(max_value=-1e-9) | st.floats(min_value=10, exclude_min=True) | st.sampled_from([float("nan"), 11]),
    ),
    "vote_count.missing": _missing("vote_count"),
    "vote_count.type": _field("vote_count", _wrong(int)),
    "vote_count.range": _field("vote_count", st.integers(max_value=-1) | st.integers(min_value=INT32_MAX + 1)),
    "overview.type": _field("overview", _wrong(str)),
    "overview.empty": _field("overview", st.sampled_from([None, ABSENT]) | _BLANKS),
    "release_date.type": _field("release_date", _wrong(str)),
    "release_date.empty": _field("release_date", st.sampled_from(["", None, ABSENT])),
    "release_date.impossible": _field("release_date", _NO_DAYS),
    "release_date.too_early": _field("release_date", st.dates(max_value=date(1869, 12, 31)).map(date.isoformat)),
    "release_date.far_future": _field("release_date", future_days(3654, 2_900_000)),
    "poster_path.type": _field("poster_path", _wrong(str)),
    "poster_path.empty": _field("poster_path", st.sampled_from([None, ABSENT]) | _BLANKS),
    "poster_path.format": _field("poster_path", st.sampled_from(["x.jpg", "https://example.invalid/x.jpg"])),
    "backdrop_path.type": _field("backdrop_path", _wrong(str)),
    "backdrop_path.empty": _field("backdrop_path", st.sampled_from([None, ABSENT]) | _BLANKS),
    "backdrop_path.format": _field("backdrop_path", st.sampled_from(["x.jpg", " /x.jpg"])),
    "video.type": _field("video", _wrong(bool)),
    "softcore.type": _field("softcore", _wrong(bool)),
    "softcore.unasked": st.just({"softcore": True}),
    "media_type.not_movie": _field("media_type", st.sampled_from(["tv", "person", "", "Movie", 1, ["movie"]])),
    "average.without_votes": st.just({"vote_count": 0}),
    "votes.without_average": _field("vote_average", st.sampled_from([0, 0.0])),
    "votes.before_release": _field("release_date", future_days()),
    "record.unstorable": st.one_of(
        _UNSTORABLE_TEXTS.flatmap(
            lambda text: st.sampled_from(["title", "original_title", "original_language", "overview"]).map(
                lambda field: {field: text + "!"}
            )
        ),
        _UNSTORABLE_TEXTS.flatmap(
            lambda text: st.sampled_from(["poster_path", "backdrop_path"]).map(lambda field: {field: "/" + text})
        ),
        _field("new_field", _UNWRITABLE),
        st.sampled_from([{"\ud800": 1}, {5: 1}, {None: 1}]),
    ),
}
"""For each rule that a record can break by itself, the changes to a spotless record that break it and no other rule.

An entry is the test of its rule: ``test_record_check.py`` tries each, ``test_compiler.py`` holds both checks to it.
"""

ERRORS = [
    rule_id
    for rule_id in MUTATIONS
    if rule_id in {"id.missing", "title.missing", "title.blank", "record.unstorable", "media_type.not_movie"}
    or rule_id.partition(".")[2] in {"type", "range", "member", "impossible"}
]
"""The rules among them that are errors, said here a second time on purpose."""


_SPOTLESS = spotless_movies()


@st.composite
def mutated(
    draw: st.DrawFn, movie: Movie | st.SearchStrategy[Movie] = _SPOTLESS, *, rule_ids: Collection[str] = MUTATIONS
) -> tuple[Movie, str]:
    """Draw a copy of a spotless record, given or drawn, that breaks exactly one rule, and the id of that rule."""
    if isinstance(movie, st.SearchStrategy):
        movie = draw(movie)
    rule_id = draw(st.sampled_from(sorted(rule_ids)))
    return changed(movie, draw(MUTATIONS[rule_id])), rule_id


_NO_RECORDS: list[Any] = [None, 7, "movie", [], [{}], True, 1.5, {}]
_BAD_RECORDS = mutated(rule_ids=ERRORS).map(lambda drawn: drawn[0]) | st.sampled_from(_NO_RECORDS).map(deepcopy)


def bad_records() -> st.SearchStrategy[Any]:
    """Records that cannot be accepted: with an error of their own, or no movies at all."""
    return _BAD_RECORDS


_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(st.characters(), max_size=8),  # lone surrogates too
    st.sampled_from([10**400, 2**64, -(2**63) - 1, 5e-324, float("nan"), float("-inf"), "\ud800", "\0"]),
    st.sampled_from([b"x", RUN_DATE, (1, 2), frozenset({3})]),
)
_KEYS = st.sampled_from([*sorted(_FIELDS), "새_필드", "\ud800"]) | st.text(st.characters(), max_size=3) | st.integers()
_GARBAGE = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3), max_leaves=8
)


def garbage() -> st.SearchStrategy[Any]:
    """Whatever can stand where a record or a value should: JSON, what JSON cannot carry, and foreign objects."""
    return _GARBAGE


_SPOILING = st.dictionaries(_KEYS, _GARBAGE, max_size=3)


@st.composite
def spoilt_movies(draw: st.DrawFn) -> Movie:
    """Draw a record with garbage in up to three of its fields; whether it is still good, only the rules can say."""
    return changed(draw(_SPOTLESS), draw(_SPOILING))


_MOVIES = movies()
_RECORDS = st.lists(st.one_of([_MOVIES] * 4 + [_BAD_RECORDS]), min_size=1, max_size=6)  # more good than bad
_COPIES = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.fixed_dictionaries({}, optional={"vote_count": st.integers(1, 9), "overview": st.just("")}),
    ),
    max_size=3,
)


@st.composite
def batches(draw: st.DrawFn) -> list[Any]:
    """Draw a batch of good, odd, bad and repeated records, the copies before or behind; never empty."""
    records = draw(_RECORDS)
    if draw(st.booleans()):  # else most of them are copies, because most have the id of the plain one
        for place, record in enumerate(records):
            if isinstance(record, dict) and record.get("id") == PLAIN["id"]:
                record["id"] += place
    copies = []
    for place, change in draw(_COPIES):
        copied = records[place % len(records)]
        copies.append(changed(copied, change) if isinstance(copied, dict) else deepcopy(copied))
    return records + copies if draw(st.booleans()) else copies + records
