"""The platform watched as Airflow runs it: what each task notes when it ends, and the tasks of the DAG that judges."""
