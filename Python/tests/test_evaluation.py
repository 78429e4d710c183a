"""What an evaluation goes by, beside the tool's own of the same file."""

import csv
import json
import os
import random
import resource
import subprocess
import sys
import warnings

import pyarrow as pa
import pyarrow.csv
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


def test_columns_that_are_used_are_not_told_as_passed_over(model, visits):
    cases = cases_of(visits)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.evaluate(cases, by="ward", weight="w", patients="person", bootstrap=0)
        model.evaluate(cases.select(["id", "diagnosis", "ward"]), by=["ward"],
                       ignore_unknown_columns=True, bootstrap=0)


def test_texts_of_columns_are_shown_as_texts_of_findings(model):
    cases = {"id": ["a", "b"], "diagnosis": ["muscle_strain"] * 2,
             "w": ["\x1b[31mred\nrow 7: forged", "1"]}
    with pytest.raises(dorsal.DataError) as raised:
        model.evaluate(cases, weight="w")
    told = str(raised.value)
    assert "\x1b" not in told and "\n" not in told and "row 0: " in told
    cases["w"][0] = "w" * 50_000
    with pytest.raises(dorsal.DataError) as raised:
        model.evaluate(cases, weight="w")
    assert len(str(raised.value)) < 1000


def test_what_is_asked_for_is_checked(model, visits):
    cases = cases_of(visits)
    assert model.evaluate(cases, weight="w", ignore_unknown_columns=True, bootstrap=2,
                          seed=2**53 - 1)["seed"] == 2**53 - 1
    with pytest.raises(dorsal.ArgumentError, match="seed"):
        model.evaluate(cases, ignore_unknown_columns=True, seed=2**53 + 1)
    with pytest.raises(dorsal.ArgumentError, match='unknown option "wieght".*weight'):
        model.evaluate(cases, wieght="w")
    with pytest.raises(dorsal.DataError, match='no column "crp"') as raised:
        model.evaluate(cases.select(["id", "diagnosis"]), weight="crp")
    assert 'did you mean "crp"' not in str(raised.value)
    lists = pa.table({"id": ["a"], "diagnosis": ["muscle_strain"], "l": [[1]], "m": [[2]]})
    with pytest.raises(dorsal.DataError) as raised:
        model.evaluate(lists, by=["l"], patients="m")
    assert '"l"' in str(raised.value) and '"m"' in str(raised.value)
    with pytest.raises(dorsal.DataError, match="no cases"):
        model.evaluate(cases.slice(0, 0), ignore_unknown_columns=True)


def test_a_long_word_of_a_dictionary_takes_no_memory_unasked(root):
    """40,000 rows name one word of 60 kB: an error, or figures, and never the end of the process."""
    program = """if True:
        import dorsal, pyarrow as pa
        count = 40_000
        words = pa.DictionaryArray.from_arrays(pa.array([0] * count, pa.int32()), pa.array(["y" * 60_000]))
        cases = pa.table({"id": [f"i{row}" for row in range(count)],
                          "diagnosis": ["muscle_strain"] * count, "b": words}).combine_chunks()
        try:
            dorsal.Model(r"%s").evaluate(cases, by=["b"], bootstrap=0)
        except dorsal.DataError as error:
            print(error)
        """ % (root / "Models" / "back-pain")
    # Threads of BLAS have memory of their own.
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30)))
    assert done.returncode == 0, done.stderr
    assert "not enough memory" in done.stdout
