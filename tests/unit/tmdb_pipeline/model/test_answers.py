"""Answers of each day, and their scores once it is known what came."""

import json
import shutil
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from model_lakes import AT, LAST

from tmdb_pipeline.cli import program
from tmdb_pipeline.features.permission import NotPermitted, Permission
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.model import answers, predictions, scoring, stages
from tmdb_pipeline.model.errors import MayKnow, NotTrainable
from tmdb_pipeline.model.evaluation.drift import WINDOW
from tmdb_pipeline.model.registry import keep

CHAMPION, CHALLENGER = "20250101-a", "20250102-b"


@pytest.fixture(scope="module")
def versions(trained, tmp_path_factory):
    """A copy of the lake with two versions that know nothing of the last thirty days; the first is the champion."""
    root = tmp_path_factory.mktemp("answered") / "lake"
    shutil.copytree(Path(trained[0].locate("features")).parent, root)
    shutil.rmtree(root / "models" / "popular_again" / "answers", ignore_errors=True)
    lake = Lake(str(root))
    shelf = stages.shelf_of(lake)
    first = trained[3].version
    kept = keep.read(shelf, first)
    for version in (CHAMPION, CHALLENGER):
        kept.manifest.version, kept.manifest.as_of = version, LAST - timedelta(days=30)
        keep.keep(
            shelf, kept.manifest, {name: lake.read(f"{shelf.folder}/{first}/{name}") for name in kept.manifest.files}
        )
    shelf.promote(CHAMPION, at=AT, why="a test")
    return lake


@pytest.fixture
def shelf(versions, tmp_path):
    """A copy of it, with nothing answered."""
    root = tmp_path / "lake"
    shutil.copytree(Path(versions.locate("features")).parent, root)
    return stages.shelf_of(Lake(str(root)))


@pytest.fixture
def answer(shelf, permission):
    """Lets a day be answered."""
    return lambda day: answers.answer(shelf.lake, shelf, day, permission=permission)


def brier(shelf, version, day, permission):
    """The score of a day and of the share that came, worked out by hand."""
    said = json.loads(shelf.lake.read(predictions.predictions_file(shelf, version, day)))["chances"]
    came = predictions.outcomes(shelf.lake, day, today=LAST, permission=permission)
    pairs = [(each["chance"], came[each["movie_id"]].came) for each in said]
    return sum((chance - label) ** 2 for chance, label in pairs) / len(pairs), sum(label for _, label in pairs)


def test_champion_and_challenger_answer_once(shelf, answer):
    """A day that was answered stays as it is, whoever is the champion later; the next is answered by who is then."""
    day = LAST - timedelta(days=9)
    shelf.challenge(CHALLENGER, day, at=AT, why="a test")

    early, both = answer(day - timedelta(days=1)), answer(day)
    shelf.promote(CHALLENGER, at=AT, why="a test")
    again, later = answer(day), answer(day + timedelta(days=1))
    shelf.rollback(at=AT, why="a test", trouble=lambda _: "")

    assert early == answers.Answered(day - timedelta(days=1), CHAMPION)
    assert both == again == answers.Answered(day, CHAMPION, CHALLENGER)
    assert both.versions == {"champion": CHAMPION, "challenger": CHALLENGER}
    assert later == answers.Answered(day + timedelta(days=1), CHALLENGER)
    assert answers.answered(shelf) == [early, both, later]
    for version in (CHAMPION, CHALLENGER):
        assert shelf.lake.exists(predictions.predictions_file(shelf, version, day))


def test_damaged_challenger_costs_no_answer(shelf, answer):
    """The champion's stand; why the other one did not answer stands beside them."""
    shelf.challenge(CHALLENGER, LAST, at=AT, why="a test")
    shelf.lake.write(f"{shelf.folder}/{CHALLENGER}/card.md", b"other")

    told = answer(LAST)

    assert told.versions == {"champion": CHAMPION}
    assert "card.md is not what was written" in told.left_out


def test_day_that_a_version_may_know_is_not_answered(shelf, answer):
    """Nobody is asked of a day before that on which it was trained; nothing is kept."""
    with pytest.raises(MayKnow, match=r"was trained as of .*: it is not asked of a day that it may know"):
        answer(LAST - timedelta(days=31))

    assert answers.answered(shelf) == []


def test_day_without_features_is_not_answered(shelf, answer):
    """A day is known as answered once its predictions are there, and no sooner."""
    with pytest.raises(NotTrainable):
        answer(LAST + timedelta(days=1))

    assert answers.answered(shelf) == []


def test_scores_stand_beside_base_rate_and_best_possible(shelf, answer, permission):
    """Of matured days, each by the answers of then; the base rate is what was known of earlier ones by then."""
    days = [LAST - timedelta(days=age) for age in (18, 17, 9, 7, 6)]
    shelf.challenge(CHALLENGER, days[2], at=AT, why="a test")
    for day in days:
        answer(day)

    found = scoring.day_scores(shelf.lake, shelf, today=LAST, permission=permission)

    assert [(each.score.day, each.role, each.score.version) for each in found] == [
        (days[0], "champion", CHAMPION),
        (days[1], "champion", CHAMPION),
        (days[2], "champion", CHAMPION),
        (days[2], "challenger", CHALLENGER),
        (days[3], "champion", CHAMPION),
        (days[3], "challenger", CHALLENGER),
    ]
    for each in found:
        expected = brier(shelf, each.score.version, each.score.day, permission)
        assert (each.score.brier, each.score.came) == (pytest.approx(expected[0]), expected[1])
        assert 0 < each.score.best < 0.15
    assert [each.base is None for each in found] == [True, True, False, False, False, False]
    rate = (found[0].score.came + found[1].score.came) / (found[0].score.rows + found[1].score.rows)
    label = np.array([1.0] * found[2].score.came + [0.0] * (found[2].score.rows - found[2].score.came))
    assert found[2].base == pytest.approx(np.mean((rate - label) ** 2))
    for last, expected in ((3, found[2:]), (1, found[4:])):
        assert scoring.day_scores(shelf.lake, shelf, today=LAST, permission=permission, days=last) == expected


