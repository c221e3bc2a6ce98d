"""Data quality: the rule catalogue, the validator, scores and verdict, quarantine and the report."""
