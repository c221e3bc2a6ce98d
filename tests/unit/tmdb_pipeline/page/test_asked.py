from datetime import date, datetime

import pytest
from unit.tmdb_pipeline.page.pages import asked

from tmdb_pipeline.clock import SEOUL


@pytest.mark.parametrize(
    ("here", "root"), [("page", "./"), ("runs/dag/2024-01-07", "../../"), ("quarantine/dag/2024-01-07/3", "../../../")]
)
def test_way_back(here, root):
    """From each page the way leads back to where the first one is, whatever stands before that."""
    assert asked(here=here).root == root


def test_days_are_those_of_seoul():
    """Late in the evening of UTC it is the next day already; with today, 90 days are shown."""
    late = asked(now=datetime.fromisoformat("2024-01-06T23:30:00+00:00"))

    assert late.today == date(2024, 1, 7)
    assert late.first_day == date(2023, 10, 10)
    assert late.now.astimezone(SEOUL).hour == 8
