import io

import pytest
from dag_integrity.integrity import __main__ as command
from dag_integrity.integrity.check import Check, Finding
from dag_integrity.integrity.facts import FileFacts, Folder
from dag_integrity.integrity.loading import CannotJudge
from dag_integrity.integrity.registry import CHECKS
from dag_integrity.integrity.verdict import show
from rich.console import Console


@pytest.fixture
def judge_folder(monkeypatch, capsys):
    """The command on a folder that is parsed already: its exit code and what it prints, in one line."""

    def run(folder, *options):
        monkeypatch.setattr(command, "load", lambda path: [folder])
        monkeypatch.setenv("COLUMNS", "200")
        code = command.main(["--dags", str(folder.path), *options])
        return code, " ".join(capsys.readouterr().out.split())

    return run


def test_good_folder_is_in_order(own, judge_folder):
    """Code 0, every file is ok, all checks are named, and what was not asked is said."""
    code, text = judge_folder(own)

    assert code == 0
    assert "tmdb_daily_collection.py (1 DAG, 4 tasks," in text
    assert text.count("): ok") == 2
    assert f"{len(CHECKS) - 4} checks ok: import_errors, missing_dags," in text
    assert "Not asked: pools, utc_day_in_code, utc_day_in_templates, zone." in text
    assert text.endswith("Airflow included. Everything is in order.")


def test_house_rules_are_options(own, judge_folder):
    """The zone, the pools, and checks to leave out are said on the command line."""
    assert "Not asked" not in judge_folder(own, "--zone", "Asia/Seoul", "--pool", "tmdb_api")[1]
    assert judge_folder(own, "--zone", "UTC", "--skip", "pools")[0] == 1
    assert judge_folder(own, "--zone", "UTC", "--skip", "pools", "--skip", "zone")[0] == 0
    assert "The pool tmdb_api does not exist" in judge_folder(own, "--pool", "another")[1]


def test_broken_folder_is_told_what_is_wrong_where(folders, own, judge_folder):
    """Code 1; the file, the check, the sentence, the DAG and task; then why the check is there."""
    broken = folders[own.path.parent / "tests/dag_integrity/broken_dags/owner"]

    code, text = judge_folder(broken)

    assert code == 1
    assert "airflow.py (1 DAG, 1 task," in text
    assert "owner The task has no owner: name a team or person as owner in default_args. [owner_airflow: work]" in text
    assert f"owner 2 findings {CHECKS['owner'].rationale}" in text
    assert text.endswith("2 findings in 2 of 2 files.")


def test_folder_without_a_dag_is_not_in_order(judge_folder, tmp_path):
    """Code 2: helpers alone pass every check, and that proves nothing."""
    code, text = judge_folder(Folder(path=tmp_path, files=[file("helper.py")], megabytes=1.0))

    assert code == 2
    assert text.endswith(
        "Airflow reads only files that contain the words dag and airflow, and none of them defines one."
    )


def test_what_cannot_be_judged_is_one_sentence(monkeypatch, capsys, tmp_path):
    """Code 2 and the sentence, no traceback."""

    def refuse(_):
        raise CannotJudge("There is no folder [red]: check the path.")

    monkeypatch.setattr(command, "load", refuse)

    assert command.main(["--dags", str(tmp_path)]) == 2
    assert capsys.readouterr().out == "There is no folder [red]: check the path.\n"


def file(name, megabytes=0.0):
    return FileFacts(
        folder="/dags",
        name=name,
        source="",
        modules={},
        import_error="",
        warnings=[],
        reaches=[],
        loaded=[],
        seconds=0.25,
        megabytes=megabytes,
        dags=[],
    )


def shown(tmp_path, findings):
    """The verdict on one file with these findings, in one line."""
    out = io.StringIO()
    check = Check("owner", "Somebody must be asked.", lambda folder, policy: iter(()))
    folder = Folder(path=tmp_path, files=[file("some.py", megabytes=12.4)], megabytes=100.0)
    show(Console(file=out, width=300), folder, findings, [check], [])
    return " ".join(out.getvalue().split())


def test_same_sentence_of_many_tasks_is_said_once(tmp_path):
    """Four tasks are named and the rest is counted."""
    findings = [Finding("owner", "some.py", "movies", f"task_{number}", "No owner: name one.") for number in range(6)]

    text = shown(tmp_path, findings)

    assert "No owner: name one. [movies: task_0, task_1, task_2, task_3 and 2 more]" in text
    assert text.endswith("1 finding in 1 of 1 file.")


def test_same_sentence_of_several_dags_is_said_once(tmp_path):
    """The DAGs are named, not their tasks."""
    findings = [Finding("owner", "some.py", dag_id, "work", "No owner: name one.") for dag_id in ("movies", "people")]

    assert "No owner: name one. [movies, people]" in shown(tmp_path, findings)


