"""What can go wrong with features."""

from tmdb_pipeline.lake.errors import LakeError


class NotObserved(LakeError):
    """What features or labels would be made of was not observed, or not yet; the message says what."""
