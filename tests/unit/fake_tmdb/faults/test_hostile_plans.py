"""Plans and control bodies that nobody should write: each is taken, or refused in one message, and nothing crashes."""

import asyncio
import re
from dataclasses import replace

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support import examples

from fake_tmdb import NO_LIMITS, Catalogue, Clock, FakeTmdb, Fault
from fake_tmdb.faults.plan import PlanError, faults_from, read_plan
from fake_tmdb.http import control

FIELDS = tuple(Fault.__dataclass_fields__)
FAKE = FakeTmdb(catalogue=Catalogue(movies=60), clock=Clock(lambda: 1_704_110_400.0), limits=NO_LIMITS)
TARGETS = ("/movie/popular?page=2", "/movie/550", "/genre/movie/list", "/configuration/countries", "/nothing")
# Values in YAML: of a type that their text does not have, endless, not there, of their own kind, or of a foreign one.
VALUES = (
    "!!bool x", "!!int x", "!!float x", "!!timestamp x", "!!null x", "!!binary x", "!!set x", "!!omap x", "!!pairs x",
    "!!python/object:os.system x", "!mine x", "!!str 5", "!!int ''", "2001-13-99", "2001-02-30 25:61:61Z", "2001-01-01",
    "[]", "{}", "[[]]", "[{}]", "{[]: 1}", "{a: {b: []}}", ".nan", ".inf", "-.inf", "1e999", "-1", "0", "0.0", "1",
    "200", "304", "1e300", "190:20:30", "0b2", "0x" + "f" * 5_000, "1" * 5_000, "-" + "9" * 5_000, "null", "~", "true",
    "false", "&a [*a]", "*a", "&a {b: *a}", "'x'", '""', '"\\ud800"', '"\\0"', '"a\\nb"', "x" * 5_000, "[1, [2]]",
    "[0, 1e308]", "[1, 2]", "[" * 40 + "]" * 40, "{a: '1'}", "{'': 1}", "{a..b: 1}", "{results.*.²: 1}",
    "1.0", "{\"\\ud800\": x}",
    f"{{results.{'9' * 5_000}.id: 1}}", "{results.*.id: [[[]]], results.0.id.0.0.0: 1}", "{Content-Length: '5'}",
    "{Content-Length: x}", "{Transfer-Encoding: chunked}", "{Retry-After: '2'}", "['*']", "['*.*']", "['']", "{'*': a}",
)  # fmt: skip
LINES = st.builds("- {}: {}\n".format, st.sampled_from([*FIELDS, "nope", "<<", "", "? a"]), st.sampled_from(VALUES))
YAMLISH = st.lists(LINES | st.text("-[]{}:,&*!|>%@`'\"# \n\tabx01.", max_size=12), max_size=5).map("".join)


def is_sentence(message):
    """Return whether a message is one short line that ends as a message does."""
    return message.isprintable() and message.endswith(".") and len(message) < 1_000


def served(fake, target, **scope):
    """Ask the application once; return the status and the body, or None where the connection is broken on purpose."""
    path, _, query = target.partition("?")
    sent = []
    messages = iter([{"type": "http.request", "body": scope.pop("body", b"")}])

    async def receive():
        return next(messages, {"type": "http.disconnect"})

    async def send(message):
        sent.append(message)

    headers = [(b"authorization", f"Bearer {fake.read_token}".encode())]
    request = {"type": "http", "method": "GET", "path": path, "query_string": query.encode(), "headers": headers}
    try:
        asyncio.run(fake.app({**request, **scope}, receive, send))
    except ConnectionResetError:
        return None
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])


def outcome(make, *arguments):
    """Return what a call returns, or the error by which it refuses."""
    try:
        return make(*arguments)
    except ValueError as error:
        return error


def check_plan(text):
    """Read a plan; if it is taken, everything that it does is answered, and it can be looked at from outside."""
    faults = outcome(read_plan, text, "plan.yaml")
    if isinstance(faults, PlanError):
        assert is_sentence(str(faults))
        assert re.search(r"line \d+|A fault plan is a list|nested too deeply|it cannot be read", str(faults))
        return
    # Waiting is left out: how long is no question here.
    FAKE.faults = [replace(fault, delay=0.0, hang=False, drip=None, ttl=None, window=None) for fault in faults]
    for target in TARGETS:
        response = served(FAKE, f"/3{target}")
        assert response is None or 200 <= response[0] <= 599
    status, body = served(FAKE, "/__fake__/faults")
    assert (status, len(orjson.loads(body)["faults"])) == (200, len(faults))


