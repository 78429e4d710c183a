"""Fits are those of the tool, and a fit that does not help is refused."""

import csv
import hashlib

import pyarrow as pa
import pyarrow.csv
import pytest

import dorsal
from test_score import cases_of
from told import run


@pytest.fixture(scope="module")
def labelled(model):
    """Cases of a place where the causes come in other shares."""
    causes = model.causes.column("id").to_pylist()
    share = 1 / (len(causes[:20]))
    priors = "cause,probability\n" + "".join(f"{cause},{share}\n" for cause in causes[:20])
    return model.simulate(300, seed=5, missing=0.6, priors=priors)


def test_a_fit_is_that_of_the_tool(root, model, labelled, tmp_path):
    path = tmp_path / "clinic.csv"
    words = pa.table({
        field.name: labelled.column(field.name).cast(pa.string()) for field in labelled.schema})
    pyarrow.csv.write_csv(words, path)
    run(
        root, "fit", path, "--prior-model", root / "Models" / "back-pain", "--output",
        tmp_path / "fitted", "--date", "2026-01-31", "--model-weight", 3, "--counts-alone",
        "--name", "clinic")
    checksum = hashlib.sha256(path.read_bytes()).hexdigest()
    fitted = model.fit(
        labelled, date="2026-01-31", model_weight=3, counts_alone=True, name="clinic",
        source="clinic.csv", checksum=checksum)
    files = {file.name: file.read_text() for file in (tmp_path / "fitted").iterdir()}
    assert fitted.tables == files
    assert "log loss" in fitted.report and "300 cases counted" in fitted.report
    # What is written is what is held.
    fitted.write(tmp_path / "written")
    assert {file.name: file.read_text() for file in (tmp_path / "written").iterdir()} == files
    with pytest.raises(FileExistsError):
        fitted.write(tmp_path / "written")
    again = dorsal.Model(tmp_path / "written")
    cases = labelled.slice(0, 20)
    assert again.score(cases).equals(fitted.model.score(cases))
    assert not again.score(cases).equals(model.score(cases))


def test_batches_and_types_change_nothing(model, labelled):
    options = {"counts_alone": True, "model_weight": 1, "date": "2026-01-31", "force": True}
    cases = labelled.slice(0, 60)
    whole = model.fit(cases, **options)
    parts = pa.Table.from_batches(cases.to_batches(max_chunksize=7))
    words = pa.table({
        field.name: parts.column(field.name).cast(pa.string()) for field in parts.schema})
    assert model.fit(parts, **options).tables == whole.tables
    assert model.fit(words, **options).tables == whole.tables
    renamed = cases.rename_columns(
        ["who" if name == "id" else name for name in cases.column_names])
    assert model.fit(renamed, id="who", **options).tables == whole.tables


def test_a_fit_that_cannot_be_judged_is_refused(model, labelled):
    few = labelled.slice(0, 10)
    options = {"counts_alone": True, "model_weight": 1}
    with pytest.raises(dorsal.RefusedError, match="force") as refused:
        model.fit(few, **options)
    assert "too few" in refused.value.report
    assert isinstance(model.fit(few, force=True, **options).model, dorsal.Model)


def test_rows_that_repeat_an_id_are_left_out(model, labelled):
    twice = pa.concat_tables([labelled.slice(0, 30), labelled.slice(0, 30)])
    options = {"counts_alone": True, "model_weight": 1, "force": True}
    report = model.fit(twice, **options).report
    assert "30 cases counted" in report and "30 rows left out" in report
    assert "60 cases counted" in model.fit(twice, visits=True, **options).report


def test_the_same_cases_count_twice_only_with_a_warning(model, labelled):
    options = {"counts_alone": True, "model_weight": 1, "force": True}
    cases = labelled.slice(0, 30)
    first = model.fit(cases, **options)
    assert "warning" not in first.report
    again = first.model.fit(pa.Table.from_batches(cases.to_batches(max_chunksize=4)), **options)
    assert "the model was fitted to these cases already" in again.report


