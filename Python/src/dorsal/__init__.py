"""Ranks the causes of back pain from structured findings.

For research and to support clinicians' decisions; it does not diagnose patients.

>>> import dorsal
>>> model = dorsal.Model()
>>> answers = model.score({"id": ["a-17"], "age": [67], "night_pain": [True]})
"""

from typing import TYPE_CHECKING as _TYPE_CHECKING

from ._library import library as _library
from .errors import (
    ArgumentError,
    DataError,
    DorsalError,
    Fault,
    ColumnWarning,
    FaultWarning,
    ForkedError,
    ModelError,
    RefusedError,
)
from .model import Calibration, Explanation, Fit, Model, Scorer

if _TYPE_CHECKING:
    from .classifier import DorsalClassifier

__version__: str = _library.dorsal_version().decode()

__all__ = [
    "ArgumentError",
    "Calibration",
    "DataError",
    "DorsalClassifier",
    "DorsalError",
    "Explanation",
    "Fault",
    "ColumnWarning",
    "FaultWarning",
    "Fit",
    "ForkedError",
    "Model",
    "ModelError",
    "RefusedError",
    "Scorer",
]


def __getattr__(name: str) -> object:
    # scikit-learn takes a second to load, and is not there for everyone.
    if name == "DorsalClassifier":
        from .classifier import DorsalClassifier

        return DorsalClassifier
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
