"""Facts about DAG files that no parser has seen, for tests of the checks and of the report."""

from dag_integrity.facts import FileFacts


def file_facts(name="some.py", **facts):
    """A file in /dags of which nothing is known but what is given."""
    nothing = {"source": "", "modules": {}, "import_error": "", "warnings": [], "reaches": [], "loaded": [], "dags": []}
    return FileFacts(folder="/dags", name=name, **{"seconds": 0.25, "megabytes": 0.0, **nothing, **facts})
