"""What a file does beside making DAGs while it is parsed; none of it is let through."""

import re
from collections.abc import Iterator

from dag_integrity.check import At, Told, of_file, warning
from dag_integrity.config import Config
from dag_integrity.facts import FileFacts


@warning
@of_file
def network_at_import(file: FileFacts, _: Config) -> Iterator[Told]:
    """Each parse would ask somebody else's server, and fail or hang with it.

    Bad: requests.get("https://example.org/tables.json") at the top of the file
    Good: the same inside a task
    Fine: Nowhere.
    """
    yield from _reached(file, "network", "ask the network inside a task")


@warning
@of_file
def database_at_import(file: FileFacts, _: Config) -> Iterator[Told]:
    """Each parse would open a database, and the real DAG processor refuses Airflow's own.

    Bad: with create_session() as session: ... at the top of the file
    Good: the same question to the REST API, inside a task
    Fine: Nowhere.
    """
    yield from _reached(file, "database", "open databases inside a task")


@warning
@of_file
def process_at_import(file: FileFacts, _: Config) -> Iterator[Told]:
    """Each parse would start a process, every few seconds, in every DAG processor.

    Bad: REVISION = subprocess.check_output(["git", "rev-parse", "HEAD"])
    Good: the same inside a task, or a file that the deployment writes
    Fine: Nowhere.
    """
    yield from _reached(file, "process", "start programs inside a task")


@warning
@of_file
def file_written_at_import(file: FileFacts, _: Config) -> Iterator[Told]:
    """Parsing should change nothing: it happens everywhere, all the time, in no order.

    Bad: Path("/data/movies").mkdir(parents=True, exist_ok=True) at the top of the file
    Good: the same inside a task
    Fine: In a temporary folder, which is not told.
    """
    yield from _reached(file, "file", "write inside a task")


@warning
@of_file
def variable_at_import(file: FileFacts, _: Config) -> Iterator[Told]:
    """Variables and Connections are looked up in every secrets backend at each parse, with a default too.

    Bad: PAGES = Variable.get("pages", default=5) at the top of the file
    Good: {{ var.value.pages }} in a template, or the same line inside a task
    Fine: Where the number or names of tasks depend on it, and the backends are fast.
    """
    for reach in file.reaches:
        if reach.kind == "variable":
            told = f"look it up inside a task{_in_a_template(reach.detail)}"
            yield At(f"The file reaches out while it is parsed ({reach.detail}): {told}.", reach.line, reach.path)


@of_file
def result_at_parse(file: FileFacts, _: Config) -> Iterator[Told]:
    """What a task returns is not there when the file is parsed: a question about it has one answer, always.

    Bad: if has_rows(): load()
    Good: @task.branch or @task.short_circuit, which ask when the task has run
    Fine: Nowhere.
    """
    for reach in file.reaches:
        if reach.kind == "truth":
            yield At(
                f"The file asks of a task's result {reach.detail}, since no task has run yet: "
                "branch by @task.branch or @task.short_circuit.",
                reach.line,
                reach.path,
            )


def _in_a_template(looked_up: str) -> str:
    """How a template looks up the same Variable; empty for anything else, and where its name is no constant."""
    found = re.fullmatch(r"Variable '([\w.-]+)'( as JSON)?(, with a default)?", looked_up)
    if not found:
        return ""
    key, as_json, default = found.groups()
    kind = "json" if as_json else "value"
    asked = f".get('{key}', ...)" if default or not key.isidentifier() else f".{key}"
    return f", or in a template as {{{{ var.{kind}{asked} }}}}"


def _reached(file: FileFacts, kind: str, advice: str) -> Iterator[At]:
    for reach in file.reaches:
        if reach.kind == kind:
            yield At(f"The file reaches out while it is parsed ({reach.detail}): {advice}.", reach.line, reach.path)
