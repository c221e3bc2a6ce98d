"""What can stand behind ``page=``: page numbers that TMDB takes, and everything else."""

import string
from dataclasses import dataclass
from urllib.parse import quote

from hypothesis import strategies as st


@dataclass(frozen=True)
class PageRequest:
    """A page query as it is sent, and the page that TMDB takes it for: None where it refuses (400, code 22)."""

    text: str | None
    page: int | None

    @property
    def query(self):
        """The query string, without ``?``; empty where no page is named."""
        return "" if self.text is None else f"page={quote(self.text)}"


def valid_page_requests(*, last=500):
    """Queries for pages 1 to ``last``, written in every way that TMDB takes."""
    plain = st.integers(1, last).map(lambda number: PageRequest(str(number), number))
    padded = st.builds(
        lambda number, zeros: PageRequest("0" * zeros + str(number), number), st.integers(1, last), st.integers(1, 4)
    )
    return plain | padded | st.sampled_from([PageRequest(None, 1), PageRequest("", 1)])


def invalid_page_requests():
    """Queries that TMDB refuses: beyond the ends, no integer, an integer of another alphabet."""
    beyond = st.one_of(st.integers(max_value=0), st.integers(min_value=501), st.sampled_from([0, -1, 501]))
    odd = st.sampled_from(["1.0", "1e2", "+1", " 1", "1 ", "0x1", "1_0", "one", "٣", "１", "²", "1,2", "null", "NaN"])  # noqa: RUF001 - digits of other alphabets are the point
    text = st.text(min_size=1, max_size=8).filter(lambda said: not set(said) <= set(string.digits))
    return (beyond.map(str) | odd | text).map(lambda said: PageRequest(said, None))


def page_requests():
    """Valid and invalid page queries."""
    return valid_page_requests() | invalid_page_requests()
