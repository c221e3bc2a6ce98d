"""New values for secrets, in the forms that ``deploy/check.py`` demands, and what Postgres keeps of a password."""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Mapping
from typing import Final

from tmdb_pipeline.settings import API_KEY, READ_TOKEN


def _password() -> str:
    return secrets.token_urlsafe(24)


#: What is made anew together: each setting, and what makes a value of it.
SIGNING: Final[Mapping[str, Callable[[], str]]] = {
    "JWT_SECRET": lambda: secrets.token_urlsafe(64),
    "API_SECRET_KEY": lambda: secrets.token_urlsafe(32),
}
PASSWORDS: Final[Mapping[str, Callable[[], str]]] = {
    "POSTGRES_PASSWORD": _password,
    "WAREHOUSE_OWNER_PASSWORD": _password,
    "WAREHOUSE_LOADER_PASSWORD": _password,
    "WAREHOUSE_READER_PASSWORD": _password,
    "REDIS_PASSWORD": _password,
}
#: The roles on the Postgres of the stack, and the settings of their passwords.
ROLES: Final[Mapping[str, str]] = {
    "airflow": "POSTGRES_PASSWORD",
    "tmdb_owner": "WAREHOUSE_OWNER_PASSWORD",
    "tmdb_loader": "WAREHOUSE_LOADER_PASSWORD",
    "tmdb_reader": "WAREHOUSE_READER_PASSWORD",
}
#: Postgres's own number of iterations (``scram_iterations``), and the bytes of its salt.
_ITERATIONS, _SALT = 4096, 16


def fernet_key() -> str:
    """A new Fernet key: 32 random bytes in URL-safe base64."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def tmdb(key: str) -> dict[str, str]:
    """The settings of a key of TMDB's, which is a v3 key or a read token: that of the other kind is empty then."""
    is_v3 = re.fullmatch(r"[0-9a-fA-F]{32}", key) is not None
    return {READ_TOKEN: "" if is_v3 else key, API_KEY: key if is_v3 else ""}


def verifier(password: str, salt: bytes | None = None) -> str:
    """What Postgres keeps of a password, from which nobody can sign in: SCRAM-SHA-256, RFC 5803 and RFC 7677.

    So the password itself is in no statement, and in no log of one.
    """
    salt = secrets.token_bytes(_SALT) if salt is None else salt
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, _ITERATIONS)
    client = hmac.digest(salted, b"Client Key", "sha256")
    stored, server = hashlib.sha256(client).digest(), hmac.digest(salted, b"Server Key", "sha256")
    encoded = [base64.b64encode(part).decode() for part in (salt, stored, server)]
    return f"SCRAM-SHA-256${_ITERATIONS}:{encoded[0]}${encoded[1]}:{encoded[2]}"


def statements(passwords: Mapping[str, str]) -> str:
    """What psql runs to give roles other passwords, all or none; such as are not there are left out.

    Args:
        passwords: by setting.
    """
    # None of these has a quote in it.
    rows = ", ".join(f"('{role}', '{verifier(passwords[setting])}')" for role, setting in ROLES.items())
    return (
        "SELECT format('ALTER ROLE %I PASSWORD %L', rolname, kept) "  # noqa: S608 - as above
        f"FROM (VALUES {rows}) AS wanted (rolname, kept) JOIN pg_roles USING (rolname) \\gexec\n"
    )
