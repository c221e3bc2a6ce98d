"""What is said of an alert: to people, in their language, whole."""

from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import msgspec
import pytest
from alert_samples import DAILY, NOW, TODAY, alert
from readers import foreign, foreign_in

from tmdb_pipeline import dags
from tmdb_pipeline.alerts import mail, slack
from tmdb_pipeline.alerts.alert import Kind
from tmdb_pipeline.alerts.catalogue import CATALOGUE
from tmdb_pipeline.alerts.ledger import Kept
from tmdb_pipeline.alerts.message import mended, raised
from tmdb_pipeline.alerts.page import render_table
from tmdb_pipeline.alerts.samples import samples
from tmdb_pipeline.language import Language, Said

KO, EN = Language.KO, Language.EN
LINK = "http://127.0.0.1:8080/dags/tmdb_daily_collection/runs/manual__1"
WHOLE = alert(
    dag_id=DAILY,
    run_id="manual__1",
    task_ids=("collect_popular_movies", "collect_trending_movies"),
    try_number=4,
    detail="popular: page 3 <b>could</b> not be had.",
    link=LINK,
)


def kept(raised_alert=WHOLE, **more):
    return Kept(alert=raised_alert, raising="1", **more)


def test_custom_collection_is_called_by_the_name_of_its_entry(monkeypatch):
    """Where its file was read, that is in the process of its callbacks; elsewhere it has its id."""
    monkeypatch.setattr(dags, "_made", {})
    about = alert(subject="tmdb_custom_korean", dag_id="tmdb_custom_korean", task_ids=("collect_movies",))
    unknown = raised(kept(about), KO).title
    dags.enter(dags.custom("korean", "한국 영화 수집"))

    assert "tmdb_custom_korean" in unknown
    assert "한국 영화 수집" in raised(kept(about), KO).title
    assert ("태스크", "영화 수집 (collect_movies)") in raised(kept(about), KO).facts


def test_message_says_what_a_person_needs():
    """DAG, tasks, run date in Seoul, try, cause, what to do, and a link: in Korean by the names that people know."""
    message = raised(kept(), KO)

    assert message.subject == "[경보] TMDB 일일 수집 실패 · 11/27"
    assert (message.cause, message.advice) == ("디스크가 가득 찼습니다.", "공간을 확보해 주십시오.")
    assert dict(message.facts) == {
        "DAG": DAILY,
        "실행 날짜(서울)": "2026년 11월 27일 (금)",
        "태스크": "인기 영화 수집 (collect_popular_movies), 트렌딩 영화 수집 (collect_trending_movies)",
        "시도": "4번째(마지막)",
        "발생": "2026년 11월 27일 오전 9:00",
    }
    assert (message.link, message.link_label) == (LINK, "Airflow에서 실행 보기")
    assert (message.detail, message.note) == (WHOLE.detail, "")


def test_message_in_english_names_the_dag_as_well():
    """Who reads no Korean has a name of the DAG, too, and its id beside it; tasks have no other name than their ids."""
    message = raised(kept(), EN)

    assert message.subject == "[Alarm] TMDB daily collection failed · 27 Nov"
    assert dict(message.facts)["DAG"] == DAILY
    assert dict(message.facts)["Tasks"] == "collect_popular_movies, collect_trending_movies"


def test_message_about_a_machine_names_it():
    """What is about no DAG has no run, no tasks and no link."""
    message = raised(kept(alert(Kind.DISK_FILLING, "/data", day=None)), EN)

    assert message.subject == "[Alarm] Disk of /data will be full"
    assert dict(message.facts) == {"About": "/data", "Raised": "27 Nov 2026, 09:00"}
    assert message.link is None


def test_of_many_tasks_some_are_named():
    """A DAG of hundreds of tasks makes a message that can be read; a DAG that is none of ours has only ids."""
    many = msgspec.structs.replace(WHOLE, dag_id="other", task_ids=tuple(f"t{number}" for number in range(30)))

    assert dict(raised(kept(many), KO).facts)["태스크"] == "t0, t1, t2, t3, t4, t5, t6, t7, t8 외 21개"


