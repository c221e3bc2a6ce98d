"""What is run in a container of the stack, where the data, the key and the addresses are; prints one JSON document.

``tmdb-ops`` runs it by ``docker compose exec``. So a module here imports neither typer nor Airflow, which take long.
"""
