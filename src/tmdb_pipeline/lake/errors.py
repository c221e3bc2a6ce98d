"""What can go wrong with files. Every method of the lake, and whatever reads or writes through it, raises only these.

A ``LakeError`` may be transient (a disk that was full, a store that did not answer), so a task that raises one is
retried; ``RunInProgress`` ends when the other process does. ``MixedRuns`` is permanent: the file that this run wrote is
gone, and only the whole run brings it back.
"""


class LakeError(Exception):
    """A file of the lake cannot be read or written; the message says which, why, and what to do."""


class RunInProgress(LakeError):
    """Another process is collecting the same thing for the same date right now."""


class MixedRuns(LakeError):
    """A file was written by another run than the one that reads it."""
