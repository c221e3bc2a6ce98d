"""Proxies and CA bundles of the environment: what cannot be used is refused before anything is sent."""

import os
from pathlib import Path

import pytest

from tmdb_pipeline.settings import Credential, Settings, SettingsError
from tmdb_pipeline.tmdb.client import TmdbClient
from tmdb_pipeline.tmdb.network_settings import NetworkSettings

HTTPS = "https://api.themoviedb.org/3"
HTTP = "http://tmdb.example/3"
CA = Path(__file__).with_name("tls") / "ca.pem"
SHAPE = (
    " Give an address such as http://proxy.example:3128; in a user or password write special characters as %40 and the "
    "like."
)
NO_ADDRESS = f"cannot be used: it is no address, or has a port that is none.{SHAPE}"
NO_SCHEME = f"cannot be used: its scheme is none of http, https, socks4, socks4a, socks5 and socks5h.{SHAPE}"
NO_HOST = f"cannot be used: it names no host.{SHAPE}"
NO_PORT = f"cannot be used: it names no port, and programs differ in which one they take then.{SHAPE}"
PEM = " Give a file that holds certificates in PEM, your own CA's among them."


@pytest.fixture
def environ(monkeypatch):
    """Sets variables, in an environment that has none about the network."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name.endswith("_CA_BUNDLE"):
            monkeypatch.delenv(name)

    def set_variables(**variables):
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

    return set_variables


def test_nothing_set_is_the_straight_way(environ):
    """Without any variable there is no proxy and no bundle."""
    assert NetworkSettings.from_environment(HTTPS) == NetworkSettings(None, "", None, "")


@pytest.mark.parametrize(
    ("variables", "proxy", "setting"),
    [
        ({"HTTPS_PROXY": "http://p.example:3128"}, "http://p.example:3128", "HTTPS_PROXY"),
        ({"https_proxy": "http://p.example:3128"}, "http://p.example:3128", "https_proxy"),
        ({"ALL_PROXY": "http://p.example:3128"}, "http://p.example:3128", "ALL_PROXY"),
        ({"all_proxy": "https://p.example:3128/"}, "https://p.example:3128/", "all_proxy"),
        ({"HTTPS_PROXY": "p.example:3128"}, "http://p.example:3128", "HTTPS_PROXY"),
        ({"HTTPS_PROXY": "http://[2001:db8::1]:3128"}, "http://[2001:db8::1]:3128", "HTTPS_PROXY"),
        ({"HTTPS_PROXY": "http://a:b%40c@p.example:3128"}, "http://a:b%40c@p.example:3128", "HTTPS_PROXY"),
        (
            {"HTTPS_PROXY": "http://l.example:1", "https_proxy": "http://s.example:2"},
            "http://s.example:2",
            "https_proxy",
        ),
        ({"HTTPS_PROXY": "http://p.example:1", "ALL_PROXY": "http://q.example:2"}, "http://p.example:1", "HTTPS_PROXY"),
        ({"HTTPS_PROXY": "socks5h://127.0.0.1:1080"}, "socks5h://127.0.0.1:1080", "HTTPS_PROXY"),
        ({"HTTPS_PROXY": ""}, None, ""),
        ({"HTTP_PROXY": "htp://x"}, None, ""),
        ({"FTP_PROXY": "htp://x"}, None, ""),
        ({"HTTPS_PROXY": "htp://x", "NO_PROXY": "api.themoviedb.org"}, None, ""),
        ({"HTTPS_PROXY": "htp://x", "no_proxy": "localhost, .themoviedb.org"}, None, ""),
        ({"HTTPS_PROXY": "htp://x", "NO_PROXY": "*"}, None, ""),
    ],
    ids=str,
)
def test_proxy_that_is_used_is_the_one_of_requests(environ, monkeypatch, variables, proxy, setting):
    """The variable for the scheme comes before the one for all, the small letters before the capital ones."""
    monkeypatch.setattr("tmdb_pipeline.tmdb.network_settings.find_spec", lambda name: name)
    environ(**variables)

    found = NetworkSettings.from_environment(HTTPS)

    assert (found.proxy, found.proxy_setting) == (proxy, setting)


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("htp://x:1", NO_SCHEME),
        ("socks://x:1", NO_SCHEME),
        ("socks6://x:1", NO_SCHEME),
        ("file:///etc/passwd", NO_SCHEME),
        ("http://:3128", NO_HOST),
        ("http://", NO_HOST),
        ("http:///path", NO_HOST),
        ("http://p.example", NO_PORT),
        ("http://p.example/", NO_PORT),
        ("https://p.example", NO_PORT),
        ("socks5://p.example", NO_PORT),
        ("p.example", NO_PORT),
        ("http://p.example:0", NO_PORT),
        ("http://p.example:99999", NO_ADDRESS),
        ("http://p.example:port", NO_ADDRESS),
        ("http://p.example:-1", NO_ADDRESS),
        ("http://[::1:3128", NO_ADDRESS),
        ("http://p example:3128", NO_ADDRESS),
        ("http://someone:se#cret@p.example:3128", NO_ADDRESS),
        ("http://someone:se/cret@p.example:3128", NO_ADDRESS),
    ],
)
def test_proxy_that_cannot_be_used_is_one_sentence(environ, monkeypatch, name, value, sentence):
    """What is wrong is said with the name of the variable, before any request, and no password is shown."""
    monkeypatch.setattr("tmdb_pipeline.tmdb.network_settings.find_spec", lambda name: name)
    environ(**{name: value})

    with pytest.raises(SettingsError) as raised:
        NetworkSettings.from_environment(HTTPS)

    assert str(raised.value) == f"{name} {sentence}"
    assert "cret" not in str(raised.value)


def test_proxy_for_http_is_looked_at_where_it_is_used(environ):
    """For an http address it is HTTP_PROXY that counts."""
    environ(HTTP_PROXY="htp://x:1")

    with pytest.raises(SettingsError, match=r"^HTTP_PROXY "):
        NetworkSettings.from_environment(HTTP)


def test_proxy_of_the_system_is_named_so(environ, monkeypatch):
    """Where no variable but the system's own setting holds the proxy, as on a Mac, that is what the sentence names."""
    environ()
    monkeypatch.setattr("requests.utils.getproxies", lambda: {"https": "htp://x:1"})

    with pytest.raises(SettingsError, match=r"^The system's proxy setting cannot be used"):
        NetworkSettings.from_environment(HTTPS)


