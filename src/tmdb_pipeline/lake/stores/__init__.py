"""Where the files of a lake lie: a folder, a bucket of an object store, or another store that fsspec knows."""
