"""What is sent, to whom, how often: whatever fails, hangs, or comes all at once."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from alert_samples import DAILY, NOW, TODAY, WEEKLY, Tape, Ticking, alert
from s3_server import refusal
from support import no_file_larger_than, wait_for

from tmdb_pipeline.alerts import post, storm
from tmdb_pipeline.alerts.alert import Kind
from tmdb_pipeline.alerts.ledger import Ledger
from tmdb_pipeline.alerts.outbox import Outbox
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.language import Language

FAILED = "[Alarm] TMDB daily collection failed · 27 Nov"
OVER = "[Resolved] TMDB daily collection failed · 27 Nov"


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(monkeypatch):
    """That data is flushed before it is renamed is asked where the lake is tested."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


@pytest.fixture
def now():
    return Ticking()


@pytest.fixture
def lake(tmp_path):
    return Lake(str(tmp_path))


@pytest.fixture
def outbox(lake, now):
    """Makes the outbox of a process with these channels."""

    def make(*channels, budget=20.0, of=lake, awaited=(), spare=None):
        return Outbox(of, channels, Language.EN, now, awaited=awaited, spare=spare, budget=budget)

    return make


@pytest.mark.parametrize("root", ["folder", "s3", "none"])
def test_alert_goes_out_once_by_every_channel(outbox, root, lake, request):
    """Each channel sends it; it is not sent again while it is open, unless nothing can be kept."""
    of = {"folder": lambda: lake, "s3": lambda: Lake(request.getfixturevalue("s3_root")), "none": lambda: None}[root]()
    slack, mail = Tape(), Tape("mail")

    outbox(slack, mail, of=of).tell(alert())
    outbox(slack, mail, of=of).deliver()

    assert (slack.subjects, mail.subjects) == ([FAILED], [FAILED])
    assert of is None or Ledger(of).waiting() == []
    outbox(slack, mail, of=of).tell(alert())
    assert len(slack.sent) == (2 if of is None else 1)


def test_of_many_who_raise_at_once_one_sends(outbox):
    """Eight processes, each with its own outbox, make one message, and none of them sends what another is sending."""
    slack = Tape()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: outbox(slack).tell(alert()), range(8)))

    assert slack.subjects == [FAILED]


def test_what_is_over_is_told_once(outbox, now, lake, caplog):
    """All that one event mends is one message, by every channel, then it is put away; nothing else is told."""
    slack, mail = Tape(), Tape("mail")
    for kind in (Kind.RUN_FAILED, Kind.RUN_SLOW):
        outbox(slack, mail).tell(alert(kind, at=now()))

    for _ in range(2):
        outbox(slack, mail).tell_mended([Kind.RUN_FAILED, Kind.RUN_SLOW, Kind.QUALITY_FAILED], DAILY, now())

    assert len(slack.sent) == len(mail.sent) == 3
    assert slack.subjects[2].startswith("[Resolved] ")
    assert Ledger(lake).waiting() == []
    assert len(Ledger(lake).between(TODAY, TODAY)) == 2


def test_channel_that_fails_gets_it_with_the_next_alert(outbox, caplog):
    """What a server refuses waits, and goes out with whatever is sent next; the other channel sends it at once."""
    slack, mail = Tape(refuses=True), Tape("mail")
    outbox(slack, mail).tell(alert())
    assert (slack.subjects, mail.subjects) == ([], [FAILED])
    assert "An alert waits to be sent: slack refuses." in caplog.messages

    slack.refuses = False
    outbox(slack, mail).tell(alert(subject=WEEKLY))

    assert slack.subjects == [FAILED.replace("daily", "weekly"), FAILED]
    assert mail.subjects == [FAILED, FAILED.replace("daily", "weekly")]


def test_message_that_is_refused_holds_up_no_other(outbox, caplog):
    """What a server refuses of one message is no reason to keep the others from it; the refused one waits."""
    slack = Tape(refuses=True)
    for subject in (DAILY, WEEKLY):
        outbox(slack).tell(alert(subject=subject))
    slack.refuses, slack.refuses_one = False, FAILED

    outbox(slack).deliver()

    assert slack.subjects == [FAILED.replace("daily", "weekly")]
    assert "An alert waits to be sent: slack refuses this one." in caplog.messages


def test_message_that_was_taken_without_an_answer_is_not_sent_again(outbox, lake, caplog):
    """A server that has the whole message, and answers too late, has it: it comes once."""
    slack = Tape(answers=False)
    outbox(slack).tell(alert())
    slack.answers = True

    outbox(slack).deliver()

    assert slack.subjects == [FAILED]
    assert "slack has not answered: it counts as sent." in caplog.messages


