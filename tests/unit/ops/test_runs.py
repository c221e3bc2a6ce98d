import io
from datetime import date

import pytest
from rich.console import Console

from tmdb_pipeline.ops import runs
from tmdb_pipeline.ops.account import DAILY
from tmdb_pipeline.settings import SettingsError


def test_data_root_without_its_library_is_refused_before_anything_runs(tmp_path):
    """A store that cannot be opened is a matter of what is set, not a run that failed."""
    environ = {"TMDB_API_KEY": "invented", "TMDB_DATA_ROOT": "nostore://bucket"}
    console = Console(file=io.StringIO())

    with pytest.raises(SettingsError, match=r"^The data root nostore://bucket cannot be used: "):
        runs.collect(
            console, [DAILY], day=date(2024, 1, 1), out=tmp_path / "out", dags=tmp_path / "dags", environ=environ
        )

    assert not (tmp_path / "out").exists()
