"""What the pipeline says of the fake's lists: the scores that records of the real service have."""

import datetime as dt

import pytest

from tmdb_pipeline.quality.batches.validator import validate

PAGES = range(1, 6)
TODAY = dt.date(2026, 11, 27)
TRANSLATIONS = {"overview.empty"}


@pytest.fixture
def judged(ask):
    """Return a function that validates the first five pages of a list in a language."""

    def judged(path, language):
        pages = [ask(f"{path}?language={language}&page={page}").json()["results"] for page in PAGES]
        return validate([movie for page in pages for movie in page], on=TODAY)

    return judged


@pytest.mark.parametrize("path", ["/movie/popular", "/movie/top_rated"])
def test_lists_in_english_are_nearly_spotless(judged, path):
    """Popular and top rated movies of the real service score about 100 in English, and so do those of the fake."""
    assert judged(path, "en-US").overall_score >= 99.0


@pytest.mark.parametrize("path", ["/movie/popular", "/movie/top_rated"])
def test_only_missing_translations_cost_more_in_korean(judged, path):
    """In Korean the same movies lack overviews, as a quarter of the real ones do, and nothing else."""
    english, korean = (judged(path, language) for language in ("en-US", "ko-KR"))

    assert {rule for rule in korean.counts if korean.counts[rule] != english.counts[rule]} == TRANSLATIONS
    assert 93 <= korean.overall_score < english.overall_score
