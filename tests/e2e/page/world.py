"""What the page tells of in the tests: three months in the warehouse, two runs on the lake, alerts, hostile titles."""

import random
from datetime import UTC, datetime, time, timedelta

from e2e.warehouse.history import DAILY, WEEKLY, History
from e2e.warehouse.small_runs import SmallRuns, movie

from tmdb_pipeline.alerts.alert import Alert, Kind
from tmdb_pipeline.alerts.ledger import Ledger
from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.language import Said
from tmdb_pipeline.model.registry.state import NAME, Shelf
from tmdb_pipeline.warehouse.checks.run import keep, run_checks

#: What may not reach a page as anything but text, or at all.
MARKUP = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'`{{7*7}}"
BIDI = "\u202egnp.exe\u2066 \x00\x1b[31m"
#: The versions of the model that answered in an invented history.
CHAMPION, CHALLENGER = "20260101-a", "20260201-b"
LONG = "아주 긴 제목 " * 1500


def today():
    """The day in Seoul."""
    return datetime.now(SEOUL).date()


def sunday():
    """The latest Sunday before today."""
    return today() - timedelta(days=today().isoweekday() % 7 or 7)


def fill_warehouse(connection, days=90):
    """A quiet history up to yesterday but for two days, the exports of two months, and what the checks find in that."""
    history = History(days=days, last_day=today() - timedelta(days=1))
    history.write(connection)
    draw = random.Random(3)
    known = len(history.rows["movies"])
    with connection.transaction():
        for age in {*range(1, 70)} - {18, 19}:
            seen = int(known * (0.985 - age * 0.003 + draw.random() * 0.01))
            connection.execute(_EXPORT, [today() - timedelta(days=age), seen])
        connection.execute(_BAD_DAY, [DAILY, today() - timedelta(days=33)])
        connection.execute(_NONE_REJECTED, [DAILY, today() - timedelta(days=33)])
        connection.execute(_MANY_REJECTED, [DAILY, today() - timedelta(days=33)])
        connection.execute(_PAGE_MISSING, [DAILY, today() - timedelta(days=12)])
        for statement in _WEEK_ON_LAKE:
            connection.execute(statement, [WEEKLY, sunday()])
    checked = datetime.combine(today() - timedelta(days=1), time(4), SEOUL)
    keep(connection, "manual__check", checked, run_checks(connection, checked))


_EXPORT = "INSERT INTO tmdb.export_ledger VALUES (%s, 'x', '0', 1000000, 0, %s, 1, now())"
_BAD_DAY = """
UPDATE tmdb.collection_runs
SET pass_rate = 77.5, verdict = 'warned', records_passed = 93, records_quarantined = 27
WHERE dag_id = %s AND run_date = %s
"""
_NONE_REJECTED = "DELETE FROM tmdb.quarantined_records WHERE dag_id = %s AND run_date = %s"
_MANY_REJECTED = """
INSERT INTO tmdb.quarantined_records
SELECT %s, %s, 100 + n, 'raw/movies/daily/popular_movies.json', n, 500 + n, '지어낸 영화 ' || n,
    ARRAY[(ARRAY['title.blank', 'release_date.impossible', 'vote_average.range'])[1 + n %% 3], 'poster_path.empty'],
    ARRAY['x'], NULL, NULL, '{}'
FROM generate_series(1, 27) AS n
"""
_PAGE_MISSING = """
UPDATE tmdb.collection_runs SET pages_missing = 1, verdict = 'warned' WHERE dag_id = %s AND run_date = %s
"""
_WEEK_ON_LAKE = (
    "UPDATE tmdb.collection_runs SET run_id = 'run_2' WHERE dag_id = %s AND run_date = %s",
    "UPDATE tmdb.load_ledger SET run_id = 'run_2' WHERE dag_id = %s AND run_date = %s",
)


def fill_lake(root):
    """A run of today on the lake with hostile records among 120, a weekly one of the latest Sunday."""
    lake = Lake(str(root))
    runs = SmallRuns(lake, datetime.now(UTC) - timedelta(minutes=42))
    bad = [
        movie(90_001, title=MARKUP, vote_average=11.0),
        movie(90_002, title=BIDI, vote_average=-1.0, release_date="2023-99-99"),
        movie(90_003, title=LONG, vote_count=-5),
        movie(90_004, title="새벽의 풍차", vote_average=11.0),
        movie(90_005, title=""),
    ]
    popular = [movie(number) for number in range(1, 96)]
    runs.write(DAILY, today(), {"popular": [*popular, *bad], "trending": [movie(n) for n in range(1, 21)]})
    # Loaded already: what the warehouse says of it counts.
    runs.write(DAILY, today() - timedelta(days=1), {"popular": [movie(1)], "trending": [movie(2)]})
    weekly = SmallRuns(lake, datetime.combine(sunday(), time(3, 24), SEOUL))
    next(weekly._numbers)
    lists = {"horror": [movie(n) for n in range(1, 240)], "top_rated": [movie(n) for n in range(140, 370)]}
    weekly.write(WEEKLY, sunday(), lists)
    shelf = Shelf(lake, NAME)
    for version in (CHAMPION, CHALLENGER):
        shelf.enter(version)
    shelf.promote(CHAMPION, at=datetime.now(UTC) - timedelta(days=60), why="the first that passed the gate")
    shelf.challenge(CHALLENGER, today(), at=datetime.now(UTC), why="passed the gate")
    return lake


def raise_alerts(lake):
    """Three alerts: one that is over, one that hostile words are in, one that warns."""
    now = datetime.now(UTC)
    ledger = Ledger(lake)
    ledger.raise_(
        Alert(
            kind=Kind.RUN_FAILED,
            raised_at=now - timedelta(days=9),
            subject=WEEKLY,
            dag_id=WEEKLY,
            run_date=today() - timedelta(days=9),
            cause=Said("The weekly collection failed.", "주간 종합 수집이 실패했습니다."),
            advice=Said("Look at its log.", "로그를 확인해 주십시오."),
            task_ids=("collect_horror_movies",),
        )
    )
    ledger.mend(Kind.RUN_FAILED, WEEKLY, now - timedelta(days=9) + timedelta(hours=3))
    ledger.raise_(
        Alert(
            kind=Kind.TASK_SLOW,
            raised_at=now - timedelta(hours=2),
            subject=DAILY,
            dag_id=DAILY,
            run_date=today(),
            task_ids=("collect_popular_movies",),
            cause=Said(
                "collect_popular_movies took 9 min, three times as long as usual.",
                "collect_popular_movies가 평소의 3배인 9분이 걸렸습니다.",
            ),
            advice=Said("See whether TMDB answers slowly.", "TMDB의 응답이 느린지 확인해 주십시오."),
        )
    )
