"""The file as people write it: what they get wrong, and that a wrong entry costs only itself."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.custom.collection import CustomCollection, Judged
from tmdb_pipeline.custom.file import NAME, beside, load

GOOD = """\
- id: before
  display_name: 앞
  schedule: 0 4 * * *
  list: popular
"""
AFTER = """\
- id: after
  display_name: 뒤
  schedule: 0 5 * * *
  discover: {with_origin_country: KR}
"""
HINT = (
    "indent with blanks, and put a text into quotes that holds ': ' or ' #', or begins with any of * & @ % ! [ ] { }."
)
#: An entry that cannot be used, the line of it (from 1) where that is said, and how.
WRONG = {
    "no key at all": (
        "- 한국 영화",
        1,
        "this entry has no keys: give it id, display_name, schedule, and list or discover.",
    ),
    "empty": ("-", 1, "this entry has no keys: give it id, display_name, schedule, and list or discover."),
    "no id": ("- display_name: x\n  schedule: 0 4 * * *", 1, "this entry has no id: give up to 40 of a to z, 0 to 9 "),
    "no schedule": (
        "- id: x\n  display_name: x\n  list: popular",
        1,
        "this entry has no schedule: give five fields of ",
    ),
    "korean id": (
        "- id: 한국\n  display_name: x\n  schedule: 0 4 * * *",
        1,
        "id is '한국': give up to 40 of a to z, 0 to 9 and _, a letter first; what people read is the display_name.",
    ),
    "dash in id": ("- id: a-b\n  display_name: x\n  schedule: 0 4 * * *", 1, "id is 'a-b': give up to 40 of a to z, "),
    "yes as id": ("- id: 'NO'\n  display_name: x\n  schedule: 0 4 * * *", 1, "id is 'NO': give up to 40 of a to z, "),
    "line in name": (
        '- id: x\n  display_name: "a\\nb"\n  schedule: 0 4 * * *',
        2,
        "display_name is 'a\nb': give a line ",
    ),
    "id of ours": (
        "- id: tmdb_daily_collection\n  display_name: x\n  schedule: 0 4 * * *",
        1,
        "id is tmdb_daily_collection, which the DAG tmdb_daily_collection of this project is called: give another.",
    ),
    "name of ours": (
        "- id: daily\n  display_name: x\n  schedule: 0 4 * * *",
        1,
        "id is daily, which the DAG tmdb_daily_collection of this project is called: give another.",
    ),
    "name of ours that is there only by permission": (
        "- id: features\n  display_name: x\n  schedule: 0 4 * * *",
        1,
        "id is features, which the DAG tmdb_features of this project is called: give another.",
    ),
    "id of another": (
        "- id: before\n  display_name: x\n  schedule: 0 4 * * *\n  list: popular",
        1,
        "id is before, as of the entry in line 1: give each its own.",
    ),
    "key twice": (
        "- id: x\n  display_name: x\n  pages: 1\n  schedule: 0 4 * * *\n  pages: 2",
        5,
        "pages stands here again, first in line 7: keep one of them.",
    ),
    "unknown key": ("- id: x\n  sheduel: 0 4 * * *", 2, "an entry has no sheduel. Did you mean schedule?"),
    "key of nothing": (
        "- id: x\n  zzz: 1",
        2,
        "an entry has no zzz. It has id, display_name, schedule, zone, enabled, ",
    ),
    "key that is no word": ("- id: x\n  ? [a]\n  : 1", 2, "a key has to be a word."),
    "keys below a word": (
        "- id:\n    x: y\n  display_name: x\n  schedule: 0 4 * * *",
        1,
        "id has keys of its own below it",
    ),
    "four fields": (
        "- id: x\n  display_name: x\n  schedule: 0 4 * *",
        3,
        "schedule is '0 4 * *', which has not five fields: give five fields of cron, such as \"0 4 * * *\".",
    ),
    "preset": (
        '- id: x\n  display_name: x\n  schedule: "@daily"',
        3,
        "schedule is '@daily', which has not five fields: ",
    ),
    "hour 25": (
        "- id: x\n  display_name: x\n  schedule: 0 25 * * *",
        3,
        "schedule is '0 25 * * *', which is no time that comes (",
    ),
    "never": (
        "- id: x\n  display_name: x\n  schedule: 0 4 30 2 *",
        3,
        "schedule is '0 4 30 2 *', which is no time that comes (",
    ),
    "hash": ("- id: x\n  display_name: x\n  schedule: H 4 * * *", 3, "schedule is 'H 4 * * *', which is no time that "),
    "unquoted star": ("- id: x\n  display_name: x\n  schedule: * * * * *", 3, "this is no YAML ("),
    "sexagesimal": (
        "- id: x\n  display_name: x\n  schedule: 12:30",
        3,
        "schedule is '12:30', which has not five fields: ",
    ),
    "zone": (
        "- id: x\n  display_name: x\n  schedule: 0 4 * * *\n  zone: Seoul",
        4,
        "zone is 'Seoul': give a time zone such as Asia/Seoul. Did you mean Asia/Seoul?",
    ),
    "zone that is a path": (
        "- id: x\n  display_name: x\n  schedule: 0 4 * * *\n  zone: ../etc",
        4,
        "zone is '../etc': give a time zone such as Asia/Seoul.",
    ),
    "pages": (
        "- id: x\n  display_name: x\n  schedule: 0 4 * * *\n  pages: 501\n  list: popular",
        4,
        "pages is '501': give a whole number from 1 to 500, for TMDB has no more.",
    ),
    "pages in another notation": (
        "- id: x\n  display_name: x\n  schedule: 0 4 * * *\n  pages: 1e2\n  list: popular",
        4,
        "pages is '1e2': give a whole number from 1 to 500, for TMDB has no more.",
    ),
    "pages with a point": (
        "- id: x\n  display_name: x\n  schedule: 0 4 * * *\n  pages: 5.0\n  list: popular",
        4,
        "pages is '5.0': give a whole number from 1 to 500, for TMDB has no more.",
    ),
    "pages with a sign": (
        "- id: x\n  display_name: x\n  schedule: 0 4 * * *\n  pages: +5\n  list: popular",
        4,
        "pages is '+5': give a whole number from 1 to 500, for TMDB has no more.",
    ),
    "switch in numbers": (
        "- id: x\n  display_name: x\n  schedule: 0 4 * * *\n  enabled: 1\n  list: popular",
        4,
        "enabled is '1': give true or false.",
    ),
    "nothing behind a key": (
        "- id: x\n  display_name: x\n  schedule: 0 4 * * *\n  pages:\n  list: popular",
        4,
        "pages is empty: give a whole number from 1 to 500, for TMDB has no more.",
    ),
    "switch": (
        "- id: x\n  display_name: x\n  schedule: 0 4 * * *\n  enabled: maybe\n  list: popular",
        4,
        "enabled is 'maybe': give true or false.",
    ),
    "list": (
        "- id: x\n  display_name: x\n  schedule: 0 4 * * *\n  list: poplar",
        4,
        (
            "list is 'poplar': give one of popular, top_rated, now_playing, upcoming, trending_day, trending_week. "
            "Did you mean popular?"
        ),
    ),
    "neither": (
        "- id: x\n  display_name: x\n  schedule: 0 4 * * *",
        1,
        "give either list or discover with parameters, which say what of TMDB is collected.",
    ),
    "both": (
        "- id: x\n  display_name: x\n  schedule: 0 4 * * *\n  list: popular\n  discover:\n    year: 2020",
        5,
        "give either list or discover with parameters, which say what of TMDB is collected.",
    ),
    "no parameters": (
        "- id: x\n  display_name: x\n  schedule: 0 4 * * *\n  discover:",
        4,
        "discover has no parameters: give them below it, indented, such as with_origin_country: KR.",
    ),
    "parameter": (
        "- id: x\n  display_name: x\n  schedule: 0 4 * * *\n  discover:\n    with_orginal_language: ko",
        5,
        "/discover/movie has no parameter with_orginal_language. Did you mean with_original_language?",
    ),
    "empty parameter": (
        "- id: x\n  display_name: x\n  schedule: 0 4 * * *\n  discover:\n    with_genres:",
        5,
        "with_genres is empty, which TMDB takes for not given: give a value, or leave it out.",
    ),
    "parameter with keys": (
        "- id: x\n  display_name: x\n  schedule: 0 4 * * *\n  discover:\n    year: {gte: 2020}",
        5,
        "year has keys of its own below it: give one value.",
    ),
    "list of values": (
        "- id: x\n  display_name: x\n  schedule: 0 4 * * *\n  discover:\n    with_genres: [18, 53]",
        5,
        "with_genres is a list: write its values with commas (all of them) or bars (any of them), as 18,53.",
    ),
    "threshold": (
        "- id: x\n  display_name: x\n  schedule: 0 4 * * *\n  list: popular\n  thresholds:\n    warn_below: 80",
        6,
        "thresholds has no warn_below. Did you mean warn_below_percent?",
    ),
    "no thresholds": (
        "- id: x\n  display_name: x\n  schedule: 0 4 * * *\n  list: popular\n  thresholds: 80",
        5,
        "thresholds has no keys: give warn_below_percent, fail_below_percent, adult_movies below it, indented.",
    ),
    "no number": (
        "- id: x\n  display_name: x\n  schedule: 0 4 * * *\n  list: popular\n  thresholds: {warn_below_percent: 80%}",
        5,
        "warn_below_percent is '80%': give a number from 0 to 100.",
    ),
    "not a number": (
        "- id: x\n  display_name: x\n  schedule: 0 4 * * *\n  list: popular\n  thresholds: {warn_below_percent: nan}",
        5,
        "",
    ),
    "wrong way round": (
        "- id: x\n  display_name: x\n  schedule: 0 4 * * *\n  list: popular\n  thresholds: {fail_below_percent: 90}",
        5,
        "fail_below_percent is 90, above warn_below_percent, which is 80: give it the lower one.",
    ),
    "tab": ("- id: x\n\tdisplay_name: x", 2, "a tab stands in front: indent with blanks."),
    "tab before the dash": ("\t- id: x\n\t  display_name: x", 1, "a tab stands in front: indent with blanks."),
    "colon": (
        "- id: x\n  display_name: 영화: 한국",
        2,
        f"this is no YAML (mapping values are not allowed in this context): {HINT}",
    ),
    "quote that is not closed": (
        '- id: x\n  display_name: "x\n  list: popular',
        3,
        "this is no YAML (found unexpected end of ",
    ),
    "anchor of another": ("- id: x\n  thresholds: *usual", 2, "this is no YAML (found undefined alias): "),
    "anchor of its own": (
        "- id: x\n  discover: &a {year: 2020}\n  thresholds: *a",
        3,
        "thresholds refers to another value by *: write it out.",
    ),
    "letter that YAML has not": ("- id: x\n  display_name: \x07", 1, "this entry is no YAML ("),
    "indented less": ("- id: x\n display_name: x\n  list: popular", 2, "this is no YAML ("),
    "a list beside": (
        "  - id: x\n    display_name: x\n  - y",
        1,
        "this entry has a list beside its keys: indent every line ",
    ),
    "another document": ("- id: x\n...\n- y: 1", 1, "this entry has no display_name: give "),
}


def written(tmp_path, text):
    file = tmp_path / NAME
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


@pytest.mark.parametrize("name", WRONG)
def test_wrong_entry_costs_only_itself(tmp_path, name):
    """It is one sentence with its line; those before and behind it are read."""
    entry, line, sentence = WRONG[name]
    file = written(tmp_path, f"{GOOD}{entry}\n{AFTER}")

    found = load(file)

    assert [each.id for each in found.collections] == ["before", "after"]
    (fault, *others) = found.faults
    assert others == [] or name == "another document"
    assert str(fault).startswith(f"{file}:{4 + line}: {sentence}")
    assert fault.sentence.endswith((".", "?"))


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r\n")), st.integers(1, 4))
def test_no_line_costs_another_entry(tmp_path_factory, line, at):
    """Whatever stands in a line of one entry, the one behind it is read, or the line has begun an entry itself."""
    lines = GOOD.splitlines()
    lines.insert(at, line)
    file = written(tmp_path_factory.getbasetemp(), "\n".join([*lines, AFTER]))

    found = load(file)

    assert "after" in {each.id for each in found.collections}


def test_whole_entry_is_read(tmp_path):
    """Everything that an entry may say, as the types have it."""
    file = written(
        tmp_path,
        """\
