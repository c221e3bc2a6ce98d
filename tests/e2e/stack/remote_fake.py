"""The fake TMDB in its container, by its control routes."""

from __future__ import annotations

from typing import Any

import requests
from e2e.patience import PATIENCE, wait_for


class RemoteFake:
    """The fake at a port of loopback."""

    def __init__(self, port: int) -> None:
        self._root = f"http://127.0.0.1:{port}/__fake__"

    def _ask(self, method: str, route: str, **options) -> Any:
        answer = requests.request(method, f"{self._root}/{route}", timeout=PATIENCE, **options)
        answer.raise_for_status()
        return answer.json()

    def journal(self, path: str = "*") -> dict[str, Any]:
        """What was asked of it."""
        return self._ask("GET", "journal", params={"path": path})

    def pages(self, path: str) -> list[int]:
        """The pages asked of a path that were answered, sorted."""
        return sorted(call["page"] for call in self.journal(path)["calls"] if call["outcome"] == 200)

    def arm(self, *faults: dict[str, Any]) -> None:
        """Misbehave from now on, only so."""
        self._ask("PUT", "faults", json=list(faults))

    def hold(self, path: str, page: int, *, seconds: float | None = None) -> None:
        """Let the next request for a page wait so long for its answer, or until its client is gone."""
        held = {"hang": True} if seconds is None else {"delay": seconds}
        self.arm({"path": path, "page": page, "times": 1, **held})

    def wait_for_held(self) -> None:
        """Return when the request that is to be held has come."""
        wait_for(lambda: self._ask("GET", "faults")["faults"][0]["applied"], "a request for the held page", pause=0.05)

    def reset(self) -> None:
        """Behave, and forget what was asked."""
        self._ask("POST", "reset")
