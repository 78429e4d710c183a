"""Clinical scores are those of the tool."""

import pyarrow as pa
import pytest

import dorsal
from test_score import cases_of
from told import rows


def as_said(row):
    """A row in the words of the tool's table."""
    said = {}
    for name, value in row.items():
        if isinstance(value, list):
            said[name] = ";".join(value)
        elif isinstance(value, float):
            said[name] = f"{value:g}"
        else:
            said[name] = "" if value is None else str(value)
    return said


@pytest.mark.parametrize("asked", [[], ["sins"], ["heart", "curb65"]])
def test_scores_are_those_of_the_tool(root, model, asked):
    path = root / "Data" / "vignettes.csv"
    told = rows(
        root, "scores", path, "--csv", "--quiet", *(x for id in asked for x in ("--score", id)))
    found = model.scores(cases_of(path), scores=asked or None)
    assert found.column("fault").null_count == found.num_rows
    assert [as_said(row) for row in found.drop_columns(["fault"]).to_pylist()] == told
    assert told


def test_inputs_are_columns_too(model):
    found = model.scores(
        {"id": ["a"], "spine_lesion_type": ["lytic"], "vertebral_collapse": ["none"]})
    row = next(row for row in found.to_pylist() if row["score"] == "sins")
    assert row["known"] == 2 and row["least"] < row["greatest"] and row["band"] is None
    assert "spine_lesion_type" not in row["missing"] and row["missing"]


def test_a_case_that_cannot_be_read_is_a_row(model):
    cases = {"id": ["a", "b"], "age": [67, 670], "spine_lesion_type": ["lytic", "lytic"]}
    with pytest.warns(dorsal.FaultWarning, match="1 cases cannot be read; the first is b"):
        found = model.scores(cases, scores=["sins"]).to_pylist()
    assert [row["id"] for row in found] == ["a", "b"]
    assert found[1]["fault"].startswith('age "670"')
    assert all(value is None for name, value in found[1].items() if name not in ("id", "fault"))
    with pytest.raises(dorsal.DataError, match="670"):
        model.scores(cases, on_fault="raise")


def test_no_score_has_the_same_columns(model):
    some = model.scores({"id": ["a"], "spine_lesion_type": ["lytic"]})
    none = model.scores({"id": ["a"], "spine_lesion_type": pa.nulls(1)})
    assert none.num_rows == 0 and none.schema == some.schema


def test_what_is_asked_wrongly_is_named(model):
    with pytest.raises(dorsal.ArgumentError, match='unknown score "sinz"; did you mean "sins"'):
        model.scores({"id": ["a"]}, scores=["sinz"])
    with pytest.raises(dorsal.DataError, match='did you mean "spine_lesion_type"'):
        model.scores({"id": ["a"], "spine_lesion_typ": ["lytic"]})
