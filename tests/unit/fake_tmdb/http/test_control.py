import asyncio
import datetime as dt

import orjson
import pytest

from fake_tmdb import Fault, Limits, Living
from fake_tmdb.http.control import respond as control_respond


@pytest.fixture
def control(fake, send):
    """Return a function that asks a control route, with a JSON body."""

    def control(method, path, body=None):
        content = b"" if body is None else orjson.dumps(body)
        return send(fake.app, f"/__fake__{path}", method=method, body=content)

    return control


def test_the_journal_from_outside(control, ask, fake):
    """Another process can read the journal, narrowed by path and page, and clear it."""
    for page in (1, 2, 2):
        ask(f"/movie/popular?page={page}")
    ask("/configuration")
    everything, narrowed = control("GET", "/journal").json(), control("GET", "/journal?path=/movie/*&page=2").json()
    control("DELETE", "/journal")

    assert (everything["count"], everything["peak_per_second"]) == (4, 4)
    assert everything["asked_twice"] == {"/3/movie/popular?page=2": 2}
    assert [call["page"] for call in narrowed["calls"]] == [2, 2]
    assert len(fake.journal) == 0


def test_unmatched_routes_are_reported(control, ask):
    """Another process is told the addresses for which there is no route."""
    ask("/movie/popular")
    ask("/movies/popular?page=2")

    assert control("GET", "/journal").json()["unmatched"] == ["/3/movies/popular?page=2"]


def test_control_requests_are_in_no_journal(control, fake):
    """Asking does not change what is asked about."""
    control("GET", "/journal")

    assert len(fake.journal) == 0


def test_faults_from_outside(control, ask, fake):
    """A plan can be armed, looked at and disarmed."""
    armed = control("PUT", "/faults", {"faults": [{"path": "/movie/popular", "status": 503, "times": 1}]})
    statuses = [ask("/movie/popular").status for _ in range(2)]
    seen = control("GET", "/faults").json()["faults"][0]

    assert armed.status == 200
    assert statuses == [503, 200]
    assert (seen["does"], seen["matched"], seen["applied"]) == ("status 503", 2, 1)
    assert control("DELETE", "/faults").json() == {"faults": [], "never_applied": []}


def test_a_fault_that_never_applied_is_told(control, ask):
    """Both the plan and the journal say which rules did nothing, and why."""
    control("PUT", "/faults", [{"path": "/movies/popular", "status": 500}, {"page": 2, "status": 503}])
    ask("/movie/popular?page=2")
    told = "Rule 1 (status 500) never applied: there is no route like /movies/popular."

    assert control("GET", "/faults").json()["never_applied"] == [told]
    assert control("GET", "/journal").json()["faults_never_applied"] == [told]


def test_what_is_told_of_a_rule_can_be_armed_again(control):
    """The rules that are read from one fake are a plan for another."""
    armed = control("PUT", "/faults", [{"page": 2, "status": 503}, {"window": [1, 2], "set": {"a.*": None}}]).json()
    again = control("PUT", "/faults", [told["rule"] for told in armed["faults"]]).json()

    assert again == armed


def test_the_clock_from_outside(control, fake):
    """Time can be frozen, moved and run, at a time or from where it is."""
    assert control("PUT", "/clock", {"freeze": 100}).json() == {"now": 100, "frozen": True}
    assert control("PUT", "/clock", {"move": 5.5}).json()["now"] == 105.5
    assert control("PUT", "/clock", {"run": True}).json() == {"now": 105.5, "frozen": False}
    assert control("PUT", "/clock", {"run": 7}).json()["now"] == 7
    assert control("PUT", "/clock", {"freeze": True}).json()["frozen"] is True
    assert control("GET", "/clock").json() == {"now": 7, "frozen": True}


def test_freezing_by_its_first_name(control):
    """What was written for an earlier fake still stops the clock: the key was called hold."""
    assert control("PUT", "/clock", {"hold": 100}).json() == {"now": 100, "frozen": True}
    assert control("PUT", "/clock", {"hold": 100, "freeze": 100}).status == 400
    assert control("PUT", "/clock", {"hold": 100, "run": 100}).status == 400


def test_limits_from_outside(control, fake):
    """Limits can be set and read."""
    told = control("PUT", "/limits", {"requests": 5, "seconds": 10, "form": "historic"})

    assert told.json() == control("GET", "/limits").json()
    assert fake.limits == Limits(requests=5, seconds=10, form="historic")


def test_settings_from_outside(control, fake):
    """Latency and drift can be set; all can be read."""
    control("PUT", "/settings", {"latency": 0.5})
    control("PUT", "/settings", {"drift": True})

    assert control("GET", "/settings").json() == {
        "drift": True,
        "latency": 0.5,
        "living": None,
        "movies": 20_000,
        "seed": 1,
    }


