"""From what a library raises in the midst of an exchange to a typed error, in our own words.

A library's text is never repeated: it may hold a URL.
"""

import re
import socket
import ssl
import struct
import zlib
from collections.abc import Iterator
from email.errors import MessageError
from http import HTTPStatus
from http.client import BadStatusLine, HTTPException, IncompleteRead, LineTooLong, RemoteDisconnected

import requests
from urllib3 import exceptions

from tmdb_pipeline.tmdb.connect import CONNECT_TIMEOUT
from tmdb_pipeline.tmdb.errors import Blocked, BrokenAnswer, TmdbError, Unreachable
from tmdb_pipeline.tmdb.network_settings import NetworkSettings
from tmdb_pipeline.tmdb.response_failures import proxy_wants_user

#: Seconds between two pieces of an answer.
READ_TIMEOUT = 30.0

#: What libraries raise when they meet something that they did not expect, on the way or in an answer.
STUMBLES = (
    *(requests.RequestException, exceptions.HTTPError, HTTPException, OSError, MessageError, zlib.error, struct.error),
    *(ValueError, TypeError, LookupError, ArithmeticError, AttributeError, RuntimeError, EOFError, AssertionError),
)

#: How ``http.client`` says what a proxy answered to CONNECT; there is no other way to know.
_TUNNEL = re.compile(r"Tunnel connection failed: (\d{3})\b")

_NO_NAME = "the host name is not known"
_NO_CONNECTION = f"no connection within {CONNECT_TIMEOUT:g} s"
#: No answer came, or not all of it. The first row that fits the error, or what it wraps, decides.
_ON_THE_WAY: tuple[tuple[type[BaseException], str], ...] = (
    (exceptions.NameResolutionError, _NO_NAME),
    (exceptions.NewConnectionError, "the connection was refused"),
    (exceptions.ConnectTimeoutError, _NO_CONNECTION),
    (exceptions.ReadTimeoutError, f"no answer within {READ_TIMEOUT:g} s"),
    (TimeoutError, f"no answer within {READ_TIMEOUT:g} s"),
    (IncompleteRead, "the answer was cut off"),
    (RemoteDisconnected, "the connection was closed before an answer came"),
)
#: An answer came that breaks the rules of HTTP.
_IN_THE_ANSWER: tuple[tuple[type[BaseException], str], ...] = (
    (BadStatusLine, "what answers there does not speak HTTP"),
    (LineTooLong, "the answer's head has a line that is far too long"),
    (exceptions.InvalidHeader, "the answer contradicts itself about its length"),
)


def trouble(request: str, error: BaseException, *, base_url: str, network: NetworkSettings) -> TmdbError:
    """The error for what a library raised while a request was sent or its answer was read."""
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _untrusted(request, cause, network)
        if isinstance(cause, exceptions.ProxyError):
            return _proxy(request, causes, network)
    if _any(causes, ssl.SSLError):
        what = "no TLS connection: the other side does not speak TLS, or broke it off"
        return Unreachable(request, what, f"Does {base_url} take https, and does nothing on the way cut it off?")
    advice = f"Is {base_url} right, and the network up?"
    for kind, what in _IN_THE_ANSWER:
        if _any(causes, kind) and not _any(causes, RemoteDisconnected):
            return BrokenAnswer(request, what)
    for kind, what in _ON_THE_WAY:
        if _any(causes, kind):
            return Unreachable(request, _name_server(causes) or what, advice)
    if any(isinstance(cause, OSError) and not isinstance(cause, requests.RequestException) for cause in causes):
        return Unreachable(request, "the connection broke", advice)
    return BrokenAnswer(request, f"the answer breaks the rules of HTTP ({type(causes[-1]).__name__})")


def _untrusted(request: str, error: ssl.SSLCertVerificationError, network: NetworkSettings) -> TmdbError:
    """The error for a certificate; OpenSSL's codes are those of x509_vfy.h."""
    what = {
        9: "is not valid yet",
        10: "has expired",
        62: "is for another host",
        64: "is for another host",
    }.get(error.verify_code, "is signed by nobody whom we trust")
    if network.ca_setting:
        advice = f"Does the file that {network.ca_setting} names hold the CA that signs here?"
    else:
        advice = "If a proxy of your network signs with its own CA, set REQUESTS_CA_BUNDLE to a file that holds it."
    if error.verify_code in {9, 10}:
        advice = "Is the clock of this machine right?"
    return Blocked(request, f"the certificate of the other side {what}, so nothing was sent", advice)


def _proxy(request: str, causes: list[BaseException], network: NetworkSettings) -> TmdbError:
    """The error for a way that ends at the proxy."""
    setting = network.proxy_setting or "the proxy's address"
    advice = f"Is {setting} right, and the proxy up?"
    answers = (_TUNNEL.match(str(cause)) for cause in causes)
    if said := next((int(answer[1]) for answer in answers if answer), 0):
        if said == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
            return proxy_wants_user(request, setting)
        what = f"the proxy does not let us through ({said})"
        passing = said >= HTTPStatus.INTERNAL_SERVER_ERROR
        return Unreachable(request, what, advice) if passing else Blocked(request, what, advice)
    for kind, what in (
        (exceptions.NameResolutionError, "the name of the proxy is not known"),
        (exceptions.NewConnectionError, "the proxy refuses the connection"),
        (exceptions.ConnectTimeoutError, f"no connection to the proxy within {CONNECT_TIMEOUT:g} s"),
        (RemoteDisconnected, "the proxy closed the connection"),
        (HTTPException, "what answers at the proxy's address is no HTTP proxy"),
        (ssl.SSLError, "no TLS connection to the proxy: is it an http proxy, and no https one?"),
    ):
        if _any(causes, kind):
            return Unreachable(request, what, advice)
    return Unreachable(request, "the connection to the proxy broke", advice)


def _name_server(causes: list[BaseException]) -> str:
    """What is to be said where it is not the name that is wrong, but nobody could be asked."""
    passing = any(isinstance(cause, socket.gaierror) and cause.errno == socket.EAI_AGAIN for cause in causes)
    return "no name server says what the host's address is" if passing else ""


def _any(causes: list[BaseException], kind: type[BaseException]) -> bool:
    return any(isinstance(cause, kind) for cause in causes)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it wraps: in ``reason`` or ``args`` of requests and urllib3, or as Python's ``__cause__``."""
    current: object = error
    while isinstance(current, BaseException):
        yield current
        inner = [getattr(current, "reason", None), *current.args, current.__cause__]
        current = next((cause for cause in inner if isinstance(cause, BaseException)), None)
