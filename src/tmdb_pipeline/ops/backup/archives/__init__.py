"""The files of backups: what one looks like, and the folder in which they lie."""
