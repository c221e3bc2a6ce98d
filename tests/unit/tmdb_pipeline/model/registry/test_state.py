from datetime import UTC, date, datetime

import pytest

from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.model.errors import NoModel
from tmdb_pipeline.model.registry.state import Challenger, Shelf, State

AT = datetime(2026, 1, 2, tzinfo=UTC)


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

    assert shelf.rollback(at=AT, why="worse").champion == "b"
    assert shelf.rollback(at=AT, why="worse still").champion == "a"
    with pytest.raises(NoModel, match="There is no earlier champion"):
        shelf.rollback(at=AT, why="")
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
