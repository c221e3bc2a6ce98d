"""What feeds and makes models, as tasks of Airflow, where that is permitted."""
