import json
from datetime import UTC, datetime, timedelta

import pytest
from fake_docker import WELL, container

from tmdb_pipeline.ops.backup.archives.manifest import Manifest, Tree
from tmdb_pipeline.ops.backup.archives.sealing import seal
from tmdb_pipeline.ops.backup.archives.shelf import Shelf
from tmdb_pipeline.ops.output import Output

NOON = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)  # 12:00 in Seoul
DAY = timedelta(days=1)
PASSPHRASE = "a long passphrase 열쇠"
MADE = {
    "made": "tmdb-backup-1.tar",
    "size": 3 * 2**20,
    "absent": ["The secrets are left out."],
}
RESTORED = {"restored": "tmdb-backup-1.tar", "compared": [["metadata", 70, 12345], ["data root", 9, 99]]}
DO = "compose --profile=backup run --rm --no-deps -T backup /opt/tmdb/deploy/backup.py"


@pytest.fixture(autouse=True)
def _world(stack, docker):
    """A stack that is well."""
    docker.says("^start|compose (up|run|.* stop)")


@pytest.fixture
def shelf(stack):
    return Shelf(stack / "backups")


def put(shelf, at=NOON, *, secrets=False):
    """Put a whole backup on the shelf; its name."""
    tree = Tree(files=1234, size=10, digest="0", left_out=[])
    with shelf.locked(), shelf.writing(at) as (writer, path):
        writer.add("metadata.dump", b"rows")
        if secrets:
            writer.add("secrets.json", seal({"FERNET_KEY": "geheim", "ADMIN": "x"}, PASSPHRASE))
        writer.finish(
            lambda members: Manifest(
                made_at=at,
                made_by="lee@laptop",
                pipeline="0.1.0",
                airflow="3.3.2",
                databases={},
                data_root=tree if secrets else None,
                secrets=["ADMIN", "FERNET_KEY"] if secrets else [],
                fernet=None,
                absent=[],
                members=members,
            )
        )
    return path.name


def test_backup_says_what_was_made(ops, docker, stack):
    """And what is not in it."""
    docker.says(DO, f"a word\n{json.dumps(MADE)}\n")

    code, out, err = ops("backup")

    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "tmdb-backup-1.tar is whole, 3.0 MiB.",
        "The secrets are left out.",
    ]
    assert docker.asked == [f"{DO} make"]
    assert (stack / "backups").stat().st_mode & 0o777 == 0o770


def test_backup_is_a_document_for_programs(ops, docker):
    """The one of the container."""
    docker.says(DO, json.dumps(MADE))

    code, out, _ = ops("backup", "--json")

    assert (code, json.loads(out)) == (0, MADE)


def test_backup_that_fails_says_why(ops, docker):
    """With the status that the container gives."""
    docker.says(DO, json.dumps({"error": "The disk is full: make room.", "status": 8}), status=8)

    assert ops("backup") == (8, "", "The disk is full: make room.\n")


def test_service_that_cannot_be_run_says_why(ops, docker):
    """As everything of Docker's does."""
    docker.says(DO, "", "Cannot connect to the Docker daemon at unix:///x.", status=1)

    code, _, err = ops("backup")

    assert code == 4
    assert err.startswith("The Docker engine does not answer")


def test_restore_stops_all_but_postgres_and_starts_it_again(ops, docker, shelf):
    """The newest, where nobody names another; what was compared is shown."""
    name = put(shelf)
    docker.says(DO, json.dumps(RESTORED))
    docker.runs(*WELL, container("init", "exited"))

    code, out, err = ops("restore", "--yes")

    assert (code, err) == (0, "")
    lines = [line.split() for line in out.splitlines()]
    assert ["metadata", "70", "12,345"] in lines
    assert ["data", "root", "9", "99"] in lines
    assert "is restored, and the same as the backup by digest" in out
    assert docker.asked == [
        "compose --profile=* ps --all --no-trunc --format=json",
        "compose --profile=* stop api-server scheduler",
        f"{DO} restore {name}",
        "compose up --detach --wait",
        "start tmdb-pipeline-api-server-1 tmdb-pipeline-scheduler-1",
    ]


