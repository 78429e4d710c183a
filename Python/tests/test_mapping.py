"""A mapping means the same for a table as for a file."""

import csv

import pyarrow as pa
import pyarrow.csv
import pytest

import dorsal
from test_score import cases_of
from told import rows


@pytest.fixture
def export(root):
    return root / "Data" / "export_redcap.csv"


@pytest.fixture
def mapping(root):
    return root / "Data" / "export_redcap.map.csv"


def test_answers_are_those_of_the_tool(root, model, export, mapping):
    # One row of the file says two places; the tool rejects it (status 3), here it has a fault.
    told = rows(root, "score", export, "--map", mapping, "--top", 3, "--quiet", status=3)
    answers = model.score(cases_of(export), mapping=mapping, top=3, on_fault="keep").to_pylist()
    faulty = [row for row in answers if row["fault"]]
    assert len(faulty) == 1 and "says site thoracic" in faulty[0]["fault"]
    answers = [row for row in answers if not row["fault"]]
    assert [row["id"] for row in told] == [row["id"] for row in answers]
    for said, row in zip(told, answers, strict=True):
        assert int(said["findings_known"]) == row["findings_known"] > 0
        for place in "123":
            assert said[f"cause_{place}"] == row[f"cause_{place}"]
            assert abs(float(said[f"probability_{place}"]) - row[f"probability_{place}"]) <= 5e-7


def test_types_change_nothing(model, export, mapping):
    words = cases_of(export)
    def score(table):
        return model.score(table, mapping=mapping, on_fault="keep")

    whole = score(words)
    # Numbers as a reader guesses them, and floats with gaps as pandas has them.
    typed = pyarrow.csv.read_csv(
        export, convert_options=pyarrow.csv.ConvertOptions(strings_can_be_null=True))
    assert any(pa.types.is_integer(field.type) for field in typed.schema)
    assert score(typed).equals(whole)
    floats = pa.table({
        name: column.cast(pa.float64())
        if pa.types.is_integer(column.type) and name != "record_id" else column
        for name, column in zip(typed.column_names, typed.columns)})
    assert score(floats).equals(whole)
    dictionaries = pa.table(
        {name: words.column(name).dictionary_encode() for name in words.column_names})
    assert score(dictionaries).equals(whole)
    assert score(dictionaries.slice(1, 1)).equals(whole.slice(1, 1))


def test_codes_units_and_rules(model):
    text = (
        "column,finding,codes,unit,factor,unknown,rule\n"
        "pid,id,,,,,\n"
        "sex_code,sex,1=male;2=female,,,9,\n"
        "weeks,duration,,,7,,\n"
        "cancer,history_of_cancer,1=present;0=absent,,,,any\n"
        "tumour,history_of_cancer,1=present;0=absent,,,,any\n")
    cases = pa.table({
        "pid": [1, 2], "sex_code": [2, 9], "weeks": [3.0, None], "cancer": [0, 0],
        "tumour": [True, False], "ward": ["a", "b"]})
    found = model.score(
        cases.set_column(4, "tumour", cases.column("tumour").cast(pa.int8())), mapping=text)
    plain = model.score({
        "id": ["1", "2"], "sex": ["female", None], "duration": [21.0, None],
        "history_of_cancer": ["present", "absent"]})
    assert found.equals(plain)


def test_a_code_that_is_not_in_the_mapping_is_a_fault_of_its_row(model):
    text = "column,finding,codes\npid,id,\ns,sex,1=male;2=female\n"
    answers = model.score(
        {"pid": ["a", "b"], "s": [3, 1]}, mapping=text, on_fault="keep").to_pylist()
    assert answers[0]["fault"].startswith('s "3": no code of sex in the mapping')
    assert answers[1]["fault"] is None


def test_columns_that_disagree_are_a_fault_of_their_row(model):
    text = "column,finding,codes\npid,id,\na,sex,1=male;2=female\nb,sex,1=male;2=female\n"
    answers = model.score(
        {"pid": ["x", "y"], "a": [1, 2], "b": [2, None]}, mapping=text, on_fault="keep")
    faults = answers.column("fault").to_pylist()
    assert faults[0].startswith('b: says sex female where "a" says male')
    assert faults[1] is None


def test_diagnoses_are_mapped_too(root, model, export, mapping):
    figures = model.evaluate(cases_of(export), mapping=mapping)
    # Of ten rows that of record 8 is rejected, since its pain is in two places, and record 7 has
    # M54.5, low back pain, which the mapping makes unknown: nine cases, eight with a diagnosis.
    with open(export, newline="") as file:
        assert [row["final_dx"] for row in csv.DictReader(file)][6:8] == ["M54.5", "S33.5"]
    assert (figures["cases"], figures["labelled"]) == (9, 8)
    # Without its mapping a code of ICD-10 is no cause.
    with pytest.raises(dorsal.DataError):
        model.evaluate(cases_of(export))


def test_units_of_names(model):
    metric = model.score({"id": ["a"], "haemoglobin": [91.0]}, on_fault="raise")
    named = model.score({"id": ["a"], "haemoglobin[g/dL]": [9.1]}, on_fault="raise")
    assert named.equals(metric)
    with pytest.raises(dorsal.DataError, match="haemoglobin"):
        model.score({"id": ["a"], "haemoglobin[furlong]": [9.1]})


def test_what_is_wrong_with_a_mapping_is_told(model):
    with pytest.raises(dorsal.ArgumentError, match="mapping:2:"):
        model.scorer(mapping="column,finding,codes\na,sex,male\n")
    with pytest.raises(dorsal.DataError, match='unknown finding "sexx"; did you mean "sex"'):
        model.score({"pid": ["a"], "s": [1]}, mapping="column,finding\npid,id\ns,sexx\n")
    with pytest.raises(dorsal.DataError, match='the column "t" is not in the cases'):
        model.score({"pid": ["a"]}, mapping="column,finding\npid,id\nt,sex\n")
    with pytest.raises(dorsal.DataError, match='the column "sex" gives what the mapping'):
        model.score(
            {"pid": ["a"], "s": ["male"], "sex": ["male"]},
            mapping="column,finding\npid,id\ns,sex\n")