---
# A comment.
- id: korean_cinema
  display_name: "한국: 영화"
  enabled: false
  schedule: "*/30 4 * * mon"
  zone: America/New_York
  discover:
    with_origin_country: NO     # Norway, which YAML 1.1 takes for false
    with_original_language: no
    release_date.gte: 2024-01-01
    certification: 015
    certification_country: KR
  pages: 10
  thresholds: {warn_below_percent: 90.5, fail_below_percent: 60, adult_movies: quarantine}
""",
    )

    found = load(file)

    assert found.faults == []
    assert found.enabled == []
    assert [*found.collections] == [
        CustomCollection(
            id="korean_cinema",
            display_name="한국: 영화",
            schedule="*/30 4 * * mon",
            zone="America/New_York",
            enabled=False,
            discover={
                "with_origin_country": "NO",
                "with_original_language": "no",
                "release_date.gte": "2024-01-01",
                "certification": "015",
                "certification_country": "KR",
            },
            pages=10,
            thresholds=Judged(warn_below_percent=90.5, fail_below_percent=60.0, adult_movies="quarantine"),
            line=3,
        )
    ]


def test_entry_has_a_dag(tmp_path):
    """Its ids are made of the entry's, its names and its schedule are those of the entry."""
    (popular, korean) = load(written(tmp_path, GOOD + AFTER)).enabled

    assert (popular.path, popular.request, popular.regional) == ("/movie/popular", "/movie/popular", True)
    assert korean.request == "/discover/movie?with_origin_country=KR"
    assert not CustomCollection(id="x", display_name="x", schedule="0 4 * * *", list="trending_day").regional
    spec = korean.spec
    assert (spec.id, spec.name, spec.display_name) == ("tmdb_custom_after", "after", "뒤")
    assert (spec.cron, spec.zone, spec.retries, spec.collects) == ("0 5 * * *", "Asia/Seoul", 3, True)
    assert (spec.outlet.name, spec.outlet.uri) == ("tmdb_custom_after", "tmdb://movies/custom/after")


