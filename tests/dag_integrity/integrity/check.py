"""A check: what it is called, why it is there, and what it finds in a folder."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dag_integrity.integrity.facts import DagFacts, FileFacts, Folder, TaskFacts

#: Names of the zone in which Airflow's ``ds`` is the day.
UTC = {"UTC", "Etc/UTC", "GMT", "Etc/GMT"}


@dataclass(frozen=True)
class Policy:
    """What differs from house to house."""

    #: The zone that every schedule must name; None where that is not asked.
    zone: str | None = None
    #: The pools that exist beside default_pool; None where that is not asked.
    pools: frozenset[str] | None = None
    #: Packages that are too slow to import at each parse.
    heavy: frozenset[str] = frozenset(
        {
            "dask",
            "matplotlib",
            "numpy",
            "pandas",
            "polars",
            "pyarrow",
            "pyspark",
            "scipy",
            "sklearn",
            "tensorflow",
            "torch",
        }
    )

    @property
    def other_zone(self) -> str:
        """The zone whose day is not the day in UTC; empty where there is none."""
        return self.zone if self.zone and self.zone not in UTC else ""

    @property
    def unasked(self) -> set[str]:
        """Names of the checks that this policy leaves nothing to do."""
        asked = {
            "zone": self.zone is not None,
            "utc_day_in_templates": bool(self.other_zone),
            "utc_day_in_code": bool(self.other_zone),
            "pools": self.pools is not None,
        }
        return {name for name, wanted in asked.items() if not wanted}


@dataclass(frozen=True)
class Finding:
    """One defect: where it is, what is wrong, and what to do."""

    check: str
    file: str
    dag_id: str
    task_id: str
    sentence: str


@dataclass(frozen=True)
class Check:
    """A named check; call it with a folder."""

    name: str
    #: Why it is there, in one line; the docs list it.
    rationale: str
    _judge: Callable[[Folder, Policy], Iterator[tuple[str, str, str, str]]]

    def __call__(self, folder: Folder, policy: Policy) -> list[Finding]:
        """What is wrong with this folder."""
        return [Finding(self.name, *found) for found in self._judge(folder, policy)]


def of_folder(judge: Callable[[Folder, Policy], Iterator[tuple[str, str, str]]]) -> Check:
    """A check that compares files; it yields the file's name, the DAG's id and the sentence."""
    return _check(
        judge,
        lambda folder, policy: ((file, dag_id, "", text) for file, dag_id, text in judge(folder, policy)),
    )


def of_file(judge: Callable[[FileFacts, Policy], Iterator[str]]) -> Check:
    """A check that looks at one file at a time; it yields sentences."""
    return _check(
        judge,
        lambda folder, policy: ((file.name, "", "", text) for file in folder.files for text in judge(file, policy)),
    )


def of_dag(judge: Callable[[DagFacts, Policy], Iterator[str]]) -> Check:
    """A check that looks at one DAG at a time; it yields sentences."""
    return _check(
        judge,
        lambda folder, policy: (
            (file.name, dag.dag_id, "", text) for file, dag in folder.dags() for text in judge(dag, policy)
        ),
    )


def of_task(judge: Callable[[TaskFacts, Policy], Iterator[str]]) -> Check:
    """A check that looks at one task at a time; it yields sentences."""
    return _check(
        judge,
        lambda folder, policy: (
            (file.name, dag.dag_id, task.task_id, text)
            for file, dag in folder.dags()
            for task in dag.tasks
            for text in judge(task, policy)
        ),
    )


def _check(
    named: Callable[..., object], judge: Callable[[Folder, Policy], Iterator[tuple[str, str, str, str]]]
) -> Check:
    return Check(named.__name__, (named.__doc__ or "").strip(), judge)
