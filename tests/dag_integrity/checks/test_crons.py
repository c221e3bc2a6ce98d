import pytest

from dag_integrity.checks.crons import oddity


@pytest.mark.parametrize(
    ("cron", "told"),
    [
        ("@daily", []),
        ("0 2 * * *", []),
        ("*/15 */6 * * *", []),
        ("* 2 * * *", ["starts a run every minute of the hour 2"]),
        ("0 2 1 * 1", ["runs on the days of the month and on the days of the week"]),
        ("*/7 * * * *", ["is not every 7 minutes"]),
        ("0 */36 * * *", ["has a step of 36 hours, which only ever means the first"]),
    ],
)
def test_what_a_string_does_not_look_like_is_told(cron, told):
    """Of what means what it says, nothing is."""
    found = list(oddity(cron))

    assert len(found) == len(told)
    assert all(sentence.startswith(begin) for sentence, begin in zip(found, told, strict=True))
