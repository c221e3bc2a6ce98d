"""Contradictions between the pages of a list, which no single response shows.

TMDB, and what stands between it and us, has answered empty pages in the midst of a list, one page in the place of
another, and totals that were not true. A single response is held against itself by ``MoviePage.contradiction``, inside
the client's retries; what several together show is found here.
"""

from collections import Counter
from typing import cast

from tmdb_pipeline.extract.page_reader import PageReader
from tmdb_pipeline.lake.file_info import MissingPage
from tmdb_pipeline.language import Count, Said
from tmdb_pipeline.movies import movie_id
from tmdb_pipeline.tmdb.response import PAGE_SIZE, promised

#: Responses that count more than a page shows and are asked for again with it, lest one empty page have 500 asked.
_WITNESSES = 8
_SHARED = Said(
    "it shares {count} {count:movie|movies} with page {page}", "{page}페이지와 같은 영화가 {count}편 있습니다"
)
_TOO_SHORT = Said(
    "it has {has} {has:movie|movies}, but page {page} counts {total} {total:movie|movies}, of which {promised} "
    "{promised:stands|stand} on this page",
    "영화가 {has}편이지만, {page}페이지에 적힌 합계({total}편)로는 이 페이지에 {promised}편이 있어야 합니다",
)


class Contradictions:
    """Where the pages that a reader has contradict each other.

    Attributes:
        missing: the pages from which movies are missing, or may be, by number; of each the first reason found.
        again: the numbers of the pages that can clear this up when they are asked for again.
    """

    def __init__(self, source: str, reader: PageReader) -> None:
        self._source = source
        self.missing: dict[int, MissingPage] = {}
        self.again: set[int] = set()
        self._find_repeated(reader)
        self._find_short(reader)

    def _find_repeated(self, reader: PageReader) -> None:
        """Find pages that share half of their movies: it cannot be known which of them came in the other's place.

        Lists that move while they are read share a few between neighbours. A page cut short shares what it has left.
        """
        pages = reader.usable()
        sizes = {n: PAGE_SIZE if n in reader.whole else len(response.page.results) for n, response in pages.items()}
        shared: Counter[tuple[int, int]] = Counter()
        seen: dict[int, list[int]] = {}
        for number, response in pages.items():
            for identity in {movie_id(movie) for movie in response.page.results} - {None}:
                earlier = seen.setdefault(cast("int", identity), [])
                shared.update((other, number) for other in earlier)
                earlier.append(number)
        for (one, other), count in sorted(shared.items()):
            if 2 * count >= min(sizes[one], sizes[other]):
                for number, twin in ((one, other), (other, one)):
                    self._doubt(number, _SHARED.filled(count=Count(count), page=twin))

    def _find_short(self, reader: PageReader) -> None:
        """Find pages that have fewer movies than they must have by what another response counts, and those responses.

        Each response fits its own totals. Those of different moments differ by a few; what a page has to hold is the
        same by all of them, but at the very end of a list.
        """
        totals = sorted(((response.page.total_results, n) for n, response in reader.responses().items()), reverse=True)
        for number, response in reader.whole.items():
            has = len(response.page.results)
            witnesses = [n for total, n in totals[:_WITNESSES] if promised(number, total) > has]
            if witnesses:
                total = totals[0][0]
                counted = {"total": Count(total), "promised": Count(promised(number, total))}
                self._doubt(number, _TOO_SHORT.filled(has=Count(has), page=witnesses[0], **counted))
                self.again.update(witnesses)

    def _doubt(self, number: int, reason: Said) -> None:
        self.missing.setdefault(number, MissingPage(self._source, number, reason.en, reason.ko))
        self.again.add(number)
