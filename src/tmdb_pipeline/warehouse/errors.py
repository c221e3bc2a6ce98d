"""What goes wrong with the warehouse. Each message says what happened and what to do."""


class WarehouseError(Exception):
    """The warehouse could not be used. Nothing was changed: what a transaction had begun is undone."""


class WarehouseUnreachable(WarehouseError):
    """It does not answer, or the connection was lost: worth another try."""


class WarehouseRefused(WarehouseError):
    """It refuses the role, its password, or what the role wanted to do: no retry mends that."""


class NoWarehouse(WarehouseRefused):
    """Nobody has said where it is."""


class WrongSchema(WarehouseError):
    """Its tables are not those that this version knows: older, newer, or changed by somebody else."""


class DamagedRun(WarehouseError):
    """The files of a run cannot be loaded: one is missing, damaged, or of another run. No retry mends that."""


class WarehouseAlarm(Exception):
    """A check of the warehouse raises an alarm. Its report is written by then; no retry mends that.

    Attributes:
        told_by: the channels by which its report has told people already.
    """

    def __init__(self, message: str, told_by: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.told_by = told_by
