"""The plugin, which Airflow finds by the entry point of this package.

The scheduler and the DAG processor import it as well, so nothing is imported here that only the API server needs.
"""

from typing import Any

from airflow.plugins_manager import AirflowPlugin

#: Where the page is, below the address of Airflow.
PREFIX = "/tmdb"


class LazyApp:
    """The page as an ASGI app that is made when somebody first asks for it."""

    def __init__(self) -> None:
        self._app: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer."""
        if self._app is None:
            from tmdb_pipeline.orchestration.page.app import build  # noqa: PLC0415 - as the module says

            self._app = build()
        await self._app(scope, receive, send)


class TmdbPlugin(AirflowPlugin):
    """The page in the menu, on each DAG and on each run."""

    name = "tmdb_pipeline"
    fastapi_apps: list[Any] = [{"app": LazyApp(), "url_prefix": PREFIX, "name": "TMDB"}]  # noqa: RUF012 - as Airflow has it
    external_views: list[Any] = [  # noqa: RUF012
        {
            "name": "TMDB",
            "href": "tmdb/page",
            "icon": "tmdb/icon.svg",
            "destination": "nav",
            "url_route": "tmdb",
            "nav_top_level": True,
        },
        {"name": "TMDB", "href": "tmdb/page?dag_id={DAG_ID}", "destination": "dag", "url_route": "tmdb-dag"},
        {
            "name": "TMDB",
            "href": "tmdb/page?dag_id={DAG_ID}&run_id={RUN_ID}",
            "destination": "dag_run",
            "url_route": "tmdb-run",
        },
    ]
