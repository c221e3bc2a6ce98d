"""Where the versions of Airflow differ: its parser, its list of files, its version."""

from collections.abc import Iterable
from importlib.metadata import version as version_of
from typing import Any


def version() -> str:
    """The version of Airflow."""
    return version_of("apache-airflow-core")


def files_of(folder: str) -> Iterable[str]:
    """Paths of the files that Airflow reads in a folder."""
    try:
        from airflow.dag_processing.importers import get_importer_registry
    except ImportError:  # before 3.2
        from airflow.utils.file import list_py_file_paths

        return list_py_file_paths(folder)
    return get_importer_registry().list_dag_files(folder)


def bag_class() -> Any:
    """Airflow's parser."""
    try:
        from airflow.dag_processing.dagbag import DagBag
    except ImportError:  # before 3.1
        from airflow.models.dagbag import DagBag  # type: ignore[no-redef]
    return DagBag
