import pytest

from dag_integrity.checks import CHECKS
from dag_integrity.config import Config
from dag_integrity.lint import lint

DAYS = {"utc_day_in_templates", "utc_day_in_code"}


@pytest.mark.parametrize(
    ("zone", "other", "not_asked"),
    [
        (None, "", {"zone", "pools"} | DAYS),
        ("UTC", "", {"pools"} | DAYS),
        ("Etc/UTC", "", {"pools"} | DAYS),
        ("Europe/Berlin", "Europe/Berlin", {"pools"}),
    ],
)
def test_day_in_utc_is_wrong_only_in_another_zone(zone, other, not_asked):
    """Where nobody names a zone, or names UTC itself, ``ds`` is the day, as all who write it mean."""
    config = Config(zone=zone)

    assert config.other_zone == other
    assert {name for name, check in CHECKS.items() if not check.asked(config)} == not_asked


@pytest.mark.parametrize("zone", [None, "UTC"])
@pytest.mark.parametrize("check", sorted(DAYS))
def test_without_another_zone_the_day_in_utc_is_fine(folders, zone, check):
    """Asked all the same, these checks have nothing to say."""
    folder = next(folder for path, folder in folders.items() if path.name == check)

    assert [found.check for found in lint(folder, Config(zone=zone)) if found.check == check] == []


@pytest.mark.parametrize("check", sorted(DAYS))
def test_zone_that_was_named_is_named_again(folders, check):
    """The finding speaks of the zone that was given, not of ours."""
    folder = next(folder for path, folder in folders.items() if path.name == check)

    messages = [found.message for found in lint(folder, Config(zone="Europe/Berlin")) if found.check == check]

    assert messages
    assert all(message.endswith("use the day of the logical date in Europe/Berlin.") for message in messages)
