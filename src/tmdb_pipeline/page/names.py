"""What DAGs, lists, states and rules are called by people, in both languages."""

from typing import Final

from tmdb_pipeline import dags
from tmdb_pipeline.alerts.alert import Kind
from tmdb_pipeline.alerts.catalogue import CATALOGUE
from tmdb_pipeline.language import Said
from tmdb_pipeline.movies import GENRES
from tmdb_pipeline.quality.rules.rule import DIMENSIONS, SEVERITIES
from tmdb_pipeline.quality.thresholds import VERDICTS
from tmdb_pipeline.warehouse.checks.check import LEVELS

#: How the names of our DAGs begin, which the page need not say each time.
_OURS: Final = "TMDB "
_LISTS: Final = {
    "popular": Said("Popular", "인기"),
    "trending": Said("Trending", "트렌딩"),
    "top_rated": Said("Top rated", "평점 상위"),
    **{genre.slug: Said(genre.slug.replace("_", " ").capitalize(), genre.name) for genre in GENRES},
}
#: Airflow's states, verdicts of the quality gate, levels of checks and severities of rules.
_STATES: Final = {
    "success": Said("Success", "성공"),
    "running": Said("Running", "실행 중"),
    "queued": Said("Queued", "대기 중"),
    **{str(severity): said for severity, said in SEVERITIES.items()},
    **{str(level): said for level, said in LEVELS.items()},
    **VERDICTS,
}
#: The tone that each is shown in, where that is not info.
_TONES: Final = {
    **dict.fromkeys(("success", "passed", "ok"), "ok"),
    **dict.fromkeys(("warned", "warning"), "warning"),
    **dict.fromkeys(("failed", "alarm", "error"), "alarm"),
}
_CHANNELS: Final = {"mail": Said("mail", "메일"), "slack": Said("Slack", "Slack")}


def dag_name(dag_id: str) -> Said:
    """What a DAG is called; one that is not in the registry by its id."""
    name = dags.name_of(dag_id)
    if not name.en.startswith(_OURS):
        return name
    return Said(f"the {name.en.removeprefix(_OURS)}", name.ko.removeprefix(_OURS))


def list_name(source: str) -> Said:
    """What a list of TMDB is called."""
    return _LISTS.get(source, Said(source, source))


def state_name(state: str) -> Said:
    """What a state or a verdict is called."""
    return _STATES.get(state, Said(state, state))


def tone_of(state: str) -> str:
    """How a state or a verdict is shown: ok, info, warning or alarm."""
    return _TONES.get(state, "info")


def kind_name(kind: Kind) -> Said:
    """What a kind of alert is called."""
    return CATALOGUE[kind].short


def dimension_name(dimension: str) -> Said:
    """What a dimension of quality is called; one of another version by its name."""
    return {str(known): said for known, said in DIMENSIONS.items()}.get(dimension, Said(dimension, dimension))


def heading(text: str) -> str:
    """A name as a heading or a cell begins: ``the daily collection`` becomes ``Daily collection``."""
    name = text.removeprefix("the ")
    return name[:1].upper() + name[1:]


def channel_name(channel: str) -> Said:
    """How an alert was sent."""
    return _CHANNELS.get(channel, Said(channel, channel))
