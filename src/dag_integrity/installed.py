"""What the checks need beside the standard library, which an installation may lack."""

from importlib.util import find_spec

#: Packages as they are imported; a test compares them with what pyproject.toml declares.
REQUIRED = ("airflow", "jinja2", "msgspec", "rich", "time_machine")


def what_is_missing() -> str:
    """A message that says which packages to install; empty where all of them are there. Imports none of them."""
    missing = [package for package in REQUIRED if find_spec(package) is None]
    if not missing:
        return ""
    names = " and ".join([", ".join(missing[:-1]), missing[-1]] if missing[1:] else missing)
    return (
        f"{names} cannot be imported here, and without it no DAG file can be parsed: "
        "pip install dag-integrity, in the environment of your DAGs."
    )
