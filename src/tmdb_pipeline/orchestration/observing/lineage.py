"""Lineage: which file became which, and which tables. Told to Airflow's collector, which hands it to OpenLineage.

Without the OpenLineage provider, or without a transport for it, Airflow's collector takes nothing, and nothing is
looked up for it. The assets of the DAGs are not told of here: they say when something is to run, these what was read.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tmdb_pipeline.lake import paths

if TYPE_CHECKING:
    from tmdb_pipeline.lake.store import Lake
    from tmdb_pipeline.run import Run
    from tmdb_pipeline.warehouse.address import Address

#: The tables that a load of collected movies writes.
LOADED_TABLES = (
    *("collection_runs", "collections", "genres", "load_ledger", "movie_genres", "movie_observations"),
    *("movie_versions", "movies", "quarantined_records"),
)
#: Those that a load of an export writes.
POPULARITY_TABLES = ("export_ledger", "movie_popularity")


class Lineage:
    """What a task has read and made of it, under a data root."""

    def __init__(self, data_root: str) -> None:
        from airflow.sdk.lineage import NoOpCollector, get_hook_lineage_collector  # noqa: PLC0415 - in tasks only

        self._root = data_root
        self._collector: Any = get_hook_lineage_collector()
        self.is_collected = not isinstance(self._collector, NoOpCollector)

    def read(self, *files: str) -> None:
        """The task has read these files, given by their paths under the data root."""
        for file in files:
            self._collector.add_input_asset(self, uri=self._uri(file))

    def made(self, *files: str) -> None:
        """The task has made these files."""
        for file in files:
            self._collector.add_output_asset(self, uri=self._uri(file))

    def read_pages(self, lake: Lake, run: Run, source: str) -> None:
        """The task has read the pages of a collection, as they lie in the lake."""
        if self.is_collected:
            folder = paths.pages_folder(run, source)
            self.read(*(f"{folder}/{name}" for name in lake.files(folder) if name.startswith("page_")))

    def loaded(self, address: Address, tables: Iterable[str]) -> None:
        """The task has written rows of these tables of the warehouse."""
        for table in tables:
            uri = f"postgres://{address.host}:{address.port}/{address.database}/tmdb/{table}"
            self._collector.add_output_asset(self, uri=uri)

    def _uri(self, file: str) -> str:
        if "://" in self._root:
            return f"{self._root.rstrip('/')}/{file}"
        return Path(self._root, file).absolute().as_uri()
