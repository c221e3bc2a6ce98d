"""Who did what: the event log of Airflow and the log of operations as one trail."""
