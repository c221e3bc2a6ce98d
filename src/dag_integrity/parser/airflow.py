"""Where the versions of Airflow differ, 3.0 to 3.3: its parser, its list of files, its serialiser, what it knows."""

from collections.abc import Iterable, Mapping
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


def serialiser() -> Any:
    """What makes of a DAG what the scheduler reads, and back."""
    from airflow.serialization import serialized_objects

    module: Any = serialized_objects
    return getattr(module, "DagSerialization", None) or module.SerializedDAG  # before 3.2


def context_keys() -> frozenset[str]:
    """Names that Airflow gives to a task's function."""
    try:
        from airflow.sdk.definitions.context import KNOWN_CONTEXT_KEYS
    except ImportError:  # before 3.1
        from airflow.utils.context import KNOWN_CONTEXT_KEYS  # type: ignore[attr-defined,no-redef]
    return frozenset(KNOWN_CONTEXT_KEYS)


def operator_defaults() -> Mapping[str, Any]:
    """What a mapped task is given where its DAG file says nothing."""
    from airflow.sdk.bases import operator

    module: Any = operator
    found: Mapping[str, Any] = getattr(module, "OPERATOR_DEFAULTS", None) or module._PARTIAL_DEFAULTS  # before 3.1
    return found
