import json

import pytest

from fake_tmdb.faults import Fault
from fake_tmdb.plan import ALLOWED, PlanError, faults_from, read_plan

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
        ("hello", "A fault plan is a list of rules"),
        ("", "A fault plan is a list of rules"),
        ("rules: []", "A fault plan is a list of rules"),
        ("\0", "plan is neither YAML nor JSON: it cannot be read"),
    ],
)
def test_errors_say_which_line_and_what_is_allowed(text, message):
    """A bad plan is refused with its line and the allowed values, in one sentence."""
    with pytest.raises(PlanError, match=message):
        read_plan(text, "plan")


@pytest.mark.parametrize(
    "rule",
    [
        {"name": 1}, {"path": 1}, {"page": 0}, {"query": {"a": 1}}, {"nth": 0}, {"nth": "1"}, {"skip": -1},
        {"times": 0},
        {"probability": 2}, {"probability": True}, {"seed": "x"}, {"window": [1]}, {"window": [1, -1]}, {"ttl": -1},
        {"delay": "1"}, {"hang": 1}, {"reset": "yes"}, {"status": 999}, {"code": 48}, {"body": "xml"}, {"revoke": 1},
        {"empty": 1}, {"serve_page": 0}, {"serve_page": 501}, {"repeat_page": 0}, {"repeat_page": 501}, {"short": 0},
        {"short": True}, {"set": []}, {"remove": "a"}, {"rename": {"a": 1}}, {"text": 1},
        {"content_type": 1}, {"headers": []}, {"gzip": 1}, {"truncate": 2}, {"cut": -1}, {"drip": 0},
        {"window": [5, 1]}, {"delay": float("inf")}, {"set": {1: "x"}}, {"set": {"page": {1, 2}}}, {"remove": [1]},
        {"content_type": "text/html\r\n"}, {"headers": {"X": "\u20ac"}}, {"headers": {"X": "a\nb"}},
        {"headers": {"X Y": "a"}},
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
        {"serve_page": 500, "short": 1},
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
