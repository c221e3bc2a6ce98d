"""What goes wrong with the warehouse. Each message says what happened and what to do."""


class WarehouseError(Exception):
    """The warehouse could not be used. Nothing was changed: what a transaction had begun is undone."""


class WarehouseUnreachable(WarehouseError):
    """It does not answer, or the connection was lost: worth another try."""


class WarehouseRefused(WarehouseError):
    """It refuses the role, its password, or what the role wanted to do: no retry mends that."""


class WrongSchema(WarehouseError):
    """Its tables are not those that this version knows: older, newer, or changed by somebody else."""


class DamagedRun(WarehouseError):
    """The files of a run cannot be loaded: one is missing, damaged, or of another run. No retry mends that."""


class WarehouseAlarm(Exception):
    """A check of the warehouse raises an alarm. Its report is written, and mailed, by then; no retry mends that."""
