"""# What is wrong in custom_collections.yaml

This file makes no DAG. It fails, and so shows as an import error in Airflow's UI, when an entry of
`custom_collections.yaml` cannot be used, and says in which line, why, and what is allowed. In `custom_collections.py`,
which makes the DAGs, an error would cost all of them.
"""

from tmdb_pipeline.orchestration.custom.dags import refuse_faults

refuse_faults(__file__)
