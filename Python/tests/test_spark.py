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
def test_columns_of_ones_own_and_tables_of_a_fit_travel(spark, folder, model):
    rows = [("a", 67, "B3", 2.5), ("b", 30, None, 1.5)]
    frame = spark.createDataFrame(rows, "id string, age int, ward string, stay double")
    tables = {path.name: path.read_text("utf-8") for path in folder.iterdir()
              if path.suffix in (".csv", ".json")}
    told = by_id(dorsal.spark.score(frame, tables, top=1, passthrough=True).toArrow())
    assert [(row["ward"], row["stay"]) for row in told] == [("B3", 2.5), (None, 1.5)]
    alone = model.score({"id": ["a", "b"], "age": [67, 30]}, top=1).to_pylist()
    assert [{name: row[name] for name in alone[0]} for row in told] == alone


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


def test_a_worker_makes_its_scorer_once(spark, folder):
    frame = spark.createDataFrame(
        [(f"c{place}", 20 + place) for place in range(64)], "id string, age int").repartition(16)
    held = dorsal.spark._tables(folder)
    answers = dorsal.spark._answering(
        "key of a test", dorsal.spark._carried(frame, held), {"top": 1})

    def told(batches):
        import os

        import dorsal.spark

        was_there = "key of a test" in dorsal.spark._scorers
        rows = sum(batch.num_rows for batch in answers(batches))
        yield pa.record_batch(
            {"process": [os.getpid()], "was_there": [was_there], "rows": [rows]})

    found = frame.mapInArrow(told, "process long, was_there boolean, rows long").toArrow()
    assert sum(found.column("rows").to_pylist()) == 64 and found.num_rows == 16
    processes = set(found.column("process").to_pylist())
    assert len(processes) < 16
    # The first partition of each process made its scorer, and no other did.
    assert found.column("was_there").to_pylist().count(False) == len(processes)


def test_the_model_travels_as_a_broadcast(spark, folder):
    frame = spark.createDataFrame([("a", 67)], "id string, age int")
    tables = dorsal.spark._tables(folder)
    names = [type(cell.cell_contents).__name__
             for cell in dorsal.spark._carried(frame, tables).__closure__]
    assert names == ["Broadcast"]

    class WithoutContext:
        @property
        def sparkSession(self):
            raise NotImplementedError("sparkContext is not supported by Spark Connect")

    assert dorsal.spark._carried(WithoutContext(), tables)() == tables
