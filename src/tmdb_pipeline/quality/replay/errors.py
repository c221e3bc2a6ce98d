"""Why a record cannot be replayed, beside what the lake raises."""


class UnknownRecord(ValueError):
    """What was given names no record of a quarantine, or several; the message says what to give."""


class ReplayError(Exception):
    """A record cannot be made into a test, or the test cannot be written; the message says why and what to do."""
