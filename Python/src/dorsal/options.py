"""The options of the calls, for whoever checks types. What they mean stands at each call."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypedDict, Union

if TYPE_CHECKING:
    from .model import Calibration

#: The path of a file or folder.
Path = Union[str, "os.PathLike[str]"]


class ReadingOptions(TypedDict, total=False):
    """How the columns of a table are read."""

    threads: int | None
    id: str | None
    ignore_unknown_columns: bool | None
    unknown: Sequence[str] | None
    strict: bool | None
    mapping: Path | None


class SuggestOptions(ReadingOptions, total=False):
    """Those of :meth:`dorsal.Model.suggest`."""

    setting: str | None
    prior_weight: float | None


class ExplainOptions(SuggestOptions, total=False):
    """Those of :meth:`dorsal.Model.explain`."""

    interval: float | None
    calibration: Calibration | Path | None


class EvaluateOptions(SuggestOptions, total=False):
    """Those of :meth:`dorsal.Model.evaluate`."""

    calibration: Calibration | Path | None
    coverage: float | None


class CohortOptions(TypedDict, total=False):
    """What an evaluation goes by: see :meth:`dorsal.Scorer.evaluate`."""

    by: Sequence[str] | None
    weight: str | None
    patients: str | None
    visits: bool | None
    rules: bool | None
    bootstrap: int | None
    seed: int | None


class ModelEvaluateOptions(EvaluateOptions, CohortOptions, total=False):
    """Those of both."""


class ScorerOptions(SuggestOptions, total=False):
    """Those of :meth:`dorsal.Model.scorer`."""

    top: int | None
    all: bool | None
    interval: float | None
    misfit: bool | None
    calibration: Calibration | Path | None
    coverage: float | None
    passthrough: bool | Sequence[str] | None


class CalibrateOptions(TypedDict, total=False):
    """Those of :meth:`dorsal.Model.calibrate`."""

    folds: int | None
    ridge: float | None
    shrinkage: float | None
    seed: int | None
    coverages: Sequence[float] | None
    force: bool | None


class CitedOptions(TypedDict, total=False):
    """What every fit may be given."""

    name: str | None
    force: bool | None
    visits: bool | None
    source: str | None
    date: str | None
    checksum: str | None
    folds: int | None
    ridge: float | None
    shrinkage: float | None
    seed: int | None


class FitOptions(ReadingOptions, CitedOptions, total=False):
    """Those of :meth:`dorsal.Model.fit`."""

    setting: str | None
    keep_priors: bool | None
    model_weight: float | None
    counts_alone: bool | None


class LearnOptions(CitedOptions, total=False):
    """Those of :meth:`dorsal.Model.learn`."""

    threads: int | None
    label: str | None
    ignore: Sequence[str] | None
    unknown: Sequence[str] | None
    edges: Mapping[str, Sequence[float]] | None
    cuts: int | None
    pseudo_count: float | None
    finding_weight: float | None


class SimulateOptions(TypedDict, total=False):
    """Those of :meth:`dorsal.Model.simulate`."""

    seed: int | None
    setting: str | None
    missing: float | None
    missing_by: str | None
    correlation: float | Mapping[str, float] | None
    priors: Path | None
    misspecify: bool | None
    likelihood_seed: int | None
    threads: int | None
