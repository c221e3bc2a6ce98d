"""What can be wrong with an export that came whole. It replaces no file, and TMDB keeps it for three months."""

from datetime import date


class ExportUnusable(Exception):
    """An export is not taken for what it claims to be."""

    def __init__(self, day: date, what: str, advice: str) -> None:
        super().__init__(day, what, advice)
        self.day = day
        self.what = what
        self.advice = advice

    def __str__(self) -> str:
        return f"The export of {self.day} {self.what}; no file was written, and an earlier one stays. {self.advice}"


class TooManyOddLines(ExportUnusable):
    """More of its lines are odd or repeated than ever happens by accident: TMDB may have changed their form."""


class TooFewLines(ExportUnusable):
    """It has no movies, or far fewer than the export before it: TMDB may have written only a part of it."""
