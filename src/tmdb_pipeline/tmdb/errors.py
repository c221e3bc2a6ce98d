"""What can go wrong between us and TMDB, as types: retries and operators decide by type, people read the sentence.

No message holds a key. Requests are named by path and query as the client built them, to which a key is added only on
the wire (``tmdb_pipeline.tmdb.session``).
"""


class TmdbError(Exception):
    """A request to TMDB failed for good, or for this try.

    Attributes:
        request: path and query without the key, such as ``/movie/popular?page=3``.
        tries: how many times it was tried before this went up; 0 if TMDB had asked us to wait before it could be.
        retry_after: seconds that TMDB asked to wait, or None where it said nothing (as it does since 2019).
    """

    #: Whether asking again at once may help; the client retries only these.
    transient = False
    #: Whether only a person can mend it: then the task fails at once too, and else it is retried.
    permanent = False

    def __init__(self, request: str, what: str, advice: str = "", *, retry_after: float | None = None) -> None:
        super().__init__(request, what, advice)
        self.request = request
        self.what = what
        self.advice = advice
        self.retry_after = retry_after
        self.tries = 1

    def __str__(self) -> str:
        tries = f" after {self.tries} tries" if self.tries > 1 else ""
        advice = f" {self.advice}" if self.advice else ""
        return f"{self.request}: {self.what}{tries}.{advice}"


class RefusedKey(TmdbError):
    """TMDB does not accept the credential (401, 403, with a word of TMDB's own)."""

    permanent = True


class BadRequest(TmdbError):
    """The request is not accepted as it is (400, 422, other 4xx, with a word of TMDB's own; 407, a redirect)."""

    permanent = True


class NotFound(TmdbError):
    """There is no such movie or route (404)."""

    permanent = True


class Blocked(TmdbError):
    """Somebody on the way does not let us through: TMDB's CDN, a firewall, a proxy, a login page.

    A 4xx without a word of TMDB's own, 451, a redirect to another host, a certificate that is not trusted. Asking again
    at once makes such a block longer; some minutes later it may be gone.
    """


class RateLimited(TmdbError):
    """Too many requests (429), or one kept back since another was answered so."""

    transient = True


class Unavailable(TmdbError):
    """TMDB or its edge is in trouble (5xx, 408, 425)."""

    transient = True


class BrokenAnswer(TmdbError):
    """The answer is not what was promised: no JSON, cut off, or of another shape."""

    transient = True


class Unreachable(TmdbError):
    """No answer came: no route, no name, refused, reset or timed out."""

    transient = True
