"""The model with scikit-learn's interface."""

from __future__ import annotations

import difflib
import json
from typing import Any

import numpy as np
import pyarrow as pa

from .errors import ArgumentError, DataError, ModelError
from .model import Calibration, Model
from .tables import as_stream

try:
    from sklearn.base import BaseEstimator, ClassifierMixin
    from sklearn.utils.validation import check_consistent_length, check_is_fitted, column_or_1d
except ImportError as error:
    raise ImportError(
        "dorsal.DorsalClassifier needs scikit-learn 1.6 or later: pip install 'dorsal[sklearn]'"
    ) from error


class DorsalClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """The causes of cases as classes, from frames whose columns are findings.

    ``fit`` does not learn the model, which comes from the literature: it learns a calibration, and
    keeps it where the log loss of cross-fitted cases falls. Columns are known by their names: they
    may stand in any order, and one that is missing is unknown, as null and NaN are. So are classes:
    what codes labels as numbers before the fit, as ``cross_val_predict`` does for probabilities, is
    refused.

    Parameters
    ----------
    model : str or path, optional
        The folder of the model; the shipped one where none is given.
    calibration : str or None
        How ``fit`` corrects probabilities: a method of :meth:`dorsal.Model.calibrate`, or nothing.
    setting : str, optional
        Of cases that name none.
    prior_weight : float, optional
        The power that priors are raised to, 0 to 1.
    folds, ridge, seed : optional
        Those of :meth:`dorsal.Model.calibrate`.
    ignore_unknown_columns : bool
        Whether columns that the model does not know are passed over.
    threads : int
        How many threads score; 1 where scikit-learn makes processes of its own.

    Attributes
    ----------
    classes_ : array of str
        Every cause of the model in alphabetical order, whether or not ``y`` had it.
    calibration_ : dorsal.Calibration or None
        What was learnt and kept.
    report_ : str
        The figures before and after.
    gain_ : float or None
        By how many nats a case the log loss of cross-fitted cases fell.
    feature_names_in_ : array of str
        The columns that ``fit`` saw.
    n_features_in_ : int
        How many.
    """

    def __init__(
        self,
        model: Any = None,
        *,
        calibration: str | None = "vector",
        setting: str | None = None,
        prior_weight: float | None = None,
        folds: int | None = None,
        ridge: float | None = None,
        seed: int | None = None,
        ignore_unknown_columns: bool = False,
        threads: int = 1,
    ) -> None:
        self.model = model
        self.calibration = calibration
        self.setting = setting
        self.prior_weight = prior_weight
        self.folds = folds
        self.ridge = ridge
        self.seed = seed
        self.ignore_unknown_columns = ignore_unknown_columns
        self.threads = threads

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        return tags

    def fit(self, X: Any, y: Any) -> DorsalClassifier:
        """Learns a calibration from cases whose causes are known.

        Parameters
        ----------
        X : frame or table
            A column for each finding that is known of some case.
        y : array of str
            The cause of each case, by its id.
        """
        if y is None:
            raise ArgumentError("requires y to be passed, but the target y is None")
        cases = _cases(X)
        model = Model(self.model)
        causes = [cause["id"] for cause in model.description["causes"]]
        labels = _labels(y, causes)
        check_consistent_length(range(cases.num_rows), labels)
        # Every column is read, and every cell: what cannot be is told before anything is learnt.
        self._scorer_of(model, None).score(cases, on_fault="raise")
        calibration, report, gain = None, "Nothing was to be learnt.", None
        if self.calibration is not None:
            fitted = self._learn(model, cases, labels)
            report = fitted.report
            crossed = json.loads(fitted.json)["cross_fitted"]
            gain = crossed["gain"] if crossed else None
            # A correction that does not help is none, as `dorsal calibrate` has it.
            calibration = fitted if gain is not None and gain > 0 else None
        self._order = np.argsort(causes)
        self.classes_ = np.array(causes)[self._order]
        self.feature_names_in_ = np.array(_names(X), dtype=object)
        self.n_features_in_ = len(self.feature_names_in_)
        self.model_checksum_ = model.description["checksum"]
        self.calibration_ = calibration
        self.report_ = report
        self.gain_ = gain
        self._scorer = self._scorer_of(model, calibration)
        return self

    def _learn(self, model: Model, cases: pa.Table, labels: list[str]) -> Calibration:
        chosen = {"folds": self.folds, "ridge": self.ridge, "seed": self.seed}
        given = {name: value for name, value in chosen.items() if value is not None}
        labelled = cases.append_column("diagnosis", pa.array(labels, pa.string()))
        scorer = self._scorer_of(model, None)
        fitted: Calibration = scorer.calibrate(labelled, method=self.calibration, **given)
        return fitted

    def predict_proba(self, X: Any) -> np.ndarray:
        """The probability of each cause, a row for each case, in the order of ``classes_``."""
        check_is_fitted(self)
        return self._posteriors(X)[:, self._order]

    def predict(self, X: Any) -> np.ndarray:
        """The leading cause of each case."""
        check_is_fitted(self)
        # In the model's order, in which the engine leaves causes that are equally likely.
        leading = self._posteriors(X).argmax(axis=1)
        causes = np.empty_like(self.classes_)
        causes[self._order] = self.classes_
        found: np.ndarray[Any, Any] = causes[leading]
        return found

    def _posteriors(self, X: Any) -> np.ndarray:
        answers = self._ready().score(_cases(X), on_fault="raise")
        columns = [name for name in answers.column_names if name.startswith("p_")]
        if answers.num_rows == 0:
            return np.empty((0, len(columns)), np.float32)
        found: np.ndarray[Any, Any] = np.column_stack([answers.column(name).to_numpy() for name in columns])
        return found

    def _scorer_of(self, model: Model, calibration: Calibration | None) -> Any:
        return model.scorer(
            all=True, calibration=calibration, setting=self.setting,
            prior_weight=self.prior_weight, threads=self.threads,
            ignore_unknown_columns=self.ignore_unknown_columns)

    def _ready(self) -> Any:
        """The scorer, which an estimator that was pickled makes again."""
        if getattr(self, "_scorer", None) is None:
            model = Model(self.model)
            if model.description["checksum"] != self.model_checksum_:
                raise ModelError(
                    f"the model of {self.model or 'the package'} is another one than at the fit: "
                    f"{model.description['checksum']}; expected {self.model_checksum_}")
            self._scorer = self._scorer_of(model, self.calibration_)
        return self._scorer

    def __getstate__(self) -> dict[str, Any]:
        return {**super().__getstate__(), "_scorer": None}


