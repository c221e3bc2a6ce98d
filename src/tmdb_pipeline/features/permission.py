"""Whether features may be exported, and later models trained and asked: only of a fake, or by a named permission.

TMDB's API terms (themoviedb.org/api-terms-of-use, last updated 2023-10-20, as quoted by several public repositories)
forbid it otherwise: the last restriction of 1.C, and 2.A, which counts it among commercial uses.

Nothing that makes features is imported here, so that what is refused never begins.
"""

import http.client
import os
from collections.abc import Iterable, Mapping
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

import msgspec

from tmdb_pipeline.settings import Settings, SettingsError, is_tmdb, shown

#: TMDB's own words, and where they stand.
TERMS = (
    "TMDB's API terms, 1.C, forbid: «Use the TMDB APIs or TMDB Content in connection with, including for training, a "
    "machine learning (ML) or artificial intelligence (AI) based Application.» 2.A wants a written agreement for "
    "«Training or validating a machine learning or artificial intelligence system […] using TMDB content»"
)
#: Seconds to wait for an answer, and bytes of it that are read.
_PATIENCE = 5
_LARGEST = 64 * 1024


class NotPermitted(SettingsError):
    """Features may not be made of these collections; the message says why, and quotes TMDB's terms by section."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"No features are made: {why}. {TERMS}. Collect from a fake, or set TMDB_ML_PERMISSION to who allowed it "
            "and when, such as 'Kim of TMDB, 2026-11-02'."
        )


class Permission(msgspec.Struct, frozen=True):
    """Why it is permitted: what goes into every manifest.

    Attributes:
        source: the address of the collections, which is that of a fake; empty where somebody has allowed it.
        allowed_by: the text of TMDB_ML_PERMISSION, or empty.
    """

    source: str
    allowed_by: str

    def require_source(self, file: str, address: str) -> None:
        """Refuse a collection that does not come from the fake for which this was given.

        Raises:
            NotPermitted: it says that it comes from another address.
        """
        if not self.allowed_by and address != self.source:
            raise NotPermitted(f"{file} was collected from {shown(address)}, not from the fake at {shown(self.source)}")


class _Told(msgspec.Struct):
    """What a fake's control route says of it, all of which it has to say."""

    drift: bool
    latency: float
    movies: int
    seed: int


def may_exist(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether there may be DAGs that make features: nobody is asked, for this is decided whenever a file is parsed.

    There are none where the address is TMDB's and nobody has allowed it. Where there are, their tasks ask.

    Raises:
        SettingsError: TMDB_BASE_URL or TMDB_ML_PERMISSION cannot be used.
    """
    names = ("TMDB_BASE_URL", "TMDB_ML_PERMISSION")
    settings = Settings.from_environment({name: environ.get(name, "") for name in names})
    return bool(settings.ml_permission) or not is_tmdb(urlsplit(settings.base_url).hostname or "")


def require_permission(settings: Settings, sources: Iterable[tuple[str, str]]) -> Permission:
    """The permission to make features of collections.

    Where none is named, the address of the settings is asked once whether it is a fake, and each collection has to say
    that it comes from there.

    Args:
        settings: where TMDB is, and who has allowed it.
        sources: each file that is read, and the address that it says it was collected from.

    Raises:
        NotPermitted: nobody has allowed it, and it is TMDB's, or nobody can tell that it is not.
    """
    if settings.ml_permission:
        return Permission("", settings.ml_permission)
    why = why_no_fake(settings.base_url)
    if why:
        raise NotPermitted(why)
    found = Permission(settings.base_url, "")
    for file, address in sources:
        found.require_source(file, address)
    return found


def why_no_fake(base_url: str) -> str:
    """Why an address is not taken for a fake; empty for a fake.

    It is asked by a route that TMDB does not have, without a key, and never guessed from its name. TMDB itself is not
    asked at all: whatever it said, it is none.
    """
    if is_tmdb(urlsplit(base_url).hostname or ""):
        return f"{shown(base_url)} is TMDB itself"
    address = f"{base_url.removesuffix('/3')}/__fake__/settings"
    # No proxy and no redirect may answer in its place.
    opener = build_opener(ProxyHandler({}), _NoRedirect)
    try:
        with opener.open(Request(address), timeout=_PATIENCE) as response:  # noqa: S310 - settings take http and https
            msgspec.json.decode(response.read(_LARGEST), type=_Told)
    except (URLError, OSError, http.client.HTTPException) as error:
        return f"{shown(base_url)} does not say that it is a fake ({getattr(error, 'reason', error)})"
    except (msgspec.DecodeError, UnicodeDecodeError):
        return f"{shown(base_url)} does not say that it is a fake (its answer is not one of a fake)"
    return ""


class _NoRedirect(HTTPRedirectHandler):
    """What answers from elsewhere is not this address."""

    def redirect_request(self, *_: object) -> None:
        """Follow none: the redirect is the answer, and an error."""
