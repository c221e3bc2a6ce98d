"""One record: which rules it breaks, as of the day on which it was received."""
