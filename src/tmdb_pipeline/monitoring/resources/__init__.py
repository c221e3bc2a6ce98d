"""What the machine, its disk and the processes of Airflow have left, and whether that is enough."""
