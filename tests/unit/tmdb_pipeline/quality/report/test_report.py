import re
from datetime import date
from html.parser import HTMLParser

import msgspec
import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from readers import foreign_in
from strategies.movies import PLAIN, RUN_DATE, batches, changed, garbage, spoilt_movies, spotless_movies
from support import examples

from tmdb_pipeline.lake.file_info import MissingPage
from tmdb_pipeline.lake.quality_report import QualityReport, ValidatedFile
from tmdb_pipeline.lake.records import PagePlace
from tmdb_pipeline.language import Language, Said
from tmdb_pipeline.quality.batches.scores import BIN_NAMES
from tmdb_pipeline.quality.batches.validator import validate
from tmdb_pipeline.quality.report import texts
from tmdb_pipeline.quality.report.html import render_html
from tmdb_pipeline.quality.report.place import Place
from tmdb_pipeline.quality.report.report import DRIFT_FIELDS, QUARANTINED_RECORDS, WORST_RECORDS, build_report
from tmdb_pipeline.quality.rules.catalogue import RULES_BY_ID, Dimension
from tmdb_pipeline.quality.thresholds import Thresholds
from tmdb_pipeline.quality.values.json_values import tagged
from tmdb_pipeline.tmdb.response import MoviePage

KO, EN = Language.KO, Language.EN


def plain_batch(size, **change):
    return [PLAIN | {"id": number} | change for number in range(1, size + 1)]


def report_on(batch, *, validation=None, **given):
    arguments = {
        "files": [ValidatedFile("raw/movies/daily/popular_movies_20260101.json", len(batch))],
        "validated_at": "2026-01-02T02:04:11+09:00",
        "run": {"dag_id": "tmdb_daily_collection", "run_id": "manual__1", "run_date": "2026-01-01"},
        "thresholds": Thresholds(),
        "places": [Place(index, PagePlace("page_001.json", 3)) for index in range(len(batch))],
    }
    return build_report(validate(batch, on=RUN_DATE) if validation is None else validation, **(arguments | given))


def written(batch, **given):
    """The report on a batch as it stands in its file."""
    return msgspec.to_builtins(report_on(batch, **given))


def report_of(validation):
    return report_on(validation.movies, validation=validation)


