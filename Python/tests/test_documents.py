"""The blocks of Python in the documents run, in their order, on cases that they leave to the reader."""

import pathlib
import re

import duckdb
import omop_data
import pyarrow as pa
import pyarrow.compute
import pyarrow.csv
import pytest

PAGE = "docs/python-and-c.md"


def blocks(root, name):
    return re.findall(r"^```python\n(.*?)^```$", (root / name).read_text(), re.M | re.S)


def texts(path):
    """A case file as columns of texts; an empty cell is null."""
    names = path.open(encoding="utf-8").readline().strip().split(",")
    return pyarrow.csv.read_csv(
        path, convert_options=pyarrow.csv.ConvertOptions(
            strings_can_be_null=True, column_types=dict.fromkeys(names, pa.string())))


@pytest.fixture
def given(root, tmp_path, monkeypatch):
    """What a document takes as there already, in an empty folder."""
    (tmp_path / "Models").mkdir()
    (tmp_path / "export.map.csv").write_bytes((root / "Data/export_redcap.map.csv").read_bytes())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DORSAL_MODEL", str(root / "Models/back-pain"))
    # A clinic that sees hardly any strains, so that a fit to its patients helps.
    cases = texts(root / "Data/simulated.csv")
    cases = cases.filter(pyarrow.compute.not_equal(cases["diagnosis"], "muscle_strain"))
    export = texts(root / "Data/export_redcap.csv")
    for name in ["ward", "visit_day"]:
        export = export.append_column(name, pa.array(["7"] * export.num_rows))
    connection = duckdb.connect()
    connection.sql("create schema omop")
    for name, table in omop_data.tables().items():
        connection.register("given", table)
        connection.execute(f"create table omop.{name} as select * from given")
    connection.sql("create table visits as select 'a' id, 67 age, true night_pain, true hot")
    labelled = cases.to_pandas()
    return {
        "pathlib": pathlib, "cases": cases, "others": cases.slice(0, 50),
        "table": export, "connection": connection, "X": labelled.drop(columns=["id", "diagnosis"]),
        "y": labelled["diagnosis"]}


def test_the_readme(root, given):
    (block,) = blocks(root, "README.md")
    exec(block, given)
    (answer,) = given["answers"].to_pylist()
    assert answer["id"] == "a-17"
    assert answer["probability_1"] > answer["probability_3"] > 0


def test_the_page_of_python(root, given):
    for block in blocks(root, PAGE):
        if "spark.score" not in block:
            exec(block, given)
    assert given["answers"].num_rows == 50
    assert given["ranked"].fetchall()
