from tmdb_pipeline.tmdb import errors
from tmdb_pipeline.tmdb.errors import TmdbError
from tmdb_pipeline.tmdb.exports.errors import ExportGone
from tmdb_pipeline.tmdb.response import ContradictoryPage


def test_the_table_of_errors_is_true():
    """The docstring lists every type, each as transient or permanent as it is."""
    types = {kind.__name__: kind for kind in [*TmdbError.__subclasses__(), ContradictoryPage, ExportGone]}

    rows = [line for line in errors.__doc__.splitlines() if line.split(" ")[0] in types]

    told = {row.split()[0]: (row[20:30].strip() == "yes", row[30:40].strip() == "yes") for row in rows}
    assert told == {name: (kind.transient, kind.permanent) for name, kind in types.items()}
