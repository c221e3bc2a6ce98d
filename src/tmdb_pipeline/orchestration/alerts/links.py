"""Where to look in Airflow's UI."""

from urllib.parse import quote

from airflow.sdk.configuration import conf


def run_link(dag_id: str, run_id: str) -> str | None:
    """The page of a run, at ``[api] base_url``; None where nobody has said what that is."""
    base: str = conf.get("api", "base_url", fallback="") or ""
    return f"{base.rstrip('/')}/dags/{quote(dag_id)}/runs/{quote(run_id, safe='')}" if base.strip() else None
