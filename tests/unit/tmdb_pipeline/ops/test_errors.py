from tmdb_pipeline.ops import errors
from tmdb_pipeline.ops.errors import MEANINGS, OpsError, Status


def test_each_exit_status_is_explained():
    """None of them is left to be guessed, and each has a line of its own in the help."""
    assert list(MEANINGS) == list(Status)
    assert [line.split()[0] for line in errors.epilog().splitlines()[1:]] == [str(int(each)) for each in Status]


def test_each_error_has_a_status_that_says_it():
    """Two errors that ask for different things of a person are told apart by a script."""
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and OpsError in (kind, *kind.__bases__)]

    assert len({kind.status for kind in kinds}) == len(kinds) > 5
