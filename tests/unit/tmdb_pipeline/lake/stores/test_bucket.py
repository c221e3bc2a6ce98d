"""A lake in a real object store: what it sees, what it says when something is wrong, and what it never says."""

import logging
import os
import socket
import time
import traceback
from contextlib import ExitStack

import pytest
import requests
from s3_server import ACCESS_KEY, SECRET_KEY, TOKEN, cut, refusal
from support import free_port
from werkzeug.wrappers import Response

from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.lake.stores import bucket as bucket_module
from tmdb_pipeline.lake.stores import lease
from tmdb_pipeline.lake.stores import store as store_module

SET_KEYS = "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to what the store has given you"
#: Everything that asks the store.
METHODS = {
    "exists": lambda lake: lake.exists("folder/file"),
    "read": lambda lake: lake.read("folder/file"),
    "files": lambda lake: lake.files("folder"),
    "write": lambda lake: lake.write("folder/file", b"new"),
    "write with key": lambda lake: lake.write("folder/file", b"{}", key="movies"),
    "delete": lambda lake: lake.delete("folder/file"),
    "exclusive": lambda lake: ExitStack().enter_context(lake.exclusive("folder", "popular")),
}


@pytest.fixture
def lake(s3_root):
    return Lake(s3_root)


@pytest.fixture
def bucket(lake):
    """The name of the bucket of the lake."""
    return lake.locate("").split("/")[2]


def message_of(method, lake):
    """What a method says that must fail."""
    with pytest.raises(LakeError) as raised:
        METHODS[method](lake)
    assert str(raised.value).isprintable()
    return str(raised.value)


def half_of_it(environ, start_response):
    start_response("200 OK", [("Content-Length", "5"), ("ETag", '"x"'), ("Connection", "close")])
    return [b"th"]


def test_objects_lie_under_bucket_and_prefix(lake, bucket, s3):
    """A person finds a file where its name says, and nothing else is made."""
    lake.write("raw/./movies//file", b"movies")

    assert s3.keys(bucket) == {"prefix/raw/movies/file": b"movies"}
    assert lake.locate("raw/movies/file") == f"s3://{bucket}/prefix/raw/movies/file"


@pytest.mark.parametrize("ending", ["", "/", "//"])
def test_bucket_alone_is_a_root_too(s3, ending):
    """Without a prefix the files lie in the bucket itself."""
    bucket = s3.make_bucket()
    lake = Lake(f"s3://{bucket}{ending}")
    lake.write("file", b"1")
    lake.write("folder/deeper", b"2")

    assert s3.keys(bucket) == {"file": b"1", "folder/deeper": b"2"}
    assert lake.files("") == ["file"]
    assert lake.locate("file") == f"s3://{bucket}/file"
    assert lake.locate("") == f"s3://{bucket}"
    assert not lake.exists("")


def test_what_another_has_put_is_seen_at_once(lake, bucket, s3):
    """Listings and files are asked for anew each time: nothing that was seen before hides what has been put since."""
    other, seen = s3.client(), []
    lake.write("folder/1", b"1")
    for number in (2, 3):
        seen.append((lake.files("folder"), lake.exists(f"folder/{number}")))
        other.put_object(Bucket=bucket, Key=f"prefix/folder/{number}", Body=b"x")
        seen.append((lake.files("folder"), lake.exists(f"folder/{number}")))
    other.delete_object(Bucket=bucket, Key="prefix/folder/1")

    assert seen == [(["1"], False), (["1", "2"], True), (["1", "2"], False), (["1", "2", "3"], True)]
    assert lake.files("folder") == ["2", "3"]


def test_name_that_begins_another_is_no_file(lake):
    """A file is not there because a longer name or a folder is; a folder has no files of its namesakes."""
    lake.write("folder/file.json", b"x")
    lake.write("folder-2/other", b"x")

    assert not lake.exists("folder/file")
    assert not lake.exists("folder")
    assert lake.files("folder") == ["file.json"]


def test_folder_of_more_files_than_a_listing_holds_is_listed_whole(lake, bucket, s3):
    """A store lists a thousand at a time; a folder with more misses none."""
    client = s3.client()
    for number in range(1003):
        s3.put_directly(bucket, f"prefix/folder/{number:04d}")

    assert lake.files("folder") == [f"{number:04d}" for number in range(1003)]
    assert len(client.list_objects_v2(Bucket=bucket)["Contents"]) == 1000


def test_enormous_object_is_not_read(lake, monkeypatch):
    """What is larger than any file of ours does not fill the memory."""
    lake.write("file", b"12345")
    monkeypatch.setattr(bucket_module, "LARGEST", 4)

    with pytest.raises(LakeError, match="prefix/file cannot be read: it has 5 bytes, no file of ours has more than"):
        lake.read("file")
    assert store_module.LARGEST == 128 * 2**20