@pytest.mark.parametrize(
    ("schedule", "pause"),
    [("0 4 * * *", timedelta(days=1)), ("0 4 * * 1,3", timedelta(days=5)), ("0 4 1 * *", timedelta(days=31))],
)
def test_longest_pause(schedule, pause):
    """How long nothing may come, by the schedule in its zone, though clocks are put forward in between."""
    each = CustomCollection(id="x", display_name="x", schedule=schedule, zone="America/New_York", list="popular")

    assert abs(each.longest_pause(datetime(2024, 2, 1, tzinfo=UTC)) - pause) <= timedelta(hours=1)
    assert each.longest_pause(datetime(2024, 2, 1, tzinfo=SEOUL)) >= pause


@pytest.mark.parametrize(
    ("content", "line", "sentence"),
    [
        (
            "korean_cinema:\n  schedule: 0 4 * * *\n",
            1,
            "'korean_cinema:' belongs to no entry: each begins with a line ",
        ),
        (
            "\n# x\ncollections:\n" + GOOD,
            3,
            "'collections:' belongs to no entry: each begins with a line '- id: its_id'.",
        ),
        (GOOD.encode() + "# 한국".encode("cp949"), 5, "this is not UTF-8: save the file as UTF-8."),
        (GOOD.encode("utf-16"), 1, "this is not UTF-8: save the file as UTF-8."),
    ],
)
def test_what_belongs_to_no_entry(tmp_path, content, line, sentence):
    """A file of another shape or encoding is said in its line, too."""
    file = written(tmp_path, content)

    assert str(load(file).faults[0]).startswith(f"{file}:{line}: {sentence}")


