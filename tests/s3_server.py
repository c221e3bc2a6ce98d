"""A real S3 endpoint on loopback for tests: moto's server, whose time can be moved and whose responses can be lost."""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from io import BytesIO
from threading import Lock, Thread

import botocore.session
from moto.core import DEFAULT_ACCOUNT_ID
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from moto.s3.models import s3_backends
from support import free_port
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

#: What the environment of a process holds that may use it. The secrets are sentinels: they must be in no message.
ACCESS_KEY, SECRET_KEY, TOKEN = "AKIAINVENTED", "s3cret-sentinel-key", "s3cret-sentinel-token"


class _Quiet(MotoRequestHandler):
    def log(self, *args):
        """Say nothing of requests."""


class S3Server:
    """An S3 endpoint with its own port, which it keeps while it is stopped and started again."""

    def __init__(self):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        #: Each request as "METHOD /bucket/key".
        self.requests: list[str] = []
        #: Is given each request, and may answer it in the store's stead.
        self.meddle: Callable[[Request], Response | None] = lambda request: None
        #: Is given each request that the store has done, and may answer it otherwise.
        self.lose: Callable[[Request], Response | None] = lambda request: None
        self._app = DomainDispatcherApplication(create_backend_app)
        # moto looks whether a condition holds and writes in two steps, of which a store makes one.
        self._one_at_a_time = Lock()
        self._server = None
        self._buckets = 0

    def environment(self, **others):
        """The variables with which a process finds it; none of this machine's own settings of AWS count."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_SESSION_TOKEN": TOKEN,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/nowhere/config",
            "AWS_SHARED_CREDENTIALS_FILE": "/nowhere/credentials",
        } | others

    def start(self):
        """Listen, with all that was there before."""
        self._server = make_server("127.0.0.1", self.port, self, threaded=True, request_handler=_Quiet)
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()
        return self

    def stop(self):
        """Refuse connections from now on; the objects stay."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def be_well(self):
        """Forget what was to go wrong, and which requests there were."""
        self.meddle = self.lose = lambda request: None
        self.requests.clear()

    def client(self):
        """A client of its own for a test that looks at the objects."""
        logging.getLogger("botocore").setLevel(logging.INFO)
        return botocore.session.get_session().create_client(
            "s3", endpoint_url=self.url, region_name="us-east-1", aws_access_key_id="A", aws_secret_access_key="B"
        )

    def make_bucket(self):
        """A new empty bucket: its name."""
        self._buckets += 1
        name = f"bucket-{self._buckets}"
        s3_backends[DEFAULT_ACCOUNT_ID]["aws"].create_bucket(name, "us-east-1")
        return name

    def keys(self, bucket):
        """The objects of a bucket: their bytes by their keys."""
        return {key: found.value for key, found in self._objects(bucket).items()}

    def age(self, bucket, key, seconds):
        """Let an object be so many seconds older, by the store's clock."""
        self._objects(bucket)[key].last_modified -= timedelta(seconds=seconds)

    @staticmethod
    def put_directly(bucket, key):
        """Make an empty object without a request."""
        s3_backends[DEFAULT_ACCOUNT_ID]["aws"].put_object(bucket, key, b"")

    @staticmethod
    def _objects(bucket):
        return s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets[bucket].keys

    def __call__(self, environ, start_response):
        """Answer a request; called by the server."""
        request = Request(environ)
        environ["wsgi.input"] = BytesIO(request.get_data())  # for whoever reads it next
        self.requests.append(f"{request.method} {request.path}")
        if answer := self.meddle(request):
            return answer(environ, start_response)
        with self._one_at_a_time:
            answer = Response.from_app(self._app, environ, buffered=True)
        return (self.lose(request) or answer)(environ, start_response)


def refusal(code, status):
    """A response of the store that refuses a request, as S3 writes it."""
    body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>invented</Message></Error>"
    return Response(body, status, content_type="application/xml")


def cut(request):
    """Close the connection of a request without a response."""
    with suppress(OSError):
        request.environ["werkzeug.socket"].shutdown(2)
    return Response(b"")
