"""One of the faults that the stack is put through: the archetype of them. The others: ``faults/``."""

from e2e.digest import DAILY
from e2e.stack.disturbed import POPULAR, RUN, ends_well, held_alone, kill_process


def test_task_process_killed(fresh, tmp_path):
    """The process of a task is killed, as by a machine out of memory: the task is tried again and goes on."""
    stack = held_alone(fresh)
    task = stack.rest.tasks(DAILY, RUN)[POPULAR]

    kill_process(stack, f"airflow worker -- {task['id']}")

    ends_well(stack, tmp_path)
    assert stack.rest.tries(DAILY, RUN)[POPULAR] == 2
    assert stack.fake.pages("/movie/popular").count(1) == 1
