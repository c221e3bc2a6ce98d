"""The way to TMDB as the environment sets it: a proxy, and the certificates that are trusted.

The variables are those that curl, pip and others read too, in the meaning that requests gives them. They are read once,
when a client is made, and what cannot be used is refused before anything is sent: at that moment it can be named, while
later it looks like trouble in the network.
"""

import os
import re
import ssl
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from requests import Request, RequestException
from requests.utils import get_environ_proxies, prepend_scheme_if_needed, select_proxy
from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from tmdb_pipeline.settings import SettingsError, shown

_PROXY_SCHEMES = ("http", "https")
_SOCKS_SCHEMES = ("socks4", "socks4a", "socks5", "socks5h")
#: In the order in which requests takes them.
_CA_SETTINGS = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
#: How OpenSSL looks for a certificate in a folder: by the hash of its subject, and a number.
_HASHED = re.compile(r"[0-9a-f]{8}\.[0-9]+")


@dataclass(frozen=True, slots=True)
class NetworkSettings:
    """How a client reaches TMDB.

    Attributes:
        proxy: address of the proxy, perhaps with a user and password; None to go straight.
        proxy_setting: the variable that names it.
        ca_bundle: file or folder with the certificates to trust; None for those of certifi.
        ca_setting: the variable that names it.
    """

    proxy: str | None = field(default=None, repr=False)
    proxy_setting: str = ""
    ca_bundle: str | None = None
    ca_setting: str = ""

    @classmethod
    def from_environment(cls, base_url: str, setting: str = "TMDB_BASE_URL") -> Self:
        """What ``os.environ`` says about the way to ``base_url``; only what is needed for that is looked at.

        ``setting`` is where that address stands.

        Raises:
            SettingsError: a value cannot be used; the message names the variable, and shows no password.
        """
        try:
            Request("GET", base_url).prepare()
        except RequestException:  # such as a host of letters that no registry takes
            raise SettingsError(f"{setting} cannot be used: nothing can be sent to {shown(base_url)}.") from None
        proxy, proxy_setting = _proxy(base_url)
        ca_bundle, ca_setting = None, ""
        if base_url.startswith("https:") or (proxy or "").startswith("https:"):
            ca_setting = next((name for name in _CA_SETTINGS if os.environ.get(name)), "")
        if ca_setting:
            ca_bundle = os.environ[ca_setting]
            _check_ca_bundle(ca_setting, ca_bundle)
        return cls(proxy, proxy_setting, ca_bundle, ca_setting)


def _proxy(base_url: str) -> tuple[str | None, str]:
    """The address of the proxy for an address, and the variable that names it."""
    try:
        found = select_proxy(base_url, get_environ_proxies(base_url))
    except ValueError:
        raise SettingsError(
            "NO_PROXY cannot be used: give names of hosts with commas between them, such as localhost,intranet.example."
        ) from None
    if not found:
        return None, ""
    wanted = (f"{urlsplit(base_url).scheme}_proxy", "all_proxy")
    setting = next(
        (name for want in wanted for name, value in os.environ.items() if name.lower() == want and value == found),
        "The system's proxy setting",
    )
    try:
        proxy: str = prepend_scheme_if_needed(found.strip(), "http")  # type: ignore[no-untyped-call] # requests' own
        parts = parse_url(proxy)
    except (LocationParseError, ValueError):
        raise _unusable(setting, "it is no address, or has a port that is none") from None
    scheme = parts.scheme or ""
    if scheme not in {*_PROXY_SCHEMES, *_SOCKS_SCHEMES}:
        raise _unusable(setting, "its scheme is none of http, https, socks4, socks4a, socks5 and socks5h")
    if not parts.host:
        raise _unusable(setting, "it names no host")
    if not parts.port:
        raise _unusable(setting, "it names no port, and programs differ in which one they take then")
    if scheme in _SOCKS_SCHEMES and find_spec("socks") is None:
        raise SettingsError(
            f"{setting} names a SOCKS proxy, for which a package is missing: install PySocks "
            "(pip install 'requests[socks]'), or give an http proxy."
        )
    return proxy, setting


def _unusable(setting: str, what: str) -> SettingsError:
    return SettingsError(
        f"{setting} cannot be used: {what}. Give an address such as http://proxy.example:3128; in a user or password "
        "write special characters as %40 and the like."
    )


def _check_ca_bundle(setting: str, name: str) -> None:
    advice = "Give a file that holds certificates in PEM, your own CA's among them."
    try:
        if (path := Path(name)).is_dir():
            found = any(_HASHED.fullmatch(entry.name) for entry in path.iterdir())
            what = "" if found else " is a folder without certificates under hashed names"
        else:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=name)
            what = ""
    except FileNotFoundError:
        what = " does not exist"
    except ssl.SSLError:
        what = " holds no certificates in PEM, or broken ones"
    except (OSError, ValueError) as error:
        what = f" cannot be read ({getattr(error, 'strerror', None) or 'no path of a file'})"
    if what:
        raise SettingsError(f"{setting}={shown(name)}{what}. {advice}")
