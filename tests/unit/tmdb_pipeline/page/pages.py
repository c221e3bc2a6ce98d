"""What the tests of the page ask with, and read pages by."""

from datetime import datetime
from html.parser import HTMLParser

from tmdb_pipeline import dags
from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.lake import paths
from tmdb_pipeline.language import Language
from tmdb_pipeline.page.asked import Asked
from tmdb_pipeline.page.facts.runs import RunFacts
from tmdb_pipeline.page.facts.sources import Sources
from tmdb_pipeline.run import Run

#: A Sunday morning after both collections.
NOW = datetime(2024, 1, 7, 4, 0, tzinfo=SEOUL)
DAY = NOW.date()
DAILY, WEEKLY = dags.DAILY.id, dags.WEEKLY.id
EVERY_DAG = frozenset(spec.id for spec in dags.DAGS)
_VOID = {"meta", "link", "br", "wbr", "input"}


def asked(**given):
    """A request of somebody who may read every DAG, in Korean."""
    usual = {"language": Language.KO, "usual": Language.KO, "now": NOW, "dag_ids": EVERY_DAG}
    return Asked(**usual | given)


def of_lake(lake):
    """Sources without a warehouse, which nobody misses."""
    return Sources(lake=lake, address=None)


def run_facts(day=DAY, dag_id=DAILY, **given):
    """A run that passed."""
    usual = {
        "run_id": "manual__1",
        "verdict": "passed",
        "quality_score": 99.0,
        "pass_rate": 99.0,
        "records": 100,
        "accepted": 99,
        "quarantined": 1,
        "pages_missing": 0,
        "validated_at": datetime.combine(day, datetime.min.time(), SEOUL).replace(hour=3),
        "loaded_at": None,
    }
    return RunFacts(dag_id=dag_id, run_date=day, **usual | given)


def report(lake, day, dag_id=DAILY, data=None):
    """A damaged report, or one with this content."""
    file = paths.report_file(Run(dag_id, "", day), "json")
    lake.write(file, data or b"{")
    return file


def endless(folder):
    """A folder that leads to itself, so that nobody can read it."""
    folder.parent.mkdir(parents=True)
    folder.symlink_to(folder)


class Read(HTMLParser):
    """A page as a browser would take it: its tags, its texts, its headings, its links; each tag has to be closed."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.open, self.links, self.headings, self.ids = [], [], [], [], []
        self.attributes = set()
        self._texts = []
        self.feed(html)
        self.close()
        assert self.open == []

    @property
    def text(self):
        return " ".join("".join(self._texts).split())

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        given = dict(attrs)
        self.headings += [""] if tag == "h1" else []
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given["href"]] if tag == "a" else []
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self._texts.append(data)
        if "h1" in self.open:
            self.headings[-1] += data.strip()
