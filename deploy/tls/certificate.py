"""Whether the reverse proxy of the profile tls can be started: its name, its certificate and its key."""

import os
import re
import stat
import warnings
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import (
    Certificate,
    DNSName,
    ExtensionNotFound,
    SubjectAlternativeName,
    load_pem_x509_certificates,
)

#: What the proxy takes from the folder: names that certbot gives.
CHAIN, KEY = "fullchain.pem", "privkey.pem"
#: How long before its end somebody is told: certbot renews 30 days before.
SOON = timedelta(days=21)
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
#: A host by its name. An address of IP, which ends in a number, is not said by browsers when they begin TLS.
_HOST = re.compile(rf"(?=.{{1,253}}\Z)({_LABEL}\.)*(?![0-9]+\Z){_LABEL}")

_Found = TypeVar("_Found")


class _Unusable(Exception):
    """A file that cannot be used; its message says why."""


def refused_address(settings: Mapping[str, str]) -> list[str]:
    """A message if people would not come to the proxy by what is set."""
    host, port, base = (settings.get(name, "") for name in ("TLS_HOST", "TLS_PORT", "AIRFLOW_BASE_URL"))
    if not host:
        return ["TLS_HOST is not set in .env: set the name that people type, such as airflow.example.org."]
    if not _HOST.fullmatch(host):
        return [f"TLS_HOST={_short(host)} is no name of a host: set one in small letters, without https:// and port."]
    if not re.fullmatch(r"[1-9][0-9]{0,4}", port):
        return [f"TLS_PORT={_short(port)} is no port: set a number like 443 in .env."]
    wanted = f"https://{host}" if port == "443" else f"https://{host}:{port}"
    if base.removesuffix("/") != wanted and (base or port != "443"):
        return [f"AIRFLOW_BASE_URL={_short(base)} is not where people come in: set {wanted} in .env."]
    return []


def refused_pair(folder: Path, host: str, now: datetime, roots: Path) -> tuple[list[str], list[str]]:
    """Messages for what is wrong with certificate and key, or else for what browsers will warn of, now or soon.

    Args:
        folder: where both are.
        host: the name that the certificate has to be for.
        now: the time, with a zone.
        roots: authorities that are known everywhere, in PEM.
    """
    try:
        chain = _loaded(folder / CHAIN, load_pem_x509_certificates)
        key = _loaded(folder / KEY, lambda content: load_pem_private_key(content, None).public_key())
    except _Unusable as error:
        return [str(error)], []
    refused = []
    if stat.S_IMODE((folder / KEY).stat().st_mode) & stat.S_IRWXO:
        refused.append(
            f"Everybody on the machine can use {KEY}: run chmod o= on it, or get a new pair if others may have."
        )
    try:
        if chain[0].public_key() != key:
            refused.append(
                f"{KEY} is not the key of the first certificate in {CHAIN}: put a pair there that was made together, "
                "the certificate of the host before those of its issuers."
            )
        refused += _refused_chain(chain, host, now, _known(roots))
        doubts = list(_doubts(chain[0], now))
    except Exception as error:  # noqa: BLE001 - the library reads much of it only now, and finds many ways to be wrong
        return [f"A certificate in {CHAIN} is damaged ({_short(str(error))}): get it anew."], []
    return refused, [] if refused else doubts


def _loaded(file: Path, load: Callable[[bytes], _Found]) -> _Found:
    """What a file in PEM holds.

    Raises:
        _Unusable: it does not.
    """
    try:
        return load(file.read_bytes())
    except FileNotFoundError:
        why = "is not in the folder TLS_FOLDER: copy it there, itself and no link to it."
    except OSError as error:
        why = f"cannot be read by user {os.getuid()} ({error.strerror}): give it to the user AIRFLOW_UID by chown."
    except TypeError:  # what the library raises for want of a passphrase
        why = "is encrypted, and nobody is there to type its passphrase: decrypt it with openssl pkey."
    except Exception:  # noqa: BLE001 - there are many ways to be something else
        why = "is damaged, or not in PEM: get it anew, or convert it with openssl."
    raise _Unusable(f"{file.name} {why}")


def _known(roots: Path) -> list[Certificate]:
    """Certificates of authorities; some of the oldest are numbered as none may be today, of which is warned."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return load_pem_x509_certificates(roots.read_bytes())


def _refused_chain(chain: list[Certificate], host: str, now: datetime, roots: list[Certificate]) -> Iterator[str]:
    """A message for each reason for which a browser would not accept these certificates."""
    first, last = chain[0].not_valid_before_utc, chain[0].not_valid_after_utc
    if now > last:
        yield f"The certificate has expired on {last:%Y-%m-%d}: renew it."
    if now < first:
        yield f"The certificate is valid from {first:%Y-%m-%d} on: wait for that, or set this machine's clock."
    hosts = _hosts(chain[0])
    if not {host, f"*.{host.partition('.')[2]}"} & {*hosts}:
        said = _short(", ".join(hosts)) or "no host"
        yield f"The certificate is for {said}, not for TLS_HOST={host}: get one for that, or set another."
    for number, (issued, issuer) in enumerate(pairwise(chain), 1):
        if not _is_issued(issued, issuer):
            yield f"Certificate {number} in {CHAIN} is not issued by the next: put each before that of its issuer."
    if not any(_is_issued(chain[-1], issuer) for issuer in (chain[-1], *roots)):
        yield (
            f"{CHAIN} ends before an authority that everybody knows: put behind the certificate those of its issuers, "
            "the last one too if that is an authority of your own."
        )


def _doubts(own: Certificate, now: datetime) -> Iterator[str]:
    """A message for each thing that browsers will warn of."""
    if now > own.not_valid_after_utc - SOON:
        yield f"The certificate expires on {own.not_valid_after_utc:%Y-%m-%d}: renew it before."
    if _is_issued(own, own):
        yield "The certificate is signed by itself: browsers warn of it wherever it is not installed."


def _hosts(certificate: Certificate) -> list[str]:
    """The names of hosts that a certificate is for."""
    try:
        names = certificate.extensions.get_extension_for_class(SubjectAlternativeName).value
    except ExtensionNotFound:
        return []
    return [name.lower() for name in names.get_values_for_type(DNSName)]


def _is_issued(certificate: Certificate, issuer: Certificate) -> bool:
    """Whether the one has been signed by who has the other."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, TypeError, ValueError):
        return False
    return True


def _short(value: str) -> str:
    """A value as it is said again."""
    return value if len(value) <= 80 else f"{value[:70]}..."  # noqa: PLR2004 - longer than most that are right
