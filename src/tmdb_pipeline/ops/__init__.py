"""Commands for people who run the pipeline."""
