"""The page in Airflow's UI: the state of the pipeline at a glance, down to a record in quarantine.

``facts`` reads what the lake, the warehouse and the alerts know, as types; ``html`` makes pages of it, without a
script; ``views`` is a function for each page. What Airflow knows, and who asks, is handed in by ``orchestration.page``.
"""
