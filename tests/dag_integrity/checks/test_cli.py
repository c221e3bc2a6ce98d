import re
import subprocess
import sys
from importlib.metadata import requires, version

import pytest
from dag_facts import file_facts

from dag_integrity import __main__, cli, installed, lint
from dag_integrity.checks import CHECKS
from dag_integrity.facts import Folder
from dag_integrity.loading import LoadError


@pytest.fixture
def lint_command(monkeypatch, capsys):
    """The command on a folder that is parsed already: its exit code and what it prints, in one line."""

    def run(folder, *options):
        monkeypatch.setattr(lint, "load", lambda path: [folder])
        monkeypatch.setenv("COLUMNS", "200")
        code = cli.main(["--dags", str(folder.path), *options])
        return code, " ".join(capsys.readouterr().out.split())

    return run


def test_good_folder_is_in_order(own, lint_command):
    """Code 0, every file is ok, all checks are named, and what was not asked is said."""
    code, text = lint_command(own)

    assert code == 0
    assert "tmdb_daily_collection.py (1 DAG, 4 tasks," in text
    assert text.count("): ok") == len(own.files)
    assert f"{len(CHECKS) - 4} checks ok: import_errors, missing_dags," in text
    assert "Not asked: pools, utc_day_in_code, utc_day_in_templates, zone." in text
    assert text.endswith("Airflow included. Everything is in order.")


def test_settings_are_options(own, lint_command):
    """The zone, the pools, and checks to leave out are said on the command line."""
    assert "Not asked" not in lint_command(own, "--zone", "Asia/Seoul", "--pool", "tmdb_api")[1]
    assert lint_command(own, "--zone", "UTC", "--skip", "pools")[0] == 1
    assert lint_command(own, "--zone", "UTC", "--skip", "pools", "--skip", "zone")[0] == 0
    assert "The pool tmdb_api does not exist" in lint_command(own, "--pool", "another")[1]


def test_broken_folder_is_told_what_is_wrong_where(folders, own, lint_command):
    """Code 1; the file, the check, the message, the DAG and task; then why the check is there."""
    broken = folders[own.path.parent / "tests/dag_integrity/broken_dags/owner"]

    code, text = lint_command(broken)

    assert code == 1
    assert "airflow.py (1 DAG, 1 task," in text
    assert "owner The task has no owner: name a team or person as owner in default_args. [owner_airflow: work]" in text
    assert f"owner 2 findings {CHECKS['owner'].reason}" in text
    assert text.endswith("2 findings in 2 of 2 files.")


def test_folder_without_a_dag_is_not_in_order(lint_command, tmp_path):
    """Code 2: helpers alone pass every check, and that proves nothing."""
    code, text = lint_command(Folder(path=tmp_path, files=[file_facts("helper.py")], megabytes=1.0))

    assert code == 2
    assert text.endswith(
        "Airflow reads only files that contain the words dag and airflow, and none of them defines one."
    )


def test_what_cannot_be_linted_is_one_message(monkeypatch, capsys, tmp_path):
    """Code 2 and the message, no traceback."""

    def refuse(_):
        raise LoadError("There is no folder [red]: check the path.")

    monkeypatch.setattr(lint, "load", refuse)

    assert cli.main(["--dags", str(tmp_path)]) == 2
    assert capsys.readouterr().out == "There is no folder [red]: check the path.\n"


def test_counts_are_of_dags_and_tasks(own, lint_command):
    """Our files, their DAGs and their tasks are counted."""
    _, text = lint_command(own)

    assert f"{len(own.files)} files, {len(own.files)} DAGs tmdb_daily_collection.py (1 DAG, 4 tasks," in text
    assert "tmdb_weekly_comprehensive.py (1 DAG, 13 tasks," in text


def test_folder_of_a_markup_like_name_is_shown_as_it_is(lint_command, tmp_path):
    """What stands in brackets in a path is part of the path."""
    _, text = lint_command(Folder(path=tmp_path / "[red]", files=[file_facts("helper.py")], megabytes=1.0))

    assert "/[red] holds no DAG: Airflow reads only files" in text


def test_command_wants_a_folder(capsys):
    """Without --dags, and with a check that there is not, the usage is shown with the command that people type."""
    for arguments in ([], ["--dags", ".", "--skip", "nosuch"]):
        with pytest.raises(SystemExit) as ended:
            cli.main(arguments)
        assert ended.value.code == 2
        assert "usage: dag-integrity " in capsys.readouterr().err


def test_version_is_that_of_the_distribution(capsys):
    """The command and the distribution have one name."""
    with pytest.raises(SystemExit, match="0"):
        cli.main(["--version"])
    assert capsys.readouterr().out == f"dag-integrity {version('dag-integrity')}\n"


@pytest.mark.parametrize(
    ("missing", "said"), [({"airflow"}, "airflow"), ({"airflow", "rich", "msgspec"}, "airflow, msgspec and rich")]
)
def test_missing_packages_are_one_message(monkeypatch, capsys, missing, said):
    """Code 2 and what to install, before anything of it is imported."""
    monkeypatch.setattr(installed, "find_spec", lambda name: None if name in missing else True)

    assert __main__.main() == 2
    assert capsys.readouterr().err == (
        f"dag-integrity: {said} cannot be imported here, and without it no DAG file can be parsed: "
        "pip install dag-integrity, in the environment of your DAGs.\n"
    )


def test_module_is_the_command(tmp_path):
    """``python -m dag_integrity`` ends with the status of the command."""
    done = subprocess.run(
        [sys.executable, "-m", "dag_integrity", "--dags", tmp_path], capture_output=True, text=True, check=False
    )

    assert " ".join(done.stdout.split()).endswith("holds no Python file: check the path.")
    assert done.returncode == 2


def test_what_the_command_needs_is_what_the_distribution_declares():
    """Nothing that is declared can be missing unnoticed."""
    declared = [re.match(r"[\w-]+", line)[0] for line in requires("dag-integrity")]

    assert [{"airflow": "apache-airflow"}.get(name, name) for name in installed.REQUIRED] == declared
