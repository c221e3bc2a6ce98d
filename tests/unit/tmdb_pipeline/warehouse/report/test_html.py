import re
from html.parser import HTMLParser

import pytest
from readers import foreign, foreign_in
from warehouse_reports import RUN, finding, popular_movie, report

from tmdb_pipeline.lake.paths import warehouse_report_file
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.language import Language
from tmdb_pipeline.warehouse.report.facts import Totals
from tmdb_pipeline.warehouse.report.files import as_json, write_report
from tmdb_pipeline.warehouse.report.html import render_mail, render_page
from tmdb_pipeline.warehouse.report.message import message, subject

KO, EN = Language.KO, Language.EN
ALARM = finding("volume.daily.popular", "alarm", 40.0, 75.0, 125.0, "Movies on the latest list popular: 40.")
WARNING = finding("completeness.overview", "warning", 75.0, message="Many lack an overview.")
HELD = finding("drift.genres", "not_judged", None, upper=None, message="Not judged: too few runs.")
OK = finding("uniqueness.ranks", observed=0.0, upper=0.0)
NOTHING = [Totals(movies=0, observations=0, quarantined=0, runs=0, first_day=None, last_day=None)]


class Tags(HTMLParser):
    """The tags of a page, each of which is closed."""

    VOID = frozenset({"meta", "wbr", "br", "img"})

    def __init__(self, page):
        super().__init__()
        self.seen, self.open = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def words(page):
    """The text of a page in one line."""
    return " ".join(re.sub(r"<[^>]*>", " ", re.sub(r"(?s)<style>.*?</style>", " ", page)).split())


@pytest.mark.parametrize(
    ("findings", "told"),
    [
        ([OK], "Fine: nothing is wrong with the warehouse."),
        ([OK, HELD], "1 check has too little history to judge by."),
        ([HELD, HELD], "Not judged: there is nothing to judge in the warehouse yet."),
        ([WARNING, OK], "Warning: 1 of 2 checks of the warehouse warns."),
        ([WARNING, WARNING, OK], "Warning: 2 of 3 checks of the warehouse warn."),
        ([ALARM, OK], "Alarm: 1 of 2 checks of the warehouse raises an alarm."),
        ([ALARM, ALARM, WARNING], "Alarm: 2 of 3 checks of the warehouse raise an alarm, 1 warns."),
        ([ALARM, WARNING, WARNING], "Alarm: 1 of 3 checks of the warehouse raises an alarm, 2 warn."),
    ],
)
def test_page_begins_with_the_verdict(findings, told):
    """A person knows at once whether to go on reading."""
    assert told in words(render_page(report(*findings), EN))


def test_page_needs_nothing_else():
    """No script, no request: the page can be kept and opened anywhere, and every tag is closed."""
    page = render_page(report(ALARM, WARNING, HELD, OK), EN)

    tags = Tags(page)

    assert tags.open == []
    assert {tag for tag, _ in tags.seen} & {"script", "link", "img", "iframe"} == set()
    assert not re.search(r"https?://", page)
    assert [attributes["aria-label"] for tag, attributes in tags.seen if tag == "svg"]
    assert all("url(" not in str(attributes) for _, attributes in tags.seen)


def test_each_chart_has_its_numbers_and_its_query_below():
    """Who cannot see a chart, or doubts it, finds the same as a table, and the query that gave it."""
    page = render_page(report(OK), EN)

    for name in ("movies_a_day", "pass_rates", "genre_shares", "popular", "freshness", "totals"):
        assert f"SELECT &#39;{name}&#39;" in page
    assert "raw/pages/page_001.json" in page
    assert "<td><bdi>1,234</bdi></td>" in page
    assert "<td><bdi>98.5</bdi></td>" in page
    assert "<td><bdi>2026-11-22 02:00:00+09:00</bdi></td>" in page


def test_markup_in_what_tmdb_sent_is_text():
    """A title with markup in it is shown as it is."""
    page = render_page(report(OK, popular=[popular_movie(title="<script>alert(1)</script>")]), EN)

    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_page_of_an_empty_warehouse():
    """Charts without rows say so."""
    tables = {name: [] for name in ("movies_a_day", "pass_rates", "genre_shares", "popular", "freshness")}

    page = words(render_page(report(HELD, totals=NOTHING, **tables), EN))

    assert page.count("Nothing has been loaded yet.") == 5
    assert "No run yet." in page