class Page(HTMLParser):
    """What a page holds: its tags with their attributes, and its text."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.text, self.open = [], "", []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in {"meta", "br", "wbr"}:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"</{tag}> closes nothing"
        if tag in {"td", "th", "dt"}:
            self.text += " "

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.text += data

    def words(self):
        return re.sub(r"\s+", " ", self.text)


def page_of(report, language=EN):
    return Page(render_html(report, language))


def page_on(batch, language=EN, **given):
    return page_of(report_on(batch, **given), language)


ANY_BATCHES = batches() | st.lists(spoilt_movies() | garbage(), min_size=1, max_size=4)


# The JSON


@given(ANY_BATCHES)
@example([PLAIN | {"\ud800": 1, "별\udfff\0": 10**400}])
@examples(60)
def test_a_report_survives_json(batch):
    """Whatever the batch, garbage too, written and read back the report is the same, and is written the same again."""
    report = report_on(batch)
    data = orjson.dumps(msgspec.to_builtins(report))

    read = msgspec.convert(orjson.loads(data), QualityReport)

    assert read == report
    assert orjson.dumps(msgspec.to_builtins(read)) == data


@given(ANY_BATCHES)
@examples(20)
def test_a_report_changes_no_record(batch):
    """The batch is the same after it was reported on."""
    before = orjson.dumps(tagged(batch))

    report_on(batch)

    assert orjson.dumps(tagged(batch)) == before


@given(batches())
@examples(30)
def test_the_counts_add_up(batch):
    """Received are those passed, quarantined and duplicate; each judged is in one bin; the rate is theirs."""
    report = report_on(batch)

    judged = report.total_movies_validated
    assert report.records_received == len(batch) == judged + report.duplicates
    assert judged == report.total_movies_passed + report.quarantine.total
    assert judged == sum(report.quality_distribution.values())
    assert report.validation_rate == report.total_movies_passed * 10_000 // judged / 100


@given(st.data())
@examples(40)
def test_the_order_of_records_changes_nothing_in_the_report(data):
    """Two runs that received the same records in another order write the same report, worst records included."""
    batch = data.draw(batches())
    shuffled = data.draw(st.permutations(batch))

    assert report_on(batch) == report_on(shuffled)


def test_the_report_says_what_was_validated():
    """Files, run, date, thresholds and verdict stand in the report as they were given and found."""
    report = report_on([*plain_batch(6), *plain_batch(4, id=None)], thresholds=Thresholds(warn=70, fail=20))

    assert report.validation_date == "2026-01-01"
    assert report.validated_at == "2026-01-02T02:04:11+09:00"
    assert report.run == {"dag_id": "tmdb_daily_collection", "run_id": "manual__1", "run_date": "2026-01-01"}
    assert report.files_validated == [ValidatedFile("raw/movies/daily/popular_movies_20260101.json", 10)]
    assert report.thresholds == {"warn": 70.0, "fail": 20.0}
    assert report.verdict == "warned"
    assert report.overall_quality_score == report.validation_rate == 60.0
    assert report.total_movies_validated == 10
    assert report.total_movies_passed == 6
    assert report.quality_distribution == {"excellent": 6, "good": 0, "fair": 0, "poor": 4}
    assert list(report.dimension_scores) == [str(dimension) for dimension in Dimension]
    assert report.dimension_scores["completeness"] == 60.0


def test_common_issues_come_in_order_with_sentence_and_share():
    """The commonest issue stands first, each with what a reader needs to understand it; rules kept are not listed."""
    batch = plain_batch(3, vote_average=11)
    batch[0]["overview"] = ""

    issues = written(batch)["common_issues"]

    assert issues == [
        {
            "rule": "vote_average.range",
            "dimension": "validity",
            "severity": "error",
            "sentence": RULES_BY_ID["vote_average.range"].said.en,
            "sentence_ko": RULES_BY_ID["vote_average.range"].said.ko,
            "count": 3,
            "share": 100.0,
        },
        {
            "rule": "overview.empty",
            "dimension": "completeness",
            "severity": "warning",
            "sentence": RULES_BY_ID["overview.empty"].said.en,
            "sentence_ko": RULES_BY_ID["overview.empty"].said.ko,
            "count": 1,
            "share": 33.33,
        },
    ]


def test_a_date_without_zone_is_refused():
    """A moment that depends on where it is read has no place in a report."""
    with pytest.raises(ValueError, match="2026-01-01T02:00:00 says no time zone"):
        report_on([PLAIN], validated_at="2026-01-01T02:00:00")


def test_the_worst_records_are_those_with_most_errors():
    """Rejected records come first, by their number of errors, and say what is wrong and where they were received."""
    batch = [*plain_batch(3), PLAIN | {"id": 7, "overview": ""}, PLAIN | {"id": 8, "vote_count": "9", "popularity": -1}]
    batch[0]["vote_average"] = 11

    worst = written(batch)["worst_records"]

    assert [(record["id"], record["score"], len(record["issues"])) for record in worst] == [
        ("8", 0, 2),
        ("1", 0, 1),
        ("7", 85, 1),
    ]
    assert worst[0]["title"] == "별을 세는 밤"
    assert worst[0]["where"] == {"file": "page_001.json", "index": 3}
    assert worst[1]["issues"] == [
        {
            "rule": "vote_average.range",
            "severity": "error",
            "sentence": "The field vote_average is not between 0 and 10.",
            "sentence_ko": "vote_average 값이 0 이상 10 이하가 아닙니다.",
            "field": "vote_average",
            "value": "11",
        }
    ]


def test_few_records_are_shown_of_many_bad_ones():
    """However many records are bad, the report shows the same number of them."""
    assert len(written(plain_batch(50, vote_average=11))["worst_records"]) == WORST_RECORDS
    assert len(written(plain_batch(50, overview=""))["worst_records"]) == WORST_RECORDS
    assert written(plain_batch(50))["worst_records"] == []


@pytest.mark.parametrize("change", [{"vote_average": 11}, {"overview": ""}])
def test_which_records_are_shown_does_not_depend_on_their_order(change):
    """Of many records as bad as each other the same few are shown, wherever they stood."""
    batch = plain_batch(3 * WORST_RECORDS, **change)

    assert report_on(batch[::-1]) == report_on(batch)


def test_drift_is_listed_by_count_and_limited():
    """The commonest new field stands first, names are shown safely, and a flood of them is cut."""
    batch = plain_batch(2, new=1)
    batch += [PLAIN | {"id": 3, **{f"field_{number:03}": 1 for number in range(99)}}]
    batch += [PLAIN | {"id": 4, "new": 1, "x" * 1000: 1, "\u202e": 1}]
    batch[0].pop("softcore")

    drift = written(batch)["drift"]

    assert drift["unknown_fields"][0] == {"field": "new", "count": 3}
    assert len(drift["unknown_fields"]) == DRIFT_FIELDS
    assert drift["absent_fields"] == [{"field": "softcore", "count": 1}]
    assert all(len(entry["field"]) < 150 and entry["field"].isprintable() for entry in drift["unknown_fields"])


def test_records_without_id_or_title_are_shown_all_the_same():
    """A worst record may lack everything, even be no object."""
    worst = written(["text", {}, PLAIN | {"id": 10**300, "title": 5}])["worst_records"]

    assert {(record["id"], record["title"]) for record in worst} == {
        (None, None),
        ("an integer of 997 bits", "5"),
    }


# The page


@given(batch=ANY_BATCHES, language=st.sampled_from(Language))
@examples(30)
def test_the_page_is_made_from_the_json_alone(batch, language):
    """The page from the report is the page from what was written and read back, and its tags are well nested."""
    report = report_on(batch)

    html = render_html(
        msgspec.convert(orjson.loads(orjson.dumps(msgspec.to_builtins(report))), QualityReport), language
    )

    assert html == render_html(report, language)
    assert Page(html).open == []


@given(batch=ANY_BATCHES, language=st.sampled_from(Language), pages=st.integers(0, 2))
@example(plain_batch(3), Language.KO, 0)
@example([*plain_batch(2), *plain_batch(3, new=1)], Language.EN, 1)
@examples(40)
def test_the_page_speaks_one_language(batch, language, pages):
    """Whatever there is to tell, not a word of the other language is left, but in names, values and titles."""
    said = MoviePage(2, [], 5, 100).contradiction(3)
    missing = [MissingPage("popular", number, said.en, said.ko) for number in range(pages)]
    page = render_html(report_on(batch, pages_missing=missing, quarantine="raw/metadata/x.jsonl"), language)

    assert list(foreign_in(page, language)) == []


@pytest.mark.parametrize(
    ("good", "bad", "sentence"),
    [
        (9, 0, "Passed: all 9 movies were accepted."),
        (9, 1, "Passed: 9 of 10 movies were accepted."),
        (6, 4, "Warning: 6 of 10 movies were accepted, fewer than this run should have."),
        (1, 9, "Failed: 1 of 10 movies was accepted, too few to use this run."),
    ],
)
def test_the_verdict_stands_on_top(good, bad, sentence):
    """The first heading says in one message how it went."""
    batch = plain_batch(good) + plain_batch(bad, id=None)

    page = page_on(batch)

    assert sentence in page.words()
    assert page.words().index(sentence) < page.words().index("Overall quality")


def test_the_page_needs_no_network_and_no_script():
    """Nothing on the page is loaded from anywhere, and a policy forbids it."""
    html = render_html(report_on(plain_batch(3, title="<img src=x onerror=alert(1)>", overview="")), EN)
    page = Page(html)

    assert not {"script", "img", "link", "iframe", "object", "use", "image"} & {tag for tag, _ in page.tags}
    assert not {"src", "onerror", "onload"} & {name for _, attributes in page.tags for name in attributes}
    assert {attributes["href"] for _, attributes in page.tags if "href" in attributes} == {"#quarantined"}
    assert "url(" not in html
    assert "@import" not in html
    assert (
        "meta",
        {"http-equiv": "Content-Security-Policy", "content": "default-src 'none'; style-src 'unsafe-inline'"},
    ) in (page.tags)


def test_hostile_texts_are_shown_as_texts():
    """A title, a field, a file and a run id that look like HTML are only shown."""
    hostile = "<script>alert('x')</script>\"'&"
    batch = [PLAIN | {"title": hostile, "vote_average": hostile, hostile: 1}]

    page = page_on(
        batch,
        files=[ValidatedFile(hostile, 1)],
        run={"run_id": hostile, "run_date": hostile},
        places=[Place(0, PagePlace(hostile, 0))],
    )

    assert "script" not in {tag for tag, _ in page.tags}
    assert page.text.count(hostile) >= 5


def test_a_title_that_turns_the_text_around_is_shown_plainly():
    """Invisible characters of direction are shown as escapes."""
    assert "\u202e" not in page_on([PLAIN | {"title": "\u202egnp.exe", "id": None}]).text


def test_a_long_title_is_shortened():
    """A million characters do not make a page of a million characters."""
    assert len(render_html(report_on([PLAIN | {"title": "별" * 1_000_000, "id": None}]), EN)) < 40_000


def test_the_page_can_be_read_aloud():
    """There is one first heading, sections are named by their headings, charts have texts, tables have headers."""
    page = page_on([*plain_batch(5), PLAIN | {"overview": "", "new": 1, "id": 77}])
    tags = [tag for tag, _ in page.tags]
    ids = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
    named = [attributes.get("aria-labelledby") for tag, attributes in page.tags if tag == "section"]

    assert tags.count("h1") == 1
    assert named
    assert set(named) == ids
    assert {attributes["href"][1:] for tag, attributes in page.tags if tag == "a"} <= ids
    assert all(attributes.get("aria-label") for tag, attributes in page.tags if tag == "svg")
    assert all(attributes.get("scope") in {"col", "row"} for tag, attributes in page.tags if tag == "th")
    assert "viewport" in {attributes.get("name") for tag, attributes in page.tags if tag == "meta"}


OF_ONE = "movies of 1 page are missing, or may be."
OF_TWO = "movies of 2 pages are missing, or may be."


@pytest.mark.parametrize(
    ("good", "bad", "missing", "english", "korean"),
    [
        (
            9,
            0,
            1,
            f"Warning: all 9 movies were accepted, but {OF_ONE}",
            "주의: 영화 9편이 모두 기준을 통과했습니다. 영화가 빠졌거나 빠졌을 수 있는 페이지가 1개 있습니다.",
        ),
        (
            9,
            1,
            2,
            f"Warning: 9 of 10 movies were accepted, but {OF_TWO}",
            "주의: 영화 10편 중 9편이 기준을 통과했습니다. 영화가 빠졌거나 빠졌을 수 있는 페이지가 2개 있습니다.",
        ),
        (
            6,
            4,
            2,
            f"6 of 10 movies were accepted, fewer than this run should have, but {OF_TWO}",
            "6편이 기준을 통과했습니다. 이 실행에 기대하는 수보다 적습니다. 영화가 빠졌거나",
        ),
        (
            1,
            9,
            1,
            f"Failed: 1 of 10 movies was accepted, too few to use this run, but {OF_ONE}",
            "실패: 영화 10편 중 1편이 기준을 통과했습니다. 이 실행의 결과를 쓰기에는 너무 적습니다. 영화가 빠졌거나",
        ),
    ],
)
@pytest.mark.parametrize("language", Language)
def test_missing_pages_stand_on_top(good, bad, missing, english, korean, language):
    """What could not be had is said in the first heading and listed before all figures."""
    pages = [
        MissingPage("popular_movies", number, f"nothing came {number}", f"{number}이 없음")
        for number in range(7, 7 + missing)
    ]

    page = page_on(plain_batch(good) + plain_batch(bad, id=None), language, pages_missing=pages)

    words, sentence = page.words(), Said(english, korean).told(language)
    for entry in pages:
        listed = f"popular_movies {entry.page} {entry.said.told(language)}"
        assert words.index(sentence) < words.index(listed) < words.index(texts.SCORE_ABOUT.told(language))


def test_a_complete_run_names_no_missing_page():
    """Where nothing is missing there is no such section."""
    assert "missing" not in page_on(plain_batch(3)).words()


def test_all_quarantined_records_are_listed():
    """Each quarantined record stands on the page with its rules and its page, and the file that holds them is named."""
    batch = plain_batch(40, vote_average=11)
    places = [Place(number, PagePlace(f"page_{number:03}.json", number % 20)) for number in range(40)]

    page = page_on(batch, places=places, quarantine="raw/metadata/quarantine/20260101/tmdb_daily_collection.jsonl")

    words = page.words()
    assert "40 in all. Each lies whole" in words
    assert "raw/metadata/quarantine/20260101/tmdb_daily_collection.jsonl" in words
    for number in range(40):
        assert re.search(
            rf"\b{number + 1} .{{1,40}} vote_average\.range page_{number:03}\.json, {number % 20}\b", words
        )


def test_a_flood_of_quarantined_records_is_cut():
    """Of very many quarantined records the worst are listed, and the page says how many there are."""
    report = report_on(plain_batch(QUARANTINED_RECORDS + 5, vote_average=11))

    assert len(report.quarantine.records) == QUARANTINED_RECORDS
    assert report.quarantine.total == QUARANTINED_RECORDS + 5
    assert f"{QUARANTINED_RECORDS + 5} in all, the {QUARANTINED_RECORDS} worst of them here." in page_of(report).words()


def test_duplicates_are_told_and_cost_nothing():
    """Copies stand in the report as such: how many, of how many received, and by their rule; the verdict is clean."""
    batch = [*plain_batch(4), *plain_batch(2)]

    report = report_on(batch)

    assert (report.records_received, report.duplicates, report.total_movies_validated) == (6, 2, 4)
    assert report.overall_quality_score == report.validation_rate == 100.0
    assert [(issue.rule, issue.severity, issue.count, issue.share) for issue in report.common_issues] == [
        ("id.duplicate", "omitted", 2, 33.33)
    ]
    assert report.worst_records == report.quarantine.records == []
    assert "2 duplicates left out of 6 records received" in page_of(report).words()


def test_an_issue_has_the_severity_that_it_was_judged_by():
    """Where the policy quarantines adult movies the report calls that an error."""
    batch = [*plain_batch(3), PLAIN | {"id": 9, "adult": True}]
    strict = validate(batch, on=RUN_DATE, adult="quarantine")

    (issue,) = report_of(strict).common_issues

    assert (issue.rule, issue.severity) == ("adult.unasked", "error")
    assert written(batch)["common_issues"][0]["severity"] == "warning"


def test_missing_pages_warn():
    """A report of a run without some pages says which, and is never better than a warning."""
    missing = [MissingPage("popular", 3, "an empty page")]

    assert written(plain_batch(3))["verdict"] == "passed"
    assert written(plain_batch(3))["pages_missing"] == []
    report = report_on(plain_batch(3), pages_missing=missing)
    assert (report.verdict, report.pages_missing) == ("warned", missing)
    assert written(plain_batch(3, id=None), pages_missing=missing)["verdict"] == "failed"


def test_each_record_is_judged_again_as_of_its_own_day():
    """A flawed record is shown with the faults of its day of receipt, not of another record's."""
    batch = [PLAIN | {"id": number, "release_date": "2025-06-01"} for number in (1, 2)]
    validation = validate(batch, on=[date(2025, 1, 1), date(2026, 1, 1)])

    worst = report_of(validation).worst_records

    assert [record.id for record in worst] == ["1"]


