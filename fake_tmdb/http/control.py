"""The control routes, under /__fake__/ and thus outside TMDB's own paths: for tests in another process.

They need no key and are in no journal. Bodies are JSON both ways; an error says in one message what is allowed.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import orjson

from fake_tmdb.api import openapi
from fake_tmdb.catalogue.living.parameters import Living
from fake_tmdb.catalogue.queries.values import whole
from fake_tmdb.faults.plan import PlanError, faults_from
from fake_tmdb.faults.values import shown
from fake_tmdb.http.limits import Limits
from fake_tmdb.http.state import LONGEST_LATENCY

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, MutableMapping

    from fake_tmdb.catalogue.living.oracle import Oracle
    from fake_tmdb.http.state import State

    Message = MutableMapping[str, Any]

PREFIX = "/__fake__"


class ControlError(Exception):
    """A request that the control routes refuse, with its HTTP status and a message that says why."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def _journal(fake: State, query: Mapping[str, str], _body: Any) -> Any:
    page = query.get("page")
    number = None if page is None else whole(page)
    if page is not None and number is None:
        raise ControlError(400, f"The page of a journal query is a number of up to nine digits, not {shown(page)}.")
    calls = fake.journal.calls(query.get("path", "*"), page=number)
    return {
        "count": len(calls),
        "peak_per_second": fake.journal.peak(),
        "asked_twice": fake.journal.asked_twice(),
        "faults_never_applied": fake.plan.idle(),
        "unmatched": [call.url for call in fake.journal.unmatched()],
        "calls": [{**call._asdict(), "page": call.page} for call in calls],
    }


def _clear_journal(fake: State, _query: Mapping[str, str], _body: Any) -> Any:
    fake.journal.clear()
    return {"count": 0}


def _faults(fake: State, _query: Mapping[str, str], _body: Any) -> Any:
    return {
        "faults": [
            {"does": rule.fault.label, "matched": rule.matched, "applied": rule.applied, "rule": asdict(rule.fault)}
            for rule in fake.plan.rules
        ],
        "never_applied": fake.plan.idle(),
    }


def _arm(fake: State, query: Mapping[str, str], body: Any) -> Any:
    try:
        fake.faults = faults_from(body)
    except PlanError as error:
        raise ControlError(400, str(error)) from error
    return _faults(fake, query, body)


def _disarm(fake: State, query: Mapping[str, str], body: Any) -> Any:
    fake.faults = []
    return _faults(fake, query, body)


def _clock(fake: State, _query: Mapping[str, str], _body: Any) -> Any:
    return {"now": fake.clock.now(), "frozen": fake.clock.frozen}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _set_clock(fake: State, query: Mapping[str, str], body: Any) -> Any:
    clock = fake.clock
    if isinstance(body, dict) and "hold" in body and "freeze" not in body:  # its first name
        body = {"freeze" if name == "hold" else name: value for name, value in body.items()}
    try:
        match body:
            case {"freeze": True, **rest} if not rest:
                clock.freeze()
            case {"run": True, **rest} if not rest:
                clock.run()
            case {"freeze": at, **rest} if not rest and _is_number(at):
                clock.freeze(at)
            case {"run": at, **rest} if not rest and _is_number(at):
                clock.run(at)
            case {"move": seconds, **rest} if not rest and _is_number(seconds):
                clock.move(seconds)
            case _:
                raise ControlError(
                    400,
                    'The clock takes {"freeze": T}, {"run": T} (seconds since 1970, or true for now) or '
                    '{"move": seconds}.',
                )
    except ValueError as error:
        raise ControlError(400, str(error)) from error
    return _clock(fake, query, body)


def _limits(fake: State, _query: Mapping[str, str], _body: Any) -> Any:
    return asdict(fake.limits)


def _set_limits(fake: State, query: Mapping[str, str], body: Any) -> Any:
    names = list(asdict(Limits()))
    if not isinstance(body, dict) or not set(body) <= set(names):
        raise ControlError(400, f"The limits are a mapping. Allowed are {', '.join(names)}.")
    try:
        fake.limits = Limits(**body)
    except ValueError as error:
        raise ControlError(400, str(error)) from error
    return _limits(fake, query, body)


def _settings(fake: State, _query: Mapping[str, str], _body: Any) -> Any:
    return {
        "drift": fake.drift,
        "latency": fake.latency,
        "living": None if fake.living is None else fake.living.told(),
        "movies": fake.catalogue.size,
        "seed": fake.catalogue.seed,
    }


