import signal
from datetime import date

import pytest
from support import free_port

from tmdb_pipeline.demo.past import beside
from tmdb_pipeline.demo.past.beside import NotTrained, Training
from tmdb_pipeline.lake.store import Lake

DAY = date(2024, 1, 1)


@pytest.fixture
def training(keeper, tmp_path, monkeypatch):
    """Makes a training of a short past of a small world; a proxy that leads nowhere would be in its way."""
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    (tmp_path / "out").mkdir()

    def made(days, movies=2_000):
        return Training(keeper, day=DAY, seed=5, movies=movies, out=tmp_path / "out", days=days)

    return made


def left(tmp_path):
    return sorted(path.name for path in (tmp_path / "out").iterdir())


def test_past_and_its_model_are_there_when_it_has_ended(training, tmp_path):
    """Whole, in the place of an earlier one, and the folder that it was made in has been emptied."""
    (tmp_path / "out" / beside.PAST / "earlier").mkdir(parents=True)

    with training(60) as begun:
        trained = begun.trained()

    assert sorted(path.name for path in (tmp_path / "out" / beside.PAST).iterdir()) == ["features", "models", "raw"]
    assert "Verdict of the gate" in Lake(str(tmp_path / "out" / beside.PAST)).read(trained.card).decode()
    assert trained.last == DAY


def test_training_that_is_not_awaited_leaves_nothing(keeper, training, tmp_path):
    """Who ends the block ends its process; the folder goes with the keeper."""
    with training(147) as begun:
        process = begun._process
        assert process.poll() is None
    keeper.__exit__()
    keeper.__enter__()

    assert process.returncode is not None
    assert left(tmp_path) == []


def test_past_that_is_too_short_is_told_in_a_sentence(training, tmp_path):
    """What the process says is why there is no model; an earlier one stays."""
    (tmp_path / "out" / beside.PAST).mkdir()

    with training(2) as begun, pytest.raises(NotTrained, match=r"^0 days are there, and 28 are needed: .*\.$"):
        begun.trained()
    assert beside.PAST in left(tmp_path)


def test_killed_process_is_told(training):
    """Though it cannot say why."""
    with training(147) as begun:
        begun._process.send_signal(signal.SIGKILL)
        with pytest.raises(NotTrained, match=r"^it was killed$"):
            begun.trained()


def test_fake_that_does_not_start_is_told(training):
    """The demo goes on without a model."""
    with training(60, movies=0) as begun, pytest.raises(NotTrained, match="The fake TMDB did not start"):
        begun.trained()


def test_missing_library_is_told_with_what_brings_it(training, monkeypatch, tmp_path):
    """Nothing is started, and the sentence says what would be seen."""
    monkeypatch.setattr(beside, "find_spec", lambda name: None if name == "duckdb" else name)

    with training(60) as begun, pytest.raises(NotTrained, match=r"^pip install '\.\[exports\]' .* stay popular$"):
        begun.trained()
    assert left(tmp_path) == []