def test_life_from_outside(control, fake, ask):
    """The world can be let live, with parameters of one's own, and be stopped; pages are made anew each time."""
    standing = ask("/movie/popular").body
    assert control("PUT", "/settings", {"living": {"sigma": 0.3}}).json()["living"]["sigma"] == 0.3
    assert fake.living == Living(sigma=0.3)
    living = ask("/movie/popular").body
    assert control("PUT", "/settings", {"living": True}).json()["living"] == Living().told() | {"change_points": []}
    default = ask("/movie/popular").body
    assert control("PUT", "/settings", {"living": False}).json()["living"] is None

    assert ask("/movie/popular").body == standing
    assert len({standing, living, default}) == 3
    control("PUT", "/settings", {"living": True})
    assert control("POST", "/reset").json()["living"] is None


def test_the_best_prediction_from_outside(control, fake):
    """Chances by id, and what comes and goes on a day, are those that the fake gives in process."""
    fake.living = Living()
    told = control("GET", "/oracle?movies=550,11&day=2026-01-01&top=500&days=3").json()
    chances = fake.oracle.chance_in_top([550, 11], dt.date(2026, 1, 1), top=500, days=3)
    events = control("GET", "/events?day=2026-01-01").json()

    assert told == {
        "day": "2026-01-01", "top": 500, "days": 3, "chances": dict(zip(("550", "11"), chances, strict=True))
    }  # fmt: skip
    assert [tuple(event.values()) for event in events["events"]] == fake.oracle.events(dt.date(2026, 1, 1))


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/oracle?movies=550", "`day` is a date such as 2026-01-01, not ''."),
        ("/oracle?movies=550&day=today", "`day` is a date such as 2026-01-01, not 'today'."),
        ("/oracle?day=2026-01-01", "`movies` are ids with commas between them"),
        ("/oracle?day=2026-01-01&movies=550&top=x", "`movies` are ids with commas between them"),
        ("/oracle?day=2026-01-01&movies=550&days=x", "`movies` are ids with commas between them"),
        ("/oracle?day=2026-01-01&movies=550&days=99", "The chance is that of at least one place"),
        ("/events?day=1", "`day` is a date"),
    ],
)
def test_questions_about_the_future_are_checked(control, fake, path, message):
    """What is missing or no number is told with what is allowed."""
    fake.living = Living()
    reply = control("GET", path)

    assert reply.status == 400
    assert reply.json()["error"].startswith(message)


@pytest.mark.parametrize("path", ["/oracle?day=2026-01-01&movies=550", "/events?day=2026-01-01"])
def test_a_standing_world_has_no_future(control, path):
    """Where nothing changes there is nothing to predict: 409, with the way to let it live."""
    reply = control("GET", path)

    assert (reply.status, reply.json()["error"][:24]) == (409, "This fake stands still. ")


def test_reset_from_outside(control, ask, fake):
    """A reset returns to the first state."""
    fake.faults, fake.latency = [Fault(status=500)], 1.0
    control("POST", "/reset")

    assert (fake.faults, fake.latency, len(fake.journal)) == ([], 0.0, 0)


def test_the_description_is_served(control):
    """The OpenAPI description can be read without a key."""
    assert control("GET", "/openapi.json").json()["openapi"] == "3.1.0"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "message"),
    [
        ("GET", "/nope", None, 404, "There is no control route GET /__fake__/nope; there are GET /__fake__/journal, "),
        ("GET", "/journal?page=x", None, 400, "The page of a journal query is a number"),
        ("PUT", "/faults", [{"nope": 1}], 400, "In rule 1: there is no 'nope'; allowed are name, path"),
        ("PUT", "/clock", {"freeze": "noon"}, 400, "The clock takes"),
        ("PUT", "/clock", {"freeze": False}, 400, "The clock takes"),
        ("PUT", "/clock", {"freeze": 1, "move": 2}, 400, "The clock takes"),
        ("PUT", "/clock", None, 400, "The clock takes"),
        ("PUT", "/limits", {"request": 1}, 400, "Allowed are requests, seconds, connections, form"),
        ("PUT", "/limits", {"requests": 0}, 400, "requests is at least 1"),
        ("PUT", "/limits", None, 400, "Allowed are"),
        ("PUT", "/limits", [1], 400, "Allowed are"),
        ("PUT", "/limits", {"requests": "many"}, 400, "requests is at least 1 and whole, or none, not 'many'"),
        ("PUT", "/limits", {"requests": True}, 400, "requests is at least 1 and whole"),
        ("PUT", "/limits", {"connections": 1.5}, 400, "connections is at least 1 and whole"),
        ("PUT", "/limits", {"seconds": "a"}, 400, "above 0 seconds and at most a day, not 'a'"),
        ("PUT", "/limits", {"seconds": 86_401}, 400, "above 0 seconds and at most a day, not 86401"),
        ("PUT", "/limits", {"form": []}, 400, "The form of a 429 is modern, historic or date, not []."),
        ("PUT", "/faults", [{"code": []}], 400, "In rule 1: code is a TMDB status code from 1 to 47, not []."),
        ("GET", f"/journal?page={'9' * 5_000}", None, 400, "The page of a journal query is a number of up to nine"),
        ("PUT", "/settings", {"latency": 3_601}, 400, "The settings take"),
        ("PUT", "/clock", {"freeze": 1e18}, 400, "The clock stands between 0 and"),
        ("PUT", "/clock", {"run": -1}, 400, "The clock stands between 0 and"),
        ("PUT", "/clock", {"move": 1e300}, 400, "The clock stands between 0 and"),
        ("PUT", "/clock", {"move": True}, 400, "The clock takes"),
        ("PUT", "/settings", {"latency": True}, 400, "The settings take"),
        ("PUT", "/settings", {"latency": -1}, 400, "The settings take"),
        ("PUT", "/settings", {"latency": "x"}, 400, "The settings take"),
        ("PUT", "/settings", {"living": {"rho": 2}}, 400, "rho is a number from 0.0 to 0.99, not 2."),
        ("PUT", "/settings", {"living": 1}, 400, "The parameters of a living world are a mapping"),
    ],
)
def test_bad_use_is_told_in_a_message(control, method, path, body, status, message):
    """What is wrong and what is allowed is told; nothing changes."""
    reply = control(method, path, body)

    assert reply.status == status
    assert message in reply.json()["error"]


