"""The platform watched from within: how long tasks take, what the machine has left, who did what. Knows no Airflow."""
