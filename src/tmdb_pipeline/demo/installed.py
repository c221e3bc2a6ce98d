"""What the commands need beside this package, and do not import: Airflow, and for the demo the fake TMDB."""

from importlib.util import find_spec

from tmdb_pipeline.settings import SettingsError

#: Each by the module that they start: what people call it, and how it is installed.
_NEEDED = {
    "airflow": ("Apache Airflow", "'tmdb-pipeline[airflow]'"),
    "fake_tmdb": ("the fake TMDB", "fake-tmdb"),
}


def require_installed(*modules: str) -> None:
    """Make sure that these modules can be started.

    Raises:
        SettingsError: some are not installed; the message says how they are.
    """
    missing = [_NEEDED[module] for module in modules if find_spec(module) is None]
    if missing:
        names, packages = zip(*missing, strict=True)
        raise SettingsError(
            f"This command needs {' and '.join(names)}, not installed here: pip install {' '.join(packages)}, "
            "or run it by nox, which installs what it needs."
        )
