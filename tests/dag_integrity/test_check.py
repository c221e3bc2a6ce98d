import pytest
from dag_integrity.integrity.check import Policy
from dag_integrity.integrity.registry import judge

DAYS = {"utc_day_in_templates", "utc_day_in_code"}


@pytest.mark.parametrize(
    ("zone", "other", "unasked"),
    [
        (None, "", {"zone", "pools"} | DAYS),
        ("UTC", "", {"pools"} | DAYS),
        ("Etc/UTC", "", {"pools"} | DAYS),
        ("Europe/Berlin", "Europe/Berlin", {"pools"}),
    ],
)
def test_day_in_utc_is_wrong_only_in_another_zone(zone, other, unasked):
    """Where nobody names a zone, or names UTC itself, ``ds`` is the day, as all who write it mean."""
    policy = Policy(zone=zone)

    assert (policy.other_zone, policy.unasked) == (other, unasked)


@pytest.mark.parametrize("zone", [None, "UTC"])
@pytest.mark.parametrize("check", sorted(DAYS))
def test_without_another_zone_the_day_in_utc_is_fine(folders, zone, check):
    """Asked all the same, these checks have nothing to say."""
    folder = next(folder for path, folder in folders.items() if path.name == check)

    assert [found.check for found in judge(folder, Policy(zone=zone)) if found.check == check] == []


@pytest.mark.parametrize("check", sorted(DAYS))
def test_zone_that_was_named_is_named_again(folders, check):
    """The finding speaks of the house's zone, not of ours."""
    folder = next(folder for path, folder in folders.items() if path.name == check)

    sentences = [found.sentence for found in judge(folder, Policy(zone="Europe/Berlin")) if found.check == check]

    assert sentences
    assert all(sentence.endswith("use the day of the logical date in Europe/Berlin.") for sentence in sentences)
