from pathlib import Path

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


def test_docs_say_the_same():
    """The page about the command has every status, with the meaning that the help gives it."""
    page = (Path(__file__).parents[4] / "docs" / "operations.md").read_text(encoding="utf-8")

    assert [line for line in page.replace("`.env`", ".env").splitlines() if line[2:3].isdigit()] == [
        f"| {status:d} | {meaning} |" for status, meaning in MEANINGS.items()
    ]
