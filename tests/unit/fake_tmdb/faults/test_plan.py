import datetime as dt
import json

import pytest

from fake_tmdb.faults.fault import ALLOWED, Fault
from fake_tmdb.faults.plan import PlanError, faults_from, read_plan

NESTED: list = []
for _ in range(40):
    NESTED = [NESTED]
YAML = """\
faults:
  - path: /movie/popular
    page: 3
    times: 2
    status: 503
    headers: {Retry-After: "2"}
  - {nth: [1, 4], gzip: unlabelled}
"""


def test_yaml_and_json_say_the_same():
    """A plan reads the same in either form, indented with tabs or not."""
    plan = [{"path": "/movie/popular", "page": 3}, {"nth": [1, 4], "set": {"results.*.id": None}}]

    assert read_plan(json.dumps(plan, indent="\t"), "plan.json") == faults_from(plan)
    assert read_plan(YAML, "plan.yaml")[0] == Fault(
        path="/movie/popular", page=3, times=2, status=503, headers={"Retry-After": "2"}
    )


def test_every_field_can_be_said():
    """The plan language knows exactly the fields of a fault."""
    assert set(ALLOWED) == set(Fault.__dataclass_fields__)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- path: /a\n  statuss: 503\n", "plan line 2: there is no 'statuss'; allowed are name, path, page"),
        ("- path: /a\n- page: 2\n  status: 99\n", "plan line 3: status is an HTTP status from 200 to 599, not 99"),
        ("faults:\n  - headers: {Retry-After: 2}\n", r"plan line 2: headers is .* \(put numbers in quotes\)"),
        ("- 5\n", "plan line 1: a rule is a mapping"),
        ("- path: [\n", "plan line 2 is neither YAML nor JSON"),
        ('[{"gzip": "yes"}]', "plan line 1: gzip is one of unlabelled, mislabelled, not 'yes'"),
        ("- path: /a\n  status: 503\n  status: 500\n", "plan line 3: status is there twice"),
        ("[" * 600, "plan is nested too deeply"),
        ("[" * 30_000, "plan is nested too deeply"),
        ("- " * 3_000, "plan is nested too deeply"),
        ("[a, " * 100 + "]" * 100, "plan is nested too deeply"),
        ("- page: !!bool x\n", "plan line 1 is neither YAML nor JSON: 'x' cannot be read as bool, put it in quotes"),
        ("- {}\n- code: []\n", "plan line 2: code is a TMDB status code from 1 to 47, not \\[\\]"),
        (
            "- name: x\n  set: {day: 2001-13-99}\n",
            "plan line 2 .*: '2001-13-99' cannot be read as timestamp, put it in",
        ),
        (f"- page: {'1' * 5_000}\n", "plan line 1 .*: '1111.*' cannot be read as int"),
        (
            f"- page: 0x{'f' * 5_000}\n",
            "plan line 1: page is a page number from 1, not a number of thousands of digits",
        ),
        ("- !!int {a: 1}\n", "plan line 1 .*: expected a scalar node"),
        ("- !!timestamp\n  x\n", "plan line 1 .*: 'x' cannot be read as timestamp"),
        ("- &a {name: x}\n- *a\n", "plan line 2 .*: a plan has no aliases, write the value out"),
        (
            "- path: /3/movie/popular\n",
            "plan line 1: path is a path such as /movie/popular, without /3 before and a query",
        ),
        ("hello", "A fault plan is a list of rules"),
        ("", "A fault plan is a list of rules"),
        ("rules: []", "A fault plan is a list of rules"),
        ("\0", "plan is neither YAML nor JSON: it cannot be read"),
    ],
)
def test_errors_say_which_line_and_what_is_allowed(text, message):
    """A bad plan is refused with its line and the allowed values, in one message."""
    with pytest.raises(PlanError, match=message):
        read_plan(text, "plan")


@pytest.mark.parametrize(
    "rule",
    [
        {"name": 1}, {"path": 1}, {"page": 0}, {"query": {"a": 1}}, {"nth": 0}, {"nth": "1"}, {"skip": -1},
        {"times": 0},
        {"probability": 2}, {"probability": True}, {"seed": "x"}, {"window": [1]}, {"window": [1, -1]}, {"ttl": -1},
        {"delay": "1"}, {"hang": 1}, {"reset": "yes"}, {"status": 999}, {"code": 48}, {"body": "yaml"}, {"revoke": 1},
        {"empty": 1}, {"serve_page": 0}, {"serve_page": 501}, {"repeat_page": 0}, {"repeat_page": 501}, {"short": 0},
        {"short": True}, {"set": []}, {"remove": "a"}, {"rename": {"a": 1}}, {"text": 1},
        {"content_type": 1}, {"headers": []}, {"gzip": 1}, {"truncate": 2}, {"cut": -1}, {"drip": 0},
        {"window": [5, 1]}, {"delay": float("inf")}, {"set": {1: "x"}}, {"set": {"page": {1, 2}}}, {"remove": [1]},
        {"content_type": "text/html\r\n"}, {"headers": {"X": "\u20ac"}}, {"headers": {"X": "a\nb"}},
        {"headers": {"X Y": "a"}}, {"headers": {"content-length": "5"}}, {"headers": {"Transfer-Encoding": "chunked"}},
        {"headers": {1: "x"}}, {"path": "movie/popular"}, {"path": "/movie/popular?page=2"},
        {"path": "/movie/popular/"},
        {"path": "//movie"}, {"path": "/3"}, {"path": "/a/../b"}, {"path": ""}, {"nth": []}, {"skip": 0.0},
        {"skip": False}, {"code": True}, {"code": 1.0}, {"page": 2**31}, {"seed": 2**63}, {"seed": True},
        {"name": "\ud800"}, {"name": None}, {"set": {"a": float("nan")}}, {"set": {"a": 2**64}}, {"set": {"a..b": 1}},
        {"set": {"": 1}}, {"remove": ["a."]}, {"set": {"a": b"x"}}, {"rename": {".a": "x"}}, {"set": {"a": NESTED}},
    ],
    ids=lambda rule: next(iter(rule)),
)  # fmt: skip
def test_wrong_values_are_refused(rule):
    """Each field refuses a value of the wrong kind, and names the rule."""
    with pytest.raises(PlanError, match="In rule 1: "):
        faults_from([rule])


@pytest.mark.parametrize(
    "rule",
    [
        {
            "name": "x",
            "seed": 3,
            "skip": 0,
            "window": [0, 1.5],
            "ttl": 3,
            "probability": 0.5,
            "delay": 0.1,
            "hang": True,
        },
        {"code": 25, "status": 429, "body": "errors", "revoke": False, "empty": True, "repeat_page": 2, "reset": True},
        {"serve_page": 500, "short": 1, "path": "*/popular", "page": None, "nth": None, "window": None, "remove": []},
        {"set": {"a": dt.date(2001, 1, 1), "b.*.0": [{"c": -(2**63)}, 2**64 - 1, 0.5, None]}, "path": "/"},
        {
            "remove": ["a"],
            "rename": {"a": "b"},
            "text": "",
            "content_type": "a/b",
            "truncate": 0.5,
            "cut": 0,
            "drip": 9,
        },
    ],
)
def test_right_values_are_taken(rule):
    """What is allowed becomes the fault."""
    (fault,) = faults_from({"faults": [rule]})

    assert {name: getattr(fault, name) for name in rule} == rule