@pytest.mark.parametrize("method", METHODS)
def test_missing_bucket_is_told(s3, method):
    """A bucket that is not there is neither an empty one nor made, whatever is asked of it."""
    message = message_of(method, Lake("s3://no-such-bucket/prefix"))

    assert message.startswith("s3://no-such-bucket/prefix/folder")
    assert ": there is no bucket no-such-bucket. " in message
    assert message.lower().endswith("make it or set tmdb_data_root to another one, then run again.")


@pytest.mark.parametrize("method", METHODS)
def test_unknown_key_is_told(lake, s3, method):
    """A store that does not know the access key is told apart from an empty one, and both secrets stay unsaid."""
    requests.post(f"{s3.url}/moto-api/reset-auth", data="0", timeout=5)
    try:
        message = message_of(method, lake)
    finally:
        requests.post(f"{s3.url}/moto-api/reset-auth", data="inf", timeout=5)

    assert ": the store does not know the access key. " in message
    assert message.lower().endswith(f"{SET_KEYS.lower()}, then run again.")
    assert not [secret for secret in (ACCESS_KEY, SECRET_KEY, TOKEN) if secret in message]


@pytest.mark.parametrize(
    ("code", "status", "told"),
    [
        ("SignatureDoesNotMatch", 403, f"the secret key does not belong to the access key. {SET_KEYS}, then"),
        ("ExpiredToken", 400, "the session token has expired. Get a new AWS_SESSION_TOKEN with the keys that belong"),
        ("InvalidToken", 400, "the session token is not one of the store's. Get a new AWS_SESSION_TOKEN with the keys"),
        (
            "AccessDenied",
            403,
            "the store does not allow that in bucket {bucket}. Let these credentials list, read, wri",
        ),
        ("RequestTimeTooSkewed", 403, "this machine's clock differs from the store's. Set it, then run again."),
        ("AuthorizationHeaderMalformed", 400, "bucket {bucket} is in another region. Set AWS_DEFAULT_REGION to the"),
        ("InternalError", 500, "the store is in trouble (InternalError). Wait until it is well, then run again."),
        ("SlowDown", 503, "the store is in trouble (SlowDown). Wait until it is well, then run again."),
        ("KeyTooLongError", 400, "its name is too long."),
        ("Teapot", 418, "the store refuses it (Teapot)."),
        (TOKEN, 418, "the store refuses it (***)."),
    ],
)
def test_refusal_of_the_store_is_told(lake, bucket, s3, code, status, told):
    """What a store refuses is said in words with what to do; an unknown code as it is, without secrets."""
    s3.meddle = lambda request: refusal(code, status)

    message = message_of("read", lake)

    assert message.startswith(f"s3://{bucket}/prefix/folder/file cannot be read: {told.format(bucket=bucket)}")


@pytest.mark.parametrize(("status", "told"), [(403, "does not allow that"), (502, "is in trouble (502)")])
def test_refusal_without_a_body_is_told_by_its_status(lake, s3, status, told):
    """A proxy before the store has no code for what is wrong."""
    s3.meddle = lambda request: Response(b"", status)

    assert f": the store {told}" in message_of("read", lake)


def test_write_that_the_store_refuses_has_changed_nothing(lake, s3):
    """A refused write leaves what was there, and says so."""
    lake.write("folder/file", b"old")
    s3.meddle = lambda request: refusal("QuotaExceeded", 403) if request.method == "PUT" else None

    message = message_of("write", lake)

    assert message.endswith(
        "cannot be written: the quota of the store is used up. Nothing that was there has changed; make room, then run "
        "again."
    )
    assert lake.read("folder/file") == b"old"


def test_write_whose_response_is_lost_is_told_as_unsure(lake, s3):
    """What the store may have done is not said to have failed: the file is whole, and running again is safe."""
    lake.write("folder/file", b"old")
    s3.lose = lambda request: refusal("InternalError", 500)

    message = message_of("write", lake)
    s3.be_well()

    assert message.endswith("The file is whole, as it was or anew; wait until it is well, then run again.")
    assert lake.read("folder/file") == b"new"


def test_passing_trouble_is_outlasted(lake, s3, monkeypatch):
    """A store that stumbles once is asked again."""
    monkeypatch.setattr(bucket_module, "TRIES", 2)
    waits, troubles = [], [refusal("SlowDown", 503)]
    monkeypatch.setattr(time, "sleep", waits.append)
    patient = Lake(lake.locate(""))
    s3.meddle = lambda request: troubles.pop() if troubles else None

    patient.write("file", b"x")

    assert lake.read("file") == b"x"
    assert len(waits) == 1


@pytest.mark.parametrize("method", METHODS)
def test_store_that_is_down_is_told(lake, s3, method):
    """A store that cannot be reached is no empty store, in the midst of a run too; once it is back all is there."""
    lake.write("folder/file", b"there")
    s3.stop()
    try:
        message = message_of(method, lake)
    finally:
        s3.start()

    assert f": the store at 127.0.0.1:{s3.port} does not answer. " in message
    assert message.lower().endswith(
        "see that it runs, that this machine reaches it, and that aws_endpoint_url is its address if it is not aws, "
        "then run again."
    )
    assert lake.read("folder/file") == b"there"


