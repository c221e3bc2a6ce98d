"""What lies in a DAG folder and is no DAG file, and what lies beside it."""

from collections.abc import Iterable
from pathlib import Path

from dag_integrity.facts import FileFacts

#: How far above a folder its own modules are looked for.
LEVELS = 3
#: Folders that people keep modules for their DAGs in, beside the DAGs.
USUAL = ("", "src", "plugins", "include", "lib", "dags", "modules", "common")


def skipped(folder: Path, files: Iterable[FileFacts]) -> dict[str, str]:
    """Python files that Airflow passed over, each with the reason."""
    read = {file.name for file in files}
    found = {}
    for path in sorted(folder.rglob("*.py")):
        name = str(path.relative_to(folder))
        if name not in read and "__pycache__" not in path.parts:
            found[name] = _why(path)
    return found


def beside(folder: Path, lacking: Iterable[str]) -> dict[str, list[str]]:
    """Folders near this one in which modules lie that its files lacked, each with their names."""
    found: dict[str, list[str]] = {}
    for module in sorted({name.partition(".")[0] for name in lacking} - {"airflow"}):
        for place in _near(folder):
            if (place / f"{module}.py").is_file() or any((place / module).glob("*.py")):
                found.setdefault(str(place), []).append(module)
                break
    return found


def _near(folder: Path) -> Iterable[Path]:
    for above in [folder, *list(folder.parents)[:LEVELS]]:
        yield from (above / name for name in USUAL)
        if (above / ".git").exists():
            return


def _why(path: Path) -> str:
    text = path.read_bytes().lower()
    if b"dag" not in text or b"airflow" not in text:
        return "it does not have both words, dag and airflow"
    return ".airflowignore names it"
