"""Where to look in Airflow's UI."""

import re
from urllib.parse import quote

from airflow.sdk.configuration import conf


def run_link(dag_id: str, run_id: str) -> str | None:
    """The page of a run, at ``[api] base_url``; None where that is no address that can be linked."""
    base: str = conf.get("api", "base_url", fallback="") or ""
    base = base.strip().rstrip("/")
    return f"{base}/dags/{quote(dag_id)}/runs/{quote(run_id, safe='')}" if re.match(r"https?://[^/]", base) else None
