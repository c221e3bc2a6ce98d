import http.client
import socket
import ssl

import pytest
import requests
import urllib3

from tmdb_pipeline.tmdb.errors import BadRequest, Blocked, BrokenAnswer, Unreachable
from tmdb_pipeline.tmdb.network_failures import trouble
from tmdb_pipeline.tmdb.network_settings import NetworkSettings

POOL = urllib3.HTTPConnectionPool("127.0.0.1")
REQUEST = "/movie/popular"
SECRET = "/3/movie/popular?api_key=sentinel"
BEHIND_PROXY = NetworkSettings("http://someone:sentinel@proxy.example:3128", "HTTPS_PROXY")


def told(error, network=None):
    return trouble(REQUEST, error, base_url="https://tmdb.example/3", network=network or NetworkSettings())


def certificate(code):
    error = ssl.SSLCertVerificationError(1, SECRET)
    error.verify_code = code
    return urllib3.exceptions.SSLError(error)


def tunnel(text):
    return urllib3.exceptions.ProxyError(SECRET, OSError(f"Tunnel connection failed: {text}"))


def chained(error, cause):
    error.__cause__ = cause
    return error


NO_NAME = urllib3.exceptions.NameResolutionError("host", POOL, socket.gaierror(socket.EAI_NONAME, "unknown"))
NO_NAME_SERVER = chained(
    urllib3.exceptions.NameResolutionError("host", POOL, socket.gaierror(socket.EAI_AGAIN, "again")),
    socket.gaierror(socket.EAI_AGAIN, "again"),
)


@pytest.mark.parametrize(
    ("error", "kind", "what"),
    [
        (NO_NAME, Unreachable, "the host name is not known"),
        (NO_NAME_SERVER, Unreachable, "no name server says what the host's address is"),
        (urllib3.exceptions.NewConnectionError(POOL, SECRET), Unreachable, "the connection was refused"),
        (urllib3.exceptions.ConnectTimeoutError(POOL, SECRET), Unreachable, "no connection within 5 s"),
        (urllib3.exceptions.ReadTimeoutError(POOL, SECRET, "slow"), Unreachable, "no answer within 30 s"),
        (TimeoutError(SECRET), Unreachable, "no answer within 30 s"),
        (
            urllib3.exceptions.SSLError(ssl.SSLError(1, SECRET)),
            Unreachable,
            "no TLS connection: the other side does not speak TLS, or broke it off",
        ),
        (certificate(9), Blocked, "the certificate of the other side is not valid yet, so nothing was sent"),
        (certificate(10), Blocked, "the certificate of the other side has expired, so nothing was sent"),
        (certificate(62), Blocked, "the certificate of the other side is for another host, so nothing was sent"),
        (
            certificate(20),
            Blocked,
            "the certificate of the other side is signed by nobody whom we trust, so nothing was sent",
        ),
        (
            urllib3.exceptions.ProtocolError(SECRET, http.client.IncompleteRead(b"")),
            Unreachable,
            "the answer was cut off",
        ),
        (
            urllib3.exceptions.ProtocolError(SECRET, http.client.RemoteDisconnected(SECRET)),
            Unreachable,
            "the connection was closed before an answer came",
        ),
        (
            urllib3.exceptions.ProtocolError(SECRET, ConnectionResetError(104, "reset")),
            Unreachable,
            "the connection broke",
        ),
        (OSError(SECRET), Unreachable, "the connection broke"),
        (
            urllib3.exceptions.ProtocolError(SECRET, http.client.BadStatusLine(SECRET)),
            BrokenAnswer,
            "what answers there does not speak HTTP",
        ),
        (
            http.client.LineTooLong("header line"),
            BrokenAnswer,
            "the answer's head has a line that is far too long",
        ),
        (
            urllib3.exceptions.InvalidHeader(SECRET),
            BrokenAnswer,
            "the answer contradicts itself about its length",
        ),
        (http.client.HTTPException(SECRET), BrokenAnswer, "the answer breaks the rules of HTTP (HTTPException)"),
        (ValueError(SECRET), BrokenAnswer, "the answer breaks the rules of HTTP (ValueError)"),
        (OverflowError(SECRET), BrokenAnswer, "the answer breaks the rules of HTTP (OverflowError)"),
        (tunnel("407 Who?"), BadRequest, "the proxy wants to know who we are (407)"),
        (tunnel("403 No"), Blocked, "the proxy does not let us through (403)"),
        (tunnel("502 Bad"), Unreachable, "the proxy does not let us through (502)"),
        (urllib3.exceptions.ProxyError(SECRET, NO_NAME), Unreachable, "the name of the proxy is not known"),
        (
            urllib3.exceptions.ProxyError(SECRET, urllib3.exceptions.NewConnectionError(POOL, SECRET)),
            Unreachable,
            "the proxy refuses the connection",
        ),
        (
            urllib3.exceptions.ProxyError(SECRET, urllib3.exceptions.ConnectTimeoutError(POOL, SECRET)),
            Unreachable,
            "no connection to the proxy within 5 s",
        ),
        (
            urllib3.exceptions.ProxyError(SECRET, http.client.RemoteDisconnected(SECRET)),
            Unreachable,
            "the proxy closed the connection",
        ),
        (
            urllib3.exceptions.ProxyError(SECRET, http.client.BadStatusLine(SECRET)),
            Unreachable,
            "what answers at the proxy's address is no HTTP proxy",
        ),
        (
            urllib3.exceptions.ProxyError(SECRET, ssl.SSLError(1, SECRET)),
            Unreachable,
            "no TLS connection to the proxy: is it an http proxy, and no https one?",
        ),
        (urllib3.exceptions.ProxyError(SECRET, OSError()), Unreachable, "the connection to the proxy broke"),
    ],
)
def test_trouble_is_told_in_our_own_words(error, kind, what):
    """Whatever wraps it, the trouble is named, and the library's text, which may hold a key, is not repeated."""
    wrapped = requests.ConnectionError(urllib3.exceptions.MaxRetryError(POOL, SECRET, error))

    for seen in (error, wrapped):
        found = told(seen, BEHIND_PROXY)
        assert (type(found), found.what) == (kind, what)
        assert "sentinel" not in f"{found} {found!r}"


def test_trouble_at_the_proxy_names_its_variable():
    """Where the way ends at the proxy, its variable is what to look at, and its password is not shown."""
    refused = urllib3.exceptions.ProxyError(SECRET, urllib3.exceptions.NewConnectionError(POOL, SECRET))

    assert str(told(refused, BEHIND_PROXY)).endswith("Is HTTPS_PROXY right, and the proxy up?")
    assert "Put user and password into HTTPS_PROXY, " in str(told(tunnel("407 Who?"), BEHIND_PROXY))
    assert str(told(refused)).endswith("Is the proxy's address right, and the proxy up?")


@pytest.mark.parametrize(
    ("code", "network", "advice"),
    [
        (
            *(20, NetworkSettings()),
            "If a proxy of your network signs with its own CA, set REQUESTS_CA_BUNDLE to a file that holds it.",
        ),
        (
            *(20, NetworkSettings(ca_bundle="x.pem", ca_setting="CURL_CA_BUNDLE")),
            "Does the file that CURL_CA_BUNDLE names hold the CA that signs here?",
        ),
        (10, NetworkSettings(), "Is the clock of this machine right?"),
    ],
)
def test_certificate_that_is_not_trusted_says_what_to_do(code, network, advice):
    """What to do depends on what is wrong with the certificate, and on whether a bundle is set already."""
    assert str(told(certificate(code), network)).endswith(f"so nothing was sent. {advice}")