def test_last_before_others_are_held_says_so():
    """Who gets the tenth message of a minute knows that there are more."""
    assert raised(kept(is_last=True), EN).note.startswith("Many alerts came at once.")


def test_over_says_what_was_and_since_when():
    """What is resolved names all that was told of, and when each began."""
    slow = msgspec.structs.replace(WHOLE, kind=Kind.RUN_SLOW, raised_at=NOW - timedelta(hours=1))
    closed = [kept(one, mended_at=NOW + timedelta(hours=1), mended_by="manual__1") for one in (slow, WHOLE)]

    message = mended(closed, KO)

    assert message.subject == "[해결] TMDB 일일 수집 실패 · 11/27"
    assert message.advice == "조치할 것이 없습니다."
    assert message.facts[-3:] == (
        ("TMDB 일일 수집 실패 · 11/27", "2026년 11월 27일 오전 9:00"),
        ("TMDB 일일 수집 지연 · 11/27", "2026년 11월 27일 오전 8:00"),
        ("해결", "2026년 11월 27일 오전 10:00"),
    )
    assert "시도" not in dict(message.facts)


@pytest.mark.parametrize(
    ("kind", "by", "of", "missing"),
    [
        (Kind.RUN_FAILED, "manual__2", TODAY + timedelta(days=1), True),
        (Kind.RUN_FAILED, "manual__2", None, True),
        (Kind.RUN_FAILED, "manual__2", TODAY, False),
        (Kind.RUN_FAILED, "manual__1", TODAY, False),
        (Kind.RUN_FAILED, None, None, False),
        (Kind.RUN_SLOW, "manual__2", None, False),
    ],
)
def test_run_that_another_run_does_not_make_up_for_is_named(kind, by, of, missing):
    """A DAG that works again has not collected the date that failed, unless that is the date of the run that did."""
    one = kept(msgspec.structs.replace(WHOLE, kind=kind), mended_at=NOW, mended_by=by, mended_date=of)

    assert mended([one], EN).advice.startswith("That run is not made up for" if missing else "There is nothing to do.")


