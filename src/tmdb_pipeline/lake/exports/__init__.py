"""TMDB's daily exports in the lake: a Parquet file a day."""
