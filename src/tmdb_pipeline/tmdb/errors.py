"""What can go wrong between us and TMDB, as types: retries and operators decide by type, people read the message.

Who tries again, and when, follows from two properties of the type:

* **transient**: the same request may succeed within seconds. The client asks again inside its budget (``tmdb.retry``);
  what it raises after that has ``tries`` above 1.
* **permanent**: the same request will fail until a person changes something, a key or a setting. Nobody asks again:
  the client raises at once, and so the task fails at once, whatever retries it has left.
* **neither**: asking again at once makes it worse or is in vain, and some minutes later it may be gone. The client
  raises at once, and the task is retried by Airflow, no sooner than ``retry_after`` where that is known.

=================== ========= ========= ==================================================================
type                transient permanent is
=================== ========= ========= ==================================================================
RefusedKey                    yes       the credential is not accepted, in TMDB's own words
BadRequest                    yes       the request is not accepted as it is, by TMDB, a proxy or a redirect
NotFound                      yes       no such movie or route
Blocked                                 somebody on the way does not let us through
RateLimited         yes                 too many requests; every thread of the client waits
Unavailable         yes                 TMDB or its CDN is in trouble
BrokenResponse      yes                 a response came that is not what was promised
ContradictoryPage   yes                 a page that cannot be true; of it what can be used is used
Unreachable         yes                 no response came
ExportNotThere                          a day's export is missing, perhaps not there yet (``tmdb.exports.errors``)
ExportGone                    yes       a day's export that will never be had
=================== ========= ========= ==================================================================

``tmdb.response_errors`` makes them from a status, ``tmdb.network_errors`` from what a library raised, ``tmdb.response``
from a body. Above the client a page's error becomes the cause of ``extract.errors.PageFailed``, and
``orchestration.retry_policy`` reads the cause.

No message holds a key. Requests are named by path and query as the client built them, to which a key is added only on
the wire (``tmdb.session``).
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
    """Too many requests (429), or one not sent since another was told so."""

    transient = True


class Unavailable(TmdbError):
    """TMDB or its CDN is in trouble (5xx, 408, 425)."""

    transient = True


class BrokenResponse(TmdbError):
    """The response is not what was promised: no JSON, cut off, or of another shape."""

    transient = True


class Unreachable(TmdbError):
    """No response came: no route, no name, refused, reset or timed out."""

    transient = True
