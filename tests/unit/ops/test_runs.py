import io
from datetime import date

import pytest
from rich.console import Console

from tmdb_pipeline.ops import runs
from tmdb_pipeline.ops.account import DAILY
from tmdb_pipeline.settings import SettingsError


def test_network_that_cannot_be_used_is_refused_before_anything_runs(tmp_path, monkeypatch):
    """A proxy that is no address is said at once, with its variable, and nothing is made."""
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("https_proxy", "htp://x:1")
    console = Console(file=io.StringIO())
    day, out = date(2024, 1, 1), tmp_path / "out"

    with pytest.raises(SettingsError, match=r"^https_proxy cannot be used: its scheme is none of"):
        runs.collect(console, [DAILY], day=day, out=out, dags=tmp_path, environ={"TMDB_API_KEY": "invented"})

    assert not out.exists()


def test_data_root_without_its_library_is_refused_before_anything_runs(tmp_path):
    """A store that cannot be opened is a matter of what is set, not a run that failed."""
    environ = {"TMDB_API_KEY": "invented", "TMDB_DATA_ROOT": "nostore://bucket"}
    console = Console(file=io.StringIO())

    with pytest.raises(SettingsError, match=r"^The data root nostore://bucket cannot be used: "):
        runs.collect(
            console, [DAILY], day=date(2024, 1, 1), out=tmp_path / "out", dags=tmp_path / "dags", environ=environ
        )

    assert not (tmp_path / "out").exists()