def test_a_report_of_an_earlier_version_can_still_be_shown():
    """A report whose validation date is a moment, and that has none of the newer keys, makes a page as well."""
    document = written([*plain_batch(4), PLAIN | {"id": None}])
    for key in ("validated_at", "pages_missing", "records_received", "duplicates", "quarantine"):
        del document[key]
    document["validation_date"] = "2026-01-01T02:04:11+09:00"
    for issue in document["common_issues"]:
        del issue["sentence_ko"]

    words = page_of(msgspec.convert(document, QualityReport)).words()

    assert "Passed: 4 of 5 movies were accepted." in words
    assert "validated 1 Jan 2026, 02:04 (Seoul)" in words
    assert "1 quarantined." in words


def test_places_must_be_one_for_each_record():
    """Places of another batch are refused."""
    with pytest.raises(ValueError, match=r"^There are 0 places for 1 records"):
        report_on([PLAIN], places=[])


def test_names_break_between_their_words():
    """A long name may be broken after a dot, a slash or an underscore, and nowhere else is it cut in two."""
    html = render_html(report_on([PLAIN | {"original_language": "KO"}]), EN)

    assert '<code class="name">original_<wbr>language.<wbr>format</code>' in html
    assert "raw/<wbr>movies/<wbr>daily/<wbr>popular_<wbr>movies_<wbr>20260101.<wbr>json" in html


