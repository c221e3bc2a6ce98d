from datetime import timedelta

import pytest

from tmdb_pipeline.extract.errors import EmptyCollection, PageFailed
from tmdb_pipeline.lake.errors import LakeError, MixedRuns
from tmdb_pipeline.model.errors import DaysMissing, LeakFound, NoModel, TooFewDays
from tmdb_pipeline.orchestration.retry_policy import TmdbRetryPolicy
from tmdb_pipeline.quality.batches.validator import EmptyBatch
from tmdb_pipeline.quality.gate import QualityFailed
from tmdb_pipeline.settings import MissingKey, SettingsError
from tmdb_pipeline.tmdb.errors import (
    BadRequest,
    Blocked,
    BrokenResponse,
    NotFound,
    RateLimited,
    RefusedKey,
    Unavailable,
    Unreachable,
)
from tmdb_pipeline.warehouse.errors import (
    DamagedRun,
    WarehouseAlarm,
    WarehouseError,
    WarehouseRefused,
    WarehouseUnreachable,
    WrongSchema,
)

DELAY = timedelta(minutes=5)


def decide(error):
    decision = TmdbRetryPolicy(DELAY).evaluate(error, try_number=1, max_tries=3)
    return decision.action.value, decision.retry_delay


def page_failed(cause):
    return PageFailed("popular", 3, 2, 5, cause)


@pytest.mark.parametrize(
    "error",
    [
        RefusedKey("/x", "no"),
        BadRequest("/x", "no"),
        NotFound("/x", "no"),
        MissingKey(),
        SettingsError("bad"),
        QualityFailed("bad"),
        page_failed(RefusedKey("/x", "no")),
        MixedRuns("two runs"),
        WarehouseAlarm("bad rows"),
        EmptyBatch(),
        TooFewDays("3 days"),
        DaysMissing("a fifth"),
        LeakFound("rank"),
        NoModel("damaged"),
        WarehouseRefused("wrong password"),
        WrongSchema("older"),
        DamagedRun("cut off"),
        page_failed(RateLimited("/x", "too often", retry_after=1e20)),
    ],
    ids=repr,
)
def test_permanent_failures_are_final(error):
    """What only a person can mend fails at once, also inside a collection."""
    assert decide(error) == ("fail", None)


@pytest.mark.parametrize(
    "error",
    [
        Unavailable("/x", "down"),
        BrokenResponse("/x", "html"),
        Unreachable("/x", "refused"),
        RateLimited("/x", "too often"),
        Blocked("/x", "403 of the CDN"),
        page_failed(Blocked("/x", "403 of the CDN")),
        page_failed(Unavailable("/x", "down")),
        EmptyCollection("popular"),
        LakeError("the disk is full"),
        WarehouseUnreachable("no answer"),
        WarehouseError("the disk of the server is full"),
        ValueError("a bug"),
    ],
    ids=repr,
)
def test_other_failures_are_tried_as_the_task_says(error):
    """What may mend itself follows the task's own retries and delay."""
    assert decide(error) == ("default", None)


@pytest.mark.parametrize(("asked", "waited"), [(600, timedelta(seconds=600)), (10, DELAY)])
def test_wait_that_tmdb_asked_for_is_kept(asked, waited):
    """A Retry-After longer than the task's delay replaces it; a shorter one does not shorten it."""
    assert decide(page_failed(RateLimited("/x", "too often", retry_after=asked))) == ("retry", waited)
    assert decide(page_failed(Unavailable("/x", "down", retry_after=asked))) == ("retry", waited)
    assert decide(page_failed(Blocked("/x", "403 of the CDN", retry_after=asked))) == ("retry", waited)


@pytest.mark.parametrize(
    ("asked", "decided"), [(12 * 3600, ("retry", timedelta(hours=12))), (12 * 3600 + 1, ("fail", None))]
)
def test_wait_of_more_than_half_a_day_is_given_up(asked, decided):
    """Up to twelve hours are waited; a second more keeps a DAG from its next runs, and a person should look."""
    assert decide(RateLimited("/x", "too often", retry_after=asked)) == decided


@pytest.mark.parametrize("asked", [600, 1e6])
def test_reason_of_a_wait_is_the_message_too(asked):
    """Whether it is waited for or given up, the message says why."""
    error = page_failed(RateLimited("/x", "too often", retry_after=asked))

    assert TmdbRetryPolicy(DELAY).evaluate(error, 1, 3).reason == str(error)


def test_reason_is_the_message_of_the_error():
    """Airflow shows and stores the same message that the log holds."""
    error = RefusedKey("/x", "TMDB refused the key")

    assert TmdbRetryPolicy(DELAY).evaluate(error, 1, 3).reason == str(error)


def test_policy_can_be_serialised():
    """Airflow may store the policy beside the DAG."""
    assert TmdbRetryPolicy(DELAY).serialize() == {"delay": 300.0}