def test_channel_that_hangs_holds_up_nobody(outbox, now, caplog):
    """A server that never answers costs the time that is given, and no other alert; what it had waits for the next."""
    slack, mail = Tape(hangs=True), Tape("mail")

    outbox(slack, mail, budget=0.3).tell(alert())

    assert (slack.subjects, mail.subjects) == ([], [FAILED])
    assert "No alert could be sent by slack in time; what was not sent is sent with the next." in caplog.messages
    well = Tape()
    outbox(well).deliver()
    assert well.subjects == []  # it may be on its way still
    now.pass_by(seconds=post.CLAIM.total_seconds())
    outbox(well).deliver()
    assert well.subjects == [FAILED]
    slack.go.set()


def test_claim_of_a_clock_that_was_ahead_holds_up_nobody(outbox, now, lake):
    """A process that died with a clock of tomorrow does not keep its message back until then."""
    now.pass_by(days=1)
    outbox(Tape(hangs=True), budget=0.3).tell(alert())
    now.pass_by(days=-1)
    slack = Tape()

    outbox(slack).deliver()

    assert slack.subjects == [FAILED]


def test_who_knows_of_it_already_is_not_told_again(outbox, tmp_path):
    """A channel by which people were told in another way gets nothing, be the alert kept or not, new or open."""
    slack, mail = Tape(), Tape("mail")

    outbox(slack, mail).tell(alert(), ["mail"])
    outbox(slack, awaited=["mail"]).tell(alert(subject=WEEKLY))
    outbox(slack, mail).tell(alert(subject=WEEKLY), ["mail"])
    outbox(slack, mail, of=dead(tmp_path)).tell(alert(), ["mail"])

    assert mail.subjects == []
    assert slack.subjects == [FAILED, FAILED.replace("daily", "weekly"), FAILED]


def test_alert_that_was_never_sent_and_is_over_is_one_message(outbox, now):
    """Who could not be told that something broke is told that it broke and is over, not both."""
    slack = Tape(refuses=True)
    outbox(slack).tell(alert())
    outbox(slack).tell_mended([Kind.RUN_FAILED], DAILY, now())
    slack.refuses = False

    outbox(slack).deliver()
    outbox(slack).deliver()

    assert slack.subjects == [OVER]
    assert slack.sent[0].cause == "The disk is full."


def test_what_is_long_over_is_not_told_any_more(outbox, now, lake):
    """A server that comes back after a day does not tell of what was mended before; it is put away."""
    slack = Tape(refuses=True)
    outbox(slack).tell(alert())
    outbox(slack).tell_mended([Kind.RUN_FAILED], DAILY, now())
    now.pass_by(days=1)

    outbox(Tape(refuses=True)).deliver()

    assert Ledger(lake).waiting() == []


def test_what_waits_for_long_goes_out_in_parts(outbox, monkeypatch):
    """A server that comes back is not flooded: the oldest come first, the rest with the next delivery."""
    monkeypatch.setattr(post, "MOST", 2)
    slack = Tape(refuses=True)
    for number in range(3):
        outbox(slack).tell(alert(subject=str(number), at=NOW + timedelta(seconds=number)))
    slack.refuses = False

    outbox(slack).deliver()
    assert [subject[8] for subject in slack.subjects] == ["0", "1"]

    outbox(slack).deliver()
    assert [subject[8] for subject in slack.subjects] == ["0", "1", "2"]


def test_closing_says_nothing(outbox, now, lake):
    """What is followed by something graver is over without a word; without a lake there is nothing to close."""
    slack = Tape()
    outbox(slack).tell(alert(Kind.RUN_SLOW))
    outbox(slack).close([Kind.RUN_SLOW], DAILY, now())
    outbox(slack).deliver()
    outbox(slack, of=None).close([Kind.RUN_SLOW], DAILY, now())
    outbox(slack, of=None).tell_mended([Kind.RUN_SLOW], DAILY, now())

    assert len(slack.sent) == 1
    assert Ledger(lake).waiting() == []


def test_nobody_to_tell_is_no_error(outbox, now, lake):
    """Without a channel alerts are kept, for the page, and put away when they are over."""
    outbox().tell(alert())
    assert [kept.alert for kept in Ledger(lake).open()] == [alert()]

    outbox().tell_mended([Kind.RUN_FAILED], DAILY, now())

    assert Ledger(lake).waiting() == []


def test_channel_that_cannot_be_used_now_is_waited_for(outbox):
    """While a Connection cannot be looked up, or is wrong, what its channel has to send waits; others send it."""
    slack, mail = Tape(), Tape("mail")
    outbox(mail, awaited=["slack"]).tell(alert())

    outbox(slack, mail).deliver()

    assert (slack.subjects, mail.subjects) == ([FAILED], [FAILED])


