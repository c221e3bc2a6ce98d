"""Not a test: what test_skips.py runs in a session of its own."""

import pytest


def test_is_skipped():
    """As the tests of the stack are on a laptop without Docker."""
    pytest.skip("nothing to do here")
