"""What is told of a validation: the report, its page, and the quarantine."""
