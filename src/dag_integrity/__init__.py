"""Checks of Airflow 3 DAG files that run nothing and change nothing, as a command and as a plugin of pytest."""
