"""Classic operators, with templates, a mapped one, a macro of the DAG's own, and settings given task by task."""

from datetime import timedelta

import pendulum
from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG, CronTriggerTimetable


def show(page: int, run: str, logical_date: object = None) -> None:
    """Show what there is; a run without a logical date is fine."""
    print(page, run, logical_date)


def day_of(execution_date: str, ds: str) -> str:
    """Tell the day; the DAG gives both, so Airflow has to know neither."""
    return f"lake.movies of the day '{ds}', not of '{execution_date}'"


DAILY = CronTriggerTimetable("0 2 * * *", timezone="Asia/Seoul")

dag = DAG(
    dag_id="good_classic",
    doc_md=__doc__,
    schedule=DAILY,
    start_date=pendulum.datetime(2024, 1, 1, tz="Asia/Seoul"),
    catchup=False,
    max_active_runs=2,
    tags=["good"],
    user_defined_macros={"data_root": "data"},
    params={"pages": 5},
)
LIMITS = {"owner": "data-team", "retries": 0, "execution_timeout": timedelta(minutes=5)}
folder = BashOperator(
    dag=dag,
    task_id="folder",
    bash_command="{% set name = run_id %}ls {{ data_root }}/{{ name }} {{ dag_run.run_after | ds }} {{ params.pages }}",
    email_on_failure=False,
    **LIMITS,
)
pages = BashOperator.partial(
    dag=dag, task_id="pages", owner="data-team", retries=0, execution_timeout=timedelta(minutes=5)
).expand(bash_command=["echo 1", "echo {{ run_id }}"])
shown = PythonOperator(
    dag=dag, task_id="shown", python_callable=show, op_args=[1], op_kwargs={"run": "{{ run_id }}"}, **LIMITS
)
days = PythonOperator.partial(
    dag=dag,
    task_id="days",
    python_callable=day_of,
    retries=1,
    owner="data-team",
    execution_timeout=timedelta(minutes=5),
).expand(op_kwargs=[{"execution_date": "2024-01-01", "ds": "2024-01-02"}])
least = PythonOperator(dag=dag, task_id="least", python_callable=min, op_args=pages.output, **LIMITS)
of_xcom = PythonOperator(dag=dag, task_id="of_xcom", python_callable=show, op_kwargs=shown.output, **LIMITS)
folder >> pages >> shown
