"""What Airflow 3 took away from tasks and templates, and what to use."""

#: What Airflow 3 no longer gives to tasks and templates, and what to use.
REMOVED = {
    "execution_date": "logical_date",
    "next_execution_date": "data_interval_end",
    "prev_execution_date": "data_interval_start",
    "prev_execution_date_success": "prev_data_interval_start_success",
    "next_ds": "data_interval_end",
    "next_ds_nodash": "data_interval_end",
    "prev_ds": "data_interval_start",
    "prev_ds_nodash": "data_interval_start",
    "tomorrow_ds": "macros.ds_add(ds, 1)",
    "tomorrow_ds_nodash": "macros.ds_add(ds, 1)",
    "yesterday_ds": "macros.ds_add(ds, -1)",
    "yesterday_ds_nodash": "macros.ds_add(ds, -1)",
    "triggering_dataset_events": "triggering_asset_events",
}
#: What a run without a logical date, as an asset or an API call starts it, does not have.
ABSENT = {
    "ds",
    "ds_nodash",
    "ts",
    "ts_nodash",
    "ts_nodash_with_tz",
    "logical_date",
    "data_interval_start",
    "data_interval_end",
}


def utc_day(zone: str) -> str:
    """The end of a sentence about a name with that day in it."""
    return f"has the day in UTC, which for hours is not the day in {zone}: use the day of the logical date in {zone}."


def instead(name: str) -> str:
    """The end of a sentence about a variable that is not there."""
    if name in REMOVED:
        return f"which Airflow 3 does not have: use {REMOVED[name]}."
    return "which Airflow does not know: correct the name, or add it to user_defined_macros."
