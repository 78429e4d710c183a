"""Laws of scoring tables, and the same bits as the tool where it is there."""

import csv
import json
import os
import pickle
import subprocess

import pandas
import polars
import pyarrow as pa
import pytest

import dorsal


def tool(root):
    """The tool that was built with the engine, and no other that may be installed."""
    built = root / ".build" / "release" / "dorsal"
    return str(built) if built.is_file() else None


def cases_of(path):
    """A CSV as texts, where an empty cell is null."""
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    return pa.table(
        {name: pa.array([row[name] or None for row in rows], pa.string()) for name in rows[0]})


@pytest.fixture(scope="module")
def vignettes(root):
    return cases_of(root / "Data" / "vignettes.csv")


def test_answers_are_those_of_the_tool(root, model, vignettes):
    if tool(root) is None:
        pytest.skip("the tool is not built")
    text = subprocess.run(
        [tool(root), "score", str(root / "Data" / "vignettes.csv"), "--top", "3",
         "--model", str(root / "Models" / "back-pain")],
        capture_output=True, text=True, check=True).stdout
    told = list(csv.DictReader(text.splitlines()))
    answers = model.score(vignettes, top=3).to_pylist()
    assert [row["id"] for row in told] == [row["id"] for row in answers]
    for said, row in zip(told, answers):
        assert said["urgency"] == row["urgency"]
        for place in "123":
            assert said[f"cause_{place}"] == row[f"cause_{place}"]
            # The tool writes six decimals of the same float.
            assert abs(float(said[f"probability_{place}"]) - row[f"probability_{place}"]) <= 5e-7


def test_probabilities_of_all_causes_sum_to_one(model, vignettes):
    answers = model.score(vignettes, all=True)
    names = [name for name in answers.column_names if name.startswith("p_")]
    assert len(names) == model.causes.num_rows
    for row in answers.select(names).to_pylist():
        assert abs(sum(row.values()) - 1) < 1e-5


def typed(table):
    """The same cases in other types: numbers, dictionaries, views, wide texts."""
    columns = {}
    for place, name in enumerate(table.column_names):
        column = table.column(name)
        if name == "age":
            columns[name] = column.cast(pa.float64())
        elif place % 3 == 0:
            columns[name] = column.dictionary_encode()
        elif place % 3 == 1:
            columns[name] = column.cast(pa.large_string())
        else:
            columns[name] = column.cast(pa.string_view())
    return pa.table(columns)


def test_types_slices_and_batches_change_nothing(model, vignettes):
    whole = model.score(vignettes)
    assert model.score(typed(vignettes)).equals(whole)
    assert model.score(vignettes.slice(7, 20)).equals(whole.slice(7, 20))
    assert model.score(typed(vignettes).slice(7, 20)).equals(whole.slice(7, 20))
    parts = pa.Table.from_batches(vignettes.to_batches(max_chunksize=3))
    assert model.score(parts).equals(whole)
    assert model.score(vignettes, threads=2).equals(whole)
    structs = vignettes.to_struct_array()
    sliced = pa.Table.from_struct_array(pa.chunked_array(structs).slice(5, 9))
    assert model.score(sliced).equals(whole.slice(5, 9))


def test_other_libraries_give_the_same_answers(model, vignettes):
    whole = model.score(vignettes).to_pylist()
    frame = model.score(polars.from_arrow(vignettes))
    assert isinstance(frame, polars.DataFrame)
    assert frame.to_dicts() == whole
    frame = model.score(vignettes.to_pandas())
    assert isinstance(frame, pandas.DataFrame)
    assert list(frame.columns) == list(whole[0])
    # Numpy has no integers with gaps; what is nothing here is not a number there.
    for name in frame.columns:
        for value, row in zip(frame[name], whole, strict=True):
            assert pandas.isna(value) if row[name] is None else value == row[name], name


