import io
import logging
import signal
import time
from contextlib import contextmanager, suppress

import pytest
from fuzz import measure as measure_module
from fuzz.entry import SECRET, Entry, is_sentence
from fuzz.measure import measure
from fuzz.run import main
from hypothesis import strategies as st


def entry(call, errors=(), **bounds):
    return Entry("door", st.integers(0, 1000), call, errors, **bounds)


def measured(call, errors=(), **bounds):
    return measure(entry(call, errors, **bounds), number=1, inputs=50)


def test_answers_and_typed_errors_are_counted():
    """Every input is counted by how it ended, the errors by their type."""

    def call(value, stage):
        if value % 2:
            raise ValueError("odd numbers are not taken.")

    result = measured(call, (ValueError,))

    assert result.failure == ""
    assert result.inputs == 50
    assert result.errors == {"ValueError": 50 - result.answers}
    assert 0 < result.answers < 50


def test_smallest_input_that_ends_otherwise_is_told():
    """An error of another type is a failure, told by the smallest input and where it came from."""

    def call(value, stage):
        assert value < 17

    result = measured(call, (ValueError,))

    assert result.failure.startswith("input: 17\n")
    assert "assert value < 17" in result.failure


def test_failing_input_is_not_made_smaller_for_ever(monkeypatch):
    """Once patience has run out, the smallest input so far is the one that is told."""
    monkeypatch.setattr(measure_module, "PATIENCE", 0)
    seen = []

    def call(value, stage):
        seen.append(value)
        assert value < 17

    result = measured(call)

    first = next(value for value in seen if value >= 17)
    assert first > 17
    assert result.failure.startswith(f"input: {first}\n")
    assert {value for value in seen if value >= 17} == {first}


def test_long_input_is_shortened():
    """An input of any size fits on a screen."""

    def call(value, stage):
        raise KeyError

    result = measure(Entry("door", st.just("x" * 10_000), call), number=1, inputs=5)

    assert result.failure.startswith("input: 'xxx")
    assert "(10002 characters)" in result.failure
    assert len(result.failure) < 6_000


def test_same_seed_draws_the_same_inputs():
    """A finding can be repeated by its seed."""
    seen = [[], [], []]
    for number, drawn in zip((1, 1, 2), seen, strict=True):
        measure(entry(lambda value, _, drawn=drawn: drawn.append(value)), number=number, inputs=20)

    assert seen[0] == seen[1] != seen[2]


@pytest.mark.parametrize("swallows", [False, True])
def test_what_does_not_end_is_interrupted_and_told(swallows):
    """An input that takes too long is a failure, even where our interruption is swallowed."""

    def call(value, stage):
        with suppress(*[AssertionError] if swallows else []):
            while True:
                time.sleep(0.01)

    result = measured(call, seconds=0.05)

    assert "it did not end within 0.05 s" in result.failure or "it took 0.1 s of at most 0.05" in result.failure
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_memory_beyond_its_bound_is_told():
    """An input that takes too much memory is a failure, though it gives it back."""

    def call(value, stage):
        bytearray(3 * 2**20)

    result = measured(call, megabytes=2)

    assert "it took 3 MB of at most 2" in result.failure
    assert measured(call, megabytes=4).failure == ""
    assert 3 < measured(call, megabytes=4).peak_megabytes < 4


@pytest.mark.parametrize("message", ["", " ", "two\nlines", "half \ud800", "x" * 20_001, f"the key {SECRET}"])
def test_error_without_a_sentence_is_told(message):
    """An error of the right type has to say something that a log can hold and everybody may read."""

    def call(value, stage):
        raise ValueError(message)

    assert "ValueError has no sentence for a log" in measured(call, (ValueError,)).failure


def test_log_line_that_no_log_should_hold_is_told():
    """What we log is held to the same, what libraries log holds no key, and the handlers are back afterwards."""
    before = logging.getLogger().handlers[:]
    ours, other = logging.getLogger("tmdb_pipeline.door"), logging.getLogger("library")

    told = measured(lambda value, stage: other.warning("the key is %s", SECRET))
    broken = measured(lambda value, stage: ours.warning("two\nlines"))
    fine = measured(lambda value, stage: [ours.warning("fine"), other.warning("two\nlines")])

    assert "a log line is no sentence: 'the key is eyJ" in told.failure
    assert "a log line is no sentence: 'two" in broken.failure
    assert fine.failure == ""
    assert logging.getLogger().handlers == before


def test_inputs_that_cannot_be_drawn_are_told():
    """A strategy that draws nothing is a failure of its entry, and not a hundred inputs that went well."""
    result = measure(Entry("door", st.nothing(), lambda value, stage: None), number=1, inputs=5)

    assert "Unsatisfiable" in result.failure or "empty" in result.failure


def test_stage_is_set_up_once():
    """What is dear is made once for all inputs, and taken down."""
    seen = []

    @contextmanager
    def stage():
        seen.append("up")
        yield "stage"
        seen.append("down")

    measure(Entry("door", st.integers(), lambda value, staged: seen.append(staged), stage=stage), number=1, inputs=3)

    assert [seen[0], seen[-1]] == ["up", "down"]
    assert set(seen[1:-1]) == {"stage"}


def test_sentence_is_one_line_for_everybody():
    """Korean and long sentences are sentences."""
    assert is_sentence("TMDB_REGION=액션 is no country code: give one such as KR.")


def fuzz(arguments, **calls):
    out = io.StringIO()
    entries = {name: Entry(name, st.integers(0, 1000), call, (ValueError,)) for name, call in calls.items()}
    return main(arguments, entries, out), out.getvalue()


def refuse(value, stage):
    raise ValueError("no.")


def test_table_counts_by_entry():
    """The command prints a row for each entry, the sum, and ends with 0."""
    status, table = fuzz(["--seed", "5", "--inputs", "10"], good=lambda value, stage: None, strict=refuse)

    assert status == 0
    lines = table.splitlines()
    assert lines[0] == "seed 5, 10 inputs each"
    assert " ".join(lines[1].split()) == "entry inputs answers errors worst s peak MB errors by type"
    assert lines[2].split()[:4] == ["good", "10", "10", "0"]
    assert [*lines[3].split()[:4], *lines[3].split()[6:]] == ["strict", "10", "0", "10", "ValueError", "10"]
    assert lines[4] == "20 inputs in all; none failed"


def test_failure_says_how_to_repeat_it():
    """The command ends with 1, after the smallest input and the command line that finds it again."""

    def call(value, stage):
        assert value < 3

    status, table = fuzz(["--seed", "5", "--inputs", "30", "bad"], good=refuse, bad=call)

    assert status == 1
    assert "FAILED bad; repeat it with: nox -s fuzz -- --seed 5 --inputs 30 bad\ninput: 3\n" in table
    assert table.endswith("inputs in all; failed: bad\n")
    assert "good" not in table


def test_fresh_seed_is_told():
    """Without a seed one is drawn, another each time, and printed."""
    first, second = (fuzz(["--inputs", "1"], good=refuse)[1].splitlines()[0] for _ in range(2))

    assert first != second


def test_unknown_entry_is_refused(capsys):
    """A name that is none ends the command, and says which there are."""
    with pytest.raises(SystemExit, match="2"):
        fuzz(["nobody"], good=refuse)

    assert "there is no entry nobody; there are good" in capsys.readouterr().err
