"""A custom collection: the type of an entry of ``custom_collections.yaml``, and its checks, field by field."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Annotated, Any, Final, Literal, get_type_hints
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import msgspec
from croniter import croniter
from msgspec import Meta

from tmdb_pipeline import dags
from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.custom import parameters
from tmdb_pipeline.custom.document import Keys, Value
from tmdb_pipeline.custom.wrong import Wrong, nearest

#: Lists of TMDB that can be named instead of parameters, by the path of each.
LISTS: Final = {
    "popular": "/movie/popular",
    "top_rated": "/movie/top_rated",
    "now_playing": "/movie/now_playing",
    "upcoming": "/movie/upcoming",
    "trending_day": "/trending/movie/day",
    "trending_week": "/trending/movie/week",
}
#: Those that take no region.
_NOT_REGIONAL: Final = frozenset({"trending_day", "trending_week"})
DISCOVER: Final = "/discover/movie"
_Percent = Annotated[float, Meta(ge=0, le=100, description="a number from 0 to 100")]
_FIELDS_OF_CRON: Final = 5


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """``thresholds``: what is good enough, as the params of every collecting DAG have it."""

    warn_below_percent: _Percent = 80.0
    fail_below_percent: _Percent = 50.0
    adult_movies: Annotated[Literal["warn", "quarantine"], Meta(description="warn or quarantine")] = "warn"


class CustomCollection(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the file.

    Attributes:
        id: ASCII; the ids of its DAG and files are made of it.
        display_name: what people read.
        schedule: when it runs, as five fields of cron, in ``zone``.
        zone: a name of the IANA database.
        enabled: whether there is a DAG of it.
        list: one of ``LISTS``, or None where ``discover`` says what to ask for.
        discover: parameters of ``/discover/movie``, as they are sent.
        pages: how many pages to ask for, of 20 movies each.
        thresholds: what is good enough.
        line: where in the file it begins, from 1.
    """

    id: Annotated[
        str,
        Meta(
            pattern=f"^{dags.CUSTOM_NAME}$",
            description="up to 40 of a to z, 0 to 9 and _, a letter first; what people read is the display_name",
        ),
    ]
    display_name: Annotated[
        str, Meta(min_length=1, max_length=100, pattern=r"^[^\n\t]+$", description="a line of up to 100 letters")
    ]
    schedule: Annotated[str, Meta(description='five fields of cron, such as "0 4 * * *"')]
    zone: Annotated[str, Meta(description="a time zone such as Asia/Seoul")] = SEOUL.key
    enabled: Annotated[bool, Meta(description="true or false")] = True
    list: Annotated[
        Literal["popular", "top_rated", "now_playing", "upcoming", "trending_day", "trending_week"] | None,
        Meta(description=f"one of {', '.join(LISTS)}"),
    ] = None
    discover: dict[str, str] = {}
    pages: Annotated[int, Meta(ge=1, le=500, description="a whole number from 1 to 500, for TMDB has no more")] = 5
    thresholds: Judged = Judged()
    line: int = 0

    @property
    def spec(self) -> dags.DagSpec:
        """Its DAG, for the registry."""
        return dags.custom(self.id, self.display_name, cron=self.schedule, zone=self.zone)

    @property
    def path(self) -> str:
        """What of TMDB is asked."""
        return LISTS[self.list] if self.list else DISCOVER

    @property
    def regional(self) -> bool:
        """Whether TMDB takes a region for it."""
        return self.list not in _NOT_REGIONAL

    @property
    def request(self) -> str:
        """Path and parameters, as people read them: without those that are always sent."""
        asked = "&".join(f"{name}={value}" for name, value in self.discover.items())
        return f"{self.path}?{asked}" if asked else self.path

    def longest_pause(self, after: datetime) -> timedelta:
        """The longest time between two of its next runs after a moment, of some 60."""
        runs = croniter(self.schedule, after.astimezone(ZoneInfo(self.zone)))
        moments: list[datetime] = [runs.get_next(datetime) for _ in range(60)]
        return max(later - earlier for earlier, later in pairwise(moments))


#: Keys of an entry; ``line`` is none.
_KEYS: Final = tuple(name for name in CustomCollection.__struct_fields__ if name != "line")
_REQUIRED: Final = ("id", "display_name", "schedule")


def check(entry: Value) -> CustomCollection:
    """The collection that an entry describes.

    Raises:
        Wrong: the first thing that is wrong with it.
    """
    keys = _keys(entry, "an entry", _KEYS)
    for name in _REQUIRED:
        if name not in keys:
            raise Wrong(entry.line, f"this entry has no {name}: give {_described(CustomCollection, name)}.")
    given = _typed(
        CustomCollection, {name: each for name, each in keys.items() if name not in {"discover", "thresholds"}}
    )
    line = keys["id"][1].line
    if taken := next((spec for spec in dags.EVERY if given["id"] in {spec.id, spec.name}), None):
        raise Wrong(line, f"id is {given['id']}, which the DAG {taken.id} of this project is called: give another.")
    _check_schedule(given["schedule"], keys["schedule"][1].line)
    if "zone" in given:
        _check_zone(given["zone"], keys["zone"][1].line)
    if "discover" in keys:
        given["discover"] = _discover(*keys["discover"])
    if bool(given.get("list")) == bool(given.get("discover")):
        raise Wrong(
            keys.get("discover", (entry.line,))[0],
            "give either list or discover with parameters, which say what of TMDB is collected.",
        )
    if "thresholds" in keys:
        given["thresholds"] = _thresholds(*keys["thresholds"])
    return CustomCollection(**given, line=entry.line)