def test_cases_without_diagnoses_cannot_be_fitted_to(model, labelled):
    with pytest.raises(dorsal.DataError, match="diagnosis"):
        model.fit(labelled.drop_columns(["diagnosis"]).slice(0, 5))
    with pytest.raises(dorsal.DataError, match="no cases"):
        model.fit(labelled.slice(0, 0))
    with pytest.raises(dorsal.DataError, match="row 0: age"):
        model.fit({"id": ["a"], "diagnosis": ["unlisted"], "age": [670]})


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"model_weight": 0}, "model_weight"), ({"date": "today"}, "date"),
        ({"date": "2026-1-31"}, "date"), ({"checksum": "abc"}, "checksum"),
        ({"calibration": "magic"}, "magic"), ({"calibration": "prior-shift"}, "prevalences"),
        ({"weight": 3}, "unknown option"), ({"source": ""}, "source"),
        ({"passthrough": True}, "unknown option"),
    ])
def test_options_that_cannot_be_meant_are_refused(model, labelled, options, said):
    with pytest.raises(dorsal.ArgumentError, match=said):
        model.fit(labelled, **options)


def test_a_calibration_comes_with_the_fit(model, labelled):
    fitted = model.fit(
        labelled, calibration="temperature", folds=3, counts_alone=True, model_weight=1,
        force=True)
    cases = labelled.slice(0, 5)
    corrected = fitted.model.score(cases, calibration=fitted.calibration)
    assert corrected.num_rows == 5
    assert not corrected.equals(fitted.model.score(cases))
    # It is a calibration of this model, and of no other.
    with pytest.raises(dorsal.ArgumentError):
        model.score(cases, calibration=fitted.calibration)


def test_tables_that_are_no_model_are_named():
    with pytest.raises(dorsal.ModelError, match="findings.csv"):
        dorsal.Model.from_tables({"model.json": "{}"})


def test_a_model_from_nothing_is_that_of_the_tool(root, tmp_path):
    rows = [
        {"Case": str(place), "Temp": 36 + place % 5 / 2, "Cough": ("Yes", "no", None)[place % 3],
         "Ill": place % 2 == 0, "diagnosis": ("Cold", "flu")[place * 7 % 11 % 2],
         "notes": [place]}
        for place in range(120)]
    table = pa.Table.from_pylist(rows)
    path = tmp_path / "ward.csv"
    with path.open("w", newline="") as file:
        write = csv.DictWriter(file, ["Temp", "Cough", "Ill", "diagnosis"], lineterminator="\n")
        write.writeheader()
        for row in rows:
            write.writerow({
                "Temp": f"{row['Temp']:g}", "Cough": row["Cough"] or "",
                "Ill": "true" if row["Ill"] else "false", "diagnosis": row["diagnosis"]})
    run(
        root, "fit", path, "--output", tmp_path / "fitted", "--date", "2026-01-31", "--cuts", 3,
        "--recoded", tmp_path / "recoded.csv")
    fitted = dorsal.Model.learn(
        table, ignore=["Case", "notes"], cuts=3, date="2026-01-31", source="ward.csv",
        name="fitted", checksum=hashlib.sha256(path.read_bytes()).hexdigest())
    assert fitted.tables == {
        file.name: file.read_text() for file in (tmp_path / "fitted").iterdir()}
    assert fitted.recoded.equals(cases_of(tmp_path / "recoded.csv"))
    assert "ids of its own" in fitted.report
    answers = fitted.model.score(fitted.recoded, on_fault="raise")
    assert answers.num_rows == 120


def test_a_table_that_says_nothing_is_told():
    with pytest.raises(dorsal.DataError, match="diagnosis"):
        dorsal.Model.learn({"a": ["x", "y"]})
    with pytest.raises(dorsal.DataError, match='column "notes" has the type'):
        dorsal.Model.learn(pa.table({"diagnosis": ["a", "b"], "notes": [[1], [2]]}))
    with pytest.raises(dorsal.DataError, match='no column "b", which is to be left out'):
        dorsal.Model.learn({"a": [1, 2], "diagnosis": ["a", "b"]}, ignore=["b"])
    with pytest.raises(dorsal.ArgumentError, match="edges of a"):
        dorsal.Model.learn({"a": [1, 2], "diagnosis": ["a", "b"]}, edges={"a": [2, 1]})
