"""What ``tmdb-ops doctor`` says of a warehouse."""

import pytest
from support import free_port

from tmdb_pipeline.ops.doctor import reach
from tmdb_pipeline.ops.doctor.finding import Verdict


def look(url):
    return reach.look_at_warehouse({"AIRFLOW_CONN_TMDB_WAREHOUSE": url})


@pytest.mark.usefixtures("connection")
def test_warehouse_with_the_tables_of_this_version_is_well(postgres, database):
    """Who signs in is said, and where; no password is."""
    found = look(postgres.url(database, "postgresql"))

    assert found.verdict is Verdict.OK
    assert found.said.endswith("and the tables are of this version.")


def test_warehouse_without_tables_is_wrong(postgres):
    """And it is said how to make them."""
    found = look(postgres.url("postgres", "postgresql"))

    assert (found.verdict, "tmdb-pipeline warehouse migrate" in found.said) == (Verdict.WRONG, True)


@pytest.mark.parametrize("url", ["postgresql://a:s3cr3t@127.0.0.1:{port}/x", "nix"])
def test_warehouse_that_is_away_is_wrong(url):
    """Or whose address is none; in the words of the warehouse."""
    found = look(url.format(port=free_port()))

    assert (found.verdict, "s3cr3t" in found.said) == (Verdict.WRONG, False)
