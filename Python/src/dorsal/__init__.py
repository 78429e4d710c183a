"""Ranks the causes of back pain from structured findings.

For research and to support clinicians' decisions; it does not diagnose patients.

>>> import dorsal
>>> model = dorsal.Model()
>>> answers = model.score({"id": ["a-17"], "age": [67], "night_pain": [True]})
"""

from ._library import library as _library
from .errors import (
    ArgumentError,
    DataError,
    DorsalError,
    FaultWarning,
    ModelError,
    RefusedError,
)
from .model import Calibration, Explanation, Fit, Model, Scorer

__version__ = _library.dorsal_version().decode()

__all__ = [
    "ArgumentError",
    "Calibration",
    "DataError",
    "DorsalError",
    "Explanation",
    "FaultWarning",
    "Fit",
    "Model",
    "ModelError",
    "RefusedError",
    "Scorer",
]
