import pytest
from measurements import measurements

from tmdb_pipeline.observability.spans import phase, span


def test_spans_go_nowhere_by_default():
    """Where nobody traces, a block runs as if there were none, and may say what it likes of itself."""
    with span("tmdb.request", {"page": 1}) as begun:
        said = begun.set_attribute("http.response.status_code", 200)

    assert said is None


def test_phase_is_a_span_and_a_duration():
    """Its attributes, which may have any values, are in the trace and not in the tags."""
    with measurements() as taken, phase("collect", source="popular") as begun:
        begun.set_attribute("pages", 5)

    assert [(one.name, one.attributes) for one in taken.spans] == [("tmdb.collect", {"source": "popular", "pages": 5})]
    assert [*taken.timings] == [("tmdb.phase.duration", "phase=collect")]


def test_exception_passes_a_phase():
    """A phase that fails is told of, and its error goes up as it is."""
    with measurements() as taken, pytest.raises(OSError, match="full"), phase("load"):
        raise OSError("full")

    assert [one.name for one in taken.spans] == ["tmdb.load"]
