"""Lists of movies cut into pages as TMDB answers them, with everything that is odd about its paging."""

from dataclasses import dataclass
from itertools import pairwise

from hypothesis import strategies as st


@dataclass(frozen=True)
class PagedList:
    """A list as a client meets it: what each page answers, what is odd about it, and what there really is."""

    oddity: str
    pages: tuple
    records: tuple
    size: int

    def truth(self, number):
        """The records that stand on a page, whatever it answers."""
        return list(self.records[(number - 1) * self.size : number * self.size])

    def page(self, number):
        """The document of a page, from 1; after the last one it is empty, as TMDB answers."""
        return self.pages[number - 1] if number <= len(self.pages) else {**self.pages[0], "page": number, "results": []}


def _count(records, size):
    return max(1, -(-len(records) // size))


def _nothing(draw, pages, records, size):
    """Every page is of the same moment."""


def _drift(draw, pages, records, size):
    """Movies move while the list is read: some stand on two pages, others on none."""
    for at, page in enumerate(pages[1:], 1):
        first = max(0, at * size + draw(st.integers(-size, size)))
        page["results"] = records[first : first + size]


def _repeat(draw, pages, records, size):
    """From some page on the same records come again."""
    again = draw(st.integers(0, len(pages) - 1))
    for before, page in list(pairwise(pages))[again:]:
        page["results"] = before["results"]


def _end_early(draw, pages, records, size):
    """The list ends before its totals say so."""
    for page in pages[draw(st.integers(0, len(pages) - 1)) :]:
        page["results"] = []


def _promise_more(draw, pages, records, size):
    """There are tens of thousands of pages, of which 500 can be asked."""
    total = draw(st.integers(501, 60_000))
    for page in pages:
        page.update(total_pages=total, total_results=total * size)


def _recount(draw, pages, records, size):
    """Every page counts differently."""
    for page in pages:
        total = draw(st.integers(0, len(records) + 2 * size))
        page.update(total_pages=_count(range(total), size), total_results=total)


def _misnumber(draw, pages, records, size):
    """A page says that it is another one."""
    page = draw(st.sampled_from(pages))
    others = st.integers(0, 600).filter(lambda number: number != page["page"])
    page["page"] = draw(others | st.sampled_from([None, "1"]))


#: What can be odd about a list, simplest first. Pages are cached one by one for hours, so they are not of one moment.
ODDITIES = {
    "nothing": _nothing,
    "drift": _drift,
    "repeated page": _repeat,
    "empty page": _end_early,
    "more pages than can be read": _promise_more,
    "changing totals": _recount,
    "wrong number": _misnumber,
}


@st.composite
def pages_of(draw, records, *, size=20, oddities=tuple(ODDITIES)):
    """Ways in which a list of records is answered, ``size`` of them a page."""
    oddity = draw(st.sampled_from(oddities))
    count = _count(records, size)
    pages = [
        {
            "page": at + 1,
            "results": records[at * size : (at + 1) * size],
            "total_pages": count,
            "total_results": len(records),
        }
        for at in range(count)
    ]
    ODDITIES[oddity](draw, pages, records, size)
    return PagedList(oddity, tuple(pages), tuple(records), size)
