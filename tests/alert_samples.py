"""Alerts for tests, and channels that remember what they send."""

from datetime import UTC, date, datetime, timedelta
from threading import Event, Lock

from tmdb_pipeline.alerts.alert import Alert, Kind
from tmdb_pipeline.alerts.post import NotSent, Refused, Unanswered
from tmdb_pipeline.language import Said

#: 09:00 in Seoul
NOW = datetime(2026, 11, 27, tzinfo=UTC)
TODAY = date(2026, 11, 27)
DAILY, WEEKLY = "tmdb_daily_collection", "tmdb_weekly_comprehensive"


def alert(kind=Kind.RUN_FAILED, subject=DAILY, *, day=TODAY, at=NOW, **more):
    """An alert about a DAG."""
    return Alert(
        kind=kind,
        raised_at=at,
        subject=subject,
        run_date=day,
        cause=Said("The disk is full.", "디스크가 가득 찼습니다."),
        advice=Said("Make room.", "공간을 확보해 주십시오."),
        **more,
    )


class Tape:
    """A channel that keeps what it is sent, refuses all of it or one subject, or does not answer until it is let go."""

    def __init__(self, name="slack", *, refuses=False, hangs=False, answers=True):
        self.name = name
        self.refuses = refuses
        self.refuses_one = None
        self.answers = answers
        self.go = Event()
        if not hangs:
            self.go.set()
        self.sent = []

    def send(self, message):
        self.go.wait()
        if self.refuses:
            raise NotSent(f"{self.name} refuses")
        if message.subject == self.refuses_one:
            raise Refused(f"{self.name} refuses this one")
        self.sent.append(message)
        if not self.answers:
            raise Unanswered(f"{self.name} has not answered")

    @property
    def subjects(self):
        return [message.subject for message in self.sent]


class Ticking:
    """Moments that are a millisecond apart, until they are moved on."""

    def __init__(self):
        self._moment = NOW
        self._lock = Lock()

    def __call__(self):
        with self._lock:
            self._moment += timedelta(milliseconds=1)
            return self._moment

    def pass_by(self, **time):
        self._moment += timedelta(**time)
