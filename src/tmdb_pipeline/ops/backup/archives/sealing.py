"""Secrets in a backup: encrypted with a passphrase (scrypt, AES-256-GCM), so that the file may lie anywhere."""

import base64
import hashlib
import os
from collections.abc import Mapping
from typing import Final

import msgspec

from tmdb_pipeline.ops.backup.errors import ArchiveRefused
from tmdb_pipeline.ops.errors import Misused

#: What scrypt costs: 128 MiB of memory and some tenths of a second for each passphrase that is tried.
_N, _R, _P = 2**17, 8, 1
_MEMORY = 256 * 2**20
#: What the ciphertext is bound to.
_PURPOSE: Final = b"tmdb-pipeline backup secrets 1"
#: Characters of the shortest passphrase that is taken.
SHORTEST: Final = 12


class Sealed(msgspec.Struct, frozen=True):
    """Encrypted secrets: all in base64 but the cost of scrypt."""

    n: int
    r: int
    p: int
    salt: str
    nonce: str
    sealed: str


def seal(secrets: Mapping[str, str], passphrase: str) -> bytes:
    """Encrypt settings by their names.

    Raises:
        Misused: the passphrase is short.
    """
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - comes with Airflow

    if len(passphrase) < SHORTEST:
        raise Misused(f"The passphrase has fewer than {SHORTEST} characters: set a longer BACKUP_PASSPHRASE.")
    salt, nonce = os.urandom(16), os.urandom(12)
    plain = msgspec.json.encode(dict(secrets))
    sealed = AESGCM(_key(passphrase, salt, _N, _R, _P)).encrypt(nonce, plain, _PURPOSE)
    return msgspec.json.encode(Sealed(_N, _R, _P, *(base64.b64encode(part).decode() for part in (salt, nonce, sealed))))


def unseal(data: bytes, passphrase: str) -> dict[str, str]:
    """The settings that were encrypted.

    Raises:
        ArchiveRefused: the passphrase is another one.
    """
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - comes with Airflow
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - as above

    found = msgspec.json.decode(data, type=Sealed)
    salt, nonce, sealed = (base64.b64decode(part) for part in (found.salt, found.nonce, found.sealed))
    try:
        plain = AESGCM(_key(passphrase, salt, found.n, found.r, found.p)).decrypt(nonce, sealed, _PURPOSE)
    except InvalidTag:
        raise ArchiveRefused(
            "The passphrase is not the one that the secrets of this backup were encrypted with: give that one."
        ) from None
    return msgspec.json.decode(plain, type=dict[str, str])


def fingerprint(key: str) -> str:
    """By what a random key is known again, which tells nothing of it."""
    return hashlib.sha256(b"tmdb-pipeline fernet " + key.encode()).hexdigest()[:16]


def _key(passphrase: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(passphrase.encode(), salt=salt, n=n, r=r, p=p, maxmem=_MEMORY, dklen=32)