def test_nothing_to_tell_leaves_nothing(outbox, tmp_path, now):
    """A run that succeeds where nothing is open makes no file, and no folder."""
    outbox(Tape()).tell_mended([Kind.RUN_FAILED], DAILY, now())

    assert [*tmp_path.iterdir()] == []


def test_storm_is_a_few_messages_and_one_that_counts(outbox, now):
    """Of 200 causes in a minute the first ten are sent, the tenth says so, and one says how many were held back."""
    slack = Tape()
    for number in range(200):
        outbox(slack).tell(alert(day=date(2026, 1, 1) + timedelta(number)))

    assert len(slack.sent) == storm.MOST
    assert [bool(message.note) for message in slack.sent] == [False] * (storm.MOST - 1) + [True]

    now.pass_by(minutes=1)
    for _ in range(2):
        outbox(slack).deliver()

    assert len(slack.sent) == storm.MOST + 1
    assert slack.sent[-1].subject == "[Warning] Alerts held back"
    assert slack.sent[-1].cause == "190 more alerts came within a minute, and were not sent one by one."
    outbox(slack).tell(alert(subject=WEEKLY))
    assert len(slack.sent) == storm.MOST + 2


def test_storm_that_is_over_says_nothing_of_what_was_held(outbox, now, lake):
    """What was not told one by one is not mended one by one; it is put away all the same."""
    slack = Tape()
    for number in range(storm.MOST + 2):
        outbox(slack).tell(alert(day=date(2026, 1, 1) + timedelta(number)))

    now.pass_by(minutes=2)
    outbox(slack).tell_mended([Kind.RUN_FAILED], DAILY, now())

    assert len(slack.sent) == storm.MOST + 2  # how many were held, and that it is over
    outbox(slack).deliver()
    assert Ledger(lake).waiting() == []


def test_count_of_a_storm_that_another_program_spoilt_begins_anew(outbox, lake):
    """What is none of ours in the place of the count stops no alert."""
    lake.write(storm.FILE, b"{")
    slack = Tape()

    outbox(slack).tell(alert())

    assert slack.subjects == [FAILED]


def test_full_disk_loses_no_message(outbox, lake, caplog):
    """An alert on a disk on which nothing can be written goes out, once a channel."""
    slack, mail = Tape(), Tape("mail")
    outbox(slack, mail).deliver()

    with no_file_larger_than(0):
        outbox(slack, mail).tell(alert())

    assert (slack.subjects, mail.subjects) == ([FAILED], [FAILED])
    assert Ledger(lake).waiting() == []


def test_disk_that_is_full_when_the_limit_is_reached_sends_all(outbox, lake, monkeypatch):
    """Where an alert cannot be marked as held back it is sent: rather too many than none."""
    slack = Tape()
    monkeypatch.setattr(storm, "MOST", 0)
    real = Ledger.mark

    def full(self, kept):
        with no_file_larger_than(0):
            real(self, kept)

    monkeypatch.setattr(Ledger, "mark", full)

    outbox(slack).tell(alert())

    assert slack.subjects == [FAILED]


def test_what_waits_is_not_sent_on_a_full_disk(outbox, caplog):
    """What cannot be written down as sent would be sent with every delivery, so it waits for room."""
    slack = Tape(refuses=True)
    outbox(slack).tell(alert())
    slack.refuses = False

    with no_file_larger_than(0):
        outbox(slack).deliver()
    assert slack.subjects == []
    outbox(slack).deliver()

    assert slack.subjects == [FAILED]


def test_store_that_does_not_answer_loses_no_message(outbox, s3, s3_root, caplog):
    """An object store that accepts and never answers costs a part of the time; the alert goes out without it."""
    slack = Tape()
    lake = Lake(s3_root)
    silent = Tape(hangs=True)
    s3.meddle = lambda request: silent.go.wait() and refusal("SlowDown", 503)

    outbox(slack, budget=0.5, of=lake).tell(alert())
    outbox(slack, budget=0.5, of=lake).tell_mended([Kind.RUN_FAILED], DAILY, NOW)

    assert slack.subjects == [FAILED]
    assert f"The data root does not answer: the alert {alert().key} is sent, and not kept there." in caplog.messages
    silent.go.set()
    wait_for(lambda: "An alert waits to be sent" in caplog.text, "the thread that asks the store ends")


def test_mistake_of_ours_stops_no_task(outbox, caplog):
    """A channel that breaks in a way that nobody thought of is an error in the log, and no more."""
    slack, mail = Tape(), Tape("mail")
    slack.send = None

    outbox(slack, mail).tell(alert())

    assert mail.subjects == [FAILED]
    assert "Alerts cannot be sent, because of a mistake in this program" in caplog.messages