@pytest.mark.parametrize("method", METHODS)
def test_store_that_never_answers_is_told_in_bounded_time(s3, monkeypatch, method):
    """A store that takes connections and says nothing is given up after the seconds of a try."""
    monkeypatch.setattr(bucket_module, "READ", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{silent.getsockname()[1]}")
        lake, began = Lake("s3://bucket"), time.monotonic()

        message = message_of(method, lake)

    assert time.monotonic() - began < 5
    assert " does not answer. " in message
    assert ("The file is whole, as it was or anew" in message) is (method == "write")


def test_tries_of_a_request_end_before_a_lock_does():
    """A write that was begun while the lock could be trusted is over before another may take it."""
    assert (bucket_module.CONNECT + bucket_module.READ) * bucket_module.TRIES + lease.TRUSTED < lease.SECONDS


def test_store_that_breaks_off_is_told(lake, s3):
    """A file that ends too soon is not taken for a whole one."""
    lake.write("folder/file", b"there")
    s3.lose = lambda request: half_of_it

    assert f": the store at 127.0.0.1:{s3.port} broke off in the middle. Wait until" in message_of("read", lake)


def test_connection_that_is_cut_is_told(lake, s3):
    """A connection that closes without a response is a store that does not answer."""
    s3.meddle = cut

    assert "does not answer. The file is whole, as it was or anew; see that it runs" in message_of("write", lake)


def test_store_without_tls_is_told(s3, monkeypatch):
    """TLS to a port that speaks http, as to one whose certificate is not trusted, is told with what to set."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3.url.replace("http:", "https:"))

    message = message_of("read", Lake("s3://bucket"))

    assert f"there is no secure connection to the store at 127.0.0.1:{s3.port}. Set AWS_CA_BUNDLE to" in message


def test_dead_proxy_is_told(s3, monkeypatch):
    """A proxy that is not there is not taken for a store that is not there."""
    monkeypatch.setenv("HTTP_PROXY", f"http://user:{SECRET_KEY}@127.0.0.1:{free_port()}")
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.setenv("no_proxy", "")

    message = message_of("read", Lake("s3://bucket"))

    assert "the proxy does not answer. See that HTTP_PROXY and HTTPS_PROXY name it, or unset them, then" in message


@pytest.mark.parametrize("missing", [["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"], ["AWS_SECRET_ACCESS_KEY"]])
def test_missing_credentials_are_told(s3, monkeypatch, missing):
    """Without a key, or with half of one, what to set is said."""
    for name in missing:
        monkeypatch.delenv(name)

    with pytest.raises(LakeError) as raised:
        Lake("s3://bucket").read("file")

    assert "there are no credentials for the store" in str(raised.value)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("AWS_ENDPOINT_URL", "nonsense", "cannot be used: Invalid endpoint: nonsense. Mend that in the environment or"),
        (
            "AWS_ENDPOINT_URL",
            f"http://u:{SECRET_KEY}@a b",
            r"cannot be used: Invalid endpoint: http://\*\*\*@a b\. Mend",
        ),
        (
            "AWS_ENDPOINT_URL",
            f"http://user:{SECRET_KEY}@127.0.0.1",
            "AWS_ENDPOINT_URL holds a user or a password, which",
        ),
        ("AWS_PROFILE", "nobody", r"cannot be used: The config profile \(nobody\) could not be found\. Mend that in"),
    ],
)
def test_settings_that_cannot_be_used_are_told_when_the_lake_is_opened(s3, monkeypatch, name, value, told):
    """What is wrong with an address or a profile is said before any request, without a password."""
    monkeypatch.setenv(name, value)

    with pytest.raises(LakeError, match=told) as raised:
        Lake("s3://bucket")

    assert SECRET_KEY not in "".join(traceback.format_exception(raised.value))


@pytest.mark.parametrize(
    "root", ["s3://", "s3:///prefix", "s3://ab", "s3://" + ACCESS_KEY + ":" + SECRET_KEY + "@bucket"]
)
def test_url_without_a_bucket_is_told_and_not_shown(root):
    """A URL that names no bucket is refused, and what stands in it, which may be a secret, is not repeated."""
    with pytest.raises(LakeError) as raised:
        Lake(root)

    assert str(raised.value).startswith(
        "The data root cannot be used: after s3:// it names no bucket, which has 3 to 63"
    )
    assert SECRET_KEY not in str(raised.value)


def test_secrets_are_in_no_log_and_no_error(lake, s3, caplog):
    """At DEBUG level, in what is logged and in whole tracebacks, there is no secret key and no session token."""
    with caplog.at_level(logging.DEBUG):
        opened = Lake(lake.locate(""))
        opened.write("file", b"x")
        s3.meddle = lambda request: refusal("AccessDenied", 403)
        with pytest.raises(LakeError) as raised:
            opened.read("file")

    told = caplog.text + "".join(traceback.format_exception(raised.value))
    assert "AccessDenied" in told
    assert not [secret for secret in (SECRET_KEY, TOKEN) if secret in told]
    assert os.environ["AWS_SESSION_TOKEN"] == TOKEN
