import shutil
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

import orjson
import pytest
from e2e import library
from e2e.digest import DAILY, EXPECTED, IGNORED, OWNERS, WEEKLY, digests, fingerprints, ignored, shown_time

from fake_tmdb.http.limits import NO_LIMITS

DAY = date(2024, 1, 7)


@pytest.fixture(scope="module")
def written(tmp_path_factory, another_fake):
    """The lake that the library leaves for the expected seed and date."""
    root = tmp_path_factory.mktemp("library")
    with another_fake(limits=NO_LIMITS).serve() as server:
        library.run_daily(server, root, DAY)
        library.run_weekly(server, root, DAY)
    return root


@pytest.fixture
def copied(written, tmp_path):
    """A copy of it to spoil."""
    return shutil.copytree(written, tmp_path / "copied")


def test_library_alone_leaves_the_expected_files(written):
    """The lowest rung: without Airflow, the same files as everywhere."""
    assert digests(written) == EXPECTED


def test_every_changed_byte_counts(copied):
    """One byte more in any kind of file changes the digest of its DAG, and of no other."""
    files = [file for files in fingerprints(copied).values() for file in files]
    kinds = {next(file for file in files if fnmatchcase(file, pattern)) for pattern in (*IGNORED, *OWNERS, "*/.lock")}
    assert {Path(file).suffix for file in kinds} == {".json", ".jsonl", ".html", ""}

    for file in kinds:
        before = (copied / file).read_bytes()
        (copied / file).write_bytes(before[:-2] + b" " + before[-2:])
        changed = digests(copied)
        (copied / file).write_bytes(before)

        assert sum(changed[dag_id] != EXPECTED[dag_id] for dag_id in (DAILY, WEEKLY)) == 1, file


def test_every_byte_of_a_movie_counts(copied):
    """One vote more, one blank in a title, the ids of two movies exchanged: each changes the digest."""
    path = copied / "raw/movies/daily/popular_movies_20240107.json"
    before = path.read_text(encoding="utf-8")
    document = orjson.loads(before)
    first, second = document["movies"][:2]
    swapped = (
        before.replace(str(first["id"]), "~")
        .replace(str(second["id"]), str(first["id"]))
        .replace("~", str(second["id"]))
    )
    spoiled = [
        before.replace(f'"vote_count": {first["vote_count"]}', f'"vote_count": {first["vote_count"] + 1}', 1),
        before.replace(first["title"], first["title"] + " ", 1),
        swapped,
    ]

    found = set()
    for text in spoiled:
        path.write_text(text, encoding="utf-8")
        found.add(digests(copied)[DAILY])

    assert len(found - {EXPECTED[DAILY]}) == 3


def test_missing_file_counts(copied):
    """A page that is not there changes the digest, though every other file is right."""
    (copied / f"raw/pages/{DAILY}/20240107/popular/page_004.json").unlink()

    assert digests(copied)[DAILY] != EXPECTED[DAILY]


def test_additional_file_counts(copied):
    """A file too many changes the digest of the DAG to which it belongs by its name, also a hidden one."""
    for name in ("page_006.json.set-aside-1", ".page_001.json.0a0a0a0a.tmp"):
        extra = copied / f"raw/pages/{WEEKLY}/20240107/drama" / name
        extra.write_bytes(b"")

        assert digests(copied)[WEEKLY] != EXPECTED[WEEKLY]
        extra.unlink()


def test_file_of_nobody_is_named(copied):
    """A file that no DAG should write stands in the answer under its own name."""
    (copied / "raw/stray.json").write_bytes(b"{}")

    assert digests(copied).keys() == {DAILY, WEEKLY, "raw/stray.json"}


def test_what_the_platform_did_is_left_out(copied):
    """How long tasks took, what the machine had left and who did what is not what was collected."""
    for file in ("platform/task_runs/a/b.jsonl", "platform/samples/20240107.jsonl", "operations/202401.jsonl"):
        path = copied / "raw/metadata" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")

    assert digests(copied) == EXPECTED


def test_ignored_fields_do_not_count(copied):
    """Other times, durations, run ids, names of collections and addresses give the same digest."""
    changed = 0
    for path in sorted(copied.rglob("*.json")):
        data = path.read_bytes()
        page = path.with_suffix(".html")
        shown = page.read_text(encoding="utf-8") if page.exists() else ""
        for name, value, written in ignored(path.relative_to(copied).as_posix(), data):
            other = "2031-01-01T09:00:00+09:00" if isinstance(value, str) else 12345.678
            assert data.count(written) == 1
            data = data.replace(written, written.replace(orjson.dumps(value), orjson.dumps(other)))
            shown = shown.replace(f"<dd>{value}</dd>", f"<dd>{other}</dd>")
            if name == "validated_at":
                shown = shown.replace(shown_time(value), shown_time(other))
            changed += 1
        path.write_bytes(data)
        if shown:
            page.write_text(shown, encoding="utf-8")

    assert changed > 350
    assert digests(copied) == EXPECTED


def test_field_that_is_not_written_as_ours_is_said(copied):
    """A file whose JSON is laid out otherwise is not taken for an equal one."""
    path = copied / "raw/metadata/daily_summaries/daily_summary_20240107.json"
    path.write_bytes(orjson.dumps(orjson.loads(path.read_bytes())))

    with pytest.raises(ValueError, match=r"daily_summary_20240107\.json does not hold"):
        fingerprints(copied)
