"""Which stack and which Airflow a command is about: by the folder that was named, and by the environment."""

import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from tmdb_pipeline.ops.airflow_api.access import URL, Access
from tmdb_pipeline.ops.airflow_api.client import AirflowApi
from tmdb_pipeline.ops.compose.folder import StackFolder
from tmdb_pipeline.ops.compose.stack import Stack


class Place:
    """Both are found when they are needed: who only asks Airflow needs no folder where ``TMDB_AIRFLOW_URL`` is set."""

    def __init__(self, folder: Path | None = None, environ: Mapping[str, str] | None = None) -> None:
        self._folder = folder
        self._environ = os.environ if environ is None else environ

    @cached_property
    def stack(self) -> Stack:
        """The stack. Raises NoStack where there is none."""
        return Stack(StackFolder.find(self._folder, self._environ))

    @cached_property
    def api(self) -> AirflowApi:
        """Airflow, asked as the environment says, or else as the administrator of the stack.

        Raises:
            SettingsError: the environment names an address that is none, or nobody who asks.
            NoStack: it names none, and there is no stack.
        """
        return AirflowApi(Access.from_environment(self._environ) or Access.of_stack(self.stack.settings))

    @classmethod
    def of(cls, stack: Stack) -> "Place":
        """The place of a stack, whatever the environment says of another Airflow."""
        place = cls(environ={})
        place.__dict__["stack"] = stack
        return place

    @property
    def is_elsewhere(self) -> bool:
        """Whether the environment says where Airflow is: then it may be that of another machine."""
        return bool(self._environ.get(URL, "").strip())

    @property
    def data_root(self) -> str:
        """The data root that this machine reaches; empty where only the containers do."""
        return self._environ.get("TMDB_DATA_ROOT", "").strip()
