"""What the source of a DAG file says that its parsed DAGs do not show. Each answer is a name or text and its line."""

from dag_integrity.source.comments import Ignore, ignores
from dag_integrity.source.context import attribute_reads, context_reads, python_pulls, sessions
from dag_integrity.source.dags import (
    branch_returns,
    called_callbacks,
    clock_starts,
    made_with,
    unbound_dags,
    uncalled_dags,
    uncalled_tasks,
)
from dag_integrity.source.days import utc_file_names, utc_file_templates
from dag_integrity.source.imports import imported_modules, imported_names, imports_on_load
from dag_integrity.source.tree import executed, syntax_tree

__all__ = [
    "Ignore",
    "attribute_reads",
    "branch_returns",
    "called_callbacks",
    "clock_starts",
    "context_reads",
    "executed",
    "ignores",
    "imported_modules",
    "imported_names",
    "imports_on_load",
    "made_with",
    "python_pulls",
    "sessions",
    "syntax_tree",
    "unbound_dags",
    "uncalled_dags",
    "uncalled_tasks",
    "utc_file_names",
    "utc_file_templates",
]