def test_stack_that_was_never_started_is_prepared(ops, docker, shelf):
    """Its databases and roles are made, as its volumes are new; nothing else is started."""
    name = put(shelf)
    docker.says(DO, json.dumps(RESTORED))
    docker.runs()

    code, *_ = ops("restore", name, "--yes", "--other-key", "--json")

    assert code == 0
    assert docker.asked == [
        "compose --profile=* ps --all --no-trunc --format=json",
        "compose up --detach --wait postgres",
        "compose run --rm -T init",
        f"{DO} restore {name} --other-key",
    ]


def test_stack_runs_again_after_a_restore_that_was_refused(ops, docker, shelf):
    """On what was there."""
    put(shelf)
    docker.says(DO, json.dumps({"error": "FERNET_KEY is not the one of the backup.", "status": 1}), status=1)
    docker.runs(*WELL, container("init", "exited"))

    code, _, err = ops("restore", "--yes")

    assert (code, err) == (1, "FERNET_KEY is not the one of the backup.\n")
    assert docker.asked[-1] == "start tmdb-pipeline-api-server-1 tmdb-pipeline-scheduler-1"


def test_service_that_does_not_start_again_is_said(ops, docker, shelf):
    """The backup is restored by then; of a restore that was refused, that is said and not this."""
    put(shelf)
    docker.says(DO, json.dumps(RESTORED))
    docker.says("^start", err="something odd", status=1)
    docker.runs(*WELL, container("init", "exited"))

    code, _, err = ops("restore", "--yes")
    assert code == 5
    assert err.startswith("A service cannot be started again: Docker says something odd.")

    docker.says(DO, json.dumps({"error": "The disk is full.", "status": 8}), status=8)
    assert ops("restore", "--yes") == (8, "", "The disk is full.\n")


def test_second_stack_is_restored_into(ops, docker, shelf, tmp_path):
    """By its folder; the backup is that of the first."""
    name = put(shelf)
    second = tmp_path / "second"
    second.mkdir()
    (second / "compose.yaml").write_text("services: {}\n")
    (second / ".env").write_text("A=b\n")
    docker.says(DO, json.dumps(RESTORED))
    docker.runs(*WELL, container("init", "exited"))

    code, *_ = ops("restore", name, "--into", str(second), "--yes")

    assert code == 0
    assert f"{DO} restore {name}" in docker.asked
    assert not (second / "backups").exists()


@pytest.mark.parametrize("way", ["--resume", "--undo"])
@pytest.mark.parametrize(("told", "shown"), [("Done.", "Done."), (None, "No restore was interrupted here.")])
def test_interrupted_restore_is_settled(ops, docker, way, told, shown):
    """Completed, or taken back, without a question."""
    docker.says(DO, json.dumps({"settled": told}))
    docker.runs(*WELL, container("init", "exited"))

    code, out, err = ops("restore", way)

    assert (code, out, err) == (0, f"{shown}\n", "")
    assert f"{DO} settle{' --undo' if way == '--undo' else ''}" in docker.asked


def test_both_ways_at_once_are_refused(ops):
    """A restore is completed or taken back."""
    code, _, err = ops("restore", "--resume", "--undo")

    assert code == 2
    assert err.startswith("--resume and --undo cannot both be")


def test_what_is_there_is_not_replaced_unasked(ops, docker, shelf, monkeypatch):
    """Where nobody can be asked, --yes has to say it; a person is asked."""
    put(shelf)

    code, _, err = ops("restore")
    assert code == 2
    assert err.startswith("A restore replaces what is there: say --yes")

    asked = []
    monkeypatch.setattr(Output, "is_terminal", True)
    monkeypatch.setattr("typer.confirm", lambda question, abort: asked.append((question, abort)))
    docker.says(DO, json.dumps(RESTORED))
    docker.runs(*WELL, container("init", "exited"))

    assert ops("restore")[0] == 0
    ((question, abort),) = asked
    assert abort
    assert "Replace what is in the stack in" in question