def test_what_another_process_has_sent_meanwhile_is_not_sent_again(outbox, lake, now, monkeypatch):
    """Between looking and claiming another may have been faster."""
    slack = Tape()
    outbox(Tape(refuses=True)).tell(alert())
    (before,) = Ledger(lake).waiting()
    outbox(slack).deliver()
    monkeypatch.setattr(Ledger, "waiting", lambda self: [before])

    outbox(slack).deliver()

    assert slack.subjects == [FAILED]


def test_what_another_process_sends_first_is_left_to_it(lake, now):
    """Who has raised an alert may find that it is being sent already, as something that waits."""
    slack = Tape()
    kept = Ledger(lake).enter(alert())
    mine, others = (post.Post(slack, Ledger(lake), Language.EN, now) for _ in range(2))
    others.send_waiting(lambda: True)

    mine.send_new(kept)

    assert slack.subjects == [FAILED]


def test_time_that_is_up_ends_a_delivery(lake, now):
    """Nothing more is begun when there is no time left."""
    slack = Tape()
    Outbox(lake, (), Language.EN, now).tell(alert())

    post.Post(slack, Ledger(lake), Language.EN, now).send_waiting(lambda: False)

    assert slack.subjects == []


@pytest.fixture
def spare(tmp_path_factory):
    """A folder of this machine that keeps what the lake cannot."""
    return Lake(str(tmp_path_factory.mktemp("spare")))


def dead(folder):
    """A lake of which nothing can be read or written."""
    (folder / "file").write_bytes(b"")
    return Lake(str(folder / "file"))


def test_alert_about_a_lake_that_is_away_is_told_once_and_when_it_is_over(outbox, lake, spare, now, tmp_path, caplog):
    """While the data root is gone the same is not told twice; once it is back people hear that it is over, once."""
    slack = Tape()
    for _ in range(2):
        outbox(slack, of=dead(tmp_path), spare=spare).tell(alert())
    outbox(slack, of=None, spare=spare).tell(alert(subject=WEEKLY))
    away = [*slack.subjects]

    for subject in (DAILY, WEEKLY):
        for _ in range(2):
            outbox(slack, spare=spare).tell_mended([Kind.RUN_FAILED], subject, now())

    assert away == [FAILED, FAILED.replace("daily", "weekly")]
    assert slack.subjects[2:] == [OVER, OVER.replace("daily", "weekly")]
    assert Ledger(lake).open() == Ledger(spare).open() == Ledger(spare).waiting() == []
    assert f"The alert {alert().key} is not kept: " in caplog.text


@pytest.mark.parametrize("what", ["deliver", "close", "tell"])
def test_what_was_kept_aside_is_taken_over_by_whatever_comes_next(outbox, lake, spare, now, tmp_path, what):
    """What could not be sent then waits in the lake as all else does; what is open there already is not told again."""
    slack = Tape(refuses=True)
    outbox(slack, of=dead(tmp_path), spare=spare).tell(alert())
    well = outbox(Tape(), spare=spare)

    {
        "deliver": well.deliver,
        "close": lambda: well.close([Kind.RUN_SLOW], DAILY, now()),
        "tell": lambda: well.tell(alert()),
    }[what]()

    assert [kept.alert for kept in Ledger(lake).open()] == [alert()]
    assert Ledger(spare).open() == []


def test_what_both_have_kept_is_told_once(outbox, lake, spare, now, tmp_path):
    """A store that kept an alert after all, too late for who sent it, has it sent by nobody else."""
    slack = Tape()
    Ledger(lake).raise_(alert())
    outbox(slack, of=dead(tmp_path), spare=spare).tell(alert())

    outbox(slack, spare=spare).deliver()

    assert slack.subjects == [FAILED]
    assert [kept.repeats for kept in Ledger(lake).open()] == [1]


def test_what_is_kept_aside_stays_while_the_lake_is_away_or_another_takes_it(outbox, lake, spare, tmp_path, caplog):
    """Nothing is lost between the two: it goes when it can, by one process."""
    outbox(Tape(), of=dead(tmp_path), spare=spare).tell(alert())

    outbox(Tape(), of=dead(tmp_path), spare=spare).deliver()
    with spare.exclusive("raw/metadata/alerts", "alerts"):
        outbox(Tape(), spare=spare).deliver()

    assert [kept.alert for kept in Ledger(spare).open()] == [alert()]
    assert Ledger(lake).open() == []
    assert "Alerts that the data root could not keep stay on this machine: " in caplog.text