@given(movie=spotless_movies(), language=st.sampled_from(Language))
@examples(10)
def test_every_figure_stands_on_the_page(movie, language):
    """Scores, rates, counts, issues, records, drift, files and run can all be read on the page."""
    batch = [
        *plain_batch(7),
        changed(movie, {"id": 900, "overview": "", "new": 1}),
        changed(movie, {"id": -1, "title": "별빛"}),
    ]

    words = page_on(batch, language).words()

    report = report_on(batch)
    for score in report.dimension_scores.values():
        assert f" {score:.2f}".rstrip("0").rstrip(".") in words
    for issue in report.common_issues:
        assert issue.rule in words
        assert issue.said.told(language) in words
    for expected in (
        "88.88%",
        *(said.told(language) for said in BIN_NAMES.values()),
        texts.FROM_SCORE.told(language, score=90),
        texts.UNDER_SCORE.told(language, score=50),
        texts.WARNS_UNDER.told(language, limit="80%"),
        "별빛",
        "page_001.json, " + texts.RECORD_OF_PAGE.told(language, index=3),
        "new",
        "manual__1",
    ):
        assert expected in words


def test_a_clean_batch_says_so():
    """Where nothing is wrong the page says that, instead of showing empty tables."""
    words = page_on(plain_batch(3)).words()

    assert "None: every movie keeps every rule." in words
    assert "None: there is nothing wrong with any movie." in words
    assert "None: every record has the fields we know, and no others." in words
    assert "100 of 100" in words


def test_quarantined_movies_by_file_are_shown_where_known():
    """The caller may add to each file how many of its movies were quarantined."""
    report = report_on([*plain_batch(2), PLAIN | {"id": None}])
    assert "Movies Quarantined" not in page_of(report).words()

    report.files_validated[0].quarantined = 1

    assert "Movies Quarantined raw/movies/daily/popular_movies_20260101.json 3 1" in page_of(report).words()


@pytest.mark.parametrize(("warn", "fail"), [(100, 100), (0, 0), (99.5, 12.25)])
def test_any_thresholds_can_be_shown(warn, fail):
    """The marks on the scale stand where the limits are, as far as both ends."""
    page = page_on(plain_batch(2), thresholds=Thresholds(warn=warn, fail=fail))

    marks = [attributes["style"] for tag, attributes in page.tags if "mark" in attributes.get("class", "")]
    assert marks == [f"left: {warn:g}%", f"left: {fail:g}%"]