def test_backup_that_is_not_there_or_none_is_refused(ops, docker, shelf):
    """Before anything is stopped."""
    assert ops("restore", "--yes")[0] == 2
    shelf.folder.mkdir()
    (shelf.folder / "odd.tar").write_bytes(b"odd")

    code, _, err = ops("restore", "odd.tar", "--yes")

    assert code == 1
    assert "is no backup of tmdb-pipeline" in err
    assert docker.asked == []


def test_backups_are_listed(ops, shelf):
    """The newest first, each with what is in it, and what is none with why."""
    assert ops("backups", "list") == (0, "There is no backup yet: make one with tmdb-ops backup.\n", "")
    first, second = put(shelf), put(shelf, NOON + DAY, secrets=True)
    (shelf.folder / "tmdb-backup-0.tar").write_bytes(b"half")

    code, out, err = ops("backups", "list")

    assert (code, err) == (0, "")
    assert out.index(second) < out.index(first) < out.index("tmdb-backup-0.tar")
    assert "1,234 files, 2 secrets" in out
    assert "no secrets" in out
    documents = json.loads(ops("backups", "list", "--json")[1])
    assert [document["name"] for document in documents] == [second, first, "tmdb-backup-0.tar"]
    assert documents[0]["secrets"] == ["ADMIN", "FERNET_KEY"]
    assert documents[0]["files"] == 1234
    assert documents[1]["files"] == 0
    assert "is no backup" in documents[2]["trouble"]


def test_backup_is_verified(ops, shelf):
    """Read whole; a byte that flipped is found."""
    name = put(shelf)
    code, out, _ = ops("backups", "verify", name)
    assert code == 0
    assert out.startswith(f"{name} is whole: 0.0 MiB, no secrets")
    assert json.loads(ops("backups", "verify", "--json")[1])["verified"] == name

    data = bytearray((shelf.folder / name).read_bytes())
    data[700] ^= 1
    (shelf.folder / name).write_bytes(data)

    code, _, err = ops("backups", "verify")
    assert code == 1
    assert "is damaged" in err


def test_backups_are_pruned(ops, shelf):
    """As it is asked for; what is damaged is named."""
    names = [put(shelf, NOON + DAY * day) for day in range(3)]
    (shelf.folder / "tmdb-backup-0.tar").write_bytes(b"half")

    code, out, _ = ops("backups", "prune", "--days", "1", "--weeks", "0")

    assert code == 0
    assert "2 backups are removed." in out
    assert "is no backup of tmdb-pipeline" in " ".join(out.split())
    assert json.loads(ops("backups", "prune", "--json")[1]) == {"removed": [], "damaged": ["tmdb-backup-0.tar"]}
    assert [path.name for path in shelf.folder.glob("tmdb-backup-2*")] == [names[-1]]


def test_secrets_are_printed_for_env(ops, shelf, monkeypatch, stack):
    """With the passphrase in .env, or the one that is typed."""
    put(shelf, secrets=True)
    monkeypatch.setattr("typer.prompt", lambda *words, **how: PASSPHRASE)
    assert ops("backups", "secrets") == (0, "ADMIN=x\nFERNET_KEY=geheim\n", "")

    with (stack / ".env").open("a") as env:
        env.write("BACKUP_PASSPHRASE=another one, and long\n")
    code, _, err = ops("backups", "secrets")
    assert code == 1
    assert err.startswith("The passphrase is not the one")

    name = put(shelf, NOON + DAY)
    code, _, err = ops("backups", "secrets", name)
    assert code == 2
    assert "holds no secrets" in err
