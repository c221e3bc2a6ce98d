"""Facts about DAG files that no parser has seen, for tests of the checks and of the report."""

from dag_integrity.facts import DagFacts, FileFacts


def file_facts(name="some.py", **facts):
    """A file in /dags of which nothing is known but what is given."""
    nothing = {"source": "", "modules": {}, "faults": [], "warnings": [], "reaches": [], "loaded": [], "dags": []}
    return FileFacts(folder="/dags", name=name, **{"seconds": 0.25, "megabytes": 0.0, **nothing, **facts})


def dag_facts(dag_id="movies", **facts):
    """A DAG that only a person starts, of which nothing else is known but what is given."""
    lists = {name: [] for name in ("given", "default_args", "tags", "crons", "zones", "tasks", "next_runs")}
    texts = dict.fromkeys(("doc_md", "schedule", "timetable", "start_date", "hash", "serialization_error"), "")
    flags = dict.fromkeys(("by_asset", "catchup", "timed", "future", "naive"), False)
    return DagFacts(dag_id=dag_id, max_active_runs=1, **{**lists, **texts, **flags, **facts})
