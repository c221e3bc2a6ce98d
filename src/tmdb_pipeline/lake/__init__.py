"""The lake: every file of the pipeline, under one root, in a folder or an object store."""
