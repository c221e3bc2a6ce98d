"""What a DAG file does while it is parsed, beside making DAGs."""
