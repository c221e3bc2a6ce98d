"""The tests' own tools do what the tests take for granted."""

import resource
import socket
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from readers import foreign_in
from support import HeldClock, command_lines, examples, free_port, no_file_larger_than, wait_for

from tmdb_pipeline.language import Language


def test_held_clock_moves_by_what_is_slept():
    """Nobody waits: time stands until somebody sleeps, moves by just that, and every sleep is remembered in order."""
    clock = HeldClock(datetime(2024, 1, 1, tzinfo=UTC))
    before = clock.monotonic(), clock.now()
    clock.sleep(1.5)
    clock.advance(100_000)

    assert before == (0.0, datetime(2024, 1, 1, tzinfo=UTC))
    assert clock.monotonic() == 100_001.5
    assert clock.now() - before[1] == timedelta(seconds=100_001.5)
    assert clock.slept == [1.5, 100_000]


def test_free_port_can_be_listened_on():
    """Nobody listens on the port, so a server of the test's own may."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", free_port()))
        listening.listen()


def test_command_lines_hold_this_process():
    """A secret in the command line of any process would be seen."""
    assert any(Path(sys.executable).name in line for line in command_lines().splitlines())
    assert "\0" not in command_lines()


def test_waiting_ends_with_the_first_true_answer():
    """The answer comes back as it is, and is asked for no more."""
    answers = iter([None, 0, "", "yes", "no"])

    assert wait_for(lambda: next(answers), "an answer", pause=0) == "yes"
    assert next(answers) == "no"


def test_waiting_in_vain_says_for_what():
    """Whoever reads the failure learns how long it was waited, for what, and what the last answer was."""
    with pytest.raises(AssertionError, match=r"^After 0\.02 s, still not: an answer\. The last answer was \[\]\."):
        wait_for(list, "an answer", seconds=0.02, pause=0.001)


def test_no_file_grows_beyond_the_limit(tmp_path):
    """What fits is written and a byte more is not; afterwards, though something failed, there is room again."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    with no_file_larger_than(1000):
        (tmp_path / "fits").write_bytes(b"x" * 1000)
    with pytest.raises(OSError, match="File too large"), no_file_larger_than(1000):
        (tmp_path / "no").write_bytes(b"x" * 1001)

    assert resource.getrlimit(resource.RLIMIT_FSIZE) == before
    assert (tmp_path / "fits").stat().st_size == 1000
    assert (tmp_path / "no").write_bytes(b"x" * 1001) == 1001


@pytest.mark.parametrize(("number", "share"), [(100, 1), (50, 2), (200, 0.5)])
def test_examples_are_a_share_of_the_profile(number, share):
    """Exploring multiplies the examples of a dear test by as much as those of the others."""
    assert examples(number).max_examples == settings().max_examples // share


def test_there_is_always_an_example():
    """No test is left without one."""
    assert examples(0).max_examples == 1


@pytest.mark.parametrize(
    ("page", "language", "found"),
    [
        ('<html lang="ko"><p title="Open it">영화 3편<br></p></html>', Language.KO, ["Open", "it"]),
        ('<html lang="ko"><p>TMDB의 popular 목록, page_001.json, <code>any word</code></p></html>', Language.KO, []),
        ('<html lang="ko"><p>tmdb_<wbr>daily_<wbr>collection 실행 <code>x<wbr>y</code></p></html>', Language.KO, []),
        ('<html lang="ko"><p>3 movies</p></html>', Language.EN, ["lang=ko"]),
        ('<html lang="en"><p>영화 Movie <bdi>제목</bdi></p></html>', Language.EN, ["영화"]),
        ('<html lang="en"><p>of {pages:page|pages} and {n}</p></html>', Language.EN, ["of {pages:page|pages} and {n}"]),
    ],
)
def test_words_of_another_language_are_found(page, language, found):
    """In texts and in what is read aloud, but not in names and data; a field that is left open is found, too."""
    assert list(foreign_in(page, language)) == found


def test_titles_may_be_in_any_language():
    """What is known to be data is no word of another language."""
    assert list(foreign_in('<html lang="ko"><p>Alien: 별</p></html>', Language.KO, ["Alien"])) == []
