"""What goes wrong, as exceptions."""


class DorsalError(Exception):
    """Any error of the engine."""


class ArgumentError(DorsalError, ValueError):
    """An option that is unknown or out of its range."""


class ModelError(DorsalError):
    """A model that cannot be read; every fault stands on a line of its own."""


class DataError(DorsalError, ValueError):
    """A table whose columns cannot be read, or cases that cannot be used."""


class RefusedError(DorsalError, ValueError):
    """A fit that is no better than the model that it began with; ``report`` has the figures."""

    report = ""


class FaultWarning(UserWarning):
    """Rows that could not be read; the column ``fault`` says why."""
