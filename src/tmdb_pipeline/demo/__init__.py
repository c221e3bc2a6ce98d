"""The commands ``demo`` and ``collect``; the only part that knows that the fake exists."""
