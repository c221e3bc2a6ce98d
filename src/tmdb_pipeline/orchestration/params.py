"""What a run may choose: the params of the DAGs, declared as types.

Each DAG has a class of its own, in its file, made of ``msgspec`` fields with their limits and descriptions. From it
come both Airflow's ``Param`` objects, which ask for the values in the UI and refuse wrong ones (``airflow_params``),
and the typed values that the tasks read (``read_params``).
"""

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

import msgspec
from airflow.sdk import Param
from msgspec import Meta

from tmdb_pipeline.quality.rules.catalogue import AdultPolicy
from tmdb_pipeline.quality.thresholds import Thresholds
from tmdb_pipeline.settings import SettingsError

#: A number of pages; TMDB has no more than 500 of any list.
Pages = Annotated[int, Meta(ge=1, le=500)]
_Percent = Annotated[float, Meta(ge=0, le=100)]


class Params(msgspec.Struct, frozen=True, kw_only=True):
    """The params of a DAG that has none."""


class QualityParams(Params, frozen=True, kw_only=True):
    """The params of every DAG that judges movies: what is good enough.

    Raises ValueError where the thresholds do not fit together.
    """

    warn_below_percent: Annotated[_Percent, Meta(description="Pass rate that warns")] = 80.0
    fail_below_percent: Annotated[_Percent, Meta(description="Pass rate that fails")] = 50.0
    adult_movies: Annotated[
        AdultPolicy, Meta(description="What becomes of movies for adults, which nobody asked for")
    ] = "warn"

    def __post_init__(self) -> None:
        """Let the first task say that the thresholds do not fit together, before anything is asked of TMDB."""
        _ = self.thresholds

    @property
    def thresholds(self) -> Thresholds:
        """The pass rates, in percent, below which a run is warned about or failed."""
        return Thresholds(warn=self.warn_below_percent, fail=self.fail_below_percent)


P = TypeVar("P", bound=Params)


def airflow_params(kind: type[Params], **defaults: object) -> dict[str, Param]:
    """The same for ``@dag(params=...)``: defaults, and what JSON Schema says of types, limits and descriptions.

    ``defaults`` are those of this DAG, where several have one class.
    """
    fields: dict[str, dict[str, Any]] = msgspec.json.schema(kind)["$defs"][kind.__name__]["properties"]
    return {name: Param(defaults.get(name, schema.pop("default")), **schema) for name, schema in fields.items()}


def read_params(kind: type[P], params: Mapping[str, Any]) -> P:
    """The params of a run.

    Airflow passes on whatever a run is given, so a name that is misspelt would be as if nothing had been chosen.
    To JSON Schema, by which Airflow has checked them, 5.0 is an integer: here it becomes one.

    Raises:
        SettingsError: they do not fit together, or one is none of this DAG's.
    """
    if unknown := sorted(params.keys() - {*kind.__struct_fields__}):
        known = ", ".join(kind.__struct_fields__) or "none"
        raise SettingsError(f"The run was given {', '.join(unknown)}, which is no param of this DAG; it has: {known}.")
    try:
        return msgspec.convert(dict(params), kind, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsError(str(error)) from None
