"""What can go wrong with backups, beside what can go wrong with the stack."""

from tmdb_pipeline.ops.errors import OpsError


class BackupFailed(OpsError):
    """A backup could not be made. No half one is kept, and the earlier ones are as they were."""


class ArchiveRefused(OpsError):
    """A file is no backup, a damaged one, or one of a newer version. Nothing was touched."""


class RestoreRefused(OpsError):
    """A backup cannot be restored here. Nothing was touched."""


class RestoreFailed(OpsError):
    """A restore ended before its end. What was there is there, or what is new, as the message says."""
