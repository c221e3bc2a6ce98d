"""A bracket of the airflow DAG is never closed. Owned by `import_errors`."""

from airflow.sdk import DAG

with DAG("import_errors_syntax_error":
    pass
