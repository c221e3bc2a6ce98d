import json
from dataclasses import replace

import pytest
from cassette_tools import record
from cassette_tools.hygiene import MOST_BYTES
from cassette_tools.recipes import RECIPES
from cassette_tools.tape import CASSETTES, tapes
from support import HeldClock

from fake_tmdb.faults import Fault
from fake_tmdb.keys import DEFAULT_API_KEY

AT = "2026-01-05T12:00:00+09:00"


@pytest.fixture
def recorded(tmp_path):
    """Records into a folder and gives back the only cassette there."""

    def run(*argv, **environ):
        assert record.main([*argv, "--to", str(tmp_path), "--recorded-at", AT], environ, HeldClock()) == 0
        (tape,) = tapes(tmp_path)
        return tape

    return run


def test_recording_again_gives_the_same_files(tmp_path):
    """What lies in the project is what the fake would be recorded as today, time, tools and version aside."""

    def content(tape):
        origin = {**tape.about["origin"], "version": None}
        return json.dumps(
            {**tape.document, "about": {**tape.about, "recorded_at": AT, "tools": None, "origin": origin}}
        )

    assert record.main(["--to", str(tmp_path), "--recorded-at", AT], {}, HeldClock()) == 0

    assert {tape.name: content(tape) for tape in tapes(tmp_path)} == {tape.name: content(tape) for tape in tapes()}
    assert {tape.about["recorded_at"] for tape in tapes(tmp_path)} == {AT}


def test_time_of_recording_is_that_of_the_clock_and_needs_its_zone(tmp_path, capsys):
    """Without a given time the header has the clock's, to the second; a given one without a zone is refused."""
    asked = ["--only", "genres", "--to", str(tmp_path)]

    assert record.main(asked, {}, HeldClock()) == 0
    assert tapes(tmp_path)[0].about["recorded_at"] == "2024-01-01T00:00:00+00:00"
    assert record.main([*asked, "--recorded-at", "2026-01-05T12:00:00"], {}, HeldClock()) == 1
    assert "without a zone" in capsys.readouterr().err


@pytest.mark.parametrize("variable", ["TMDB_API_KEY", "TMDB_READ_TOKEN"])
def test_another_service_is_recorded_with_either_key(recorded, tmdb, capsys, variable):
    """With a base URL and a key what comes is from there; the cassette names it and contains neither key nor port."""
    secret = tmdb.fake.api_key if variable == "TMDB_API_KEY" else tmdb.fake.read_token

    tape = recorded("--base-url", tmdb.url, "--only", "genres", **{variable: secret})

    assert tape.about["origin"] == {"service": tmdb.url}
    assert tape.interactions[0].uri == "https://api.themoviedb.org/3/genre/movie/list?language=ko-KR"
    assert secret not in tape.text
    assert [call.outcome for call in tmdb.fake.journal.calls()] == [200]
    assert capsys.readouterr().out == f"genres: recorded from {tmdb.url}\n"


def test_what_cannot_be_provoked_elsewhere_comes_from_the_fake_and_says_so(recorded, tmdb, capsys):
    """A 503 is recorded from the fake also when the rest comes from another service."""
    tape = recorded("--base-url", tmdb.url, "--only", "503_html", TMDB_API_KEY=tmdb.fake.api_key)

    assert tape.about["origin"]["service"] == "fake_tmdb"
    assert tmdb.fake.journal.calls() == []
    assert "recorded from the fake, for this cannot be provoked elsewhere" in capsys.readouterr().out


def test_real_recordings_lie_apart_and_git_does_not_see_them(monkeypatch, tmp_path, tmdb):
    """Without a folder, what another service answered goes to ``real``, which is ignored: its data is not ours."""
    monkeypatch.setattr(record, "CASSETTES", tmp_path)

    record.main(["--base-url", tmdb.url, "--only", "genres"], {"TMDB_API_KEY": tmdb.fake.api_key}, HeldClock())
    record.main(["--only", "genres"], {}, HeldClock())

    assert [tape.about["origin"]["service"] for tape in tapes(tmp_path)] == ["fake_tmdb"]
    assert [tape.about["origin"]["service"] for tape in tapes(tmp_path / "real")] == [tmdb.url]
    assert "/real/" in (CASSETTES / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_without_a_key_nothing_is_asked(tmdb, capsys):
    """A base URL without a key is one message that says what to set."""
    status = record.main(["--base-url", tmdb.url], {}, HeldClock())

    assert status == 2
    assert capsys.readouterr().err.startswith("No TMDB key is set: set TMDB_READ_TOKEN")
    assert tmdb.fake.journal.calls() == []


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (Fault(set={"genres.0.name": "deadbeef" * 4}), "it contains 32 or more hexadecimal digits in a row"),
        (
            Fault(set={"genres.0.name": f"no{DEFAULT_API_KEY}"}),  # behind letters it has no longer the form of a key
            "it contains the key that it was recorded with",
        ),
        (Fault(reset=True), "no response came"),
    ],
)
def test_unclean_recording_is_not_written(monkeypatch, tmp_path, capsys, fault, why):
    """With a key in it, or without any response, nothing is written, and a message says why."""
    monkeypatch.setitem(RECIPES, "genres", replace(RECIPES["genres"], faults=(fault,)))

    status = record.main(["--only", "genres", "--to", str(tmp_path)], {}, HeldClock())

    assert status == 1
    assert capsys.readouterr().err.startswith("genres was not written: " + why)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "news"),
    [
        ({"genres.0.color": "red"}, "('color' was unexpected)"),
        ({"genres.0.name": "long " * 14_000}, f"bytes, more than {MOST_BYTES}"),
    ],
)
def test_news_are_printed(monkeypatch, tmp_path, capsys, change, news):
    """What the schema does not know, or the project would not keep, is written all the same, and told."""
    fault = Fault(set=change)
    monkeypatch.setitem(RECIPES, "genres", replace(RECIPES["genres"], faults=(fault,)))

    status = record.main(["--only", "genres", "--to", str(tmp_path), "--recorded-at", AT], {}, HeldClock())

    assert status == 0
    assert len(tapes(tmp_path)) == 1
    said = capsys.readouterr().out
    assert "  news: " in said
    assert news in said
