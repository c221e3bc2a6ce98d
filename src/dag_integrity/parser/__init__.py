"""The process that parses DAG files. It imports Airflow; everything else of the package does not."""
