import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_tmdb.catalogue.catalogue import Catalogue
from fake_tmdb.catalogue.dates import NO_DATE
from fake_tmdb.catalogue.facts import activity, genres, keywords, people, production, releases
from fake_tmdb.catalogue.facts.definition import Fact, Several, either, having
from fake_tmdb.catalogue.reference.certifications import CERTIFICATIONS
from fake_tmdb.catalogue.repository import Repository

FAMILIES = (activity, genres, keywords, people, production, releases)
DRAWN = {
    f"{family.__name__.rpartition('.')[2]}.{name}": drawn
    for family in FAMILIES
    for name, drawn in vars(family).items()
    if isinstance(drawn, Fact | Several)
}
#: What a formula is given behind its view, by the name of the argument.
ARGUMENTS = {"region": ["KR", "US", "nowhere"], "country": sorted(CERTIFICATIONS), "day": [0, 19_723]}
SEEDS = (1, 7)
ROWS = 3_000


def calls(drawn):
    """Return each tuple of arguments that a formula is tried with."""
    names = drawn.formula.__code__.co_varnames[1 : drawn.formula.__code__.co_argcount]
    return [(value,) for value in ARGUMENTS[names[0]]] if names else [()]


@pytest.fixture(scope="module", params=SEEDS)
def small(request):
    """Return a catalogue of a few thousand movies."""
    return Catalogue(seed=request.param, movies=ROWS)


@pytest.mark.parametrize("name", [name for name, drawn in DRAWN.items() if isinstance(drawn, Fact)])
def test_a_column_holds_what_each_row_says(small, name):
    """What discover filters and sorts by is what the documents show, for every movie and every fact."""
    fact = DRAWN[name]
    for arguments in calls(fact):
        rows = [fact.of(small, row, *arguments) for row in range(ROWS)]

        assert fact.column(small, *arguments).tolist() == rows
        assert len(set(rows)) > 1


@pytest.mark.parametrize("name", [name for name, drawn in DRAWN.items() if isinstance(drawn, Several)])
def test_columns_hold_what_each_row_says(small, name):
    """The same where a movie has several numbers; without repeats they are those in the columns, but for none."""
    several = DRAWN[name]
    columns = np.array(several.columns(small)).T.tolist()

    assert columns == [several.of(small, row) for row in range(ROWS)]
    assert [set(row) - {0} for row in columns] == [set(several.distinct(small, row)) for row in range(ROWS)]
    assert all(len(several.distinct(small, row)) == len(set(several.distinct(small, row))) for row in range(100))


def test_every_fact_is_tried():
    """No fact is without the proof that its column and its rows agree."""
    assert set(DRAWN) > {"genres.genres", "people.cast", "production.runtime", "releases.regional_day"}


@pytest.mark.parametrize(
    "name", ["adult", "softcore", "video", "day", "language", "popularity", "votes", "vote_average"]
)
def test_columns_of_the_catalogue_are_made_once(small, name):
    """A row reads its number from the column, so that there is no second definition to agree with."""
    assert getattr(small, name) is getattr(small, name)
    assert len(getattr(small, name)) == ROWS


@given(row=st.integers(0, 19_999))
def test_genre_bits_are_the_genres(catalogue, row):
    """The bits that discover filters by are the genres that the document shows."""
    places = genres.genres.distinct(catalogue, row)

    assert sum(1 << place - 1 for place in places) == genres.genre_bits.of(catalogue, row)
    assert len(genres.genre_ids(catalogue, row)) == len(places)


@given(
    places=st.lists(st.lists(st.integers(0, 4), min_size=5, max_size=5), min_size=1, max_size=3),
    wanted=st.lists(st.integers(-1, 5), min_size=1, max_size=6),
    alternatives=st.booleans(),
)
def test_having_all_or_any(places, wanted, alternatives):
    """A movie has what is wanted if all of it, or with alternatives any of it, is among its numbers; 0 is none."""
    found = having([np.array(column) for column in places], wanted, alternatives=alternatives)

    rows = [set(row) - {0} for row in zip(*places, strict=True)]
    expected = [bool(row & set(wanted)) if alternatives else set(wanted) <= row for row in rows]
    assert found.tolist() == expected


def test_either_chooses_for_one_and_for_all():
    """The `if` of a formula works for one movie and for a column."""
    assert [either(place == 1, "first", "other") for place in (1, 2)] == ["first", "other"]
    assert either(np.array([True, False]), np.array([1, 1]), NO_DATE).tolist() == [1, NO_DATE]


def test_prepared_columns_are_kept(catalogue):
    """What was made in advance is not made again, and what is no longer used is made anew."""
    repository = Repository(catalogue)
    repository.prepare()
    kept = [people.cast.columns(catalogue)[0], production.runtime.column(catalogue)]

    assert people.cast.columns(catalogue)[0] is kept[0]
    assert production.runtime.column(catalogue) is kept[1]
    assert production.runtime.make(catalogue) is not kept[1]
    assert releases.regional_day.column(catalogue, "KR") is releases.regional_day.column(catalogue, "KR")
