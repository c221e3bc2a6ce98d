"""The page as a plugin of Airflow: its routes, who may see them, and what Airflow itself knows.

``airflow.api_fastapi`` is no API that is promised: ``access`` and ``metadata`` alone touch it.
"""