@pytest.mark.parametrize("value", VALUES, ids=lambda value: value[:24])
def test_every_name_with_every_odd_value(value):
    """Whatever stands behind a name is taken or refused, with its line."""
    for name in FIELDS:
        check_plan(f"# a comment\n- {name}: {value}\n")


@examples(150)
@given(text=YAMLISH | st.text())
@example(text="- page: !!bool x\n")
@example(text="- code: []\n")
@example(text="- name: 2001-13-99\n")
@example(text="? [a]\n: 1\n")
@example(text="faults: &a [*a]\n")
@example(text="- &a {set: *a}\n")
@example(text="- !!timestamp x\n")
def test_any_text_is_a_plan_or_one_message(text):
    """No text of a plan is answered with anything but its faults or a PlanError."""
    check_plan(text)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from([1e308, 2**70, -1, 0.0, "modern"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "hold",
                    "freeze",
                    "run",
                    "move",
                    "form",
                    "seconds",
                    "requests",
                    "connections",
                    "drift",
                    "latency",
                    "faults",
                    *FIELDS,
                ]
            )
            | st.text(),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)
QUERIES = st.sampled_from(
    ["", "page=" + "9" * 5_000, "page=%D9%A3", "page=-1", "path=[", "path=%00%ff", "page=", "page=1&page=2"]
)


@examples(200)
@given(route=st.sampled_from(sorted(control.ROUTES)), body=JSON, query=QUERIES)
@example(route=("PUT", "/limits"), body={"form": []}, query="")
@example(route=("PUT", "/limits"), body={"form": {}}, query="")
@example(route=("PUT", "/limits"), body={"seconds": 1e308}, query="")
@example(route=("PUT", "/settings"), body={"latency": 1e308}, query="")
@example(route=("PUT", "/faults"), body=[{"code": []}], query="")
@example(route=("GET", "/journal"), body=None, query="page=" + "9" * 5_000)
def test_any_body_of_a_control_route_is_taken_or_one_message(route, body, query):
    """A control route does what it is asked or answers 400 with a message, and goes on answering."""
    method, path = route
    content = orjson.dumps(body, option=orjson.OPT_NON_STR_KEYS) if _is_small(body) else b"9" * 5_000
    status, told = served(FAKE, f"/__fake__{path}?{query}", method=method, body=content)

    assert status in {200, 400}
    assert status == 200 or is_sentence(orjson.loads(told)["error"])
    assert served(FAKE, "/__fake__/settings")[0] == served(FAKE, "/__fake__/limits")[0] == 200
    FAKE.faults = []
    for form in ("modern", "historic", "date"):
        FAKE.limits = replace(FAKE.limits, form=form)
        FAKE.latency = 0.0
        assert served(FAKE, "/3/movie/popular")[0] in {200, 429}
    FAKE.reset()


def _is_small(body):
    """Return whether a body can be written by orjson: its integers have 64 bits."""
    try:
        orjson.dumps(body)
    except TypeError:
        return False
    return True


@given(content=st.binary(max_size=40))
@example(content=b"[" * 2_000)
@example(content=b"\xff")
@example(content=b'"\\ud800"')
def test_bytes_that_are_no_json_are_refused(content):
    """Whatever bytes come as a body, a control route answers 200 or 400 with a message."""
    status, told = served(FAKE, "/__fake__/faults", method="PUT", body=content)

    assert status in {200, 400}
    assert status == 200 or is_sentence(orjson.loads(told)["error"])


def test_a_page_of_five_thousand_digits_can_be_looked_at():
    """A request with an absurd page is in the journal like any other, with page 0, and can be asked for."""
    FAKE.reset()
    assert served(FAKE, f"/3/movie/popular?page={'9' * 5_000}")[0] == 400
    status, body = served(FAKE, "/__fake__/journal")

    assert (status, orjson.loads(body)["calls"][0]["page"]) == (200, 0)


@pytest.mark.parametrize("value", VALUES, ids=lambda value: value[:24])
def test_python_refuses_what_a_plan_refuses(value):
    """A Fault that is made in Python is held to the same rules as one in a plan, in the same words."""
    read = outcome(read_plan, f"- {{set: {{x: {value}}}}}", "plan")
    if isinstance(read, PlanError):
        return
    data = read[0].set["x"]
    for name in FIELDS:
        expected, made = outcome(faults_from, [{name: data}]), outcome(lambda name=name: Fault(**{name: data}))
        if isinstance(expected, PlanError):
            assert str(made) == str(expected).replace("In rule 1: ", "A fault's ")
        else:
            assert expected == [made]
