"""Writes what is in the lock and in each thing that is installed from it, as CycloneDX: ``sbom.py FOLDER``.

The environments are made as the images make theirs, from ``constraints.txt``; what the base images bring of the
system is not in them.
"""

import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]
_OPTIONS = ("--output-reproducible", "--output-format=JSON", "--validate")


def things():
    """What is installed, by the name of its file: the image of Airflow with its extras, and the wheels."""
    extras = re.findall(r"--extra (\w+)", (ROOT / "Dockerfile").read_text("utf-8"))
    return {
        "airflow-image": f".[{','.join(extras)}]",
        "tmdb-pipeline": ".",
        "fake-tmdb": "./fake_tmdb",
        "dag-integrity": "./src/dag_integrity",
    }


def of_lock(folder):
    """The file about the lock."""
    out = folder / "lock.cdx.json"
    _run("cyclonedx-py", "requirements", *_OPTIONS, f"--output-file={out}", "constraints.txt")
    return out


def of_thing(name, folder, environment):
    """The file about a thing, which is installed into an environment that is not there yet; and its Python."""
    out, python = folder / f"{name}.cdx.json", environment / "bin" / "python"
    pinned = ("--constraint=constraints.txt", "--build-constraint=constraints.txt")
    _run("uv", "venv", "--quiet", f"--python={sys.executable}", str(environment))
    _run("uv", "pip", "install", "--quiet", f"--python={python}", *pinned, things()[name])
    _run("cyclonedx-py", "environment", *_OPTIONS, f"--output-file={out}", str(python))
    return out, python


def _run(*command):
    subprocess.run(command, cwd=ROOT, check=True)


def main(folder):
    """Write all of them."""
    folder.mkdir(parents=True, exist_ok=True)
    of_lock(folder)
    for name in things():
        with TemporaryDirectory() as place:
            of_thing(name, folder, Path(place) / "environment")


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute())
