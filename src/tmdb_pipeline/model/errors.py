"""What can go wrong with models."""

from tmdb_pipeline.lake.errors import LakeError


class NotTrainable(LakeError):
    """There is too little to train a model on, or to judge it by; the message says what is missing."""


class TooFewDays(NotTrainable):
    """Of too few days it is known what came; more of them come by themselves, a day each."""


class DaysMissing(NotTrainable):
    """Between the days of which it is known what came, too many are not there, and do not come any more."""


class NoModel(LakeError):
    """No model of that version is kept, or none can be used; the message says which there are."""


class MayKnow(NoModel):
    """The version was trained on what became known after the day that it is asked of."""


class LeakFound(LakeError):
    """A column of a model's design changes with what was known only after its day; the message says which."""
