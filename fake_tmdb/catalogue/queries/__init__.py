"""Which movies a list holds, and in what order."""
