"""Explanations, suggestions, evaluations and calibrations."""

import json
import subprocess
import sys

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

import dorsal
from test_score import cases_of


def test_an_explanation_is_of_its_case(model):
    cases = {"id": ["a", "b"], "age": [30, 67], "night_pain": [False, True]}
    why = model.explain(cases, row=1, interval=0.95)
    assert why.data["id"] == "b"
    # The case of row 1, and no other: two known findings in its own states.
    assert why.data["findings_known"] == 2
    for cause in why.data["causes"]:
        states = {term["finding"]: term["state"] for term in cause["contributions"]}
        assert states.items() <= {"age": "65_to_74", "night_pain": "present"}.items()
    assert {term["finding"] for cause in why.data["causes"] for term in cause["contributions"]} == {
        "age", "night_pain"}
    assert str(why).startswith("case b,") and "night_pain" in str(why)
    assert "<html" in why.html and "srcdoc" in why._repr_html_()
    with pytest.raises(dorsal.ArgumentError, match="2 rows"):
        model.explain(cases, row=2)


def test_suggestions_are_of_unknown_findings(model):
    told = model.suggest({"id": "a", "age": 67, "night_pain": True})
    asked = [suggestion["finding"] for suggestion in told["suggestions"]]
    assert asked and "age" not in asked and "night_pain" not in asked


def test_an_evaluation_counts_the_labelled(root, model):
    vignettes = cases_of(root / "Data" / "vignettes.csv")
    figures = model.evaluate(vignettes)
    named = sum(diagnosis is not None for diagnosis in vignettes["diagnosis"].to_pylist())
    assert (figures["cases"], figures["labelled"]) == (vignettes.num_rows, named)
    half = vignettes.set_column(
        vignettes.column_names.index("diagnosis"), "diagnosis",
        pa.array([diagnosis if place % 2 else None
                  for place, diagnosis in enumerate(vignettes["diagnosis"].to_pylist())]))
    fewer = model.evaluate(half)
    assert (fewer["cases"], fewer["labelled"]) == (
        vignettes.num_rows, half.num_rows - half["diagnosis"].null_count)
    assert fewer["labelled"] < named
    with pytest.raises(dorsal.DataError, match="diagnosis"):
        model.evaluate(vignettes.drop_columns(["diagnosis"]))


def test_a_calibration_is_used(root, model, tmp_path):
    cases = pyarrow.csv.read_csv(
        root / "Data" / "simulated.csv",
        convert_options=pyarrow.csv.ConvertOptions(strings_can_be_null=True))
    fitted = model.calibrate(cases, method="temperature", folds=3, force=True)
    assert fitted.report
    fitted.write(tmp_path / "fix.json")
    with_object = model.score(cases.slice(0, 50), calibration=fitted)
    with_file = model.score(cases.slice(0, 50), calibration=tmp_path / "fix.json")
    assert with_object.equals(with_file)
    assert not with_object.equals(model.score(cases.slice(0, 50)))
    with pytest.raises(dorsal.ArgumentError, match="method"):
        model.calibrate(cases, method="magic")


def test_a_calibration_that_does_not_help_changes_nothing(root, model):
    cases = pyarrow.csv.read_csv(
        root / "Data" / "simulated.csv",
        convert_options=pyarrow.csv.ConvertOptions(strings_can_be_null=True))
    # The cases were drawn from the model: a ridge of next to nothing fits each cause to chance.
    kept = model.calibrate(cases.slice(0, 300), ridge=1e-6)
    assert json.loads(kept.json)["method"] == "none"
    few = cases.slice(0, 50)
    assert model.score(few, calibration=kept).equals(model.score(few))
    forced = model.calibrate(cases.slice(0, 300), ridge=1e-6, force=True)
    assert not model.score(few, calibration=forced).equals(model.score(few))


def test_findings_are_a_table(model):
    kinds = dict(zip(*(model.findings.column(name).to_pylist() for name in ("id", "kind"))))
    assert kinds["age"] == "number" and kinds["night_pain"] == "binary"


