import re
import sys
from pathlib import Path

import airflow_env
from e2e.commands import UNMEASURED, Command
from support import free_port

README = (airflow_env.ROOT / "README.md").read_text(encoding="utf-8")


def block(heading):
    """The commands of the first console block under a heading, and the output that the README promises."""
    section = README.split(f"\n## {heading}\n", 1)[1]
    lines = re.search(r"```console\n(.*?)```", section, re.DOTALL)[1].splitlines()
    return [line[2:] for line in lines if line.startswith("$ ")], [line for line in lines if not line.startswith("$ ")]


def test_commands_by_hand_work_line_by_line(tmp_path, clean_environment):
    """Copied into a shell as they stand, the README's commands run a DAG against the fake and leave what it shows."""
    commands, promised = block("By hand")
    assert commands[0] == ". .nox/demo/bin/activate"
    (tmp_path / "dags").symlink_to(airflow_env.DAGS)
    script = "\n".join([f"cd {tmp_path}", "set -em", *commands[1:]]).replace("8080", str(free_port()))
    environment = clean_environment | {"PATH": f"{Path(sys.executable).parent}:{clean_environment['PATH']}"}

    with Command([*UNMEASURED, "bash", "-c", script], environment, tmp_path / "output") as command:
        assert command.wait() == 0, command.output

    assert promised == ["popular_movies_20240101.json"]
    assert promised[0] in command.output.splitlines()


def test_sessions_that_the_readme_names_exist():
    """Every ``nox -s`` in the README is a session of the noxfile."""
    noxfile = (airflow_env.ROOT / "noxfile.py").read_text(encoding="utf-8")

    for session in set(re.findall(r"nox -s (\w+)", README)):
        assert f"\ndef {session}(session" in noxfile
