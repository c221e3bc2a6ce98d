"""The command ``tmdb-ops``: runs the stack of ``compose.yaml``, and speaks to its Airflow by the REST API.

``commands`` has a module for each command. What they share lies here: ``compose`` knows Compose,
``airflow_api`` knows Airflow, ``errors`` says which exit status means what, ``output`` prints for people or programs.
"""
