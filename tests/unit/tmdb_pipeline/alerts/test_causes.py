"""Why tasks failed: a sentence for every type of error that a task can end with."""

import pytest

from tmdb_pipeline.alerts import causes
from tmdb_pipeline.alerts.causes import FULL_DISK, KILLED, Failure, cause_of, details_of
from tmdb_pipeline.extract.errors import EmptyCollection
from tmdb_pipeline.extract.popularity_export.errors import ExportUnusable
from tmdb_pipeline.features.errors import NotObserved
from tmdb_pipeline.features.permission import NotPermitted
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.model.errors import LeakFound, NoModel, NotTrainable
from tmdb_pipeline.quality.batches.validator import EmptyBatch
from tmdb_pipeline.quality.gate import QualityFailed
from tmdb_pipeline.settings import SettingsError
from tmdb_pipeline.tmdb.errors import TmdbError
from tmdb_pipeline.tmdb.exports import errors as export_errors
from tmdb_pipeline.warehouse.errors import WarehouseAlarm, WarehouseError

ROOTS = [
    *(TmdbError, LakeError, WarehouseError, SettingsError, ExportUnusable),
    *(EmptyCollection, EmptyBatch, QualityFailed, WarehouseAlarm),
    *(LeakFound, NoModel, NotObserved, NotPermitted, NotTrainable),
]


def failure(*kinds, task="a", detail=""):
    return Failure(task, 1, kinds, detail)


def family(root):
    return [root, *(each for child in root.__subclasses__() for each in family(child))]


@pytest.mark.parametrize("error", [error for root in ROOTS for error in family(root)], ids=lambda error: error.__name__)
def test_every_error_of_ours_has_a_sentence(error):
    """Whatever a task of this project fails of, people are told what happened in their language, and what to do."""
    kinds = tuple(kind.__name__ for kind in error.__mro__)

    assert error is TmdbError or causes.known().intersection(kinds)


def test_every_sentence_is_about_an_error_that_there_is():
    """A type that was renamed takes its sentence along."""
    there = {each.__name__ for root in ROOTS for each in family(root)} | {export_errors.ExportGone.__name__}

    assert causes.known() - there == {FULL_DISK, KILLED, "AirflowTaskTimeout"}


def test_most_special_type_decides():
    """An error is told by its own type before by those that it derives from."""
    assert cause_of([failure("RunInProgress", "LakeError")]).happened.en.startswith("Another process is collecting")
    assert cause_of([failure("ContradictoryPage", "BrokenResponse")]).happened.en == "TMDB's responses are broken."


def test_cause_is_what_most_tasks_failed_of():
    """Of two tasks that TMDB refused and one that was killed, TMDB is told of; where both are one, the first."""
    refused, killed = failure("RefusedKey", "TmdbError"), failure(KILLED)

    assert cause_of([killed, refused, refused]).happened.en == "TMDB does not accept the key."
    assert cause_of([killed, refused]).happened.en.startswith("The process of the task was killed")


def test_error_that_nobody_expected_says_so():
    """A bug is told as one; and a run of which no task is known to have failed was killed."""
    assert cause_of([failure("ZeroDivisionError", "ArithmeticError")]).happened.en == "An error that nobody expected."
    assert cause_of([]).happened.en.startswith("The process of the task was killed")


def test_details_are_said_once_each():
    """Eight tasks that failed of one thing say it once; of many things the first three are enough."""
    assert details_of([failure(detail="a"), failure(), failure(detail="a"), failure(detail="b")]) == "a\nb"
    assert details_of([failure(detail=str(number)) for number in range(5)]) == "0\n1\n2\nand 2 more"
