"""The tries of requests: each is counted by its status, timed, and a span."""

from collections.abc import Iterator
from contextlib import contextmanager

from tmdb_pipeline.clock import Clock
from tmdb_pipeline.observability.meter import count, timing
from tmdb_pipeline.observability.metrics import REQUEST_DURATION, REQUESTS
from tmdb_pipeline.observability.spans import Attribute, span

#: The status of a try to which no response came.
NO_RESPONSE = "none"


class Try:
    """A try that is under way.

    Attributes:
        status: of its response, once there is one.
    """

    status: int | None = None


@contextmanager
def measured_try(route: str, number: int, *, clock: Clock, **attributes: Attribute) -> Iterator[Try]:
    """Measure a try of a request.

    Args:
        route: what is asked for, without ids and parameters, such as ``/movie/popular``.
        number: which try of the request it is, from 1.
        clock: what measures.
        attributes: what else its span says of it, such as the page.
    """
    began, tried = clock.monotonic(), Try()
    with span("tmdb.request", {"url.path": route, "try": number, **attributes}) as begun:
        try:
            yield tried
        finally:
            count(REQUESTS, route=route, status=str(tried.status or NO_RESPONSE))
            timing(REQUEST_DURATION, clock.monotonic() - began, route=route)
            if tried.status:
                begun.set_attribute("http.response.status_code", tried.status)