def _names(X: Any) -> list[str]:
    names = X.keys() if isinstance(X, dict) else getattr(X, "columns", None)
    if isinstance(X, (pa.Table, pa.RecordBatch)):
        names = X.column_names
    if names is None or not all(isinstance(name, str) for name in names):
        kind = "sparse matrix" if hasattr(X, "nnz") else type(X).__name__
        raise ArgumentError(
            f"a {kind} without names of columns: findings are known by their names; "
            "expected a frame (pandas, polars), a pyarrow table or a dict of columns")
    return list(names)


def _cases(X: Any) -> pa.Table:
    """A frame of findings as cases: with ids, which a classifier does not ask for."""
    names = _names(X)
    if "diagnosis" in names:
        raise ArgumentError('X has a column "diagnosis", which tells the answer; it belongs in y')
    table = pa.table(as_stream(X))
    ids = pa.array([str(row) for row in range(table.num_rows)], pa.string())
    table = table.drop_columns(["id"]) if "id" in names else table
    return table.append_column("id", ids)


def _labels(y: Any, causes: list[str]) -> list[str]:
    known = set(causes)
    labels = list(column_or_1d(y, warn=True))
    for row, label in enumerate(labels):
        if label not in known:
            near = difflib.get_close_matches(str(label), causes, n=1)
            hint = f'; did you mean "{near[0]}"?' if near else "; expected the id of a cause"
            raise DataError(f'y, row {row}: cause "{label}" is not in the model{hint}')
    return [str(label) for label in labels]
