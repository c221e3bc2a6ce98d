"""The entry point that needs Airflow: the Connection."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from airflow.sdk import BaseHook, Connection
from fuzz.entry import SECRET, Entry
from fuzz.garbage import TEXTS, VALUES, as_json
from hypothesis import strategies as st

from tmdb_pipeline.orchestration.task_settings import settings_in_force
from tmdb_pipeline.settings import SettingsError

_EXTRA = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("language", "region", "data_root", "api_key", "other"), TEXTS | VALUES)
)
FIELDS = st.fixed_dictionaries(
    {"conn_type": st.sampled_from(["http", "https", "tmdb"]) | TEXTS},
    optional={
        "host": st.sampled_from(["api.themoviedb.org", "http://[", "https://a:b@c/3", "h:99999"]) | TEXTS,
        "port": st.none() | st.integers(-1, 70_000),
        "schema": st.sampled_from(["https", "3"]) | TEXTS,
        "password": st.just(SECRET) | TEXTS,
        "login": TEXTS,
        "extra": _EXTRA.map(lambda extra: as_json(extra).decode())
        | TEXTS
        | VALUES.map(lambda value: as_json(value).decode()),
    },
)


@contextmanager
def environment() -> Iterator[None]:
    """An environment with a base URL and no key."""
    with patch.object(os, "environ", {"TMDB_BASE_URL": "https://env.example/3"}):
        yield


def connected(fields: dict[str, Any], _stage: None) -> None:
    """Settings from the Connection are within their limits."""
    try:
        connection = Connection(conn_id="tmdb_default", **fields)
    except (TypeError, ValueError):  # pragma: no cover - Airflow itself does not take it, if such a one is drawn
        return
    with patch.object(BaseHook, "get_connection", staticmethod(lambda conn_id: connection)):
        settings = settings_in_force()
    assert settings.base_url.startswith(("http://", "https://"))
    assert SECRET not in repr(settings)


ENTRIES = [Entry("connection", FIELDS, connected, (SettingsError,), environment)]