def _set_settings(fake: State, query: Mapping[str, str], body: Any) -> Any:
    match body:
        case {"drift": bool() as drift, **rest} if not rest:
            fake.drift = drift
        case {"latency": latency, **rest} if not rest and _is_number(latency) and 0 <= latency <= LONGEST_LATENCY:
            fake.latency = float(latency)
        case {"living": living, **rest} if not rest:
            fake.living = _as_living(living)
        case _:
            raise ControlError(
                400,
                'The settings take {"drift": true or false}, {"latency": seconds}, at most an hour, or '
                '{"living": true, false or its parameters}.',
            )
    return _settings(fake, query, body)


def _as_living(told: Any) -> Living | None:
    if told is None or told is False:
        return None
    try:
        return Living.of({} if told is True else told)
    except ValueError as error:
        raise ControlError(400, str(error)) from error


def _day(query: Mapping[str, str]) -> dt.date:
    day = query.get("day", "")
    try:
        return dt.date.fromisoformat(day)
    except ValueError:
        raise ControlError(400, f"`day` is a date such as 2026-01-01, not {shown(day)}.") from None


def _events(fake: State, query: Mapping[str, str], _body: Any) -> Any:
    day = _day(query)
    return {"day": day.isoformat(), "events": [event._asdict() for event in _oracle(fake).events(day)]}


def _chances(fake: State, query: Mapping[str, str], _body: Any) -> Any:
    day = _day(query)
    movies = [whole(movie) for movie in query.get("movies", "").split(",")]
    top, days = whole(query.get("top", "100")), whole(query.get("days", "7"))
    known = [movie for movie in movies if movie is not None]
    if len(known) < len(movies) or top is None or days is None:
        raise ControlError(400, "`movies` are ids with commas between them; `top` and `days` are numbers.")
    try:
        chances = _oracle(fake).chance_in_top(known, day, top=top, days=days).tolist()
    except ValueError as error:
        raise ControlError(400, str(error)) from error
    told = dict(zip(map(str, known), chances, strict=True))
    return {"day": day.isoformat(), "top": top, "days": days, "chances": told}


def _oracle(fake: State) -> Oracle:
    try:
        return fake.oracle
    except ValueError as error:
        raise ControlError(409, str(error)) from error


def _reset(fake: State, query: Mapping[str, str], body: Any) -> Any:
    fake.reset()
    return _settings(fake, query, body)


def _openapi(_fake: State, _query: Mapping[str, str], _body: Any) -> Any:
    return openapi.description()


ROUTES: dict[tuple[str, str], Callable[[State, Mapping[str, str], Any], Any]] = {
    ("GET", "/journal"): _journal,
    ("DELETE", "/journal"): _clear_journal,
    ("GET", "/faults"): _faults,
    ("PUT", "/faults"): _arm,
    ("DELETE", "/faults"): _disarm,
    ("GET", "/clock"): _clock,
    ("PUT", "/clock"): _set_clock,
    ("GET", "/limits"): _limits,
    ("PUT", "/limits"): _set_limits,
    ("GET", "/settings"): _settings,
    ("PUT", "/settings"): _set_settings,
    ("GET", "/oracle"): _chances,
    ("GET", "/events"): _events,
    ("GET", "/openapi.json"): _openapi,
    ("POST", "/reset"): _reset,
}


async def respond(
    fake: State,
    scope: MutableMapping[str, Any],
    receive: Callable[[], Awaitable[Message]],
    send: Callable[[Message], Awaitable[None]],
) -> None:
    """Response one request to a control route."""
    status, document = 200, None
    try:
        document = _call(fake, scope, await _read(receive))
    except ControlError as error:
        status, document = error.status, {"error": str(error)}
    headers = [(b"content-type", b"application/json; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": orjson.dumps(document, default=dict)})


def _call(fake: State, scope: MutableMapping[str, Any], content: bytes) -> Any:
    path = scope["path"].removeprefix(PREFIX)
    route = ROUTES.get((scope["method"], path))
    if route is None:
        known = ", ".join(f"{method} {PREFIX}{path}" for method, path in ROUTES)
        raise ControlError(404, f"There is no control route {scope['method']} {scope['path']}; there are {known}.")
    try:
        body = orjson.loads(content) if content else None
    except orjson.JSONDecodeError as error:
        raise ControlError(400, f"The body is not JSON: {error}.") from error
    return route(fake, dict(parse_qsl(scope["query_string"].decode("latin-1"))), body)


async def _read(receive: Callable[[], Awaitable[Message]]) -> bytes:
    content, more = b"", True
    while more:
        message = await receive()
        content += message.get("body", b"")
        more = message.get("more_body", False)
    return content
