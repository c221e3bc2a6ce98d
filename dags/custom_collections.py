"""# Custom collections

A DAG of Airflow for each entry of `custom_collections.yaml`, beside this file, that is switched on. What an entry may
say is in `docs/collections.md`; what is wrong with one is said by `custom_collections_errors.py`, as an import error,
so that it costs no other entry.
"""

from tmdb_pipeline.orchestration.custom.dags import dags_beside

dags_beside(__file__)
