"""`tmdb-pipeline model` where there is something to learn from; what it refuses stands in cli/test_model.py."""

import json
import shutil
from pathlib import Path

import pytest
from model_lakes import LAST

from tmdb_pipeline.cli import program
from tmdb_pipeline.model import stages


@pytest.fixture
def root(trained, living, tmp_path, monkeypatch):
    """A copy of the lake, without any version."""
    lake = trained[0]
    root = tmp_path / "lake"
    shutil.copytree(Path(lake.locate("features")).parent, root)
    shutil.rmtree(root / "models")
    monkeypatch.setenv("TMDB_DATA_ROOT", str(root))
    monkeypatch.setenv("TMDB_BASE_URL", living.url)
    monkeypatch.delenv("TMDB_ML_PERMISSION", raising=False)
    return root


def asked(capsys, *command):
    """What the command says, and its status before that."""
    status = program.main(["model", *command])
    return status, capsys.readouterr().out


def test_a_version_is_trained_shown_asked_and_taken_back(root, trained, capsys, monkeypatch):
    """The whole life of a version by commands: trained, the champion, listed, its card, its predictions."""
    version = trained[3].version
    status, told = asked(capsys, "train", "--as-of", str(LAST))

    assert (status, told.splitlines()[-1]) == (0, f"{version} is the champion, the first one.")
    assert asked(capsys, "list") == (0, f"{version}  champion\n")
    assert asked(capsys, "show")[1].startswith(f"# Model popular_again, version {version}\n")
    status, told = asked(capsys, "predict", "--as-of", str(LAST))
    assert status == 0
    assert len(json.loads(told)["chances"]) > 100
    assert asked(capsys, "rollback")[0] == 1
    assert asked(capsys, "promote", version)[0] == 1

    refused = stages.Verdict("20990101-a", passed=False, refusals=["fast enough: it is slow"])
    monkeypatch.setattr(stages, "evaluate_candidate", lambda *_, **__: refused)
    assert program.main(["model", "train", "--as-of", str(LAST)]) == 1
    assert "The gate refused 20990101-a: fast enough: it is slow." in capsys.readouterr().err


def test_versions_are_promoted_and_rolled_back(root, trained, capsys):
    """By hand, of those that passed the gate."""
    first, second = trained[3].version, "20990101-a"
    lake = trained[0]
    for version in (first, second):
        folder = root / "models" / "popular_again" / version
        shutil.copytree(Path(lake.locate(f"models/popular_again/{first}")), folder)
    (root / "models" / "popular_again" / "versions.json").write_text(json.dumps([first, second]))

    for version in (first, second):
        assert asked(capsys, "promote", version) == (0, f"{version} is the champion.\n")
    assert asked(capsys, "list")[1] == f"{first}\n{second}  champion\n"
    card = root / "models" / "popular_again" / first / "card.md"
    whole = card.read_bytes()
    card.write_bytes(b"other")
    assert program.main(["model", "rollback"]) == 1
    assert "card.md is not what was written" in capsys.readouterr().err
    card.write_bytes(whole)
    assert asked(capsys, "rollback") == (0, f"{first} is the champion again.\n")