def test_the_index_of_a_frame_is_no_finding(model):
    frame = pandas.DataFrame({"id": list("abcd"), "age": [30, 40, 67, 70]}, index=[9, 2, 7, 4])
    whole = model.score(frame)
    pandas.testing.assert_frame_equal(
        model.score(frame[frame["age"] != 40]).reset_index(drop=True),
        whole.drop(index=1).reset_index(drop=True))


def test_numbers_and_booleans_are_values(model):
    words = model.score({"id": ["a"], "age": ["67"], "night_pain": ["present"]})
    for age in (67, 67.0):
        values = model.score({"id": ["a"], "age": [age], "night_pain": [True]})
        assert values.equals(words)
    small = pa.table({
        "id": ["a"], "age": pa.array([67], pa.uint8()), "night_pain": pa.array([1], pa.int16())})
    assert model.score(small).equals(words)
    decimal = pa.table({
        "id": ["a"], "age": pa.array([67], pa.decimal128(10, 3)), "night_pain": [True]})
    assert model.score(decimal).equals(words)
    half = pa.table({
        "id": ["a"], "age": pa.array([67.0], pa.float32()).cast(pa.float16()),
        "night_pain": [True]})
    assert model.score(half).equals(words)


def test_null_and_nan_are_unknown(model):
    bare = model.score({"id": ["a"], "night_pain": ["present"]})
    for nothing in ([None], [float("nan")], pa.nulls(1)):
        same = model.score({"id": ["a"], "night_pain": ["present"], "age": nothing})
        assert same.equals(bare)


def test_one_bad_cell_is_one_bad_row(model):
    cases = {"id": ["a", "b", "c"], "age": [67, 670, 50], "night_pain": ["yes", "yes", "perhaps"]}
    with pytest.warns(dorsal.FaultWarning, match="2 of 3 rows"):
        answers = model.score(cases).to_pylist()
    assert answers[0]["fault"] is None and answers[0]["cause_1"]
    assert answers[1]["cause_1"] is None and answers[1]["id"] == "b"
    assert answers[1]["fault"].startswith('age "670": out of range')
    assert answers[2]["fault"].startswith('night_pain "perhaps"')
    with pytest.raises(dorsal.DataError, match="row 1") as raised:
        model.score(cases, on_fault="raise")
    told = [
        dorsal.Fault(row, answer["id"], answer["fault"])
        for row, answer in enumerate(answers) if answer["fault"]]
    assert raised.value.rows == told and [fault.row for fault in told] == [1, 2]
    assert pickle.loads(pickle.dumps(raised.value)).rows == told
    with pytest.warns(dorsal.FaultWarning) as warned:
        model.score(cases)
    assert warned[0].message.rows == told and warned[0].filename == __file__
    alone = model.score({"id": ["a"], "age": [67], "night_pain": ["yes"]})
    assert model.score(cases, on_fault="keep").slice(0, 1).equals(alone)


def test_columns_that_cannot_be_read_are_named(model):
    with pytest.raises(dorsal.DataError, match='no column "id"'):
        model.score({"age": [67]})
    with pytest.raises(dorsal.DataError, match='did you mean "night_pain"'):
        model.score({"id": ["a"], "nigth_pain": [True]})
    with pytest.raises(dorsal.DataError, match='column "age" has the type'):
        model.score(pa.table({"id": ["a"], "age": [[67]]}))
    with pytest.raises(dorsal.ArgumentError, match="unknown option"):
        model.score({"id": ["a"]}, tops=3)
    with pytest.raises(dorsal.ArgumentError, match="prior_weight"):
        model.score({"id": ["a"]}, prior_weight=2)
    with pytest.raises(dorsal.ArgumentError, match="no table"):
        model.score(7)
    known = model.score({"id": ["a"], "age": [67]})
    more = model.score(
        {"id": ["a"], "age": [67], "ward": ["B3"]}, ignore_unknown_columns=True)
    assert more.equals(known)


def test_no_rows_have_answers_of_the_same_type(model):
    some = model.score({"id": ["a"], "age": [67]})
    none = model.score(pa.table({"id": pa.array([], pa.string()), "age": pa.array([], pa.int64())}))
    assert none.num_rows == 0 and none.schema == some.schema