@pytest.mark.parametrize("scheme", ["socks4", "socks4a", "socks5", "socks5h"])
def test_socks_without_its_package_says_what_to_install(environ, monkeypatch, scheme):
    """A SOCKS proxy needs a package, which is named with the variable."""
    monkeypatch.setattr("tmdb_pipeline.tmdb.network_settings.find_spec", lambda name: None)
    environ(HTTPS_PROXY=f"{scheme}://127.0.0.1:1080")

    with pytest.raises(SettingsError) as raised:
        NetworkSettings.from_environment(HTTPS)

    assert str(raised.value) == (
        "HTTPS_PROXY names a SOCKS proxy, for which a package is missing: install PySocks "
        "(pip install 'requests[socks]'), or give an http proxy."
    )


def test_password_of_a_proxy_is_not_shown(environ):
    """Printing the settings does not print it."""
    environ(HTTPS_PROXY="http://someone:secret@p.example:3128")

    assert "secret" not in repr(NetworkSettings.from_environment(HTTPS))


@pytest.mark.parametrize(
    "odd", ["[::1", "10.0.0.0/99", ",,,", "  ", "http://x/", "\udcff", "*.*", "::1/129", "a b", "%"]
)
def test_odd_exception_from_the_proxy_does_no_harm(environ, odd):
    """Entries of NO_PROXY that fit no host are passed over, or refused by name."""
    environ(HTTPS_PROXY="http://p.example:3128", NO_PROXY=odd)

    assert NetworkSettings.from_environment(HTTPS).proxy == "http://p.example:3128"


def test_exception_that_cannot_be_read_is_named(environ, monkeypatch):
    """Where requests stumbles over NO_PROXY, that is the variable to look at."""
    environ(HTTPS_PROXY="http://p.example:3128")

    def stumble(*args, **kwargs):
        raise ValueError

    monkeypatch.setattr("tmdb_pipeline.tmdb.network_settings.get_environ_proxies", stumble)
    with pytest.raises(SettingsError, match=r"^NO_PROXY cannot be used: give names of hosts with commas"):
        NetworkSettings.from_environment(HTTPS)


