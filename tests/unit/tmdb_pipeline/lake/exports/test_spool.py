import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.exports.spool import _LAST, NAMED, RANGE, Rows, Spool

IDS = st.one_of(
    st.integers(1, 30),
    st.integers(RANGE - 2, RANGE + 2),
    st.integers(_LAST * RANGE - 2, _LAST * RANGE + 2),
    st.integers(1, 2**63 - 1),
)
ROW = st.tuples(IDS, st.floats(0, 1e9), st.sampled_from([True, False, None]), st.booleans())


def spooled(folder, rows, size=3):
    """A spool that was given these rows, a few at a time."""
    spool = Spool(folder)
    numbered = [(*row, line) for line, row in enumerate(rows, 1)]
    for at in range(0, len(numbered), size):
        spool.add(Rows(*map(list, zip(*numbered[at : at + size], strict=True))))
    return spool


def read(spool):
    """What comes out of a spool, as rows."""
    ranges = list(spool.sorted())
    names = ("id", "popularity", "adult", "video")
    return [row for found in ranges for row in zip(*(found[name].tolist() for name in names), strict=True)]


@given(rows=st.lists(ROW), size=st.integers(1, 9))
def test_each_id_comes_out_once_as_its_first_line_has_it(tmp_path_factory, rows, size):
    """Whatever rows go in, ids come out rising, each with all that stands in its first line; others are counted."""
    first = {}
    for row in rows:
        first.setdefault(row[0], row)

    spool = spooled(tmp_path_factory.mktemp("spool"), rows, size)

    assert read(spool) == [first[number] for number in sorted(first)]
    assert spool.movies == len(first)
    assert spool.repeated_lines == len(rows) - len(first)


def test_types_are_those_of_the_file(tmp_path):
    """Columns are int64, float64 and bool, with adult masked where it is unknown."""
    (found,) = spooled(tmp_path, [(7, 1.5, None, True), (8, 2.5, True, False)]).sorted()

    assert [found[name].dtype for name in ("id", "popularity", "adult", "video")] == [np.int64, np.float64, bool, bool]
    assert found["adult"].mask.tolist() == [True, False]


def test_repeated_ids_are_named_by_id(tmp_path):
    """The first repeated lines by id are named with what was dropped, all are counted."""
    spool = spooled(tmp_path, [(30 - number % 30, float(number), False, False) for number in range(90)])

    read(spool)

    assert (spool.movies, spool.repeated_lines, len(spool.repeated)) == (30, 60, NAMED)
    assert [(found.id, found.line, found.popularity) for found in spool.repeated[:4]] == [
        (1, 60, 59.0),
        (1, 90, 89.0),
        (2, 59, 58.0),
        (2, 89, 88.0),
    ]


def test_repeated_ids_of_several_ranges_are_named_up_to_the_limit(tmp_path):
    """The limit holds for all ranges together."""
    rows = [(number * RANGE // 2 + 1, 1.0, False, False) for number in range(30)]

    spool = spooled(tmp_path, rows + rows)
    read(spool)

    assert (spool.repeated_lines, [found.id for found in spool.repeated]) == (30, [row[0] for row in rows[:NAMED]])


def test_spool_begins_anew(tmp_path):
    """What an earlier try has left in the folder is no part of the next one."""
    spooled(tmp_path, [(7, 1.0, False, False), (RANGE, 1.0, False, False)])

    assert read(spooled(tmp_path, [(8, 2.0, True, False)])) == [(8, 2.0, True, False)]


@pytest.mark.parametrize("begun", [False, True])
def test_folder_that_cannot_be_written_is_one_message(tmp_path, begun):
    """Where the temporary folder cannot be written, the message says so and what to set."""
    folder = tmp_path / "spool"
    spool = Spool(folder) if begun else None
    folder.rmdir() if begun else None
    folder.write_text("a file")

    with pytest.raises(LakeError, match=r"^The temporary folder .* cannot be written: (Not a directory|File exists)\."):
        spool.add(Rows([1], [1.0], [None], [True], [1])) if spool else Spool(folder)
