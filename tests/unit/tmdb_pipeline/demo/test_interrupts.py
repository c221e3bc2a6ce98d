import signal

import pytest

from tmdb_pipeline.demo import interrupts


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