@pytest.mark.parametrize(
    ("variables", "setting"),
    [
        ({"REQUESTS_CA_BUNDLE": str(CA)}, "REQUESTS_CA_BUNDLE"),
        ({"CURL_CA_BUNDLE": str(CA)}, "CURL_CA_BUNDLE"),
        ({"REQUESTS_CA_BUNDLE": str(CA), "CURL_CA_BUNDLE": "/nowhere"}, "REQUESTS_CA_BUNDLE"),
        ({"REQUESTS_CA_BUNDLE": "", "CURL_CA_BUNDLE": str(CA)}, "CURL_CA_BUNDLE"),
    ],
)
def test_bundle_is_the_one_of_requests(environ, variables, setting):
    """Both variables are read, in the order of requests."""
    environ(**variables)

    found = NetworkSettings.from_environment(HTTPS)

    assert (found.ca_bundle, found.ca_setting) == (str(CA), setting)


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
@pytest.mark.parametrize(
    ("make", "what"),
    [
        (lambda path: None, " does not exist."),
        (lambda path: path.mkdir(), " is a folder without certificates under hashed names."),
        (lambda path: path.write_bytes(b""), " holds no certificates in PEM, or broken ones."),
        (lambda path: path.write_bytes(b"\x30\x82\x01\x01"), " holds no certificates in PEM, or broken ones."),
        (
            lambda path: path.write_text("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"),
            " holds no certificates in PEM, or broken ones.",
        ),
        (lambda path: path.symlink_to(path), " cannot be read (Too many levels of symbolic links)."),
    ],
    ids=["missing", "folder", "empty", "DER", "broken", "loop"],
)
def test_bundle_that_cannot_be_used_is_one_sentence(environ, tmp_path, name, make, what):
    """What is wrong with the file is said with the name of the variable, before any request."""
    path = tmp_path / "bundle"
    make(path)
    environ(**{name: str(path)})

    with pytest.raises(SettingsError) as raised:
        NetworkSettings.from_environment(HTTPS)

    assert str(raised.value).startswith(f"{name}={str(path)!r}{what}{PEM}")


def test_bundle_with_a_name_that_no_file_has_is_refused(environ, monkeypatch):
    """A path with a NUL, which a dictionary in place of the environment may hold, is one sentence too."""
    environ()
    monkeypatch.setattr("os.environ", {"REQUESTS_CA_BUNDLE": "a\0b"})

    with pytest.raises(SettingsError, match=r"^REQUESTS_CA_BUNDLE=.* cannot be read"):
        NetworkSettings.from_environment(HTTPS)


def test_bundle_without_the_right_to_read_is_one_sentence(environ, monkeypatch):
    """A file that is not ours to read is named, with the system's reason."""
    environ(REQUESTS_CA_BUNDLE=str(CA))

    def refuse(self, cafile):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("ssl.SSLContext.load_verify_locations", refuse)
    with pytest.raises(SettingsError, match=r"cannot be read \(Permission denied\)"):
        NetworkSettings.from_environment(HTTPS)


def test_folder_of_hashed_certificates_is_a_bundle(environ, tmp_path):
    """A folder as openssl rehash leaves it can be used, as by requests."""
    (tmp_path / "0123abcd.0").write_bytes(CA.read_bytes())
    environ(REQUESTS_CA_BUNDLE=str(tmp_path))

    assert NetworkSettings.from_environment(HTTPS).ca_bundle == str(tmp_path)


def test_bundle_is_looked_at_where_tls_is_spoken(environ):
    """Without TLS nobody needs certificates; with TLS to the proxy somebody does."""
    environ(REQUESTS_CA_BUNDLE="/nowhere/ca.pem")
    plain = NetworkSettings.from_environment(HTTP)
    environ(HTTP_PROXY="https://p.example:3128")

    assert plain.ca_bundle is None
    with pytest.raises(SettingsError, match=r"^REQUESTS_CA_BUNDLE"):
        NetworkSettings.from_environment(HTTP)


@pytest.mark.parametrize(
    "variables", [{"HTTPS_PROXY": "htp://x:1"}, {"REQUESTS_CA_BUNDLE": "/nowhere/ca.pem"}], ids=str
)
def test_client_is_refused_before_any_request(environ, variables):
    """Without a way to TMDB there is no client, so nothing is asked, and no key is shown to anybody."""
    environ(**variables)

    with pytest.raises(SettingsError, match=rf"^{next(iter(variables))}"):
        TmdbClient(Settings(Credential("read_token", "eyJ.a.b")))


def test_host_that_requests_cannot_send_to_is_refused(environ):
    """A host that requests makes nothing of is refused as the base URL that it is, before any request."""
    environ()
    settings = Settings(base_url="https://\u2603.example/3")

    with pytest.raises(SettingsError, match=r"^TMDB_BASE_URL cannot be used: nothing can be sent to 'https://\u2603"):
        NetworkSettings.from_environment(settings.base_url)
