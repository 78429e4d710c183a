"""What an evaluation goes by, beside the tool's own of the same file."""

import csv
import json
import random

import pyarrow as pa
import pytest

import dorsal
from told import run
from test_score import cases_of

CHANGING = ("rows", "calibration")


@pytest.fixture(scope="module")
def visits(root, tmp_path_factory):
    """Simulated patients with a weight, a ward and a person, as a file and as a table."""
    path = tmp_path_factory.mktemp("visits") / "visits.csv"
    draw = random.Random(4)
    with open(root / "Data" / "simulated.csv", newline="") as source, open(
            path, "w", newline="") as target:
        reader = csv.DictReader(source)
        writer = csv.DictWriter(target, [*reader.fieldnames, "w", "ward", "person"])
        writer.writeheader()
        for number, row in zip(range(600), reader):
            row["w"] = draw.choice(["1", "2.5", "0.25", "0"])
            # What stands for nothing known is no ward.
            row["ward"] = draw.choice(["north", " south ", "n/a", ""])
            row["person"] = f"p{draw.randrange(250)}" if number % 7 else ""
            writer.writerow(row)
    return path


def told(root, path, *options):
    return json.loads(run(root, "evaluate", path, "--json", "--quiet", *options))


def alike(figures, expected):
    same = {name: value for name, value in expected.items() if name not in CHANGING}
    assert {name: value for name, value in figures.items() if name not in CHANGING} == same


def test_the_figures_are_the_tools(root, model, visits):
    cases = cases_of(visits)
    with pytest.warns(dorsal.ColumnWarning):  # the tool refuses columns that nobody names
        alone = model.evaluate(cases, ignore_unknown_columns=True)
    alike(alone, told(root, visits, "--ignore-unknown-columns"))
    figures = model.evaluate(
        cases, by=["sex", "ward"], weight="w", patients="person", rules=True, bootstrap=200, seed=9)
    assert figures["measures"] != alone["measures"]
    alike(figures, told(
        root, visits, "--by", "sex,ward", "--weight", "w", "--patients", "person", "--rules",
        "--bootstrap", "200", "--seed", "9"))


def test_rows_with_one_id_are_visits(root, model, visits, tmp_path):
    cases = cases_of(visits).drop_columns(["w", "ward", "person"])
    ids = [f"v{number // 3}" for number in range(cases.num_rows)]
    cases = cases.set_column(0, "id", pa.array(ids))
    path = tmp_path / "repeated.csv"
    pa.csv.write_csv(cases, path)
    alike(model.evaluate(cases, visits=True), told(root, path, "--visits"))


def test_what_is_not_there_or_no_weight_is_an_error(model, visits):
    cases = cases_of(visits)
    with pytest.raises(dorsal.DataError, match='no column "wards"; did you mean "ward"'):
        model.evaluate(cases, by="wards", ignore_unknown_columns=True)
    with pytest.raises(dorsal.ArgumentError, match="visits and patients"):
        model.evaluate(cases, visits=True, patients="person")
    with pytest.raises(dorsal.ArgumentError, match="empty name"):
        model.evaluate(cases, weight="")
    with pytest.raises(dorsal.ArgumentError, match="bootstrap"):
        model.evaluate(cases, bootstrap=-1)
    place = cases.column_names.index("w")
    weights = cases["w"].to_pylist()
    row = next(r for r, named in enumerate(cases["diagnosis"].to_pylist()) if named and r > 10)
    spoilt = cases.set_column(
        place, "w", pa.array([str(w) if r != row else "heavy" for r, w in enumerate(weights)]))
    with pytest.raises(dorsal.DataError, match=f'row {row}: "heavy" in the column "w"'):
        model.evaluate(spoilt, weight="w", ignore_unknown_columns=True)
    varied = cases.set_column(place, "w", pa.array([f"{r}" for r in range(cases.num_rows)]))
    with pytest.raises(dorsal.DataError, match="more than 50 values"):
        model.evaluate(varied, by=["w"], ignore_unknown_columns=True)