def test_outcomes_are_unknown_until_they_are_known(shelf, permission):
    """Before a week has passed, without labels, and of days that were never observed."""
    day = LAST - timedelta(days=7)

    def known(day, today):
        return len(predictions.outcomes(shelf.lake, day, today=today, permission=permission, asks_best=False))

    assert known(day, LAST) > 100
    assert known(day, LAST - timedelta(days=1)) == 0
    assert known(LAST, LAST + timedelta(days=7)) == 0
    assert known(LAST + timedelta(days=90), LAST + timedelta(days=97)) == 0


def test_what_was_not_permitted_is_not_scored(shelf, answer):
    """Features of another permission are no outcome."""
    day = LAST - timedelta(days=7)
    answer(day)

    with pytest.raises(NotPermitted):
        predictions.score(
            shelf.lake, shelf, CHAMPION, day, today=LAST, permission=Permission("http://127.0.0.1:9/3", "")
        )


@pytest.mark.parametrize(("chance", "drifts"), [(None, False), (0.0, True)])
def test_champion_that_answers_worse_has_drifted(shelf, answer, permission, chance, drifts):
    """Two weeks of matured answers that are far off raise it, honest ones do not; too few days never do."""
    days = [LAST - timedelta(days=7 + age) for age in reversed(range(WINDOW))]
    for day in days:
        answer(day)
        if chance is not None:
            file = predictions.predictions_file(shelf, CHAMPION, day)
            said = json.loads(shelf.lake.read(file))
            said["chances"] = [{**each, "chance": chance} for each in said["chances"]]
            shelf.lake.write(file, json.dumps(said).encode())

    found = scoring.score_drift(shelf.lake, shelf, today=LAST, permission=permission)
    sooner = scoring.score_drift(shelf.lake, shelf, today=LAST - timedelta(days=1), permission=permission)

    scores = [brier(shelf, CHAMPION, day, permission)[0] for day in days]
    assert (found.version, found.days, found.has_drifted) == (CHAMPION, WINDOW, drifts)
    assert found.brier == pytest.approx(np.mean(scores), rel=0.02)
    assert found.limit == 1.6 * keep.read(shelf, CHAMPION).manifest.baseline.brier
    assert (sooner.days, sooner.has_drifted) == (WINDOW - 1, False)


def test_what_was_answered_is_not_written_over_by_hand(shelf, answer, living, monkeypatch, capsys):
    """The command prints what the version says now, and tells that the answer of then stays; of others it is kept."""
    monkeypatch.setenv("TMDB_DATA_ROOT", str(Path(shelf.lake.locate("features")).parent))
    monkeypatch.setenv("TMDB_BASE_URL", living.url)
    monkeypatch.delenv("TMDB_ML_PERMISSION", raising=False)
    answer(LAST)
    answered_by, other = (predictions.predictions_file(shelf, version, LAST) for version in (CHAMPION, CHALLENGER))
    shelf.lake.write(answered_by, b"what was said then")

    assert program.main(["model", "predict", "--as-of", str(LAST)]) == 0
    again = capsys.readouterr()
    assert program.main(["model", "predict", CHALLENGER, "--as-of", str(LAST)]) == 0
    beside = capsys.readouterr()

    assert (json.loads(again.out)["version"], json.loads(beside.out)["version"]) == (CHAMPION, CHALLENGER)
    assert f"{CHAMPION} has answered of {LAST} already: that stays as it is, and this is not kept." in again.err
    assert beside.err == ""
    assert shelf.lake.read(answered_by) == b"what was said then"
    assert shelf.lake.read(other).decode() == beside.out


def test_scores_are_shown_by_the_command(shelf, answer, living, monkeypatch, capsys):
    """A line for each day and version, then whether it has drifted; before there are any, that."""
    monkeypatch.setenv("TMDB_DATA_ROOT", str(Path(shelf.lake.locate("features")).parent))
    monkeypatch.setenv("TMDB_BASE_URL", living.url)
    monkeypatch.delenv("TMDB_ML_PERMISSION", raising=False)

    assert program.main(["model", "score", "--as-of", str(LAST)]) == 0
    none = capsys.readouterr().out
    for age in (15, 7):
        answer(LAST - timedelta(days=age))
    assert program.main(["model", "score", "--as-of", str(LAST)]) == 0
    head, first, second, last = capsys.readouterr().out.splitlines()

    assert none == (
        "none: `tmdb_predictions` answers each day, and a week later it is known what came\n"
        f"{CHAMPION}: it is not known yet how good its answers were.\n"
    )
    assert head.split() == ["day", "role", "version", "rows", "Brier", "base", "rate", "possible"]
    assert first.split()[:3] == [str(LAST - timedelta(days=15)), "champion", CHAMPION]
    assert first.split()[5] == "-"
    assert all(0 < float(number) < 0.3 for number in second.split()[4:])
    assert last.startswith(f"{CHAMPION} has not drifted: ")
