import os
import re
import subprocess
import sys
from pathlib import Path

WHEEL = Path(os.environ["FAKE_TMDB_WHEEL"])  # set by the session `clients`, which builds it
README = Path(__file__).parents[2] / "fake_tmdb" / "README.md"


def test_the_example_runs_in_an_empty_environment(tmp_path):
    """The wheel with its extra, installed where nothing else is, is all that the example in the README needs."""
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    python = tmp_path / "venv" / "bin" / "python"
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*install, f"tmdb-pipeline[fake] @ {WHEEL.resolve().as_uri()}", "pytest"], check=True)
    example = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)[0]
    (tmp_path / "test_example.py").write_text(example, encoding="utf-8")

    told = subprocess.run(
        [python, "-m", "pytest", "-q", "test_example.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert told.returncode == 0, told.stdout
    assert "1 passed" in told.stdout
