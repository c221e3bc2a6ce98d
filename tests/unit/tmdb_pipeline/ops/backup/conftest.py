"""Archives and manifests for the tests of backups."""

from datetime import UTC, datetime

import pytest

from tmdb_pipeline.ops.backup.archives.manifest import Manifest

NOON = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)  # 12:00 in Seoul


@pytest.fixture
def describe():
    """Makes the manifest of some members."""

    def of(members, **changes):
        facts = {
            "made_at": NOON,
            "made_by": "lee@laptop",
            "pipeline": "0.1.0",
            "airflow": "3.3.2",
            "databases": {},
            "data_root": None,
            "secrets": [],
            "fernet": None,
            "absent": [],
            "members": members,
        }
        return Manifest(**(facts | changes))

    return of


@pytest.fixture
def put(describe):
    """Puts a whole backup on a shelf, made at a moment; its path."""

    def on(shelf, at=NOON, content=b"rows " * 100):
        with shelf.locked(), shelf.writing(at) as (writer, path):
            writer.add("metadata.dump", content)
            writer.finish(lambda members: describe(members, made_at=at))
        return path

    return on
