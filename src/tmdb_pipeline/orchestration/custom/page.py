"""The page of a custom collection's DAG in Airflow's UI."""

from typing import Final

from tmdb_pipeline.custom.collection import CustomCollection

_PAGE: Final = """\
# {name}

An entry of `custom_collections.yaml`, in line {line}: {pages} pages of `{asked}`, at `{cron}` ({zone}).

| task | does | leaves behind, under `raw/` in the data root |
|---|---|---|
| `collect_movies` | asks TMDB | `movies/custom/{id}/{id}_<date>.json` |
| `validate_collected_data` | checks every record | `metadata/quality_reports/validation_report_custom_{id}_<date>.*` |
| | quarantines what is broken | `metadata/quarantine/<date>/{dag}.jsonl` |
| `generate_summary` | publishes `{dag}` | `metadata/custom_summaries/{dag}/summary_<date>.json` |

`<date>` is the day in Seoul, YYYYMMDD; of several runs on one day the last one stays.

* **When a task fails**: what no retry can mend fails at once; anything else is tried three more times, five minutes
  apart; a retried collection asks only for the pages that it does not hold yet.
* **To change it**, edit the entry; to end it, switch it off by `enabled: false`. What it has collected stays.
"""


def render_page(collection: CustomCollection) -> str:
    """Return the page in Markdown."""
    return _PAGE.format(
        name=collection.display_name,
        line=collection.line,
        pages=collection.pages,
        asked=collection.request,
        cron=collection.schedule,
        zone=collection.zone,
        id=collection.id,
        dag=collection.spec.id,
    )
