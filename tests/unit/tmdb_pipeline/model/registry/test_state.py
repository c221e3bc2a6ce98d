from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Barrier

import pytest

from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.model.errors import NoModel
from tmdb_pipeline.model.registry.state import Challenger, Deed, Shelf, State

AT, DAY = datetime(2026, 1, 2, tzinfo=UTC), date(2026, 1, 2)


def of(*damaged):
    """What says of these versions, and of no other, that they cannot answer."""
    return lambda version: f"{version} is damaged." if version in damaged else ""


@pytest.fixture
def shelf(tmp_path):
    shelf = Shelf(Lake(str(tmp_path / "lake")), "m")
    for version in ("a", "b", "c", "b"):
        shelf.enter(version)
    return shelf


def test_versions_are_listed_once_in_order(shelf):
    """The oldest first; of a model that has none, none."""
    assert shelf.versions() == ["a", "b", "c"]
    assert Shelf(shelf.lake, "other").versions() == []
    assert Shelf(shelf.lake, "other").state() == State()


def test_champions_follow_each_other_and_come_back(shelf):
    """A rollback goes to the champion before, the next one further; everything is written down."""
    for version in ("a", "b", "c"):
        shelf.promote(version, at=AT, why=f"better {version}")

    assert shelf.rollback(at=AT, why="worse", trouble=of()).champion == "b"
    assert shelf.rollback(at=AT, why="worse still", trouble=of()).champion == "a"
    with pytest.raises(NoModel, match="There is no earlier champion"):
        shelf.rollback(at=AT, why="", trouble=of())
    state = shelf.state()
    assert (state.champion, state.earlier) == ("a", [])
    assert [(deed.what, deed.version) for deed in state.history] == [
        ("promoted", "a"),
        ("promoted", "b"),
        ("promoted", "c"),
        ("rolled back to", "b"),
        ("rolled back to", "a"),
    ]
    assert state.history[0].at == AT


def test_challenger_stands_beside_the_champion(shelf):
    """Until it is promoted itself, or withdrawn; another one that is promoted leaves it."""
    shelf.promote("a", at=AT, why="")
    assert shelf.challenge("b", date(2026, 1, 1), at=AT, why="").challenger == Challenger("b", date(2026, 1, 1))
    assert shelf.promote("c", at=AT, why="").challenger == Challenger("b", date(2026, 1, 1))
    assert shelf.promote("b", at=AT, why="").challenger is None
    shelf.challenge("a", date(2026, 1, 1), at=AT, why="")
    assert shelf.withdraw(at=AT, why="").challenger is None
    with pytest.raises(NoModel, match="There is no challenger"):
        shelf.withdraw(at=AT, why="")


def test_what_cannot_be_is_refused_and_changes_nothing(shelf):
    """A version that is not there, and the champion itself."""
    shelf.promote("a", at=AT, why="")
    before = shelf.lake.read(shelf.pointer)

    for act in (shelf.promote, lambda version, **more: shelf.challenge(version, date(2026, 1, 1), **more)):
        with pytest.raises(NoModel, match="a is the champion already"):
            act("a", at=AT, why="")
        with pytest.raises(NoModel, match=r"There is no version x of m\. There are a, b, c"):
            act("x", at=AT, why="")
    with pytest.raises(NoModel, match="None is kept: train one first"):
        Shelf(shelf.lake, "other").promote("a", at=AT, why="")

    assert shelf.lake.read(shelf.pointer) == before


def test_damaged_pointer_is_not_written_over(shelf):
    """It is told, and stays for people to look at."""
    shelf.lake.write(shelf.pointer, b"{half")

    with pytest.raises(NoModel, match=r"champion.json is not a file of this pipeline"):
        shelf.promote("a", at=AT, why="")

    assert shelf.lake.read(shelf.pointer) == b"{half"


def test_rollback_leaves_out_who_cannot_answer(shelf):
    """The next one further is the champion again, and the history keeps both; where nobody is left, nothing changes."""
    for version in ("a", "b", "a", "b", "c"):
        shelf.promote(version, at=AT, why="")

    state = shelf.rollback(at=AT, why="worse", trouble=of("b"))

    assert (state.champion, state.earlier) == ("a", ["a", "b"])
    assert [(deed.what, deed.version, deed.why) for deed in state.history[5:]] == [
        ("left out", "b", "b is damaged."),
        ("rolled back to", "a", "worse"),
    ]
    before = shelf.lake.read(shelf.pointer)
    with pytest.raises(NoModel, match=r"^No earlier champion can answer; the last, b: b is damaged\.$"):
        shelf.rollback(at=AT, why="", trouble=of("b"))
    assert shelf.lake.read(shelf.pointer) == before


def test_nobody_is_champion_and_challenger(shelf):
    """A rollback to who is being tried ends the trial; another one goes on."""
    for version in ("a", "b", "c"):
        shelf.promote(version, at=AT, why="")
    shelf.challenge("a", DAY, at=AT, why="")

    assert shelf.rollback(at=AT, why="", trouble=of()).challenger == Challenger("a", DAY)
    assert shelf.rollback(at=AT, why="", trouble=of()).challenger is None


def test_who_can_answer_stays_beside_who_is_deployed(shelf):
    """The first is the champion, the second its challenger, the third is kept; a former champion does not return."""

    def deploy(version, *damaged):
        return shelf.deploy(version, DAY, at=AT, trouble=of(*damaged))

    assert deploy("a") == "a is the champion, the first one."
    assert deploy("a") == "a is the champion already."
    assert deploy("b") == "b answers beside the champion a from 2026-01-02 on."
    assert deploy("c") == "c is kept: b is being tried beside the champion."
    assert deploy("c", "b") == "c answers beside the champion a from 2026-01-02 on."
    assert shelf.state().challenger == Challenger("c", DAY)
    assert deploy("b", "a") == "b is the champion, since a cannot answer: a is damaged."
    assert deploy("a") == "a has been champion before: it is kept, and b stays the champion."
    state = shelf.state()
    assert (state.champion, state.earlier, state.challenger) == ("b", ["a"], Challenger("c", DAY))
    assert state.history[-1] == Deed(AT, "promoted", "b", "passed the gate, and a cannot answer: a is damaged.")
    with pytest.raises(NoModel, match="There is no version x"):
        deploy("x")


def test_two_that_are_deployed_at_once_are_not_both_the_first(shelf):
    """However they meet, one is told to be the champion, and the other one to answer beside it."""
    barrier = Barrier(2)
    versions = ("a", "b")

    def deploy(version):
        barrier.wait(10)
        return shelf.deploy(version, DAY, at=AT, trouble=of())

    with ThreadPoolExecutor(2) as pool:
        told = sorted(sentence.split(" ", 1)[1] for sentence in pool.map(deploy, versions))

    assert [sentence.split()[0] for sentence in told] == ["answers", "is"]
    assert {shelf.state().champion, shelf.state().challenger.version} == set(versions)
