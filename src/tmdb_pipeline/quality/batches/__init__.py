"""A batch of records: validated, scored, each movie once."""
