from datetime import date

from tmdb_pipeline.extract.popularity_export.errors import TooFewLines


def test_message_says_what_became_of_the_file():
    """What is wrong, that nothing was lost, and what to do stand in one message."""
    error = TooFewLines(date(2024, 1, 1), "has no lines at all", "Run again later.")

    assert str(error) == (
        "The export of 2024-01-01 has no lines at all; no file was written, and an earlier one stays. Run again later."
    )