def test_parquet_in_and_out(root, model, tmp_path):
    cases = cases_of(root / "Data" / "vignettes.csv")
    pyarrow.parquet.write_table(cases, tmp_path / "in.parquet")
    run = subprocess.run(
        [sys.executable, "-m", "dorsal", "score", str(tmp_path / "in.parquet"),
         str(tmp_path / "out.parquet"), "--model", str(root / "Models" / "back-pain")],
        capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert pyarrow.parquet.read_table(tmp_path / "out.parquet").equals(model.score(cases))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.parquet", "out.parquet"]


def scored(root, cases, answers, *options):
    run = subprocess.run(
        [sys.executable, "-m", "dorsal", "score", str(cases), str(answers),
         "--model", str(root / "Models" / "back-pain"), *options], capture_output=True, text=True)
    return run.returncode, run.stderr


@pytest.mark.parametrize("ages, status", [([40, 50], 0), ([40, 400], 3), ([400, 500], 65)])
def test_the_status_tells_of_rows_with_faults(root, tmp_path, ages, status):
    pyarrow.parquet.write_table(pa.table({"id": ["a", "b"], "age": ages}), tmp_path / "in.parquet")
    faults = sum(age > 120 for age in ages)
    found, told = scored(root, tmp_path / "in.parquet", tmp_path / "out.parquet")
    assert (found, told) == (status, f"dorsal: 2 rows, {faults} with faults\n")
    fault = pyarrow.parquet.read_table(tmp_path / "out.parquet").column("fault")
    assert [text is None for text in fault.to_pylist()] == [age <= 120 for age in ages]


def test_files_that_are_not_there_are_told_by_name(root, tmp_path):
    cases, answers = tmp_path / "in.parquet", tmp_path / "out.parquet"
    assert scored(root, cases, answers) == (66, f"dorsal: {cases}: no such file\n")
    pyarrow.parquet.write_table(pa.table({"id": ["a"], "age": [40]}), cases)
    assert scored(root, cases, answers, "--calibration", "none.json") == (
        66, "dorsal: none.json: no such file\n")
    status, told = scored(root, cases, tmp_path / "no" / "out.parquet")
    assert status == 73 and told.startswith(f"dorsal: {tmp_path}/no/out.parquet: cannot be created")
    assert [path.name for path in tmp_path.iterdir()] == ["in.parquet"]


def test_a_folder_of_parquet_files_is_a_table(root, tmp_path):
    (tmp_path / "in.parquet").mkdir()
    for name in ("a", "b"):
        pyarrow.parquet.write_table(
            pa.table({"id": [name], "age": [40]}), tmp_path / "in.parquet" / f"{name}.parquet")
    status, told = scored(root, tmp_path / "in.parquet", tmp_path / "out.csv")
    assert (status, told) == (0, "dorsal: 2 rows, 0 with faults\n")


def test_duckdb(model):
    duckdb = pytest.importorskip("duckdb")
    import dorsal.duckdb

    connection = duckdb.connect()
    connection.execute(
        "create table cases as select 'c' || i as id, 18 + i as age, i % 2 = 0 as night_pain "
        "from range(60) as t(i)")
    answers = dorsal.duckdb.score(connection, "select * from cases", model=model)
    table = connection.sql("select * from cases").arrow()
    table = table.read_all() if isinstance(table, pa.RecordBatchReader) else table
    assert answers.fetchall() == [tuple(row.values()) for row in model.score(table).to_pylist()]


def test_one_scorer_on_several_threads(root, model):
    from concurrent.futures import ThreadPoolExecutor

    cases = cases_of(root / "Data" / "vignettes.csv")
    scorer = model.scorer()
    whole = scorer.score(cases)
    with ThreadPoolExecutor(4) as pool:
        assert all(found.equals(whole) for found in pool.map(scorer.score, [cases] * 16))


def test_a_fork_goes_on(root, model):
    import os

    cases = {"id": ["a"], "age": [67]}
    before = model.score(cases)
    child = os.fork()
    if child == 0:
        os._exit(0 if model.score(cases).equals(before) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
