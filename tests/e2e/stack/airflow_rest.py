"""Airflow's REST API (v2) as a person's program uses it: with a token for a name and a password."""

from __future__ import annotations

from typing import Any

import requests
from e2e.patience import PATIENCE, wait_for

ENDED = {"success", "failed"}


class AirflowRest:
    """One user of one API server. Answers are documents; an unexpected status raises, with what the server said."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._session = requests.Session()

    def sign_in(self, user: str, password: str) -> None:
        """Get a token."""
        who = {"username": user, "password": password}
        answer = requests.post(f"{self.address}/auth/token", json=who, timeout=PATIENCE)
        answer.raise_for_status()
        self._session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def ask(self, method: str, path: str, **options) -> requests.Response:
        """Send a request; the answer, whatever its status."""
        return self._session.request(method, f"{self.address}/api/v2/{path}", timeout=PATIENCE, **options)

    def get(self, path: str, **params) -> Any:
        """The document at a path."""
        return self._expect(self.ask("GET", path, params=params), 200)

    def unpause(self, dag_id: str, *, paused: bool = False) -> None:
        """Let the scheduler run a DAG, or ``paused`` no more."""
        self._expect(self.ask("PATCH", f"dags/{dag_id}", json={"is_paused": paused}), 200)

    def trigger(self, dag_id: str, logical_date: str, run_id: str) -> None:
        """Start a run."""
        body = {"dag_run_id": run_id, "logical_date": logical_date}
        self._expect(self.ask("POST", f"dags/{dag_id}/dagRuns", json=body), 200)

    def runs(self, dag_id: str) -> list[dict[str, Any]]:
        """All runs of a DAG."""
        return self.get(f"dags/{dag_id}/dagRuns", limit=100)["dag_runs"]

    def scheduled_runs(self, dag_id: str) -> list[dict[str, Any]]:
        """The runs that the schedule of a DAG has made."""
        return [run for run in self.runs(dag_id) if run["run_type"] == "scheduled"]

    def delete_runs(self, dag_id: str) -> None:
        """Forget the runs of a DAG; such as go on, after a test that failed, are ended.

        Those of its schedule stay: without the last of them the scheduler would make it again.
        """
        for run in self.runs(dag_id):
            if run["run_type"] == "scheduled":
                continue
            if run["state"] not in ENDED:  # pragma: no cover - only after a test that failed
                self.ask("PATCH", f"dags/{dag_id}/dagRuns/{run['dag_run_id']}", json={"state": "failed"})
            self._expect(self.ask("DELETE", f"dags/{dag_id}/dagRuns/{run['dag_run_id']}"), 204)

    def delete_events(self, dag_id: str) -> None:
        """Forget the events of assets that a DAG, for it is paused, has not been started by yet."""
        answer = self.ask("DELETE", f"dags/{dag_id}/assets/queuedEvents")
        self._expect(answer, 404 if answer.status_code == 404 else 204)  # there are none

    def tasks(self, dag_id: str, run_id: str) -> dict[str, dict[str, Any]]:
        """The task instances of a run, by task."""
        found = self.get(f"dags/{dag_id}/dagRuns/{run_id}/taskInstances", limit=100)["task_instances"]
        return {task["task_id"]: task for task in found}

    def states(self, dag_id: str, run_id: str) -> dict[str, str | None]:
        """The states of the task instances of a run."""
        return {task_id: task["state"] for task_id, task in self.tasks(dag_id, run_id).items()}

    def tries(self, dag_id: str, run_id: str) -> dict[str, int]:
        """How often each task of a run was tried."""
        return {task_id: task["try_number"] for task_id, task in self.tasks(dag_id, run_id).items()}

    def returned(self, dag_id: str, run_id: str, task_id: str) -> Any:
        """What a task returned."""
        path = f"dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/xcomEntries/return_value"
        return self.get(path, deserialize="true")["value"]

    def wait_for_end(self, dag_id: str, run_id: str, *, seconds: float = PATIENCE) -> str:
        """The state in which a run ended. A server that is just being restarted is asked again."""
        return wait_for(
            lambda: self._end(dag_id, run_id), f"the end of {run_id} of {dag_id}", seconds=seconds, pause=0.5
        )

    @staticmethod
    def patiently(ask) -> Any:
        """What an asking gives, or None while the server is not there or not well."""
        try:
            return ask()
        except requests.ConnectionError:  # pragma: no cover - a matter of the moment
            return None
        except requests.HTTPError as error:  # pragma: no cover - the same
            if error.response.status_code < 500:
                raise
            return None

    def _end(self, dag_id: str, run_id: str) -> str | None:
        run = self.patiently(lambda: self.get(f"dags/{dag_id}/dagRuns/{run_id}"))
        return run["state"] if run and run["state"] in ENDED else None

    @staticmethod
    def _expect(answer: requests.Response, status: int) -> Any:
        if answer.status_code != status:  # pragma: no cover - only where a test fails
            raise requests.HTTPError(f"{answer.status_code}: {answer.text}", response=answer)
        return answer.json() if answer.content else None
