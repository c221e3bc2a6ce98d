"""A bucket of an object store that speaks S3: AWS, or any that ``AWS_ENDPOINT_URL`` names.

A put is all or nothing, and listings are asked for anew each time: what one process has put, every other one sees. A
request to a store that never answers ends after about a minute. Credentials come from where boto3 looks for them, and
botocore, whose debug messages hold session tokens, is kept from writing those.
"""

import logging
import random
import re
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from email.utils import parsedate_to_datetime
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.loaders import create_loader

from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.stores import s3_errors
from tmdb_pipeline.lake.stores.lease import Lease, Seen
from tmdb_pipeline.lake.stores.store import LARGEST, Change, Explanation, printable, too_busy, too_large

#: Seconds for each try of a request: to connect, and between two bytes of the response.
CONNECT, READ = 5, 15
#: How often a request is tried.
TRIES = 3
#: How often a change is made anew that another process came before, and by how many seconds at most it waits longer
#: each time: those who began at once would meet again and again.
_TURNS, _TURN = 20, 0.01
#: Names of buckets, old ones too (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html).
_ROOT = re.compile(r"s3://(?P<bucket>[a-z0-9][a-z0-9._-]{1,61}[a-z0-9])(/(?P<prefix>.*))?", re.IGNORECASE | re.DOTALL)
#: What a store says where the condition of a put does not hold: it does not; another put came at the same time; the
#: object that was to be replaced is gone (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html).
_REFUSED = {"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"}
#: Keeps the description of S3 that botocore reads: only the first client of a process takes a tenth of a second.
_LOADER = create_loader()


