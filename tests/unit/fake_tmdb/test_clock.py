import pytest

from fake_tmdb.api.responses import http_date
from fake_tmdb.clock import LATEST, Clock


class Source:
    """A real time for tests."""

    now = 1_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def source():
    """Return the real time, to be moved by the test."""
    return Source()


def test_runs_like_the_source(source):
    """A new clock shows the real time."""
    clock = Clock(source)
    source.now += 5

    assert clock.now() == 1_005
    assert not clock.frozen


def test_held_time_stands(source):
    """A frozen clock does not follow the source, wherever it was frozen."""
    clock = Clock(source)
    clock.freeze(50)
    source.now += 5

    assert clock.now() == 50
    assert clock.frozen


def test_hold_stops_at_the_present(source):
    """Without a time the clock is frozen where it is."""
    clock = Clock(source)
    clock.freeze()
    source.now += 5

    assert clock.now() == 1_000


def test_moves_whether_it_stands_or_runs(source):
    """Moving adds seconds and changes nothing else."""
    clock = Clock(source)
    clock.move(10)
    running = clock.now()
    clock.freeze()
    clock.move(-3)

    assert (running, clock.now(), clock.frozen) == (1_010, 1_007, True)


def test_runs_on_from_where_it_stood(source):
    """After holding, time goes on from there, or from a given time."""
    clock = Clock(source)
    clock.freeze(50)
    source.now += 100
    clock.run()
    source.now += 1
    went_on = clock.now()
    clock.run(7)
    source.now += 1

    assert (went_on, clock.now()) == (51, 8)


@pytest.mark.parametrize("change", [lambda c: c.freeze(-1), lambda c: c.run(LATEST + 1), lambda c: c.move(-1e12)])
def test_impossible_times(source, change):
    """A time that HTTP cannot write is refused, and the clock stays as it was."""
    clock = Clock(source)

    with pytest.raises(ValueError, match="The clock stands between 0 and"):
        change(clock)
    assert (clock.now(), clock.frozen) == (source(), False)


def test_reset_returns_to_the_real_time(source):
    """A reset clock is as new."""
    clock = Clock(source)
    clock.freeze(1)
    clock.move(1)
    clock.reset()

    assert clock.now() == source.now


def test_first_and_last_moment_are_possible(source):
    """Everything between 1970 and the last date that HTTP can write; what is refused is told with its number."""
    clock = Clock(source)
    for moment in (0, LATEST):
        clock.freeze(moment)
        assert clock.now() == moment

    with pytest.raises(
        ValueError, match=r"^The clock stands between 0 and 250000000000 seconds since 1970, not at -0\.5\.$"
    ):
        clock.freeze(-0.5)


def test_a_clock_that_runs_is_moved_and_stays_so(source):
    """After a move a running clock follows its source; a reset forgets the move."""
    clock = Clock(source)
    clock.move(10)
    clock.move(5)
    source.now += 1

    assert (clock.now(), clock.frozen) == (1_016, False)
    clock.reset()
    assert (clock.now(), clock.frozen) == (1_001, False)


def test_the_last_moment_has_a_form_in_http():
    """The latest time can still be written."""
    assert http_date(LATEST) == "Tue, 08 Mar 9892 12:26:40 GMT"


def test_clock_that_starts_at_a_time_runs_from_there():
    """A fake that lives in another year does so after a reset, too."""
    clock = Clock.starting(1_830_000_000.0)
    clock.freeze(5.0)

    clock.reset()

    assert 1_830_000_000 <= clock.now() < 1_830_000_600


@pytest.mark.parametrize("at", [-1.0, 1e12, float("nan")])
def test_clock_starts_at_no_impossible_time(at):
    """What has no form in HTTP is refused."""
    with pytest.raises(ValueError, match="The clock stands between 0 and"):
        Clock.starting(at)