def test_a_body_that_is_no_json(fake, send):
    """A broken body is refused."""
    reply = send(fake.app, "/__fake__/clock", method="PUT", body=b"{")

    assert reply.status == 400
    assert reply.json()["error"].startswith("The body is not JSON")


def test_a_body_may_come_in_pieces(fake):
    """A client that sends its body bit by bit is understood as any other."""
    pieces = [
        {"type": "http.request", "body": b'{"ho', "more_body": True},
        {"type": "http.request", "more_body": True},
        {"type": "http.request", "body": b'ld": 100}'},
    ]
    sent = []

    async def receive():
        return pieces.pop(0)

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "PUT", "path": "/__fake__/clock", "query_string": b"", "headers": []}
    asyncio.run(control_respond(fake, scope, receive, send))

    assert sent == [
        {
            "type": "http.response.start",
            "status": 200,
            "headers": [(b"content-type", b"application/json; charset=utf-8")],
        },
        {"type": "http.response.body", "body": b'{"now":100,"frozen":true}'},
    ]


def test_the_journal_is_told_whole(control, ask, fake):
    """Each request with all its parts, as the journal in the process has it, with its page."""
    ask("/movie/popular?page=2")
    (call,) = fake.journal.calls()

    told = control("GET", "/journal").json()
    assert told["calls"] == [call._asdict() | {"page": 2}]
    assert told["unmatched"] == []


def test_the_faults_are_told_as_they_were_armed(control):
    """The rule itself is told, with what it does in words."""
    (told,) = control("PUT", "/faults", [{"path": "/x", "status": 503, "times": 2}]).json()["faults"]

    assert (told["does"], told["matched"], told["applied"]) == ("status 503", 0, 0)
    assert (told["rule"]["path"], told["rule"]["times"]) == ("/x", 2)
    assert control("DELETE", "/journal").json() == {"count": 0}


def test_settings_of_the_first_state_are_told_by_a_reset(control):
    """A reset tells the state that it made."""
    control("PUT", "/settings", {"latency": 0.25})

    assert control("POST", "/reset").json() == {
        "drift": False,
        "latency": 0.0,
        "living": None,
        "movies": 20_000,
        "seed": 1,
    }
    assert control("PUT", "/settings", {"latency": 0}).json()["latency"] == 0.0


@pytest.mark.parametrize(
    ("method", "path", "body", "sentence"),
    [
        ("GET", "/journal?page=x", None, "The page of a journal query is a number of up to nine digits, not 'x'."),
        (
            "PUT",
            "/clock",
            {"freeze": 1, "run": 2},
            'The clock takes {"freeze": T}, {"run": T} (seconds since 1970, or true for now) or {"move": seconds}.',
        ),
        ("PUT", "/clock", {"run": True, "move": 1}, None),
        ("PUT", "/clock", {"freeze": True, "x": 1}, None),
        ("PUT", "/clock", {"run": 1, "x": 1}, None),
        ("PUT", "/clock", {"move": 1, "x": 1}, None),
        (
            "PUT",
            "/limits",
            {"second": 1},
            "The limits are a mapping. Allowed are requests, seconds, connections, form.",
        ),
        (
            "PUT",
            "/settings",
            {"latency": 1, "drift": True},
            (
                'The settings take {"drift": true or false}, {"latency": seconds}, at most an hour, or '
                '{"living": true, false or its parameters}.'
            ),
        ),
        ("PUT", "/settings", {"drift": True, "x": 1}, None),
        ("PUT", "/settings", {"latency": 1, "x": 1}, None),
        ("PUT", "/settings", {"drift": 1}, None),
    ],
)
def test_bad_use_changes_nothing(control, fake, method, path, body, sentence):
    """More than one wish at once is refused, whole, and the fake is as it was."""
    before = [control("GET", route).json() for route in ("/limits", "/settings", "/faults")]
    frozen = fake.clock.frozen
    told = control(method, path, body)

    assert told.status == 400
    assert sentence is None or told.json() == {"error": sentence}
    assert [control("GET", route).json() for route in ("/limits", "/settings", "/faults")] == before
    assert fake.clock.frozen is frozen
