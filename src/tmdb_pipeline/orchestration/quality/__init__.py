"""The checks of the warehouse and their report as Airflow runs them."""
