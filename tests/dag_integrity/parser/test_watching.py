"""What a DAG file gets instead of what it reached for; tried in processes, since the replacements stay for good."""

import json
import subprocess
import sys

import pytest

from dag_integrity.parser.watching.lookups import Lookups, Placeholder, Placeholders
from dag_integrity.parser.watching.truth import _below
from dag_integrity.parser.watching.watch import Watch

SCRIPT = """
import ctypes.util, io, json, os, pathlib, shutil, subprocess, sys
from dag_integrity.parser.watching.instead import Instead
from dag_integrity.parser.watching.watch import Watch

os.makedirs("private")
os.environ["TMPDIR"] = os.path.abspath("private")
watch = Watch(["private"])
Instead(watch, pathlib.Path("private")).install()
watch.install()
found = {}
for attempt in json.loads(sys.argv[1]):
    code = compile(attempt, os.path.abspath("some.py"), "eval")
    with watch.parsing("some.py") as reaches:
        found[attempt] = [repr(eval(code)), [[reach.kind, reach.detail, reach.line] for reach in reaches]]
found["outside"] = [os.system("exit 3"), pathlib.Path("outside").write_text("x")]
print(json.dumps(found))
"""
#: What is tried, what it gives, and how it is told.
TRIED = {
    "os.mkdir('new')": ("None", "file", "os.mkdir new"),
    "os.makedirs('new/below')": ("None", "file", "os.mkdir new"),
    "os.remove('kept')": ("None", "file", "os.remove kept"),
    "os.rename('kept', 'new')": ("None", "file", "os.rename kept new"),
    "os.chmod('kept', 0)": ("None", "file", "os.chmod kept"),
    "pathlib.Path('new').write_text('abc')": ("3", "file", "writes new"),
    "open('new').read()": ("'abc'", "", ""),
    "open('kept', 'x').write('abcd')": ("4", "file", "writes kept"),
    "open('private/own', 'w').write('abc')": ("3", "", ""),
    "os.mkdir('private/folder')": ("None", "", ""),
    "os.rmdir('folder', dir_fd=os.open('private', os.O_RDONLY))": ("None", "", ""),
    "open(0).fileno()": ("0", "", ""),
    "os.system('touch new')": ("0", "process", "os.system touch new"),
    "subprocess.check_output(['touch', 'new'], text=True)": ("''", "process", "subprocess.Popen ['touch', 'new']"),
    "subprocess.Popen(args='touch new', shell=True).wait()": ("0", "process", "subprocess.Popen touch new"),
    "ctypes.util.find_library('no such library')": ("None", "", ""),
}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("instead")
    (folder / "kept").write_text("as it was")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT, json.dumps(list(TRIED))],
        cwd=folder,
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        check=True,
    )
    return json.loads(done.stdout), sorted(path.name for path in folder.iterdir()), (folder / "kept").read_text()


@pytest.mark.parametrize("attempt", TRIED)
def test_parsing_goes_on_with_nothing_done(found, attempt):
    """Each call returns what it would, and is told with its kind and line; what is private is really done."""
    gives, kind, detail = TRIED[attempt]
    given, told = found[0][attempt]

    assert given == gives
    assert [tuple(one) for one in told[:1]] == ([(kind, detail, 1)] if kind else [])


def test_nothing_has_changed(found):
    """Outside of the private folder everything is as it was, until no file is parsed any more."""
    told, names, kept = found

    assert names == ["kept", "outside", "private"]
    assert kept == "as it was"
    assert told["outside"] == [3 << 8, 1]


@pytest.fixture
def lookups():
    return Lookups(
        Watch(), {"given": "3", "tables": '["movie"]', "number": 3}, {"given": "http://user@tmdb.example:80"}
    )


@pytest.mark.parametrize(
    ("key", "args", "options", "value", "told"),
    [
        ("pages", (5,), {}, 5, ", with a default"),
        ("pages", (), {"default": 5}, 5, ", with a default"),
        ("pages", (), {"default_var": 5}, 5, ", with a default"),
        ("pages", (), {"default": None}, None, ", with a default"),
        ("pages", (), {}, "1", ""),
        ("pages", (), {"deserialize_json": True}, {}, " as JSON"),
        ("pages", (None, True), {}, None, " as JSON, with a default"),
        ("given", (5,), {}, "3", ", with a default"),
        ("tables", (), {"deserialize_json": True}, ["movie"], " as JSON"),
        ("number", (), {"deserialize_json": True}, 3, " as JSON"),
        ("of_shell", (), {}, "4", ""),
    ],
)
def test_variable_is_told_and_has_a_value(lookups, monkeypatch, key, args, options, value, told):
    """That of the settings, of the environment, of its default, or a placeholder; where it gets none, that is kept."""
    monkeypatch.setenv("AIRFLOW_VAR_OF_SHELL", "4")

    assert lookups.variable(object, key, *args, **options) == value
    assert [(reach.kind, reach.detail) for reach in lookups._watch.reaches] == [("variable", f"Variable '{key}'{told}")]
    assert [unset.what for unset in lookups.unset] == ["the Variable pages"] * (key == "pages" and value != 5)


def test_placeholder_is_many_things():
    """Text, a number, JSON; what is looked up in it is another."""
    assert (int(Placeholder()), float(Placeholder()), json.loads(Placeholder()), range(3)[Placeholder()]) == (
        1,
        1,
        1,
        1,
    )
    assert Placeholder().get("x") == "1"
    assert Placeholder().get("x", 5) == 5
    assert Placeholders()["x"] == "1"
    assert Placeholders().get("x") == "1"
    assert Placeholders().get("x", 5) == 5


@pytest.mark.parametrize(
    ("conn_id", "host"),
    [("given", "tmdb.example"), ("nosuch", "localhost"), ("of_shell", "shell.example")],
)
def test_connection_is_told_and_is_one(lookups, monkeypatch, conn_id, host):
    """That of the settings or the environment, as URI or JSON, or one that leads nowhere."""
    monkeypatch.setenv("AIRFLOW_CONN_OF_SHELL", '{"conn_type": "http", "host": "shell.example"}')

    assert lookups.connection(object, conn_id).host == host
    assert [reach.detail for reach in lookups._watch.reaches] == [f"Connection '{conn_id}'"]
    assert [unset.what for unset in lookups.unset] == ["the Connection nosuch"] * (conn_id == "nosuch")


def test_variable_is_not_changed(lookups):
    """Setting and deleting are told."""
    lookups.nothing(object, "pages", 5)

    assert [reach.detail for reach in lookups._watch.reaches] == ["Variable 'pages', changed"]


def test_all_kinds_of_results_are_watched():
    """Those of mapped and of zipped tasks too."""
    from airflow.sdk import XComArg

    assert {kind.__name__ for kind in _below(XComArg)} >= {"PlainXComArg", "MapXComArg", "ZipXComArg"}
