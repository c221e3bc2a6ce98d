"""Custom collections as Airflow takes them: a DAG for each entry of the file, and an operator for DAGs of others."""
