import json
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import requires, version
from pathlib import Path

import jsonschema
import pytest
import yaml
from dag_facts import file_facts

from dag_integrity import __main__, cli, installed, lint
from dag_integrity.checks import CHECKS
from dag_integrity.facts import Folder, ImportFault
from dag_integrity.loading import LoadError


@pytest.fixture
def lint_command(monkeypatch, capsys, tmp_path):
    """The command on a folder that is parsed already: its exit code and what it prints, in one line."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def run(folder, *options, raw=False):
        monkeypatch.setattr(lint, "load", lambda *paths, limits: [folder])
        code = cli.main([str(folder.path), *options])
        out = capsys.readouterr()
        return code, out.out if raw else " ".join((out.out + out.err).split())

    return run


@pytest.fixture
def broken(folders, own):
    """A folder of broken DAGs by the name of its check."""
    return lambda check: folders[own.path.parent / "tests/dag_integrity/broken_dags" / check]


def test_good_folder_is_in_order(own, lint_command):
    """Code 0; what was judged by what is counted, and what was not asked is said."""
    code, text = lint_command(own, "--level", "advice")

    assert code == 0
    assert f"Judged: {len(own.files)} files, {sum(len(file.dags) for file in own.files)} DAGs, " in text
    assert f"by {len(CHECKS) - 4} checks." in text
    assert "Not asked: pools, utc_day_in_code, utc_day_in_templates, zone." in text
    assert text.endswith("Airflow included. Nothing found.")


def test_settings_are_options(own, lint_command):
    """The zone, the pools, the level, and checks to leave out or to run alone are said on the command line."""
    every = ["--level", "advice", "--zone", "Asia/Seoul", "--pool", "tmdb_api"]
    assert "Not asked" not in lint_command(own, *every)[1]
    assert lint_command(own, "--zone", "UTC")[0] == 1
    assert lint_command(own, "--zone", "UTC", "--skip", "pools", "--skip", "zone")[0] == 0
    assert "The pool tmdb_api does not exist" in lint_command(own, "--pool", "another")[1]
    assert "by 1 check." in lint_command(own, "--select", "tags")[1]


@pytest.mark.parametrize(
    ("check", "options", "code"),
    [
        ("pools", ["--pool", "other"], 1),
        ("email", [], 0),
        ("email", ["--fail-on", "warning"], 1),
        ("owner", [], 0),
        ("owner", ["--level", "advice"], 0),
        ("owner", ["--level", "advice", "--fail-on", "advice"], 1),
    ],
)
def test_exit_status_is_that_of_the_level(broken, lint_command, check, options, code):
    """1 on errors only, unless more is to fail; advice is off unless somebody asks for it."""
    status, text = lint_command(broken(check), *options)

    assert status == code
    assert (f" {check} " in text) == (check != "owner" or "--level" in options)


def test_broken_folder_is_told_what_is_wrong_where(broken, lint_command):
    """The file, the line, the level, the check, the message, the DAG and task; then why the check is there."""
    _, text = lint_command(broken("owner"), "--level", "advice")

    assert "broken_dags/owner/airflow.py " in text
    said = "owner The task has no owner: name a team or person as owner in default_args. [owner_airflow: work]"
    assert f"19 advice {said}" in text
    assert f"Why: owner {CHECKS['owner'].reason}" in text
    assert text.endswith("2 of advice in 2 files.")


def test_folder_without_a_dag_is_not_in_order(lint_command, tmp_path):
    """Code 2: helpers alone pass every check, and that proves nothing."""
    code, text = lint_command(Folder(path=tmp_path, files=[file_facts("helper.py")], megabytes=1.0))

    assert code == 2
    assert text.endswith(
        "Airflow reads only files that contain the words dag and airflow, and none of them defines one."
    )


def test_module_that_is_no_dag_file_may_be_all_that_was_chosen(lint_command, tmp_path):
    """As where a commit changes nothing else: it holds nobody up, and says what was read."""
    folder = Folder(path=tmp_path, files=[file_facts("helper.py")], megabytes=1.0, partial=True)

    code, text = lint_command(folder)

    assert code == 0
    assert "Read, but without a DAG: helper.py." in text


@pytest.mark.parametrize("partial", [True, False])
def test_what_fails_on_what_was_refused_is_not_in_order(lint_command, tmp_path, partial):
    """A file that asks the network while it is parsed has not been judged, and is not said to hold no DAG."""
    fault = ImportFault(message="ConnectionError: x", refused=True)
    folder = Folder(path=tmp_path, files=[file_facts("rates.py", faults=[fault])], megabytes=1.0, partial=partial)

    code, text = lint_command(folder)

    assert code == 2
    assert "could be judged, since rates.py fail on what was refused them" in text


def test_folder_of_which_nothing_can_be_judged_is_not_in_order(broken, lint_command):
    """Code 2, and what lacks: a warning alone would look like a success."""
    code, text = lint_command(broken("missing_packages"))

    assert code == 2
    assert "could be judged, since no_such_module_anywhere is not here: bring " in text


def test_what_cannot_be_linted_is_one_message(monkeypatch, capsys, tmp_path):
    """Code 2 and the message, no traceback."""

    def refuse(*_, limits):
        raise LoadError("There is no folder [red]: check the path.")

    monkeypatch.setattr(lint, "load", refuse)

    assert cli.main(["--dags", str(tmp_path)]) == 2
    assert capsys.readouterr().err == "dag-integrity: There is no folder [red]: check the path.\n"


def test_json_holds_every_verdict_and_what_was_judged(broken, lint_command):
    """Machines get the place, the check, the level, the message, and the files with what was parsed of them."""
    _, text = lint_command(broken("email"), "--format", "json", raw=True)

    told = json.loads(text)
    (verdict,) = told["verdicts"]
    assert (verdict["check"], verdict["level"], verdict["line"]) == ("email", "warning", 25)
    assert verdict["path"].endswith("broken_dags/email/default_args.py")
    assert verdict["tasks"] == {"email_default_args": ["work"]}
    assert told["folders"][0]["files"][0]["dags"] == ["email_default_args"]


def test_sarif_is_sarif(broken, lint_command, monkeypatch, own):
    """What code scanning needs is there: the tool, its rules, a place for each result, seen from here if it can be."""
    monkeypatch.chdir(own.path.parent)
    needed = {
        "required": ["version", "runs"],
        "properties": {
            "version": {"const": "2.1.0"},
            "runs": {"items": {"required": ["tool", "results"], "properties": {"results": {"minItems": 1}}}},
        },
    }
    _, text = lint_command(broken("email"), "--format", "sarif", raw=True)

    told = json.loads(text)
    jsonschema.validate(told, needed)
    (run,) = told["runs"]
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "tests/dag_integrity/broken_dags/email/default_args.py"
    assert place["region"] == {"startLine": 25}
    assert run["results"][0]["ruleId"] in {rule["id"] for rule in run["tool"]["driver"]["rules"]}


def test_sarif_names_files_elsewhere_by_their_whole_address(broken, lint_command):
    """A path that lies not below is a URI."""
    assert '"uri": "file:///' in lint_command(broken("email"), "--format", "sarif", raw=True)[1]


def test_github_shows_findings_beside_the_line(broken, lint_command):
    """A command of the runner each, with what would end it escaped."""
    _, text = lint_command(broken("email"), "--format", "github", raw=True)

    (line,) = text.splitlines()
    assert re.match(r"::warning file=/.*default_args\.py,line=25,title=email::The task mails by email", line)


def test_check_is_explained(capsys):
    """Why it is there, what it finds, what to write instead, where it is fine, and how to pass over it."""
    assert cli.main(["--explain", "pools"]) == 0

    told = capsys.readouterr().out
    assert told.startswith("pools (error)\n")
    assert [word for word in ("finds", "instead", "fine", "ignore[pools]") if word not in told] == []


def test_baseline_passes_over_what_was_there(broken, lint_command, tmp_path):
    """What is kept fails nothing any more; what is new does."""
    kept = tmp_path / "baseline.json"

    code, text = lint_command(broken("sla"), "--update-baseline", str(kept))
    assert (code, text) == (0, f"2 findings are kept in {kept}.")
    assert lint_command(broken("sla"), "--baseline", str(kept))[0] == 0
    kept.write_text(json.dumps(json.loads(kept.read_text())[:1]))
    assert lint_command(broken("sla"), "--baseline", str(kept))[0] == 1


def test_baseline_may_stand_in_the_settings(broken, lint_command, tmp_path):
    """Its path is seen from the file of the settings."""
    (tmp_path / "pyproject.toml").write_text('[tool.dag_integrity]\nbaseline = "kept.json"\n')

    lint_command(broken("sla"), "--update-baseline", "kept.json")

    assert lint_command(broken("sla"))[0] == 0


def test_nothing_changed_is_nothing_to_lint(own, monkeypatch, capsys):
    """Code 0 without a parser, since there is nothing that could be wrong."""
    monkeypatch.setattr(cli, "changed", lambda paths, since: [])

    assert cli.main([str(own.path), "--changed"]) == 0
    assert capsys.readouterr().out == "Nothing has changed since HEAD.\n"


def test_only_what_changed_is_linted(own, lint_command, monkeypatch):
    """The parser is given what git names."""
    monkeypatch.setattr(cli, "changed", lambda paths, since: [own.path / since])
    given = []
    monkeypatch.setattr(lint, "load", lambda *paths, limits: given.extend(paths) or [own])

    assert cli.main([str(own.path), "--changed", "main"]) == 0
    assert given == [own.path / "main"]


def test_paths_may_stand_in_the_settings(own, lint_command, tmp_path, capsys, monkeypatch):
    """Without them, and without a path on the command line, there is nothing to lint."""
    assert cli.main([]) == 2
    assert capsys.readouterr().err == "dag-integrity: There is nothing to lint: name a folder, a file or a zip.\n"

    (tmp_path / "pyproject.toml").write_text('[tool.dag_integrity]\npaths = ["dags"]\n')
    given = []
    monkeypatch.setattr(lint, "load", lambda *paths, limits: given.extend(paths) or [own])
    assert cli.main([]) == 0
    assert given == [tmp_path / "dags"]


@pytest.mark.parametrize(
    "arguments",
    [
        [".", "--skip", "nosuch"],
        [".", "--level", "bad"],
        [".", "--timeout", "0"],
        [".", "--timeout", "x"],
        [".", "--memory", "1"],
    ],
)
def test_bad_use_shows_the_usage(capsys, arguments):
    """Status 2, and the command that people type."""
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2
    assert "usage: dag-integrity " in capsys.readouterr().err


def test_limits_are_given_to_the_parser(own, monkeypatch, tmp_path):
    """Seconds, megabytes, stand-ins."""
    monkeypatch.chdir(tmp_path)
    given = []
    monkeypatch.setattr(lint, "load", lambda *paths, limits: given.append(limits) or [own])

    cli.main([str(own.path), "--timeout", "7", "--memory", "600", "--stub-missing"])

    assert (given[0].seconds, given[0].megabytes, given[0].stub_missing) == (7, 600, True)


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
        [sys.executable, "-m", "dag_integrity", tmp_path], capture_output=True, text=True, check=False
    )

    assert done.stderr.endswith("holds no Python file: check the path.\n")
    assert done.returncode == 2


def test_what_the_command_needs_is_what_the_distribution_declares():
    """Nothing that is declared can be missing unnoticed."""
    declared = [re.match(r"[\w-]+", line)[0] for line in requires("dag-integrity")]
    names = {"airflow": "apache-airflow", "time_machine": "time-machine"}

    assert [names.get(name, name) for name in installed.REQUIRED] == declared


ROOT = Path(__file__).parents[3]


def test_action_shows_what_is_wrong_beside_its_line(tmp_path):
    """What the last step of the action runs ends with 1 and with the commands that GitHub makes annotations of."""
    shutil.copytree(ROOT / "tests/dag_integrity/broken_dags/cycles", tmp_path / "dags")
    _, step = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["runs"]["steps"]
    environment = os.environ | {"PATHS": "dags", "OPTIONS": "--level warning"}

    ended = subprocess.run(
        [step["shell"], "-e", "-c", step["run"]],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 1
    assert re.match(r"::error file=dags/\w+\.py,line=\d+,title=cycles::The tasks wait for each other", ended.stdout)


def test_hook_calls_the_command(tmp_path):
    """What pre-commit starts, with the files that changed behind it, judges these files."""
    shutil.copytree(ROOT / "tests/dag_integrity/broken_dags/cycles", tmp_path / "dags")
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    files = [str(file.relative_to(tmp_path)) for file in (tmp_path / "dags").glob("*.py")]

    ended = subprocess.run([hook["entry"], *files], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert ended.returncode == 1
    assert "The tasks wait for each other" in ended.stdout
    assert all(re.search(hook["files"], file) and not re.search(hook["exclude"], file) for file in files)
    assert re.search(hook["exclude"], "tests/dags/test_x.py")


def test_hook_lets_a_module_pass(tmp_path):
    """A commit that changes what DAGs import, and no DAG, goes through."""
    (tmp_path / "dags").mkdir()
    (tmp_path / "dags" / "util.py").write_text('"""What DAGs of Airflow import."""\n')
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))

    ended = subprocess.run([hook["entry"], "dags/util.py"], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (ended.returncode, "Read, but without a DAG: util.py." in ended.stdout) == (0, True), ended