def described(name: str, **values: object) -> CustomCollection:
    """The collection that somebody describes in Python instead of the file; what is None is not said.

    Raises:
        Wrong: the first thing that is wrong with it. Its line means nothing.
    """
    given = {"id": name, "display_name": name, "schedule": "0 0 * * *", **values}
    return check(Value({key: (0, _as_value(value)) for key, value in given.items() if value is not None}, 0))


def _as_value(value: object) -> Value:
    if isinstance(value, Mapping):
        return Value({str(key): (0, _as_value(each)) for key, each in value.items()}, 0)
    return Value(str(value).lower() if isinstance(value, bool) else str(value), 0)


def _keys(value: Value, what: str, known: tuple[str, ...], line: int | None = None) -> Keys:
    """What stands in a value that has keys, all of them known ones."""
    if isinstance(value.content, str):
        raise Wrong(line or value.line, f"{what} has no keys: give {', '.join(known)} below it, indented.")
    for name, (at, _) in value.content.items():
        if name not in known:
            meant = nearest(name, known) or f" It has {', '.join(known)}."
            raise Wrong(at, f"{what} has no {name}.{meant}")
    return value.content


def _typed(kind: type[msgspec.Struct], keys: Mapping[str, tuple[int, Value]]) -> dict[str, Any]:
    """The values of fields, as their types have them."""
    hints = get_type_hints(kind, include_extras=True)
    given = {}
    for name, (line, value) in keys.items():
        if not isinstance(value.content, str):
            raise Wrong(line, f"{name} has keys of its own below it: give {_described(kind, name)}.")
        try:
            given[name] = _converted(value.content, hints[name])
        except msgspec.ValidationError:
            shown = f"'{value.content[:80]}'" if value.content else "empty"
            meant = nearest(value.content, LISTS) if name == "list" else ""
            raise Wrong(line, f"{name} is {shown}: give {_described(kind, name)}.{meant}") from None
    return given


def _converted(text: str, hint: Any) -> Any:
    """The value that a text is, as people write it: no number in another notation (1e2), no switch as a number.

    Raises:
        msgspec.ValidationError: it is none.
    """
    value = msgspec.convert(text, hint, strict=False)
    is_plain = re.fullmatch(r"\d+(\.\d+)?", text) if isinstance(value, float) else str(value).lower() == text.lower()
    if not is_plain:
        raise msgspec.ValidationError(text)
    return value


def _described(kind: type[msgspec.Struct], name: str) -> str:
    """What a field takes, in words."""
    hint = get_type_hints(kind, include_extras=True)[name]
    (meta,) = hint.__metadata__
    return str(meta.description)


def _check_schedule(cron: str, line: int) -> None:
    told = f"schedule is '{cron}'"
    give = f"give {_described(CustomCollection, 'schedule')}"
    if len(cron.split()) != _FIELDS_OF_CRON:
        raise Wrong(line, f"{told}, which has not five fields: {give}.")
    try:
        croniter(cron, datetime(2024, 1, 1, tzinfo=SEOUL)).get_next(datetime)
    except (ValueError, KeyError, TypeError) as error:
        raise Wrong(line, f"{told}, which is no time that comes ({error}): {give}.") from None


def _check_zone(zone: str, line: int) -> None:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Wrong(line, f"zone is '{zone}': give a time zone such as Asia/Seoul.{_zone(zone)}") from None


def _zone(zone: str) -> str:
    """The question whether the nearest zone was meant, be it by its city alone."""
    by_city = {name.rpartition("/")[2].lower(): name for name in sorted(available_timezones())}
    return nearest(by_city.get(zone.lower(), zone), available_timezones())


def _discover(line: int, value: Value) -> dict[str, str]:
    keys = _keys_of_discover(line, value)
    given = {}
    for name, (at, each) in keys.items():
        if not isinstance(each.content, str):
            raise Wrong(at, f"{name} has keys of its own below it: give one value.")
        if not each.content:
            raise Wrong(at, f"{name} is empty, which TMDB takes for not given: give a value, or leave it out.")
        given[name] = each.content
    parameters.check(given, {name: at for name, (at, _) in keys.items()})
    return given


def _keys_of_discover(line: int, value: Value) -> Keys:
    if isinstance(value.content, str):
        raise Wrong(line, "discover has no parameters: give them below it, indented, such as with_origin_country: KR.")
    return value.content


def _thresholds(line: int, value: Value) -> Judged:
    keys = _keys(value, "thresholds", Judged.__struct_fields__, line)
    judged = Judged(**_typed(Judged, keys))
    if not judged.fail_below_percent <= judged.warn_below_percent:
        raise Wrong(
            line,
            f"fail_below_percent is {judged.fail_below_percent:g}, above warn_below_percent, which is "
            f"{judged.warn_below_percent:g}: give it the lower one.",
        )
    return judged
