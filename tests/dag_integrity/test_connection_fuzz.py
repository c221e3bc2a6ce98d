"""What people put into the Connection, as the hook reads it."""

from fuzz.connections import ENTRIES
from fuzz.measure import measure


def test_any_connection_gives_settings_or_a_message():
    """Whatever stands in the fields of the Connection: settings within their limits, or one message."""
    (entry,) = ENTRIES

    result = measure(entry, number=20_240_107, inputs=entry.gate)

    assert result.failure == ""
    assert result.answers
    assert result.errors
