"""Replay: from a quarantined record to its page, its rules and a test that reproduces the rejection."""
