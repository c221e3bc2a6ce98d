"""What is not told again: by a comment, by a baseline, or since git says that nothing changed."""
