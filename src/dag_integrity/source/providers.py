"""Which package of Airflow's providers a module or a decorator comes from."""

from difflib import get_close_matches

PREFIX = "airflow.providers."
#: Parts of names below which each provider has a package of its own.
FAMILIES = {"apache", "atlassian", "cncf", "common", "dbt", "microsoft"}
#: Decorators of tasks that are there with Airflow itself.
OWN_DECORATORS = (
    *("bash", "branch", "branch_external_python", "branch_virtualenv", "external_python", "python", "sensor"),
    *("short_circuit", "stub", "virtualenv"),
)
#: Decorators of tasks that providers bring, with the modules of these.
DECORATORS = {
    "agent": f"{PREFIX}common.ai",
    "beam": f"{PREFIX}apache.beam",
    "docker": f"{PREFIX}docker",
    "embed": f"{PREFIX}common.ai",
    "kubernetes": f"{PREFIX}cncf.kubernetes",
    "kubernetes_cmd": f"{PREFIX}cncf.kubernetes",
    "llm": f"{PREFIX}common.ai",
    "llm_branch": f"{PREFIX}common.ai",
    "llm_file_analysis": f"{PREFIX}common.ai",
    "llm_schema_compare": f"{PREFIX}common.ai",
    "llm_sql": f"{PREFIX}common.ai",
    "pyspark": f"{PREFIX}apache.spark",
    "snowpark": f"{PREFIX}snowflake",
}


def of_decorator(name: str) -> str:
    """The module that brings a decorator of tasks, or what it may be in; empty for one that is only misspelt."""
    if name in DECORATORS:
        return DECORATORS[name]
    misspelt = get_close_matches(name, [*OWN_DECORATORS, *DECORATORS], 1, 0.8)
    return "" if misspelt else f"the provider of @task.{name}"


def package(module: str) -> str:
    """What to install for a module of a provider, empty where several have it; of others, their top-level name."""
    if " " in module:
        return module
    if not module.startswith(PREFIX):
        return module.partition(".")[0]
    parts = module.removeprefix(PREFIX).split(".")
    if parts[0] in FAMILIES and not parts[1:]:
        return ""
    return "-".join(["apache-airflow-providers", *parts[: 2 if parts[0] in FAMILIES else 1]])
