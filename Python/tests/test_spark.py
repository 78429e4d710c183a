"""Answers in Spark: those of a table, whoever computes them."""

import decimal

import pyarrow as pa
import pyarrow.csv
import pytest

import dorsal
import dorsal.spark
from test_score import cases_of


@pytest.fixture(scope="module")
def folder(root):
    return root / "Models" / "back-pain"


def by_id(table):
    return sorted(table.to_pylist(), key=lambda row: row["id"])


@pytest.mark.slow
def test_answers_are_those_of_a_table_however_rows_are_dealt_out(spark, root, folder, model):
    cases = cases_of(root / "Data" / "vignettes.csv")
    frame = spark.createDataFrame(cases)
    expected = by_id(model.score(cases, top=2, interval=0.9))
    for parts in (1, 3):
        told = dorsal.spark.score(frame.repartition(parts), folder, top=2, interval=0.9).toArrow()
        assert by_id(told) == expected


def test_a_bad_cell_has_its_fault_and_stops_nothing(spark, folder, model):
    rows = [("a", decimal.Decimal("67.000"), True), ("b", decimal.Decimal("670.000"), None)]
    frame = spark.createDataFrame(rows, "id string, age decimal(10,3), night_pain boolean")
    told = by_id(dorsal.spark.score(frame, folder, top=1).toArrow())
    alone = model.score({"id": ["a"], "age": [67], "night_pain": [True]}, top=1).to_pylist()
    assert told[0] == alone[0]
    assert told[1]["fault"].startswith("age") and told[1]["cause_1"] is None


@pytest.mark.slow
def test_options_and_a_calibration_travel(spark, root, folder, model, tmp_path):
    cases = pyarrow.csv.read_csv(
        root / "Data" / "simulated.csv",
        convert_options=pyarrow.csv.ConvertOptions(strings_can_be_null=True))
    correction = model.calibrate(cases, method="temperature", coverages=[0.9])
    correction.write(tmp_path / "fix.json")
    few = cases.slice(0, 20)
    options = {"coverage": 0.9, "misfit": True, "top": 1}
    expected = by_id(model.score(few, calibration=correction, **options))
    told = dorsal.spark.score(
        spark.createDataFrame(few), folder, calibration=tmp_path / "fix.json", **options)
    assert dict(told.dtypes)["set"] == "array<string>"
    assert by_id(told.toArrow()) == expected


@pytest.mark.slow
def test_columns_that_cannot_be_read_are_an_error_before_any_task(spark, folder):
    frame = spark.createDataFrame([("a", 67)], "id string, ages int")
    with pytest.raises(dorsal.DataError, match='"ages"'):
        dorsal.spark.score(frame, folder)
    nested = spark.createDataFrame([("a", [67])], "id string, age array<int>")
    with pytest.raises(dorsal.DataError, match="type"):
        dorsal.spark.score(nested, folder)


@pytest.mark.slow
def test_no_rows_have_answers_of_the_same_columns(spark, folder):
    frame = spark.createDataFrame([("a", 67)], "id string, age int")
    whole = dorsal.spark.score(frame, folder)
    none = dorsal.spark.score(frame.where("age > 100"), folder)
    assert none.schema == whole.schema
    assert isinstance(none.toArrow(), pa.Table) and none.count() == 0


def test_a_worker_makes_its_scorer_once(folder):
    tables = dorsal.spark._tables(folder)
    first = dorsal.spark._scorer("key of a test", tables, {"top": 1})
    assert dorsal.spark._scorer("key of a test", tables, {"top": 1}) is first
