"""How long tasks and runs took, and which took much longer than they usually do."""
