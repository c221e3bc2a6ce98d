import json

import pytest
from rich.console import Console

from tmdb_pipeline.ops.errors import Misused
from tmdb_pipeline.ops.output import Output, complain

LONG = " ".join(["word"] * 60)


def test_people_get_what_is_drawn(capsys):
    """And no document."""
    output = Output()

    output.say("a sentence")
    output.show({"a": 1}, lambda console: console.print("drawn"))

    assert capsys.readouterr().out == "a sentence\ndrawn\n"
    assert not output.is_terminal


def test_programs_get_one_document_and_nothing_else(capsys):
    """On standard output; letters stay letters."""
    output = Output(as_json=True)

    output.say("a sentence")
    output.show({"a": "일일"}, lambda console: console.print("drawn"))

    assert json.loads(capsys.readouterr().out) == {"a": "일일"}


@pytest.mark.parametrize("columns", ["", "40"])
def test_sentence_is_one_line_in_a_file(capsys, monkeypatch, columns):
    """However wide a terminal would be: a program that reads it looks for it in one."""
    monkeypatch.delenv("COLUMNS", raising=False)
    if columns:
        monkeypatch.setenv("COLUMNS", columns)

    Output().say(LONG)
    complain(Misused(LONG), as_json=False)

    assert capsys.readouterr() == (f"{LONG}\n", f"{LONG}\n")


def test_markup_in_a_sentence_is_text(capsys):
    """What a task or a person is called is shown as it is."""
    Output().say("[red]x[/red]")

    assert capsys.readouterr().out == "[red]x[/red]\n"


@pytest.mark.parametrize(
    ("stdin", "as_json", "asks"), [(True, False, True), (False, False, False), (True, True, False)]
)
def test_person_is_asked_only_at_a_terminal(monkeypatch, stdin, as_json, asks):
    """Where input and output are one, and no program reads."""
    output = Output(as_json=as_json)
    output.console = Console(force_terminal=True)
    monkeypatch.setattr("sys.stdin", type("Input", (), {"isatty": lambda self: stdin})())

    assert output.is_terminal is asks
