"""Options and arguments that several commands have."""

from typing import Annotated, TypeAlias

import typer

from tmdb_pipeline.ops.dag_names import complete_dags

Json: TypeAlias = Annotated[bool, typer.Option("--json", help="Print a JSON document, for programs.")]
DagName: TypeAlias = Annotated[
    str,
    typer.Argument(
        metavar="DAG", help="Its id, or its short name such as daily.", autocompletion=complete_dags, show_default=False
    ),
]
MaybeDagName: TypeAlias = Annotated[
    str,
    typer.Argument(
        metavar="[DAG]",
        help="Its id, or its short name such as daily.",
        autocompletion=complete_dags,
        show_default=False,
    ),
]
