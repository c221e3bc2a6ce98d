"""The report of the warehouse: facts that can be asked again, a page, a picture, and a mail that leads back to TMDB."""

import json
from datetime import date, datetime

import pytest
from e2e.alerts.receivers import slack_connection, webhook
from e2e.library import run_daily
from e2e.warehouse.history import LAST_DAY, NOW, History
from mail_server import mail_server

from tmdb_pipeline import dags
from tmdb_pipeline.lake.page_file import PageFile
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.language import Language
from tmdb_pipeline.run import Run
from tmdb_pipeline.warehouse.checks.run import keep, run_checks
from tmdb_pipeline.warehouse.database import connected
from tmdb_pipeline.warehouse.load import days
from tmdb_pipeline.warehouse.report import fonts, picture
from tmdb_pipeline.warehouse.report.document import build
from tmdb_pipeline.warehouse.report.facts import read_facts
from tmdb_pipeline.warehouse.report.html import render_page
from tmdb_pipeline.warehouse.report.picture import draw

QUALITY, LOAD = dags.WAREHOUSE_QUALITY.id, dags.WAREHOUSE_LOAD.id
RUN = Run(QUALITY, "manual__1", LAST_DAY)
DAY = date(2024, 1, 7)
AT_TEN = datetime.fromisoformat("2024-01-07T10:00:00+09:00")
FOLDER = "raw/metadata/warehouse_reports"
#: The tables of the report, each with the name of its query.
TABLES = ("levels", "totals", "movies_a_day", "pass_rates", "genre_shares", "popular", "freshness")
PNG = b"\x89PNG\r\n\x1a\n"


def told(connection):
    """The report of what is in the tables."""
    keep(connection, RUN.run_id, NOW, run_checks(connection, NOW))
    return build(RUN, NOW, read_facts(connection, RUN.run_id, NOW))


def states(run):
    return {ti.task_id: str(ti.state) for ti in run.get_task_instances()}


def asked_again(connection, statement):
    """The rows that a statement of a report gives, as JSON has them."""
    cursor = connection.execute(statement.encode())
    names = [column.name for column in cursor.description]
    return json.loads(
        json.dumps([dict(zip(names, row, strict=True)) for row in cursor], default=lambda moment: moment.isoformat())
    )


@pytest.fixture
def mail():
    """A mail server that runs: its port, and its inbox."""
    with mail_server() as server:
        yield server


@pytest.fixture
def loaded(tmdb, tmp_path, monkeypatch, address):
    """A lake with a day that is collected and in the warehouse, and the environment of a task that checks that."""
    root = tmp_path / "lake"
    run_daily(tmdb, root, DAY)
    lake = Lake(str(root))
    (outcome,) = days.load_runs(lake, address, [days.Which(DAY, dags.DAILY.id)])
    assert outcome.verdict == "loaded"
    monkeypatch.setenv("TMDB_DATA_ROOT", str(root))
    where = f"postgresql://{address.user}:{address.password}@{address.host}:{address.port}/{address.database}"
    monkeypatch.setenv("AIRFLOW_CONN_TMDB_WAREHOUSE", where)
    return lake


@pytest.fixture
def with_mail(mail, monkeypatch):
    """The Connection to the mail server; gives its inbox."""
    port, inbox = mail
    extra = {"disable_ssl": True, "disable_tls": True, "from_email": "tmdb@example.org"}
    extra["to"] = ["Lee <lee@example.org>", "kim@example.org"]
    connection = {"conn_type": "smtp", "host": "127.0.0.1", "port": port, "extra": extra}
    monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", json.dumps(connection))
    return inbox