@pytest.mark.parametrize("content", ["", "\n# nothing yet\n", "---\n"])
def test_empty_file_has_no_collections(tmp_path, content):
    """A file of comments asks for nothing, and nothing is wrong with it."""
    found = load(written(tmp_path, content))

    assert ([*found.collections], [*found.faults]) == ([], [])


def test_file_of_windows(tmp_path):
    """A byte order mark and carriage returns are no part of an entry."""
    found = load(written(tmp_path, b"\xef\xbb\xbf" + (GOOD + AFTER).replace("\n", "\r\n").encode()))

    assert [each.display_name for each in found.collections] == ["앞", "뒤"]
    assert found.faults == []


def test_indented_entries(tmp_path):
    """All entries may be indented alike."""
    found = load(written(tmp_path, "\n".join(f"  {line}" for line in (GOOD + AFTER).splitlines())))

    assert ([each.id for each in found.collections], [*found.faults]) == (["before", "after"], [])


def test_file_is_looked_for_beside_the_dag_file(tmp_path):
    """A file that is not there has no collections; one that cannot be read says so."""
    assert [*beside(str(tmp_path / "dag.py")).collections] == []
    written(tmp_path, GOOD)
    assert [each.id for each in beside(str(tmp_path / "dag.py")).collections] == ["before"]

    folder = tmp_path / "folder" / NAME
    folder.mkdir(parents=True)
    (fault,) = load(folder).faults
    assert str(fault) == f"{folder}:1: the file cannot be read (Is a directory): let Airflow read it."


@pytest.mark.parametrize("levels", ["[" * 200_000 + "]" * 200_000, "[" * 3000, "\n    " + "- " * 20_000])
def test_deep_nesting_is_said(tmp_path, levels):
    """What nobody means is refused, and not followed: libyaml would end the process that reads it."""
    found = load(written(tmp_path, f"- id: {levels}\n{AFTER}"))

    assert [each.id for each in found.collections] == ["after"]
    (fault,) = found.faults
    assert fault.sentence == "this is nested too deeply: an entry has two levels."
