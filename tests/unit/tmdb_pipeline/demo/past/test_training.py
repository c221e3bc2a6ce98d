from datetime import date, timedelta

import msgspec
import pytest

from fake_tmdb import NO_LIMITS, FakeTmdb, Living
from tmdb_pipeline.demo.past import training
from tmdb_pipeline.demo.past.trained import Trained
from tmdb_pipeline.features.permission import NotPermitted
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.settings import Credential, Settings

LAST = date(2024, 1, 1)
#: As few days as can be learned from, and as few as the gate lets pass.
DAYS, ENOUGH = 60, 76


@pytest.fixture(scope="module")
def server():
    with FakeTmdb(movies=2_000, seed=5, living=Living(), limits=NO_LIMITS).serve() as server:
        yield server


def test_model_is_trained_of_an_invented_past(server, tmp_path, monkeypatch, capsys):
    """The command prints how good it is, between what is simple and what is possible, and where its card lies."""
    monkeypatch.setenv("TMDB_READ_TOKEN", server.fake.read_token)

    assert training.main([server.url, f"{LAST}", str(tmp_path / "past"), f"{ENOUGH}"]) == 0

    told = msgspec.json.decode(capsys.readouterr().out, type=Trained)
    lake = Lake(str(tmp_path / "past"))
    assert (told.first, told.last) == (LAST - timedelta(days=ENOUGH - 1), LAST)
    assert told.best < told.model < told.base_rate
    assert told.best < told.persistence
    assert told.skill == pytest.approx((told.persistence - told.model) / (told.persistence - told.best))
    assert sum(told.states.values()) == 10
    assert (told.passed, told.refusals, told.states.get("fails", 0)) == (True, [], 0)
    assert lake.exists("models/popular_again/champion.json")
    assert "Verdict of the gate: **passed**" in lake.read(told.card).decode()


def test_model_that_the_gate_refuses_does_not_answer(server, tmp_path, monkeypatch):
    """It is kept with its card and the reasons, and nobody asks it."""
    monkeypatch.setattr("tmdb_pipeline.model.evaluation.gate.MISCALIBRATED", 0.0)
    settings = Settings(Credential("read_token", server.fake.read_token), base_url=server.url, connections=1)

    told = training.train(Lake(str(tmp_path / "past")), settings, LAST, DAYS)

    assert not told.passed
    assert any(why.startswith("calibrated: ") for why in told.refusals)
    assert not (tmp_path / "past/models/popular_again/champion.json").exists()


def test_past_that_is_too_short_is_one_sentence(server, tmp_path, monkeypatch, capsys):
    """On standard error, with the status of a command that failed."""
    monkeypatch.setenv("TMDB_READ_TOKEN", server.fake.read_token)

    assert training.main([server.url, f"{LAST}", str(tmp_path / "past"), "2"]) == 1

    assert capsys.readouterr().err.startswith("0 days are there")


def test_what_does_not_say_that_it_is_a_fake_is_not_learned_from(tmp_path):
    """Whatever the address is: nothing is collected there."""
    settings = Settings(Credential("read_token", "a.b.c"), base_url="http://127.0.0.1:9/3")

    with pytest.raises(NotPermitted, match="does not say that it is a fake"):
        training.train(Lake(str(tmp_path / "past")), settings, LAST, DAYS)
    assert not (tmp_path / "past").exists()
