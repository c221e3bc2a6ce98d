"""A command ``docker`` for tests that have no engine: it says what a test wants, and notes what it was asked.

What the real one says is tried in ``tests/e2e/stack``; here its answers are those that were seen there.
"""

import json
import sys
from pathlib import Path

_SCRIPT = """\
#!{python} -IS
import json, re, sys, time
asked = " ".join(sys.argv[1:])
with open({log!r}, "a+") as log:
    log.write(asked + "\\n")
    log.seek(0)
    earlier = log.read().splitlines()
for pattern, out, err, status, seconds, times, since in json.load(open({answers!r})):
    found = [line for line in earlier[since:] if re.search(pattern, line)]
    if re.search(pattern, asked) and (times is None or len(found) <= times):
        sys.stdout.write(out)
        sys.stdout.flush()
        sys.stderr.write(err)
        sys.stderr.flush()
        time.sleep(seconds)
        sys.exit(status)
sys.exit("docker: nobody said what to answer to " + asked)
"""
#: A stack of this project, as ``docker compose config`` tells it.
SERVICES = {
    "api-server": {"image": "tmdb-pipeline/airflow", "restart": "unless-stopped", "ports": [{"published": "8080"}]},
    "check": {"image": "tmdb-pipeline/airflow", "restart": "no", "build": {"context": "."}},
    "postgres": {"image": "postgres:16", "restart": "unless-stopped"},
    "scheduler": {"image": "tmdb-pipeline/airflow", "restart": "unless-stopped"},
}


def container(service, state="running", health="", exit_code=0, number=1):
    """A container as ``docker compose ps`` tells it."""
    return {
        "ID": f"{service}-{number}-id",
        "Name": f"tmdb-pipeline-{service}-{number}",
        "Service": service,
        "State": state,
        "Health": health,
        "ExitCode": exit_code,
        "RunningFor": "2 hours ago",
    }


#: All of it, well.
WELL = (
    container("api-server", health="healthy"),
    container("check", "exited"),
    container("postgres", health="healthy"),
    container("scheduler", health="healthy"),
)


class FakeDocker:
    """The command, once ``folder`` comes first on the path. What a test says last counts first."""

    def __init__(self, folder: Path) -> None:
        self._log, self._file = folder / "asked", folder / "answers.json"
        self._answers: list[tuple[str, str, str, int, float, int | None, int]] = []
        script = folder / "docker"
        script.write_text(_SCRIPT.format(python=sys.executable, log=str(self._log), answers=str(self._file)))
        script.chmod(0o755)
        self._log.touch()
        self.says(r"compose (\S+ )?config", json.dumps({"name": "tmdb-pipeline", "services": SERVICES}))
        self.runs(*WELL)

    def says(self, asked, out="", err="", status=0, seconds=0.0, times=None):
        """What it answers to arguments in which a pattern is found, how long it then takes to end, and how often."""
        self._answers.insert(0, (asked, out, err, status, seconds, times, len(self.asked)))
        self._file.write_text(json.dumps(self._answers))

    def runs(self, *containers):
        """Which containers there are."""
        self.says(r"compose \S+ ps", "".join(json.dumps(each) + "\n" for each in containers))

    @property
    def asked(self):
        """What it was asked, a line each."""
        return self._log.read_text().splitlines()
