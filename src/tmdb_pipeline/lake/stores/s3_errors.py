"""What botocore raises, in a sentence that says what to do. None shows a secret, or more of an address than its host.

The codes are those of https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html, which other stores use, too.
"""

import os
import re
from http import HTTPStatus
from urllib.parse import urlsplit

from botocore import exceptions

from tmdb_pipeline.lake.stores.store import Explanation, reason

_SET_KEYS = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to what the store has given you"
_ALLOW = "let these credentials list, read, write and delete in it"
_WAIT = "wait until it is well"
_BY_CODE = {
    "NoSuchBucket": ("there is no bucket {bucket}", "make it or set TMDB_DATA_ROOT to another one"),
    "InvalidAccessKeyId": ("the store does not know the access key", _SET_KEYS),
    "SignatureDoesNotMatch": ("the secret key does not belong to the access key", _SET_KEYS),
    "ExpiredToken": ("the session token has expired", "get a new AWS_SESSION_TOKEN with the keys that belong to it"),
    "InvalidToken": (
        "the session token is not one of the store's",
        "get a new AWS_SESSION_TOKEN with the keys that belong to it, or unset it",
    ),
    "AccessDenied": ("the store does not allow that in bucket {bucket}", _ALLOW),
    "RequestTimeTooSkewed": ("this machine's clock differs from the store's", "set it"),
    "AuthorizationHeaderMalformed": (
        "bucket {bucket} is in another region",
        "set AWS_DEFAULT_REGION to the bucket's own",
    ),
    "PermanentRedirect": ("bucket {bucket} is in another region", "set AWS_DEFAULT_REGION to the bucket's own"),
    "NotImplemented": (
        "the store does not know the conditions of a put (If-None-Match, If-Match), which locks need",
        "set TMDB_DATA_ROOT to a store that does, or to a folder",
    ),
    "KeyTooLongError": ("its name is too long", ""),
    "EntityTooLarge": ("it is larger than the store allows", ""),
    "QuotaExceeded": ("the quota of the store is used up", "make room"),
}
#: The store had no body to say it in.
_BY_STATUS = {"401": "InvalidAccessKeyId", "403": "AccessDenied", "301": "PermanentRedirect"}
#: Both cannot be told from a write that was done.
_LOST = (exceptions.ReadTimeoutError, exceptions.ConnectionClosedError)
_SILENT = (exceptions.EndpointConnectionError, exceptions.ConnectTimeoutError, *_LOST)
_BROKEN = (exceptions.IncompleteReadError, exceptions.ResponseStreamingError)
_WITHOUT_CREDENTIALS = (
    exceptions.NoCredentialsError,
    exceptions.PartialCredentialsError,
    exceptions.CredentialRetrievalError,
)
_USER_IN_ADDRESS = re.compile(r"//[^/@\s]+@")
_SECRETS = ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN")


def explain(error: Exception, bucket: str, endpoint: str) -> Explanation:
    """Why a request about a bucket failed; ``endpoint`` is the address of its store."""
    host = urlsplit(endpoint).netloc.rpartition("@")[2]
    if isinstance(error, exceptions.ClientError):
        return _refused(error, bucket)
    if isinstance(error, exceptions.ProxyConnectionError):
        return Explanation("the proxy does not answer", "see that HTTP_PROXY and HTTPS_PROXY name it, or unset them")
    if isinstance(error, exceptions.SSLError):
        return Explanation(
            f"there is no secure connection to the store at {host}",
            "set AWS_CA_BUNDLE to the certificates that it is signed by, and AWS_ENDPOINT_URL to its own address",
        )
    if isinstance(error, _SILENT):
        return Explanation(
            f"the store at {host} does not answer",
            "see that it runs, that this machine reaches it, and that AWS_ENDPOINT_URL is its address if it is not AWS",
            unsure=isinstance(error, _LOST),
        )
    if isinstance(error, _BROKEN):
        return Explanation(f"the store at {host} broke off in the middle", _WAIT)
    if isinstance(error, _WITHOUT_CREDENTIALS):
        return Explanation("there are no credentials for the store", f"{_SET_KEYS}, or give this machine a role")
    return Explanation(_without_secrets(reason(error)), unsure=isinstance(error, exceptions.HTTPClientError))


def _refused(error: exceptions.ClientError, bucket: str) -> Explanation:
    """What the store itself has said."""
    told = error.response.get("Error", {})
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    code = str(told.get("Code", status))
    code = _BY_STATUS.get(code, code)
    if code in _BY_CODE:
        why, advice = _BY_CODE[code]
        return Explanation(why.format(bucket=bucket), advice)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or code in {"SlowDown", "RequestTimeout"}:
        return Explanation(_without_secrets(f"the store is in trouble ({code})"), _WAIT, unsure=True)
    return Explanation(_without_secrets(f"the store refuses it ({code})"))


def _without_secrets(text: str) -> str:
    for name in _SECRETS:
        if secret := os.environ.get(name):
            text = text.replace(secret, "***")
    return _USER_IN_ADDRESS.sub("//***@", text)
