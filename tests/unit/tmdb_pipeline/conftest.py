"""An S3 endpoint for the tests of all that lies on a lake."""

import logging

import pytest
from s3_server import S3Server

from tmdb_pipeline.lake.stores import bucket


@pytest.fixture(scope="session")
def s3_server():
    server = S3Server().start()
    yield server
    server.stop()


@pytest.fixture
def s3(s3_server, monkeypatch):
    """The endpoint, as this process finds it, in which nothing goes wrong yet. A request is tried once."""
    s3_server.be_well()
    for name, value in s3_server.environment().items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_PROFILE", "AWS_CA_BUNDLE", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(bucket, "TRIES", 1)
    yield s3_server
    logging.getLogger("botocore").setLevel(logging.NOTSET)


@pytest.fixture
def s3_root(s3):
    """A data root in a bucket of the test's own."""
    return f"s3://{s3.make_bucket()}/prefix"
