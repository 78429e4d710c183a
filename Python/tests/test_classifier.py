"""scikit-learn's interface: its own checks where they apply, and laws on clinical frames."""

import copy
import csv
import pickle
import shutil
import subprocess
import sys
import warnings

import numpy as np
import pandas
import polars
import pyarrow as pa
import pytest

import dorsal
from test_score import cases_of

sklearn = pytest.importorskip("sklearn", minversion="1.6")
from sklearn.base import clone
from sklearn.model_selection import (
    KFold, StratifiedKFold, cross_val_predict, cross_val_score)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils.estimator_checks import check_estimator

# The checks fit arrays of random numbers without names to labels 0, 1, 2. Findings are known by
# their names and classes are causes, so that these end at the first line of `fit`; what they ask
# for is asked of clinical frames below.
NO_NAMES = "fits an array of random numbers, which names no finding"
NOT_APPLICABLE = {
    **dict.fromkeys(
        [
            "check_classifier_data_not_an_array", "check_classifiers_classes",
            "check_classifiers_train", "check_dict_unchanged", "check_dont_overwrite_parameters",
            "check_dtype_object", "check_estimators_dtypes", "check_estimators_fit_returns_self",
            "check_estimators_overwrite_params", "check_estimators_pickle",
            "check_f_contiguous_array_estimator", "check_fit2d_predict1d",
            "check_fit_check_is_fitted", "check_fit_idempotent", "check_fit_score_takes_y",
            "check_methods_sample_order_invariance", "check_methods_subset_invariance",
            "check_n_features_in", "check_n_features_in_after_fitting",
            "check_pipeline_consistency", "check_positive_only_tag_during_fit",
            "check_readonly_memmap_input", "check_supervised_y_2d",
        ],
        NO_NAMES),
    **dict.fromkeys(
        [
            "check_classifiers_one_label", "check_classifiers_regression_target",
            "check_complex_data", "check_estimators_empty_data_messages", "check_fit2d_1feature",
            "check_fit2d_1sample",
        ],
        "asks for a message about an array that is refused earlier, for having no names"),
}
# Those of scikit-learn 1.9 that apply, which the documents count.
APPLICABLE = {
    "check_classifiers_one_label_sample_weights", "check_decision_proba_consistency",
    "check_do_not_raise_errors_in_init_or_set_params", "check_estimator_cloneable",
    "check_estimator_repr", "check_estimator_sparse_array", "check_estimator_sparse_matrix",
    "check_estimator_sparse_tag", "check_estimator_tags_renamed",
    "check_estimators_partial_fit_n_features", "check_estimators_unfitted", "check_fit1d",
    "check_get_params_invariance", "check_mixin_order", "check_no_attributes_set_in_init",
    "check_non_transformer_estimators_n_iter", "check_parameters_default_constructible",
    "check_requires_y_none", "check_set_params", "check_supervised_y_no_nan",
    "check_valid_tag_types",
}


@pytest.fixture(scope="module")
def frame(root):
    table = cases_of(root / "Data" / "simulated.csv")
    # Of 2,000 cases 300 are enough to show laws.
    return table.slice(0, 300).to_pandas()


@pytest.fixture(scope="module")
def known(frame):
    return frame.drop(columns=["id", "diagnosis"]), frame["diagnosis"]


@pytest.fixture(scope="module")
def folder(root):
    return str(root / "Models" / "back-pain")


@pytest.fixture(scope="module")
def fitted(folder, known):
    return dorsal.DorsalClassifier(folder).fit(*known)


def test_the_checks_of_scikit_learn_pass_but_those_that_cannot_apply(folder):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        told = check_estimator(
            dorsal.DorsalClassifier(folder), on_fail=None, on_skip=None,
            expected_failed_checks=NOT_APPLICABLE)
    status = {}
    for check in told:
        status.setdefault(check["status"], set()).add(check["check_name"])
    # A check of the list that passes is one to take off it.
    assert status["xfail"] <= set(NOT_APPLICABLE)
    assert "failed" not in status, status["failed"]
    assert not status["passed"] & set(NOT_APPLICABLE)
    if sklearn.__version__.startswith("1.9."):
        assert status["passed"] == APPLICABLE
        assert status["skipped"] == {"check_array_api_input"}
        assert status["xfail"] == set(NOT_APPLICABLE)
        counts = [sum(check["status"] == kind for check in told)
                  for kind in ("passed", "skipped", "xfail")]
        assert counts == [21, 1, 32]
    else:
        assert len(status["passed"]) >= 18


