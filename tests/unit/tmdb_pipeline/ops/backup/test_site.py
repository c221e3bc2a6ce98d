import getpass
import os
import socket
from pathlib import Path

from tmdb_pipeline.ops.backup.site import Site, of_stack, version_of, who


def test_who_makes_a_backup_is_known():
    """By user and machine."""
    assert who() == f"{getpass.getuser()}@{socket.gethostname()}"


def test_user_without_a_name_is_a_number(monkeypatch):
    """As in a container whose user nobody has declared."""

    def fails():
        raise KeyError("uid not found: 1234")

    monkeypatch.setattr(getpass, "getuser", fails)
    assert who() == f"{os.getuid()}@{socket.gethostname()}"


def test_versions_are_those_that_are_installed():
    """None where a package is not."""
    assert version_of("tmdb-pipeline")
    assert version_of("no-such-package-of-anybody") is None


def test_secrets_of_a_site_are_not_shown():
    """In a traceback or a log; its key is known."""
    site = Site({}, None, {"FERNET_KEY": "geheim"})

    assert site.fernet == "geheim"
    assert Site({}, None).fernet == ""
    assert "geheim" not in repr(site)


SECRETS = {"POSTGRES_PASSWORD": "geheim", "FERNET_KEY": "key", "SMTP_URL": "", "BACKUP_PASSPHRASE": "a passphrase"}


def test_stack_has_both_databases_and_a_folder():
    """As its administrator; the passphrase is no secret that it encrypts, and an empty setting is none."""
    site = of_stack(("postgres", 5432), "tmdb_warehouse", SECRETS, "/opt/airflow/data")

    assert {part: str(address) for part, address in site.databases.items()} == {
        "metadata": "of the stack (airflow at postgres:5432/airflow)",
        "warehouse": "of the stack (airflow at postgres:5432/tmdb_warehouse)",
    }
    assert {address.password for address in site.databases.values()} == {"geheim"}
    assert site.data_root == Path("/opt/airflow/data")
    assert site.secrets == {"POSTGRES_PASSWORD": "geheim", "FERNET_KEY": "key"}
    assert site.absent == ()


def test_what_is_elsewhere_is_left_out_and_said():
    """A warehouse on another server, files on an object store: both have backups of their own."""
    elsewhere = SECRETS | {"TMDB_WAREHOUSE_URL": "postgresql://x:y@elsewhere/warehouse"}

    site = of_stack(("postgres", 5432), "tmdb_warehouse", elsewhere, "s3://bucket/prefix")

    assert site.databases.keys() == {"metadata"}
    assert site.data_root is None
    assert site.absent == (
        "The warehouse is left out, for it is on a server of its own (TMDB_WAREHOUSE_URL).",
        "The data root is left out, for it is no folder but s3://bucket/prefix: its store keeps versions.",
    )