def test_every_number_of_the_mail_leads_back_to_what_tmdb_sent(run_dag, loaded, with_mail, address, tmdb):
    """From the mail to its JSON, to each query, to the same rows again, to the page, to the movie as TMDB sent it."""
    run = run_dag(QUALITY, logical_date=AT_TEN)

    (mail,) = with_mail.messages
    (attached,) = (part for part in mail.walk() if part.get_filename() == "warehouse_quality_20240107.json")
    report = json.loads(attached.get_content())
    assert str(run.state) == "success"
    assert report == json.loads(loaded.read(f"{FOLDER}/warehouse_quality_20240107.json"))
    with connected(address) as connection:
        for check in report["checks"]:
            again = asked_again(connection, report["queries"][check["query"]])
            assert (again[0]["value"] if again else None) == check["observed"], check["name"]
        for name in TABLES:
            table = report[name]
            rows = asked_again(connection, report["queries"][table["query"]])
            assert rows, name
            assert rows == table["rows"], name
        rows = report["popular"]["rows"]
        for row in rows:
            page = PageFile.parse(loaded.read(row["page_file"]), checksums=True)
            sent = json.loads(bytes(page.body))["results"][row["page_index"]]
            assert {key: sent[key] for key in ("id", "title", "popularity", "vote_average", "vote_count")} == {
                "id": row["movie_id"],
                **{key: row[key] for key in ("title", "popularity", "vote_average", "vote_count")},
            }
        asked = page.request.split("?")[0]
        assert asked.endswith("/movie/popular")
        assert (
            len(rows)
            == connection.execute("SELECT movies_accepted FROM tmdb.collections WHERE source = 'popular'").fetchone()[0]
        )


def test_mail_shows_the_picture_and_keeps_korean(run_dag, loaded, with_mail):
    """A person reads Korean and sees the picture in the mail, and each recipient gets it."""
    run_dag(QUALITY, logical_date=AT_TEN)

    (mail,) = with_mail.messages
    html = mail.get_body(("html",)).get_content()
    text = mail.get_body(("plain",)).get_content()
    (image,) = (part for part in mail.walk() if part.get_content_type() == "image/png")
    assert with_mail.recipients == [["lee@example.org", "kim@example.org"]]
    assert mail["Subject"] == "[정상] TMDB 웨어하우스 2024년 1월 7일 (일)"
    assert mail["From"] == "tmdb@example.org"
    assert "검사 41건 중 경보 0건, 주의 0건" in html
    assert f"cid:{image['Content-ID'].strip('<>')}" in html
    assert image.get_content_disposition() == "inline"
    assert image.get_content().startswith(PNG)
    assert f"{FOLDER}/warehouse_quality_20240107.html" in text
    assert loaded.read(f"{FOLDER}/warehouse_quality_20240107.html").decode().startswith("<!DOCTYPE html>")


@pytest.fixture
def slack(monkeypatch):
    """Slack, where people are told as well."""
    with webhook() as (port, kept):
        monkeypatch.setenv("AIRFLOW_CONN_SLACK_OPS", slack_connection(port))
        yield kept


def subjects(inbox):
    return [mail["Subject"] for mail in inbox.messages]


def spoil(address, statement):
    with connected(address) as connection:
        connection.execute(statement)


def test_alarm_is_mailed_once_and_then_fails_the_run(run_dag, loaded, with_mail, slack, address):
    """The report of an alarm is mailed before the run fails, which is the mail of it; Slack gets the alert."""
    spoil(address, "DELETE FROM tmdb.movie_versions")

    run = run_dag(QUALITY, retries=3, logical_date=AT_TEN)

    report = json.loads(loaded.read(f"{FOLDER}/warehouse_quality_20240107.json"))
    (mail,) = with_mail.messages
    assert slack.texts == ["[경보] TMDB 웨어하우스 품질 검사 품질 미달 · 1/7"]
    assert str(run.state) == "failed"
    assert report["warehouse_quality"] == "alarm"
    assert mail["Subject"] == "[경보] TMDB 웨어하우스 2024년 1월 7일 (일): 경보 1건"
    assert "설명이 없는 관측" in mail.get_body(("html",)).get_content()
    assert states(run) == {
        "data_quality_check": "success",
        "choose_level": "success",
        "tell_quiet": "skipped",
        "tell_warning": "skipped",
        "tell_alarm": "success",
        "send_quality_report": "failed",
    }