def test_probabilities_are_those_of_the_model(model, folder, known):
    features, causes = known
    classifier = dorsal.DorsalClassifier(folder, calibration=None).fit(features, causes)
    told = classifier.predict_proba(features)
    names = [f"p_{cause}" for cause in classifier.classes_]
    answers = model.score(features.assign(id="a"), all=True)
    assert (told == answers[names].to_numpy()).all()
    assert np.abs(told.sum(axis=1) - 1).max() < 1e-5
    leading = model.score(features.assign(id="a"), top=1)["cause_1"]
    assert (classifier.predict(features) == leading.to_numpy()).all()
    assert list(classifier.classes_) == sorted(model.causes.column("id").to_pylist())


def test_a_calibration_that_helps_is_kept_and_used(model, folder, known):
    features, _ = known
    # Labels that the model ranks second: a correction has much to learn.
    second = model.score(features.assign(id="a"), top=2)["cause_2"]
    classifier = dorsal.DorsalClassifier(folder).fit(features, second)
    assert classifier.gain_ > 0 and classifier.calibration_ is not None
    assert "nats a case" in classifier.report_
    names = [f"p_{cause}" for cause in classifier.classes_]
    answers = model.score(
        features.assign(id="a"), all=True, calibration=classifier.calibration_)
    assert (classifier.predict_proba(features) == answers[names].to_numpy()).all()


def test_a_calibration_that_does_not_help_is_not_kept(folder, known):
    features, causes = known
    # The cases are drawn from the model itself: nothing is to be corrected.
    classifier = dorsal.DorsalClassifier(folder).fit(features, causes)
    bare = dorsal.DorsalClassifier(folder, calibration=None).fit(features, causes)
    assert classifier.gain_ <= 0 and classifier.calibration_ is None
    assert (classifier.predict_proba(features) == bare.predict_proba(features)).all()


def test_the_order_of_columns_and_rows_does_not_matter(fitted, known):
    features, _ = known
    told = fitted.predict_proba(features)
    assert (fitted.predict_proba(features[features.columns[::-1]]) == told).all()
    assert (fitted.predict_proba(features[::-1])[::-1] == told).all()
    parts = [fitted.predict_proba(features[place:place + 7]) for place in range(0, 300, 7)]
    assert (np.concatenate(parts) == told).all()


def test_nan_and_null_and_a_missing_column_are_unknown(fitted, known):
    features, _ = known
    without = fitted.predict_proba(features.drop(columns=["age", "fever"]))
    for nothing in (np.nan, None):
        blank = features.assign(age=nothing, fever=nothing)
        assert (fitted.predict_proba(blank) == without).all()
    assert not (fitted.predict_proba(features) == without).all()


def test_frames_of_other_libraries_are_the_same_cases(fitted, known):
    features, causes = known
    told = fitted.predict_proba(features)
    for other in (polars.from_pandas(features), pa.Table.from_pandas(features),
                  features.to_dict(orient="list")):
        assert (fitted.predict_proba(other) == told).all()
    again = clone(fitted).fit(polars.from_pandas(features), causes.to_numpy())
    assert (again.predict_proba(features) == told).all()


def test_fitting_twice_is_fitting_once_and_changes_no_frame(folder, known):
    features, causes = known
    before = features.copy(deep=True)
    classifier = dorsal.DorsalClassifier(folder)
    assert classifier.fit(features, causes) is classifier
    told = classifier.predict_proba(features)
    assert (classifier.fit(features, causes).predict_proba(features) == told).all()
    pandas.testing.assert_frame_equal(features, before)


