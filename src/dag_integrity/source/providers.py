"""Which package of Airflow's providers a module or a decorator comes from."""

PREFIX = "airflow.providers."
#: Parts of names below which each provider has a package of its own.
FAMILIES = {"apache", "atlassian", "cncf", "common", "dbt", "microsoft"}
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
    "pyspark": f"{PREFIX}apache.spark",
    "snowpark": f"{PREFIX}snowflake",
}


def package(module: str) -> str:
    """What to install for a module of a provider, empty where several have it; of any other, its top-level name."""
    if not module.startswith(PREFIX):
        return module.partition(".")[0]
    parts = module.removeprefix(PREFIX).split(".")
    if parts[0] in FAMILIES and not parts[1:]:
        return ""
    return "-".join(["apache-airflow-providers", *parts[: 2 if parts[0] in FAMILIES else 1]])
