import os
import re
import signal
import subprocess
import sys

import pytest
import requests

from fake_tmdb.cli import main
from fake_tmdb.http.keys import DEFAULT_API_KEY, DEFAULT_READ_TOKEN


@pytest.fixture
def start():
    """Return a function that starts the command and waits for its ready line."""
    started = []

    def start(*options, **environment):
        command = [sys.executable, "-m", "fake_tmdb", "serve", "--port", "0", "--movies", "100", *options]
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONWARNINGS": "error", **environment},
        )
        started.append(process)
        line = process.stdout.readline()
        return process, line

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_ready_line_and_a_clean_stop(start, number):
    """The command prints one line when it serves, and ends with 0 on either signal, with nothing else printed."""
    process, line = start()
    url = re.fullmatch(r"fake-tmdb ready (http://127\.0\.0\.1:\d+/3)\n", line)[1]
    served = requests.get(f"{url}/movie/popular", params={"api_key": DEFAULT_API_KEY}, timeout=5).status_code
    process.send_signal(number)
    out, err = process.communicate(timeout=10)

    assert (served, process.returncode, out, err) == (200, 0, "", "")


def test_options_reach_the_fake(start, tmp_path):
    """Keys, faults and the log are as asked; the log has no key."""
    plan = tmp_path / "plan.yaml"
    plan.write_text("- {path: /configuration, status: 503}\n", encoding="utf-8")
    process, line = start(
        "--read-token", "mine", "--faults", str(plan), "--log", "--no-limit", FAKE_TMDB_API_KEY="secret"
    )
    url = line.split()[-1]
    statuses = [
        requests.get(f"{url}/configuration", headers={"Authorization": "Bearer mine"}, timeout=5).status_code,
        requests.get(f"{url}/movie/popular?page=2&api_key=secret", timeout=5).status_code,
    ]
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=10)

    assert statuses == [503, 200]
    assert err == "GET /3/configuration -> 503 [status 503]\nGET /3/movie/popular?page=2 -> 200\n"


def test_a_fault_that_never_applied_is_told_at_the_end(start, tmp_path):
    """When the server stops it says which rules of the plan did nothing, and nothing of those that did."""
    plan = tmp_path / "plan.yaml"
    plan.write_text("- {path: /configuration, status: 503}\n- {page: 7, empty: true}\n", encoding="utf-8")
    process, line = start("--faults", str(plan))
    requests.get(f"{line.split()[-1]}/configuration", timeout=5)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=10)

    assert (process.returncode, err) == (0, "fake-tmdb: Rule 2 (empty) never applied: no request matched it.\n")


def test_help_tells_the_keys(capsys):
    """The help names the keys that a client needs."""
    with pytest.raises(SystemExit, match="0"):
        main(["serve", "--help"])

    told = capsys.readouterr().out.replace("\n", "").replace(" ", "")
    assert DEFAULT_API_KEY in told
    assert DEFAULT_READ_TOKEN in told


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--port", "99999"], "cannot listen on 127.0.0.1 port 99999"),
        (["--movies", "0"], "holds 1 to 5,000,000 movies, not 0"),
        (["--rate", "0"], "requests is at least 1"),
        (["--latency", "-1"], "latency is 0 seconds or more"),
        (["--latency", "nan"], "latency is 0 seconds or more"),
        (["--api-key", ""], "cannot be empty"),
        (["--faults", "absent.yaml"], "fault plan absent.yaml cannot be read"),
    ],
)
def test_bad_use_is_one_message(capsys, tmp_path, monkeypatch, options, message):
    """What is wrong stands in one message on standard error, and the exit code is 2."""
    monkeypatch.chdir(tmp_path)

    assert main(["serve", *options]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("fake-tmdb: ")
    assert message in told.err
    assert told.err.count("\n") == 1


def test_bad_plan_tells_its_line(capsys, tmp_path):
    """A bad fault plan is refused with file and line."""
    plan = tmp_path / "plan.json"
    plan.write_text('[\n {"status": 5}\n]', encoding="utf-8")

    assert main(["serve", "--faults", str(plan)]) == 2
    assert f"{plan} line 2: status is an HTTP status" in capsys.readouterr().err


def test_fake_can_live_in_another_year(start):
    """The moment that it is for the fake is in the dates of responses, also after a reset."""
    _, line = start("--now", "2028-01-08T12:00:00+09:00")
    url = line.split()[-1]
    requests.post(f"{url.removesuffix('/3')}/__fake__/reset", timeout=5)

    response = requests.get(f"{url}/configuration", params={"api_key": DEFAULT_API_KEY}, timeout=5)

    assert response.headers["Date"].startswith("Sat, 08 Jan 2028 03:0")


def told_by(line):
    """Return the settings of a fake that has printed its ready line."""
    url = line.split()[-1].removesuffix("/3")
    return requests.get(f"{url}/__fake__/settings", timeout=5).json()["living"]


def test_the_world_can_live(start, tmp_path):
    """It stands still unless --living is given; a file behind it has parameters."""
    parameters = tmp_path / "life.yaml"
    parameters.write_text("sigma: 0.25\nchange_points:\n- {day: '2026-02-01', rho: 0.5}\n", encoding="utf-8")

    assert told_by(start()[1]) is None
    assert told_by(start("--living")[1])["sigma"] == 0.13
    told = told_by(start("--living", str(parameters))[1])
    assert (told["sigma"], told["change_points"][0]["day"]) == (0.25, "2026-02-01")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "the parameters {} cannot be read: [Errno 2]"),
        ("sigma: [", "the parameters {} cannot be read: while parsing"),
        ("sigma: 2", "{}: sigma is a number from 0.0 to 1.0, not 2."),
        ("- 1", "{}: The parameters of a living world are a mapping"),
    ],
)
def test_bad_parameters_of_life_are_one_message(capsys, tmp_path, text, message):
    """A file that is not there, no YAML, or no such parameters: what is wrong is told with its name."""
    file = tmp_path / "life.yaml"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit, match="2"):
        main(["serve", "--living", str(file)])

    assert f"argument --living: {message.format(file)}" in capsys.readouterr().err


@pytest.mark.parametrize(
    "text", ["soon", "2028-01-08T12:00:00", "1960-01-01T00:00:00+00:00", "0001-01-01T00:00:00+23:59"]
)
def test_moment_that_is_none_is_refused(capsys, text):
    """What is no moment, or says no zone, is one message."""
    with pytest.raises(SystemExit, match="2"):
        main(["serve", "--now", text])

    assert f"argument --now: {text!r} is no moment: " in capsys.readouterr().err