def test_cost_of_a_file_is_shown(tmp_path):
    """Milliseconds, and megabytes where there are some; the checks that found something are not listed as ok."""
    text = shown(tmp_path, [Finding("owner", "some.py", "", "", "No owner: name one.")])

    assert "some.py (0 DAGs, 0 tasks, 250 ms, 12 MB): 1 finding owner No owner: name one. " in text
    assert "0 checks ok: none." in text


def printed(tmp_path, findings, *, files, left_out=(), width=120):
    """The whole verdict, line by line, blank ends cut off."""
    out = io.StringIO()
    checks = [
        Check("owner", "Somebody must be asked.", lambda folder, policy: iter(())),
        Check("tags", "It is not found.", lambda folder, policy: iter(())),
    ]
    show(Console(file=out, width=width), Folder(path=tmp_path, files=files, megabytes=99.6), findings, checks, left_out)
    return [line.rstrip().replace(str(tmp_path), "FOLDER") for line in out.getvalue().splitlines()]


def test_verdict_as_a_whole(tmp_path):
    """Every line of it: the folder, each file with its cost in its units and its findings, the checks, the sum."""
    findings = [
        Finding("owner", "a.py", "movies", "one", "No [bold]owner[/]: name one."),
        Finding("owner", "a.py", "movies", "two", "No [bold]owner[/]: name one."),
        Finding("owner", "a.py", "", "", "No file's owner: name one."),
    ]
    files = [file("a.py", megabytes=1.0), file("b.py", megabytes=0.99)]

    assert printed(tmp_path, findings, files=files, left_out={"zone", "pools"}) == [
        "DAG integrity of FOLDER: 2 files, 0 DAGs",
        "",
        "a.py (0 DAGs, 0 tasks, 250 ms, 1 MB): 2 findings",
        "  owner  No [bold]owner[/]: name one. [movies: one, two]",
        "  owner  No file's owner: name one.",
        "b.py (0 DAGs, 0 tasks, 250 ms): ok",
        "",
        "check  verdict     why it is checked",
        "owner  2 findings  Somebody must be asked.",
        "",
        "1 check ok: tags.",
        "Not asked: pools, zone.",
        "Parsed in 0.50 s; the parser held 100 MB, Airflow included.",
        "2 findings in 1 of 2 files.",
    ]


def test_verdict_on_a_good_folder_as_a_whole(tmp_path):
    """Nothing is said of checks that found nothing, but that they are ok; nothing was left out."""
    assert printed(tmp_path, [], files=[file("a.py")]) == [
        "DAG integrity of FOLDER: 1 file, 0 DAGs",
        "",
        "a.py (0 DAGs, 0 tasks, 250 ms): ok",
        "",
        "2 checks ok: owner, tags.",
        "Parsed in 0.25 s; the parser held 100 MB, Airflow included.",
        "Everything is in order.",
    ]


@pytest.mark.parametrize(
    ("names", "shown"), [(4, "t0, t1, t2, t3"), (5, "t0, t1, t2, t3 and 1 more"), (6, "t0, t1, t2, t3 and 2 more")]
)
def test_four_are_named_and_the_others_counted(tmp_path, names, shown):
    """Four tasks are named one by one; from the fifth on they are counted, as are DAGs."""
    tasks = [Finding("owner", "a.py", "movies", f"t{number}", "No owner: name one.") for number in range(names)]
    dags = [Finding("owner", "a.py", f"t{number}", "work", "No owner: name one.") for number in range(names)]

    assert f"[movies: {shown}]" in printed(tmp_path, tasks, files=[file("a.py")])[3]
    assert f"[{shown}]" in printed(tmp_path, dags, files=[file("a.py")])[3]


def test_counts_are_of_dags_and_tasks(own, judge_folder):
    """Both of our files, their DAGs and their tasks are counted."""
    _, text = judge_folder(own)

    assert "2 files, 2 DAGs tmdb_daily_collection.py (1 DAG, 4 tasks," in text
    assert "tmdb_weekly_comprehensive.py (1 DAG, 13 tasks," in text


def test_folder_of_a_markup_like_name_is_shown_as_it_is(judge_folder, tmp_path):
    """What stands in brackets in a path is part of the path."""
    _, text = judge_folder(Folder(path=tmp_path / "[red]", files=[file("helper.py")], megabytes=1.0))

    assert "/[red] holds no DAG: Airflow reads only files" in text


def test_command_wants_a_folder(capsys):
    """Without --dags, and with a check that there is not, the usage is shown with the command that people type."""
    for arguments in ([], ["--dags", ".", "--skip", "nosuch"]):
        with pytest.raises(SystemExit) as ended:
            command.main(arguments)
        assert ended.value.code == 2
        assert "usage: nox -s dag_integrity -- " in capsys.readouterr().err
