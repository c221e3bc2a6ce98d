import os
import subprocess
import sys

import pytest
from changes import DECIDING, ROOT, changed, choice, concerned, main


def git(folder, *arguments):
    who = ("-c", "user.name=Kim", "-c", "user.email=kim@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(folder), *who, *arguments], check=True, capture_output=True)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project with a commit that is also origin/main's."""
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    commit(tmp_path, "README.md", "compose.yaml")
    git(tmp_path, "update-ref", "refs/remotes/origin/main", "HEAD")
    return tmp_path


def commit(folder, *names):
    for name in names:
        write(folder, name)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=one more")


def write(folder, name):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(path.read_text() + "more" if path.exists() else "some")


@pytest.mark.parametrize("path", DECIDING)
def test_paths_that_decide_are_there(path):
    """A path that was renamed is renamed here, else its changes would go untried."""
    assert (ROOT / path).exists()


def test_paths_are_told_by_whole_names():
    """A folder counts with all that is in it, however deep; a name that only begins alike does not."""
    deciding = ["compose.yaml", "dags/a.py", "tests/e2e/stack/policy/b.py"]

    assert (
        concerned([*deciding, "compose.yaml.orig", "dags.py", "tests/e2e/digest.py", "docs/compose.yaml"]) == deciding
    )


def test_nothing_has_changed_on_main(project):
    """A clone of main differs from it in nothing."""
    assert changed(project, {}) == []


def test_everything_since_the_branch_left_main_counts(project):
    """Commits, what is staged, what is not, what is new, what was removed and both names of what was moved."""
    commit(project, "dags/committed.py", "removed.py")
    git(project, "update-ref", "refs/remotes/origin/main", "HEAD")
    git(project, "checkout", "--quiet", "-b", "branch")
    commit(project, "src/한글.py")
    commit(project, "later.py")
    git(project, "rm", "--quiet", "removed.py")
    git(project, "mv", "dags/committed.py", "src/moved.py")
    write(project, "README.md")
    write(project, "new.py")

    found = ["README.md", "dags/committed.py", "later.py", "new.py", "removed.py", "src/moved.py", "src/한글.py"]
    assert sorted(changed(project, {})) == found


def test_what_main_has_got_meanwhile_does_not_count(project):
    """A branch is not asked for what others have merged since it began."""
    git(project, "checkout", "--quiet", "-b", "branch")
    commit(project, "mine.py")
    git(project, "checkout", "--quiet", "-b", "others", "refs/remotes/origin/main")
    commit(project, "compose.yaml")
    git(project, "update-ref", "refs/remotes/origin/main", "HEAD")
    git(project, "checkout", "--quiet", "branch")

    assert changed(project, {}) == ["mine.py"]


def test_github_compares_with_the_first_parent(project):
    """There the work tree is the merge of a pull request, or what was pushed; origin/main is not fetched."""
    git(project, "update-ref", "-d", "refs/remotes/origin/main")
    git(project, "checkout", "--quiet", "-b", "branch")
    commit(project, "mine.py")
    commit(project, "dags/mine.py")
    git(project, "checkout", "--quiet", "main")
    commit(project, "theirs.py")
    git(project, "merge", "--quiet", "--no-ff", "--no-edit", "branch")

    assert sorted(changed(project, {"GITHUB_ACTIONS": "true"})) == ["dags/mine.py", "mine.py"]


@pytest.mark.parametrize("environ", [{}, {"GITHUB_ACTIONS": "true"}])
def test_what_git_does_not_know_is_not_known(tmp_path, project, environ):
    """No repository, as in an archive, and a clone without what to compare with."""
    git(project, "update-ref", "-d", "refs/remotes/origin/main")

    assert changed(project, environ) is None
    assert changed(project / "nowhere", environ) is None


def test_no_git_at_all(project, monkeypatch):
    """The same where there is no such program."""
    monkeypatch.setenv("PATH", str(project))

    assert changed(project, {}) is None


@pytest.mark.parametrize(
    ("arguments", "environ", "expected"),
    [
        ([], {}, (False, "nothing has changed that the others depend on")),
        (["--all"], {"E2E_STACK_FAULTS": "one"}, (True, "they were asked for")),
        ([], {"E2E_STACK_FAULTS": "all"}, (True, "E2E_STACK_FAULTS is all")),
        ([], {"E2E_STACK_FAULTS": "mistyped"}, (True, "E2E_STACK_FAULTS is mistyped")),
        ([], {"E2E_STACK_FAULTS": ""}, (False, "nothing has changed that the others depend on")),
        ([], {"GITHUB_ACTIONS": "true"}, (True, "git does not tell what has changed")),
    ],
)
def test_choice(project, arguments, environ, expected):
    """What was asked for goes before what was set, and that before what has changed; in doubt all are tried."""
    assert choice(arguments, environ, project) == expected


@pytest.mark.parametrize(
    ("told", "everything", "why"),
    [("one", False, "E2E_STACK_FAULTS is one"), ("", True, "compose.yaml has changed")],
)
def test_changed_path_that_decides(project, told, everything, why):
    """All faults are tried, and it is said because of what; unless the machine was told to leave them."""
    write(project, "compose.yaml")

    assert choice([], {"E2E_STACK_FAULTS": told}, project) == (everything, why)


def test_sentence(capsys):
    """The first word says which, for the noxfile to read."""
    main([], {"E2E_STACK_FAULTS": "one"})

    assert capsys.readouterr().out == "One of the stack's faults: E2E_STACK_FAULTS is one.\n"


def test_command():
    """It is a command, too."""
    command = [sys.executable, "-m", "changes", "--all"]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "tests")}

    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    assert said == "All of the stack's faults: they were asked for.\n"
