"""What people want to be told of each fault that ``docs/testing.md`` lists: declared once, a row a test.

The tests cause these faults, and look at what then arrives. ``tests/unit/test_wanted_alerts.py`` holds the page to it.
"""

from dataclasses import dataclass

from tmdb_pipeline.alerts.alert import Kind


@dataclass(frozen=True)
class Wanted:
    """What a person wants to be told of a fault: one alert and, when it is over, that it is; or nothing.

    Attributes:
        test: the one that causes it, as the page names it.
        kind: of the alert; None where there is none.
        cause: what the alert says has happened, in Korean.
        why: why nothing is told, where nothing is.
    """

    test: str
    kind: Kind | None = None
    cause: str = ""
    why: str = ""

    def __str__(self):
        """As the page says it."""
        return f"`{self.kind}`, then resolved" if self.kind else f"nothing: {self.why}"


def _nothing(why, test):
    return Wanted(test, why=why)


_TRIES = "its tries outlast it"
_BY_HAND = "whoever runs it sees it end; a scheduler would try the task again"
_NO_RUN = "it is no run of the pipeline"
_STACK = "stack/faults/test_faults.py"
_LOADS = "stack/faults/test_load_faults.py"

WANTED = (
    _nothing(_TRIES, "test_tmdb_faults.py::test_tmdb_down_for_a_while"),
    _nothing(_TRIES, "test_tmdb_faults.py::test_storm_of_refusals"),
    _nothing(_TRIES, "test_tmdb_faults.py::test_broken_bodies"),
    _nothing("no movie is missing", "test_tmdb_faults.py::test_pages_that_drift"),
    _nothing(_BY_HAND, "test_machine_faults.py::test_process_killed_in_mid_task"),
    _nothing("the run goes on", "test_machine_faults.py::test_database_goes_away_in_mid_task[cut]"),
    _nothing("the run goes on", "test_machine_faults.py::test_database_goes_away_in_mid_task[restart]"),
    Wanted(
        "test_machine_faults.py::test_disk_full_and_freed",
        Kind.RUN_FAILED,
        "데이터 루트의 디스크가 가득 찼습니다.",
    ),
    Wanted(
        "test_machine_faults.py::test_same_date_twice_at_once",
        Kind.RUN_FAILED,
        "다른 프로세스가 같은 날짜를 수집하고 있습니다.",
    ),
    Wanted(
        "test_object_store.py::test_two_workers_on_one_bucket",
        Kind.RUN_FAILED,
        "다른 프로세스가 같은 날짜를 수집하고 있습니다.",
    ),
    Wanted(
        "test_object_store.py::test_worker_killed_in_mid_run",
        Kind.RUN_FAILED,
        "다른 프로세스가 같은 날짜를 수집하고 있습니다.",
    ),
    Wanted(
        "test_object_store.py::test_store_goes_away_in_mid_run",
        Kind.RUN_FAILED,
        "데이터 루트를 읽거나 쓸 수 없습니다.",
    ),
    _nothing(_TRIES, "test_tables.py::test_connection_cut_in_mid_load"),
    Wanted(
        "test_tables.py::test_postgres_restarted_in_mid_load",
        Kind.RUN_FAILED,
        "웨어하우스가 응답하지 않습니다.",
    ),
    _nothing(_BY_HAND, "test_tables.py::test_process_killed_in_mid_load"),
    _nothing(_NO_RUN, "test_ending.py"),
    _nothing(_TRIES, f"{_STACK}::test_fake_down_for_a_while"),
    _nothing(_TRIES, "stack/test_task_killed.py::test_task_process_killed"),
    _nothing(_TRIES, f"{_STACK}::test_process_that_watches_over_a_task_killed"),
    _nothing("the run goes on", f"{_STACK}::test_scheduler_killed_and_restarted"),
    _nothing("the run goes on", f"{_STACK}::test_postgres_restarted"),
    _nothing("the run goes on", f"{_STACK}::test_postgres_connections_cut"),
    _nothing(_TRIES, f"{_STACK}::test_disk_full_then_freed"),
    _nothing("who triggers it is answered", f"{_STACK}::test_same_date_triggered_twice"),
    _nothing("the run goes on", f"{_STACK}::test_whole_stack_restarted"),
    _nothing(_TRIES, f"{_LOADS}::test_postgres_restarted_in_mid_load"),
    _nothing(_TRIES, f"{_LOADS}::test_task_killed_in_mid_load"),
    _nothing(_TRIES, "stack/faults/test_worker_killed.py::test_worker_killed"),
    _nothing(_NO_RUN, "stack/test_ending.py"),
    _nothing(_NO_RUN, "stack/test_ending.py::test_stack_that_does_not_start_in_time"),
)


def wanted_of(test):
    """What is wanted of the fault that a test causes, named as the page names it."""
    (found,) = [wanted for wanted in WANTED if wanted.test == test]
    return found