class Bucket:
    """Files as objects whose keys begin with a prefix. May be used from many threads."""

    #: botocore lets through what the libraries below it raise.
    trouble: tuple[type[Exception], ...] = (Exception,)

    def __init__(self, client: Any, bucket: str, prefix: str) -> None:
        """Use this client of botocore; ``prefix`` has no slash at its ends, and may be empty."""
        self._client = client
        self._bucket = bucket
        self._prefix = prefix
        self._leases: list[Lease] = []
        self._conditions_proved = False

    @classmethod
    def open(cls, root: str) -> "Bucket":
        """The bucket of ``s3://bucket/prefix``; nothing is asked of the store yet.

        Raises:
            LakeError: that is no such URL, or the settings of AWS in the environment cannot be used.
        """
        named = _ROOT.fullmatch(root)
        if named is None:  # what it holds is not shown: there are programs that take a key and a secret in such a URL
            raise LakeError(
                "The data root cannot be used: after s3:// it names no bucket, which has 3 to 63 letters, digits, dots "
                "and hyphens, and no key or secret, which stand in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. "
                "Set TMDB_DATA_ROOT to s3://bucket/prefix, then run again."
            )
        logger = logging.getLogger("botocore")
        logger.setLevel(max(logger.level, logging.INFO))
        config = Config(
            connect_timeout=CONNECT,
            read_timeout=READ,
            retries={"mode": "standard", "total_max_attempts": TRIES},
            max_pool_connections=20,
        )
        try:
            session = botocore.session.get_session()
            session.register_component("data_loader", _LOADER)
            client = session.create_client("s3", config=config)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with settings
            why = s3_errors.explain(error, named["bucket"], "")
            raise LakeError(
                f"The data root {printable(root)} cannot be used: {why.reason}. "
                "Mend that in the environment or the configuration of AWS, then run again."
            ) from None  # it may show an address with a password
        if "@" in urlsplit(client.meta.endpoint_url).netloc:
            raise LakeError(
                "AWS_ENDPOINT_URL holds a user or a password, which no store takes there: "
                "leave them out, then run again."
            )
        return cls(client, named["bucket"], (named["prefix"] or "").strip("/"))

    def name(self, path: str) -> str:
        """The URL of a file."""
        return f"s3://{self._bucket}/{self._key(path)}".rstrip("/")

    def exists(self, path: str) -> bool:
        """Whether there is an object of this name. A HEAD would not tell a missing bucket from a missing file."""
        key = self._key(path)  # among the keys that begin with it, it is the first
        found = self._client.list_objects_v2(Bucket=self._bucket, Prefix=key, MaxKeys=1)
        return any(entry["Key"] == key for entry in found.get("Contents", []))

    is_taken = exists

    def get(self, path: str) -> bytes:
        """The bytes of an object."""
        return self._fetched(path)[1]

    def put(self, path: str, data: bytes) -> None:
        """Write an object whole, over an earlier one, if what this process has locked is still its own."""
        self._prove_leases(path)
        self._client.put_object(Bucket=self._bucket, Key=self._key(path), Body=data)

    def change(self, path: str, change: Change) -> None:
        """Write an object anew by what is in it, as often as another was put meanwhile.

        Where the response to a put is lost, what it wrote is found, and the change is made on top of that.
        """
        for turn in range(_TURNS):
            time.sleep(random.uniform(0, turn * _TURN))  # noqa: S311 - jitter, not cryptography
            try:
                response, earlier = self._fetched(path)
            except FileNotFoundError:
                etag, data = None, change(None)
            else:
                etag, data = response["ETag"], change(earlier)
            if data is None or self.put_if(path, data, etag):
                return
        raise too_busy()

    def names(self, folder: str) -> list[str]:
        """What lies in a folder by now; nothing if no key begins with its name."""
        prefix = self._key(folder) + "/" if self._key(folder) else ""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=prefix, Delimiter="/"
        )
        return [entry["Key"].removeprefix(prefix) for page in pages for entry in page.get("Contents", [])]

    def remove(self, path: str) -> None:
        """Remove an object, if what this process has locked is still its own. One that is not there is no trouble."""
        self._prove_leases(path)
        self._client.delete_object(Bucket=self._bucket, Key=self._key(path))

    def lock(self, folder: str, what: str) -> AbstractContextManager[None]:
        """Lock a folder by a lease, see ``lease``. Once it is lost, nothing at all is written before it is left.

        Raises:
            RunInProgress: another process has locked it.
            LakeError: the store does not keep to the conditions of puts, so that it can lock nothing.
        """
        path = f"{folder}/.lock"
        lease = Lease(self, path, what)
        lease.acquire()
        if not self._conditions_proved:
            self._prove_conditions(path, lease)
        return self._held(lease)

    def look(self, path: str) -> Seen | None:
        """An object with its age by the store's own clock, or None where there is none."""
        try:
            response, data = self._fetched(path)
        except FileNotFoundError:
            return None
        try:
            now = parsedate_to_datetime(response["ResponseMetadata"]["HTTPHeaders"]["date"])
            age = (now - response["LastModified"]).total_seconds()
        except (KeyError, TypeError, ValueError):
            raise ValueError("the store does not say what time it is") from None
        return Seen(response["ETag"], data, age)

    def put_if(self, path: str, data: bytes, etag: str | None) -> str | None:
        """Write an object if it still has this ETag, or with None if there is none: its new ETag, or None if not."""
        condition = {"IfNoneMatch": "*"} if etag is None else {"IfMatch": etag}
        try:
            response = self._client.put_object(Bucket=self._bucket, Key=self._key(path), Body=data, **condition)
        except ClientError as error:
            if _code(error) in _REFUSED:
                return None
            raise
        return str(response["ETag"])

    def explain(self, error: Exception) -> Explanation:
        """Why something failed."""
        return s3_errors.explain(error, self._bucket, self._client.meta.endpoint_url)

    def _fetched(self, path: str) -> tuple[Any, bytes]:
        """What the store says of an object, and its bytes."""
        try:
            response = self._client.get_object(Bucket=self._bucket, Key=self._key(path))
        except ClientError as error:
            if _code(error) == "NoSuchKey":
                raise FileNotFoundError(path) from None
            raise
        with closing(response["Body"]) as body:  # as a context of its own it would not count its bytes
            if response["ContentLength"] > LARGEST:
                raise too_large(response["ContentLength"])
            return response, bytes(body.read())

    def _key(self, path: str) -> str:
        return "/".join(part for part in (self._prefix, *PurePosixPath(path).parts) if part)

    @contextmanager
    def _held(self, lease: Lease) -> Iterator[None]:
        self._leases.append(lease)
        try:
            with lease.renewing():
                yield
        finally:
            self._leases.remove(lease)

    def _prove_leases(self, path: str) -> None:
        for lease in tuple(self._leases):
            lease.prove(path)

    def _prove_conditions(self, path: str, lease: Lease) -> None:
        """See that the store refuses what it has to; one that knows no conditions would let two hold one lock."""
        if any(self.put_if(path, lease.body, etag) for etag in (None, '"0"')):
            self._client.delete_object(Bucket=self._bucket, Key=self._key(path))
            raise LakeError(
                f"{printable(self.name(path))} cannot be a lock: the store does not keep to the conditions of a put "
                "(If-None-Match, If-Match). Set TMDB_DATA_ROOT to a store that does, or to a folder, then run again."
            )
        self._conditions_proved = True


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
