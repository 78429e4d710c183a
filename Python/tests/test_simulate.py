"""Simulated cases are those of the tool, whatever batches and threads they come in."""

import pyarrow as pa
import pytest

import dorsal
from told import rows


@pytest.mark.parametrize(
    ("options", "arguments"),
    [
        ({}, []),
        ({"seed": 7, "missing": 0.5}, ["--seed", 7, "--missing", 0.5]),
        (
            {"setting": "emergency", "missing": 0.4, "missing_by": "workup",
             "correlation": {"leg_pain": 0.3}, "misspecify": True, "likelihood_seed": 3},
            ["--setting", "emergency", "--missing", 0.4, "--missing-by", "workup",
             "--correlation", "leg_pain=0.3", "--misspecify", "--likelihood-seed", 3],
        ),
    ])
def test_cases_are_those_of_the_tool(root, model, options, arguments):
    told = rows(root, "simulate", "--count", 40, *arguments)
    cases = model.simulate(40, **options)
    assert cases.column_names == list(told[0])
    for said, row in zip(told, cases.to_pylist(), strict=True):
        for name, text in said.items():
            value = row[name]
            if isinstance(value, float):
                assert float(text) == value, name
            else:
                assert (text or None) == value, name


def test_types_are_words_and_numbers(model):
    cases = model.simulate(5, missing=0.5)
    kinds = {row["id"]: row["kind"] for row in model.findings.to_pylist()}
    for field in cases.schema:
        if kinds.get(field.name) == "number":
            assert field.type == pa.float64()
        elif field.name != "id":
            assert field.type == pa.dictionary(pa.int16(), pa.string())
    cases.validate(full=True)


def test_more_cases_and_threads_change_none(model):
    few = model.simulate(600, missing=0.3)
    assert model.simulate(600, missing=0.3, threads=2).equals(few)
    many = model.simulate(9000, missing=0.3, threads=2)
    many.validate(full=True)
    assert many.num_rows == 9000
    assert many.slice(0, 600).to_pylist() == few.to_pylist()
    assert len(set(many.column("id").to_pylist())) == 9000


def test_priors_are_those_that_are_given(model):
    causes = model.causes.column("id").to_pylist()
    table = f"cause,probability\n{causes[0]},0.25\n{causes[3]},0.75\n"
    found = model.simulate(400, priors=table).column("diagnosis").to_pylist()
    assert set(found) == {causes[0], causes[3]}
    # Six standard deviations of a share of 400.
    assert abs(found.count(causes[3]) / 400 - 0.75) < 0.13


def test_what_is_drawn_can_be_scored(model):
    with model.simulated(50, missing=0.6) as cases:
        answers = model.score(cases, on_fault="raise")
    assert answers.num_rows == 50


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"count": 0}, "count"), ({"count": None}, "count"), ({"count": 1, "seed": -1}, "seed"),
        ({"count": 1, "missing": 2}, "missing"), ({"count": 1, "setting": "moon"}, "setting"),
        ({"count": 1, "missing_by": "magic"}, "missing_by"),
        ({"count": 1, "correlation": {"moon": 0.2}}, "moon"),
        ({"count": 1, "correlation": 1}, "correlation"),
        ({"count": 1, "priors": "cause,probability\nmoon,1\n"}, "moon"),
        ({"count": 1, "likelihood_seed": 2}, "misspecify"), ({"count": 1, "seeds": 2}, "seed"),
        ({"count": 1, "missing": float("nan")}, "options"),
    ])
def test_what_cannot_be_drawn_is_refused(model, options, said):
    with pytest.raises(dorsal.ArgumentError, match=said):
        model.simulate(**options)
