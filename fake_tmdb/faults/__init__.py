"""Faults as data: which requests they meet, and what they do to a response."""
