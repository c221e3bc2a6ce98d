import os
import re
import subprocess
import sys
from pathlib import Path

WHEEL = Path(os.environ["FAKE_TMDB_WHEEL"])  # set by the session `clients`, which builds it
README = Path(__file__).parents[2] / "fake_tmdb" / "README.md"


def installed(folder, *wanted):
    """Make an environment that holds nothing but these packages, and return its folder of commands."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    commands = folder / "bin"
    install = [commands / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*install, *wanted], check=True)
    return commands


def test_without_its_extra_the_command_says_how_to_install_it(tmp_path):
    """The wheel alone brings the command, which then tells in one sentence what is missing."""
    commands = installed(tmp_path / "venv", f"tmdb-pipeline @ {WHEEL.resolve().as_uri()}")

    told = subprocess.run([commands / "fake-tmdb", "serve"], capture_output=True, text=True, check=False)

    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr.startswith("fake-tmdb: The package ")
    assert told.stderr.endswith(" Install the fake with its extra: pip install 'tmdb-pipeline[fake]'.\n")


def test_the_example_runs_in_an_empty_environment(tmp_path):
    """The wheel with its extra, installed where nothing else is, is all that the example in the README needs."""
    python = installed(tmp_path / "venv", f"tmdb-pipeline[fake] @ {WHEEL.resolve().as_uri()}", "pytest") / "python"
    example = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)[0]
    (tmp_path / "test_example.py").write_text(example, encoding="utf-8")

    told = subprocess.run(
        [python, "-m", "pytest", "-q", "test_example.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert told.returncode == 0, told.stdout
    assert "1 passed" in told.stdout
