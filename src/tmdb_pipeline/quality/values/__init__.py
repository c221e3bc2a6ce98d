"""Values of a record: what JSON can carry, and what shows nothing."""