def test_alarm_that_cannot_be_mailed_is_told_at_once(run_dag, loaded, with_mail, slack, address):
    """No alarm waits for a mail server: the run fails of it, and the alert is mailed in place of the report."""
    spoil(address, "DELETE FROM tmdb.movie_versions")
    with_mail.refusals = 1

    run = run_dag(QUALITY, retries=3, logical_date=AT_TEN)

    assert str(run.state) == "failed"
    assert subjects(with_mail) == slack.texts == ["[경보] TMDB 웨어하우스 품질 검사 품질 미달 · 1/7"]


def test_warning_is_told_and_mailed(run_dag, loaded, with_mail, slack, address):
    """A warning takes its own branch, and the run ends well; the report is its mail, and one says when it is over."""
    spoil(address, "UPDATE tmdb.genres SET name = NULL")

    run = run_dag(QUALITY, logical_date=AT_TEN)

    assert str(run.state) == "success"
    assert states(run)["tell_warning"] == "success"
    assert subjects(with_mail) == ["[주의] TMDB 웨어하우스 2024년 1월 7일 (일): 주의 1건"]
    assert slack.texts == ["[주의] TMDB 웨어하우스 품질 검사 품질 주의 · 1/7"]

    spoil(address, "UPDATE tmdb.genres SET name = name_en")
    run_dag(QUALITY, logical_date=AT_TEN)

    over = "[해결] TMDB 웨어하우스 품질 검사 품질 주의 · 1/7"
    assert slack.texts[1:] == [over]
    assert subjects(with_mail)[1:] == [over, "[정상] TMDB 웨어하우스 2024년 1월 7일 (일)"]


def test_warning_whose_report_is_never_mailed_is_mailed_itself(run_dag, loaded, with_mail, slack, address):
    """While the report waits for its next try Slack is told; where that fails too, the alert goes by mail."""
    spoil(address, "UPDATE tmdb.genres SET name = NULL")
    with_mail.refusals = 1

    run = run_dag(QUALITY, logical_date=AT_TEN)

    assert str(run.state) == "failed"
    warning = "[주의] TMDB 웨어하우스 품질 검사 품질 주의 · 1/7"
    failure = "[경보] TMDB 웨어하우스 품질 검사 실패 · 1/7"
    assert slack.texts == [warning, failure]
    assert sorted(subjects(with_mail)) == sorted([warning, failure])


def test_mail_that_fails_is_tried_again(run_dag, loaded, with_mail):
    """While the mail server refuses, the report is on the lake already; the task's next try mails it."""
    with_mail.refusals = 1

    run = run_dag(QUALITY, retries=1, logical_date=AT_TEN)

    assert str(run.state) == "success"
    assert {ti.task_id: ti.try_number for ti in run.get_task_instances()}["send_quality_report"] == 2
    assert len(with_mail.messages) == 1


def test_without_a_mail_server_the_report_is_written(run_dag, loaded, caplog):
    """Nobody is mailed, which one line of the log says, and the run ends well."""
    run = run_dag(QUALITY, logical_date=AT_TEN)

    returned = next(ti for ti in run.get_task_instances() if ti.task_id == "send_quality_report")
    assert str(run.state) == "success"
    assert returned.xcom_pull(task_ids="send_quality_report")["mailed"] == 0
    assert loaded.files(FOLDER) == ["warehouse_quality_20240107.html", "warehouse_quality_20240107.json"]


def test_picture_in_korean_and_without_a_korean_font(connection, monkeypatch):
    """The picture is drawn by the wheel's font, and where no font has Korean letters in English: never as boxes."""
    History(days=9).write(connection)
    report = told(connection)
    korean, english, font = draw(report, Language.KO), draw(report, Language.EN), picture._korean_font()
    monkeypatch.setattr(fonts, "FAMILIES", ())

    without_a_font = draw(report, Language.KO)

    assert all(drawn.startswith(PNG) for drawn in (korean, english, without_a_font))
    assert len({korean, english, without_a_font}) == 3  # in English by another font
    assert font == "NanumGothic"


def test_picture_and_page_of_an_empty_warehouse(connection):
    """Before anything is loaded there is a report as well, which says so."""
    report = told(connection)

    page = render_page(report, Language.EN)

    assert report.level == "not_judged"
    assert "there is nothing to judge in the warehouse yet" in page
    assert draw(report, Language.EN).startswith(PNG)
