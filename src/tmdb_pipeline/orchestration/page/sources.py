"""The sources of the page: settings and Connections as Airflow has them in the API server."""

import os

from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.language import Language
from tmdb_pipeline.orchestration.task_settings import settings_in_force
from tmdb_pipeline.orchestration.warehouse_address import warehouse_address
from tmdb_pipeline.page.facts.sources import READER_CONNECTION, Sources
from tmdb_pipeline.settings import Settings, SettingsError


def open_sources() -> Sources:
    """The lake at the data root, and the warehouse as who may only read it; what cannot be had is noted."""
    sources = Sources(lake=None, address=None)
    with sources.going_without():
        sources.lake = Lake(settings_in_force().data_root)
    with sources.going_without():
        sources.address = warehouse_address(READER_CONNECTION)
    return sources


def usual_language() -> Language:
    """The language that is set, Korean where that cannot be used."""
    try:
        return Settings.from_environment(os.environ).locale
    except SettingsError:
        return Language.KO
