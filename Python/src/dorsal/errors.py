"""What goes wrong, as exceptions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Optional


class Fault(NamedTuple):
    """A row that cannot be read, and why."""

    #: Its place in the table, from 0.
    row: int
    #: The id of the case, where it is known.
    id: Optional[str]
    #: What is wrong with it.
    fault: str


class DorsalError(Exception):
    """Any error of the engine."""


class ArgumentError(DorsalError, ValueError):
    """An option that is unknown, out of its range or of no use for what is asked."""


class ModelError(DorsalError):
    """A model that cannot be read; every fault stands on a line of its own."""


class DataError(DorsalError, ValueError):
    """A table whose columns cannot be read, or cases that cannot be used.

    ``rows`` are the rows that cannot be read, as :class:`Fault`, where it is about rows.
    """

    def __init__(self, message: str = "", rows: Iterable[Fault] = ()) -> None:
        super().__init__(message)
        self.rows = list(rows)


class RefusedError(DorsalError, ValueError):
    """A fit that is no better than the model that it began with; ``report`` has the figures."""

    report = ""


class ForkedError(DorsalError, RuntimeError):
    """Work that waits for threads, in a process that was forked from one that had begun to use them."""


class ColumnWarning(UserWarning):
    """Columns that are passed over and were probably meant to be read, or lines of a mapping that
    are to be decided and are not used."""


class FaultWarning(UserWarning):
    """Rows that could not be read; ``rows`` says which, as :class:`Fault`."""

    def __init__(self, message: str = "", rows: Iterable[Fault] = ()) -> None:
        super().__init__(message)
        self.rows = list(rows)
