"""TMDB's daily id exports: one file a day, on a host of its own, without a key."""