def test_names_and_parameters(fitted, folder, known):
    features, _ = known
    assert list(fitted.feature_names_in_) == list(features.columns)
    assert fitted.n_features_in_ == features.shape[1]
    fresh = clone(fitted)
    assert fresh.get_params() == fitted.get_params() and not hasattr(fresh, "classes_")
    fresh.set_params(prior_weight=0.5)
    assert fresh.prior_weight == 0.5 and fitted.prior_weight is None
    with pytest.raises(sklearn.exceptions.NotFittedError):
        fresh.predict(features)


def test_a_pickle_and_a_copy_answer_alike(fitted, known):
    features, _ = known
    told = fitted.predict_proba(features)
    for twin in (pickle.loads(pickle.dumps(fitted)), copy.deepcopy(fitted)):
        assert (twin.predict_proba(features) == told).all()


def test_a_pickle_refuses_another_model(fitted, folder, known, tmp_path):
    other = shutil.copytree(folder, tmp_path / "other")
    with open(other / "findings.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    fever = next(row for row in rows if row["id"] == "fever")
    fever["weight"] = str(float(fever["weight"] or 1) * 0.5)
    with open(other / "findings.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    twin = pickle.loads(pickle.dumps(fitted))
    twin.model = str(other)
    with pytest.raises(dorsal.ModelError, match="another one than at the fit"):
        twin.predict(known[0])


def test_pipelines_and_cross_validation(model, folder, known):
    features, causes = known
    classifier = dorsal.DorsalClassifier(folder, calibration="temperature")
    fewer = FunctionTransformer(lambda part: part.drop(columns=["fever"]))
    with warnings.catch_warnings():
        # Some causes have fewer cases than there are folds.
        warnings.simplefilter("ignore", UserWarning)
        folds = list(StratifiedKFold(3).split(features, causes))
        shares = cross_val_score(make_pipeline(fewer, classifier), features, causes, cv=folds)
    # A temperature moves probabilities and no rank, so that what is right is known without a fit.
    leading = model.score(features.drop(columns=["fever"]).assign(id="a"), top=1)["cause_1"]
    right = leading.to_numpy() == causes.to_numpy()
    assert list(shares) == [right[test].mean() for _, test in folds]
    assert 0 < right.sum() < len(right)
    bare = clone(classifier).set_params(calibration=None)
    # Nothing is learnt, so that the folds do not matter.
    folds = KFold(3).split(features)
    told = cross_val_predict(bare, features, causes, cv=folds)
    assert (told == bare.fit(features, causes).predict(features)).all()


def test_what_cannot_be_read_is_named(folder, known):
    features, causes = known
    classifier = dorsal.DorsalClassifier(folder)
    with pytest.raises(dorsal.DataError, match='row 1: cause "muscle_strian" .* "muscle_strain"'):
        classifier.fit(features[:2], ["muscle_strain", "muscle_strian"])
    with pytest.raises(dorsal.ArgumentError, match="names of columns"):
        classifier.fit(features.to_numpy(), causes)
    with pytest.raises(dorsal.ArgumentError, match="belongs in y"):
        classifier.fit(features.assign(diagnosis=causes), causes)
    with pytest.raises(ValueError, match="inconsistent numbers"):
        classifier.fit(features, causes[:-1])
    with pytest.raises(dorsal.DataError, match='did you mean "night_pain"'):
        classifier.fit(features.rename(columns={"night_pain": "nigth_pain"}), causes)
    with pytest.raises(dorsal.DataError, match="row 1.*age"):
        classifier.fit(pandas.DataFrame({"age": [40, 400]}), ["muscle_strain"] * 2)
    with pytest.raises(dorsal.ArgumentError, match="method"):
        dorsal.DorsalClassifier(folder, calibration="magic").fit(features, causes)


def test_no_rows_have_no_probabilities(fitted, known):
    features, _ = known
    assert fitted.predict_proba(features[:0]).shape == (0, len(fitted.classes_))
    assert fitted.predict(features[:0]).shape == (0,)


def test_the_package_loads_without_scikit_learn(folder):
    program = (
        "import sys; sys.modules['sklearn'] = None; sys.modules['sklearn.base'] = None\n"
        "import dorsal\n"
        "try: dorsal.DorsalClassifier\n"
        "except ImportError as error: print(error)\n")
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert "dorsal[sklearn]" in said