def test_mail_is_whole_in_both_forms():
    """Korean arrives as it was written, in HTML and in text; what a program said is shown and not run."""
    sent = mail.mail(raised(kept(), KO), NOW, sender="a@example.org", recipients=["b@example.org", "c@example.org"])

    got = message_from_bytes(sent.as_bytes(), policy=policy.default)
    text, html = (got.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert got["Subject"] == "[경보] TMDB 일일 수집 실패 · 11/27"
    assert (got["From"], got["To"]) == ("a@example.org", "b@example.org, c@example.org")
    for part in (text, html):
        assert "디스크가 가득 찼습니다." in part
        assert "2026년 11월 27일 (금)" in part
        assert LINK in part
    assert "popular: page 3 &lt;b&gt;could&lt;/b&gt; not be had." in html
    assert text.startswith("[경보] TMDB 일일 수집 실패 · 11/27\n\n원인:\n  디스크가 가득 찼습니다.\n\n조치:\n")


def test_mail_about_little_has_no_empty_parts():
    """Without link, detail or note nothing stands in their place."""
    bare = raised(kept(alert(day=None)), EN)

    assert "Detail" not in mail.text(bare) + mail.html(bare)
    assert "href" not in mail.html(bare)
    noted = raised(kept(is_last=True), EN)
    assert noted.note in mail.text(noted)
    assert noted.note in mail.html(noted)


def test_subject_is_one_line():
    """A name with a line break in it adds no header to a mail."""
    odd = raised(kept(alert(Kind.DISK_FILLING, "a\nBcc: x@example.org", day=None)), EN)

    sent = mail.mail(odd, NOW, sender="a@example.org", recipients=["b@example.org"])

    assert sent["Subject"] == "[Alarm] Disk of a Bcc: x@example.org will be full"
    assert sent["Bcc"] is None


@pytest.mark.parametrize("language", Language)
def test_slack_gets_blocks_and_a_text(language):
    """Cause, what to do and the facts are blocks, with a button to the run; the text is for phones' notifications."""
    message = raised(kept(is_last=True), language)
    body = slack.payload(message)

    kinds = [block["type"] for block in body["blocks"]]
    assert kinds == ["header", "section", "section", "section", "section", "context", "actions"]
    assert body["blocks"][0]["text"]["text"] == message.subject
    assert body["blocks"][-1]["elements"][0]["url"] == LINK
    assert body["text"].startswith(message.subject)
    assert len(body["blocks"][3]["fields"]) == len(message.facts)
    bare = slack.payload(raised(kept(alert(day=None)), language))
    assert [block["type"] for block in bare["blocks"]] == ["header", "section", "section", "section"]


@pytest.mark.parametrize(("runs", "sections", "more"), [(5, 1, 0), (12, 2, 0), (26, 3, 0), (31, 3, 6)])
def test_slack_drops_no_fact_in_silence(runs, sections, more):
    """When many runs are over at once each is named, or it is said how many are not, and when all were over is."""
    closed = [
        kept(msgspec.structs.replace(WHOLE, raised_at=NOW - timedelta(hours=number)), mended_at=NOW)
        for number in range(runs)
    ]
    message = mended(closed, EN)

    parts = [block["fields"] for block in slack.payload(message)["blocks"] if "fields" in block]
    texts = [field["text"] for part in parts for field in part]

    assert [len(part) <= 10 for part in parts] == [True] * sections
    shown = sum("failed" in text for text in texts)
    assert (f"*…*\nand {runs - shown} more" in texts) == bool(more)
    assert shown == runs - more
    assert texts[-1].startswith("*Resolved at*")


def test_slack_reads_no_commands_in_what_a_program_said():
    """A text that others wrote mentions nobody and ends no quotation; what is longer than Slack takes is cut."""
    odd = msgspec.structs.replace(WHOLE, cause=Said("<!channel> & all", ""), detail="```*x*" + "y" * 4000)
    body = slack.payload(raised(kept(odd), EN))

    assert "&lt;!channel&gt; &amp; all" in body["blocks"][1]["text"]["text"]
    detail = body["blocks"][4]["text"]["text"]
    assert detail.startswith("```*x*yyy")
    assert detail.endswith("…```")
    assert detail.count("```") == 2
    assert len(detail) <= 3000


@pytest.mark.parametrize("language", Language)
def test_samples_are_one_of_each_in_one_language(language):
    """Whoever tries the alerts sees every kind, each saying that it is a test, in no other language than theirs."""
    messages = samples(language, NOW, LINK)

    assert len(messages) == len(Kind) + 1
    assert len({message.subject for message in messages}) == len(messages)
    assert all("test" in message.cause or "시험" in message.cause for message in messages)
    names = [spec.display_name for spec in dags.DAGS] + ["clear", "DAG", "Airflow", "Alert", "scheduler", "CPU"]
    for message in messages:
        assert foreign(mail.text(message), language, names if language is KO else []) == []
        assert list(foreign_in(mail.html(message), language, names if language is KO else [])) == []


def test_every_kind_is_in_the_catalogue_and_its_table():
    """Each kind has names, and a row of the docs."""
    assert [*CATALOGUE] == [*Kind]
    assert [kind for kind in Kind if f"| `{kind}` |" not in render_table()] == []


def test_docs_have_the_table():
    """Whoever adds a kind renews the table of the page, and is told by which command."""
    page = (Path(__file__).parents[4] / "docs" / "alerts.md").read_text(encoding="utf-8")

    assert render_table() in page, "Renew the table of docs/alerts.md with: python -m tmdb_pipeline.alerts.page"
