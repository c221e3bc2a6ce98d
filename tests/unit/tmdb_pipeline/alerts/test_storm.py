"""How many alerts of a minute are sent."""

import logging
from datetime import UTC, datetime

from tmdb_pipeline.alerts.storm import MOST, Admission, Storm
from tmdb_pipeline.lake.store import Lake

NOW = datetime(2026, 11, 27, tzinfo=UTC)


def test_where_nothing_can_be_counted_every_alert_is_sent(tmp_path, caplog):
    """A file stands where the folder of the lake should be: more messages than one likes are better than none."""
    (tmp_path / "lake").write_text("no folder")
    storm = Storm(Lake(str(tmp_path / "lake")))

    with caplog.at_level(logging.WARNING):
        admitted = {storm.admit(NOW) for _ in range(2 * MOST)}

    assert admitted == {Admission.SENT}
    assert "Alerts cannot be counted, so each is sent: " in caplog.text
