"""Whether a stack works: what it reaches, which DAGs it can read, and a run of one of them to its end."""

from collections.abc import Callable
from datetime import datetime

import msgspec

from tmdb_pipeline.clock import Clock
from tmdb_pipeline.ops.compose.stack import Stack
from tmdb_pipeline.ops.dag_names import short_name
from tmdb_pipeline.ops.doctor.finding import Finding, Verdict
from tmdb_pipeline.ops.errors import NotWell
from tmdb_pipeline.ops.overview import INSIDE
from tmdb_pipeline.ops.place import Place
from tmdb_pipeline.ops.watch import BETWEEN, Look, watch

#: Seconds that the container has for all that it looks at.
_PATIENCE = 120


class Before(msgspec.Struct, frozen=True):
    """What was wrong before the upgrade already: names of findings, and DAGs that could not be read."""

    wrong: list[str]
    broken: list[str]


def look(stack: Stack) -> Before:
    """What is wrong with a stack that runs.

    Raises:
        OpsError: it cannot tell.
    """
    broken = [dag.dag_id for dag in Place.of(stack).api.dags() if dag.has_import_errors]
    return Before(sorted(_wrong(stack)), broken)


class Smoke:
    """A try of a stack that has just been started, whose services are well."""

    def __init__(self, stack: Stack, clock: Clock, timeout: int) -> None:
        """Take what is tried, and how many seconds reading the DAGs may take, and the run."""
        self._stack = stack
        self._api = Place.of(stack).api
        self._clock = clock
        self._timeout = timeout

    def run(self, dag_id: str, before: Before, since: datetime) -> str:
        """Try it; the id of the run.

        Args:
            dag_id: what is run. Where it is paused, it is unpaused meanwhile.
            before: what was wrong already, and does not count.
            since: when the old had stopped, aware: DAGs have to be read after that.

        Raises:
            OpsError: something does not work that did before; the message says what.
        """
        if broken := sorted({*self._unreadable(since)} - {*before.broken}):
            names = ", ".join(map(short_name, broken))
            raise NotWell(f"{names} could be read before, and cannot be now.")
        for name, said in sorted(_wrong(self._stack).items()):
            if name not in before.wrong:
                raise NotWell(f"{name} was well before, and is not now: {said}")
        dag = self._api.dag(dag_id)
        if dag.is_paused:
            self._api.set_paused(dag_id, paused=False)
        run = self._api.trigger(dag_id)
        ended = watch(self._api, run, self._clock, self._within(short_name(dag_id)))
        if dag.is_paused:
            self._api.set_paused(dag_id, paused=True)
        if ended.run.state != "success":
            raise NotWell(f"The run of {short_name(dag_id)} that was to try it has failed: {self._why(ended)}.")
        return run.run_id

    def _unreadable(self, since: datetime) -> list[str]:
        """The DAGs that cannot be read, once each has been tried since a moment; those that were not, too."""
        began = self._clock.monotonic()
        while True:
            dags = self._api.dags()
            late = [dag for dag in dags if not dag.has_import_errors and (dag.last_parsed_time or since) <= since]
            if not late or self._clock.monotonic() - began > self._timeout:
                return [dag.dag_id for dag in dags if dag.has_import_errors or dag in late]
            self._clock.sleep(BETWEEN)

    def _within(self, name: str) -> Callable[[Look], None]:
        """What ends a watch that takes too long."""
        began = self._clock.monotonic()

        def see(look: Look) -> None:
            if not look.run.has_ended and self._clock.monotonic() - began > self._timeout:
                raise NotWell(
                    f"The run of {name} that was to try it has not ended within {self._timeout} s, but is "
                    f"{look.run.state}."
                )

        return see

    def _why(self, look: Look) -> str:
        """The first task that has failed, and the error in its log: both will be gone."""
        failed = next((task for task in look.tasks if task.state == "failed"), None)
        if failed is None:
            return "none of its tasks has"
        events = self._api.log(failed, failed.try_number)
        details = [event.get("error_detail") for event in events if isinstance(event, dict)]
        errors = [f": {one[0].get('exc_type')}: {one[0].get('exc_value')}" for one in details if one]
        return failed.task_id + "".join(errors[-1:]).rstrip(".")


def _wrong(stack: Stack) -> dict[str, str]:
    """What the scheduler does not reach, by name, and why."""
    told = stack.inside("scheduler", *INSIDE, "doctor", timeout=_PATIENCE)
    found = msgspec.json.decode(told, type=list[Finding])
    return {each.name: each.said for each in found if each.verdict is Verdict.WRONG}
