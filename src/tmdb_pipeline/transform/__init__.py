"""Transformation: what a run's files amount to."""