@pytest.mark.parametrize("language", Language)
def test_page_and_mail_speak_one_language(language):
    """Whatever was found, not a word of the other language is left, but in names, queries and titles."""
    empty = {name: [] for name in ("movies_a_day", "pass_rates", "genre_shares", "popular", "freshness")}
    reports = [report(ALARM, WARNING, HELD, OK), report(HELD, totals=NOTHING, **empty), report(ALARM), report(WARNING)]
    titles = [row.title for row in reports[0].popular.rows]

    for each in reports:
        for page in (render_page(each, language), render_mail(each, language, "data/x.html")):
            assert list(foreign_in(page, language, titles)) == []
        assert foreign(subject(each, language), language) == []


@pytest.mark.parametrize(
    ("language", "told", "worst"),
    [
        (
            KO,
            "✕ 경보 검사 4건 중 경보 1건, 주의 1건, 판단 보류 1건",
            "경보 최근 popular 목록의 영화는 40편입니다. 정상 범위는 75~125입니다.",
        ),
        (
            EN,
            "✕ Alarm Of 4 checks: 1 alarm, 1 warning, 1 not judged",
            "Alarm Movies on the latest list popular: 40.",
        ),
    ],
)
def test_mail_tells_what_to_look_at(language, told, worst):
    """The worst first, each with the name of its check, and the picture of the mail itself."""
    mail = render_mail(report(ALARM, WARNING, HELD, OK), language, "s3://lake/<x>.html")

    text = words(mail)
    assert Tags(mail).open == []
    assert told in text
    assert worst in text
    assert text.index("volume.daily.popular") < text.index("completeness.overview")
    assert '<img src="cid:warehouse_quality.png"' in mail
    assert "&lt;x&gt;" in mail
    assert "volume.daily.popular" not in render_mail(report(OK), language, "x")


@pytest.mark.parametrize(
    ("findings", "korean", "english"),
    [
        ([OK], "[정상] TMDB 웨어하우스 2026년 11월 22일 (일)", "[Fine] TMDB warehouse Sun 22 Nov 2026"),
        (
            [WARNING, OK],
            "[주의] TMDB 웨어하우스 2026년 11월 22일 (일): 주의 1건",
            "[Warning] TMDB warehouse Sun 22 Nov 2026: 1 warning",
        ),
        (
            [ALARM, ALARM, WARNING],
            "[경보] TMDB 웨어하우스 2026년 11월 22일 (일): 경보 2건, 주의 1건",
            "[Alarm] TMDB warehouse Sun 22 Nov 2026: 2 alarms, 1 warning",
        ),
    ],
)
def test_subject_begins_with_the_level(findings, korean, english):
    """On a phone people read no more of it."""
    assert subject(report(*findings), KO) == korean
    assert subject(report(*findings), EN) == english


def test_mail_has_text_page_picture_and_json():
    """Each program shows what it can, and the JSON comes along as a file."""
    made = report(ALARM, WARNING, OK)

    mail = message(
        made,
        b"png",
        "data/x.html",
        language=KO,
        sender="a@example.org",
        recipients=["b@example.org", "c@example.org"],
    )

    kinds = [part.get_content_type() for part in mail.walk() if not part.is_multipart()]
    text = mail.get_body(("plain",)).get_content()
    (attached,) = mail.iter_attachments()
    assert kinds == ["text/plain", "text/html", "image/png", "application/json"]
    assert (mail["From"], mail["To"]) == ("a@example.org", "b@example.org, c@example.org")
    assert mail["Date"] == "Sun, 22 Nov 2026 04:00:00 +0900"
    assert "경보: 최근 popular 목록의 영화는 40편입니다." in text
    assert "전체 보고서: data/x.html" in text
    assert attached.get_filename() == "warehouse_quality_20261122.json"
    assert attached.get_content() == as_json(made)


def test_report_is_written_beside_others_of_other_days(tmp_path):
    """JSON and page have the name of the day; what is there under that name and is not ours is set aside."""
    lake = Lake(str(tmp_path))
    lake.write(warehouse_report_file(RUN, "json"), b'{"mine": 1}')

    write_report(lake, RUN, report(OK), KO)

    names = lake.files("raw/metadata/warehouse_reports")
    assert {"warehouse_quality_20261122.html", "warehouse_quality_20261122.json"} < {*names}
    assert len(names) == 3
    assert lake.read_document(warehouse_report_file(RUN, "json"), dict)["warehouse_quality"] == "ok"
