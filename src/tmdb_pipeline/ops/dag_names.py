"""What people call DAGs on the command line: by Airflow's id, by the short name or by the name that they read."""

import re
from collections.abc import Iterable
from contextlib import suppress
from difflib import get_close_matches

from tmdb_pipeline.dags import CUSTOM_NAME, EVERY, DagSpec, custom, find
from tmdb_pipeline.ops.airflow_api.client import AirflowApi, NotThere
from tmdb_pipeline.ops.airflow_api.documents import Dag, Run
from tmdb_pipeline.ops.errors import Misused


def dag_id(name: str) -> str:
    """Airflow's id of a DAG that is called so; the name itself where the registry has none of it."""
    return next((spec.id for spec in EVERY if name in {spec.id, spec.name, spec.display_name}), name)


def spec_of(dag_id: str) -> DagSpec | None:
    """The DAG in the registry, or the one of a custom collection; None for one that is not ours."""
    try:
        return find(dag_id)
    except LookupError:
        return None


def short_name(dag_id: str) -> str:
    """What the command line calls a DAG."""
    spec = spec_of(dag_id)
    return spec.name if spec else dag_id


def in_order(dag: Dag) -> tuple[int, str]:
    """DAGs as the registry has them, and then those of others."""
    order = {spec.id: place for place, spec in enumerate(EVERY)}
    return order.get(dag.dag_id, len(order)), dag.dag_id


def find_dag(api: AirflowApi, name: str) -> Dag:
    """The DAG that is called so.

    Raises:
        Misused: Airflow has none; the message names those that it has.
        AirflowError: it cannot be asked.
    """
    ids = [dag_id(name), *([custom(name).id] if re.fullmatch(CUSTOM_NAME, name) else [])]
    for each in ids:
        with suppress(NotThere):
            return api.dag(each)
    there = [dag.dag_id for dag in sorted(api.dags(), key=in_order)]
    raise Misused(f"There is no DAG {name}: {_instead(name, there)}")


def find_run(api: AirflowApi, dag: str, run_id: str) -> Run:
    """A run of a DAG; the latest where none is named.

    Raises:
        Misused: there is none.
        AirflowError: Airflow cannot be asked.
    """
    name = short_name(dag)
    if not run_id:
        for run in api.runs(dag):
            return run
        raise Misused(f"{name} has never run: start a run with tmdb-ops trigger {name} --wait.")
    try:
        return api.run(dag, run_id)
    except NotThere:
        raise Misused(f"{name} has no run {run_id}: tmdb-ops status {name} shows the last ones.") from None


def find_task(dag: str, name: str) -> str:
    """The id of a task of a DAG, by its id or by the name that people read; the name itself where none is known."""
    spec = spec_of(dag)
    return next((task.id for task in spec.tasks if name in {task.id, task.display_name}), name) if spec else name


def complete_dags(incomplete: str) -> list[tuple[str, str]]:
    """What a DAG's name may go on as, for a shell: with the name that people read."""
    names = [(name, spec.display_name) for spec in EVERY for name in (spec.name, spec.id)]
    return [(name, shown) for name, shown in names if name.startswith(incomplete)]


def _instead(name: str, there: Iterable[str]) -> str:
    names = [short_name(each) for each in there]
    if not names:
        return (
            "Airflow has read none yet, which it does within a minute of its start; see tmdb-ops logs dag-processor if "
            "it stays so."
        )
    close = get_close_matches(name, [*names, *there], n=1)
    meant = f"do you mean {close[0]}? " if close else ""
    return f"{meant}There are {', '.join(names)}."
