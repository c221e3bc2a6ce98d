"""Stand-ins as they are, one by one."""

import traceback

import pytest

from dag_integrity.parser.stubs.blame import Blame, blamed, stand_in
from dag_integrity.parser.stubs.finder import StubModule
from dag_integrity.parser.stubs.operators import operator_of
from dag_integrity.parser.stubs.values import ANSWERED, answered, kind_of


@pytest.fixture(autouse=True)
def nothing_answered():
    yield
    ANSWERED.clear()


@pytest.mark.parametrize(
    "made", [StubModule("acme"), kind_of("acme.Hook"), kind_of("acme.Hook")()], ids=["module", "class", "object"]
)
def test_stand_in_has_whatever_is_asked_of_it(made):
    """Any name but those by which Python asks what a thing is."""
    assert made.limit.of.pages
    with pytest.raises(AttributeError):
        _ = made.__nosuch__


def test_stand_in_says_what_it_stands_in_for():
    """By its text, its type, and in what Python says when it breaks something."""
    made = StubModule("acme").hooks.Hook()

    assert str(made) == repr(made) == f"{type(made)}" == type(made).__name__ == "stand-in for acme.hooks.Hook"
    with pytest.raises(TypeError, match=r"'stand-in for acme\.hooks\.Hook' and 'int'"):
        made + 1


def test_stand_in_takes_and_gives_anything():
    """Called, it is a decorator or itself again; looped over, it is empty; entered or looked into, it is itself."""
    thing = kind_of("acme.thing")(1, more=2)

    assert thing(print) is print
    assert thing(1, 2) is thing
    assert thing["a"] is thing
    assert type(thing)[int] is type(thing)
    assert list(thing) == list(type(thing)) == []
    assert {thing: 1}[thing] == 1
    with thing as entered:
        assert entered is thing


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("x", ""),
        (3, ""),
        ("TypeError: 'stand-in for acme.Hook' object", "acme.Hook"),
        (StubModule("acme"), "acme"),
        (kind_of("acme.Hook"), "acme.Hook"),
        (kind_of("acme.Hook")(), "acme.Hook"),
        (kind_of("acme.NotFoundError")(), "acme.NotFoundError"),
        (type("Own", (kind_of("acme.Hook"),), {})(), "acme.Hook"),
        (operator_of("acme.LoadOperator"), "acme.LoadOperator"),
        (operator_of("acme.LoadOperator")(task_id="a"), "acme.LoadOperator"),
        ([1, {"a": (kind_of("acme.Hook"),)}], "acme.Hook"),
        ({kind_of("acme.Hook"): 1}, "acme.Hook"),
        ([[[[kind_of("acme.Hook")]]]], ""),
    ],
)
def test_stand_in_is_found_in_what_holds_it(value, name):
    """Not too deep, since others may hold a lot."""
    assert stand_in(value) == name


def test_error_without_a_stand_in_is_nobody_s():
    """Nor one that has met nothing at all."""
    assert blamed(ValueError("x")) == ""


def test_error_that_is_told_as_text_alone_is_looked_at_as_text():
    """As what Airflow says once it has read the file; whatever answered before may be why."""
    blame = Blame()

    assert blame.of("ValueError: 'stand-in for acme.Hook' is no name") == "acme.Hook"
    assert blame.of("ValueError: x") == ""
    answered("acme.Table")
    assert blame.of("ValueError: x") == "acme.Table"


def test_text_that_is_told_of_no_error_is_nobody_s(monkeypatch):
    """As of who asks for the last error where there is none."""
    monkeypatch.setattr(traceback, "format_exc", traceback.format_exc)
    blame = Blame()
    blame.install()

    assert blame.of(traceback.format_exc()) == ""