def test_a_stream_that_fails_half_way_is_an_error(model):
    schema = pa.schema([("id", pa.string()), ("age", pa.int64())])

    def batches():
        yield pa.record_batch([["a"], [67]], schema=schema)
        raise RuntimeError("the disk is gone")

    source = pa.RecordBatchReader.from_batches(schema, batches())
    with pytest.raises(dorsal.DataError, match="the disk is gone"):
        model.score(source)


def test_answers_come_batch_by_batch(model):
    schema = pa.schema([("id", pa.string()), ("age", pa.int64())])
    asked = []

    def batches():
        for place in range(3):
            asked.append(place)
            yield pa.record_batch([[f"c{place}"], [40 + place]], schema=schema)

    answers = model.scorer().batches(pa.RecordBatchReader.from_batches(schema, batches()))
    answers.read_next_batch()
    assert asked == [0]


def test_more_rows_than_are_decoded_together(model):
    count = 20_000
    table = pa.table({
        "id": [f"c{place}" for place in range(count)],
        "age": pa.array([18 + place % 70 for place in range(count)]),
        "night_pain": pa.array([("present", "absent", None)[place % 3] for place in range(count)]),
    })
    answers = model.score(table, threads=2)
    assert answers.column("id").to_pylist() == table.column("id").to_pylist()
    for place in (0, 4095, 4096, 12_345, count - 1):
        alone = model.score(table.slice(place, 1))
        assert answers.slice(place, 1).to_pylist() == alone.to_pylist()


def test_intervals_hold_the_probability(model, vignettes):
    for row in model.score(vignettes, interval=0.9, top=2).to_pylist():
        assert row["lower_1"] <= row["probability_1"] <= row["upper_1"]


def test_the_environment_names_a_model(root, monkeypatch):
    monkeypatch.setenv("DORSAL_MODEL", str(root / "Models" / "back-pain"))
    assert dorsal.Model().name == "back-pain"
    monkeypatch.setenv("DORSAL_MODEL", os.devnull)
    with pytest.raises(dorsal.ModelError):
        dorsal.Model()


@pytest.mark.parametrize("kind", [pa.table, polars.DataFrame, pandas.DataFrame])
def test_columns_that_are_passed_over_are_told(model, kind):
    # "saddle_anesthesia" is near to saddle_anaesthesia, "shoe_size" to nothing.
    cases = {"id": ["a"], "age": [45], "saddle_anesthesia": [1], "shoe_size": ["7"]}
    with pytest.raises(dorsal.DataError, match="saddle_anesthesia"):
        model.score(kind(cases))
    with pytest.warns(dorsal.ColumnWarning) as told:
        model.score(kind(cases), ignore_unknown_columns=True)
    assert [str(warning.message) for warning in told] == [
        'the column "saddle_anesthesia" is passed over; did you mean "saddle_anaesthesia"?']
    with pytest.warns(dorsal.ColumnWarning, match="saddle_anesthesia"):
        model.scorer(mapping="column,finding\nage,age\n").explain(kind(cases))
    with pytest.warns(dorsal.ColumnWarning):
        batches = model.scorer(ignore_unknown_columns=True).batches(pa.table(cases))
    told = json.loads(batches.schema.metadata[b"dorsal.passed_over"])
    assert told == ["saddle_anesthesia", "shoe_size"]


def test_lines_of_a_mapping_that_are_to_be_decided_are_told(model):
    mapping = "column,finding,decide\nage,age,\nward,sex,which is it?\n"
    with pytest.warns(dorsal.ColumnWarning, match='1 line of mapping .*"ward"'):
        model.score({"id": ["a"], "age": [45], "ward": ["7"]}, mapping=mapping)


def test_nothing_is_told_of_plain_columns(model, recwarn):
    answers = model.scorer().batches(pa.table({"id": ["a"], "age": [45]}))
    assert not answers.schema.metadata
    assert model.evaluate({"id": ["a"], "diagnosis": ["muscle_strain"], "age": [45]})
    assert not recwarn.list
