import select
import signal
import sys

import pytest

from tmdb_pipeline import interrupts


@pytest.fixture
def handlers():
    """Sets signal handlers as a shell would before the command begins; puts back the old ones."""
    before = {number: signal.getsignal(number) for number in interrupts._ENDINGS}
    yield signal.signal
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_each_ending_is_ctrl_c_once(handlers, number):
    """Ctrl-C, a cancelled job and a closed terminal interrupt, and what comes after it disturbs nobody."""
    handlers(number, signal.SIG_DFL)
    interrupts.listen()

    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(number)

    signal.raise_signal(number)


def test_what_is_ignored_stays_ignored(handlers):
    """A logout does not stop what nohup has started."""
    handlers(signal.SIGHUP, signal.SIG_IGN)

    interrupts.listen()

    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


def test_interruption_waits_for_the_end_of_a_block(handlers):
    """What must not be left half done is done, blocks within it too; then the interruption is raised, and only once."""
    interrupts.listen()
    done = []

    def work():
        with interrupts.held():
            with interrupts.held():
                signal.raise_signal(signal.SIGINT)
                done.append("inner")
            done.append("outer")

    with pytest.raises(KeyboardInterrupt):
        work()
    with interrupts.held():
        done.append("later")

    assert done == ["inner", "outer", "later"]


class Swallowing:
    """Is told of Ctrl-C where no exception gets out."""

    def __del__(self):
        signal.raise_signal(signal.SIGINT)


def press_within(kind):
    kind()
    select.select([], [], [], 10)


@pytest.mark.parametrize("listens", [False, True])
def test_a_key_that_is_swallowed_is_heard_once_more(handlers, listens):
    """Python drops what is raised in callbacks of its own; then somebody's key would stop nothing."""
    handlers(signal.SIGINT, signal.default_int_handler)
    if listens:
        interrupts.listen()

    with pytest.raises(KeyboardInterrupt), interrupts.insisted():
        press_within(Swallowing)


class Failing:
    """Fails where no exception gets out."""

    def __del__(self):
        raise ValueError("a fault of somebody else's")


def test_other_faults_are_told_as_before(monkeypatch):
    """Only keys are raised again, and only as long as it is asked for."""
    told = []
    monkeypatch.setattr(sys, "unraisablehook", lambda lost: told.append(str(lost.exc_value)))
    before = sys.unraisablehook

    with interrupts.insisted():
        Failing()

    assert (told, sys.unraisablehook) == (["a fault of somebody else's"], before)
