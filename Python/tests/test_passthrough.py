"""Columns that pass through are the very memory of the cases."""

import datetime
import gc

import pyarrow as pa
import pytest

import dorsal


def extras(count):
    """Columns of types that no finding may have."""
    return {
        "ward": pa.array([f"ward {place % 7}" for place in range(count)]),
        "seen": pa.array(
            [None if place % 5 == 0 else datetime.date(2026, 1, 1 + place % 28)
             for place in range(count)]),
        "codes": pa.array([[place, place + 1] for place in range(count)]),
        "place": pa.array([{"x": place, "y": [str(place)]} for place in range(count)]),
        "kind": pa.array(
            [("a", "b", None)[place % 3] for place in range(count)]).dictionary_encode(),
        "raw": pa.array([bytes([place % 256]) for place in range(count)], pa.binary()),
        "none": pa.nulls(count),
    }


def cases(count):
    return pa.table({
        "id": [f"c{place}" for place in range(count)],
        "age": [20 + place % 60 for place in range(count)], **extras(count)})


def test_extra_columns_stand_behind_the_answers(model):
    table = cases(9000)
    plain = model.score(table, ignore_unknown_columns=True)
    answers = model.score(table, passthrough=True)
    assert answers.column_names == plain.column_names + list(extras(1))
    assert answers.select(plain.column_names).equals(plain)
    answers.validate(full=True)
    for name in extras(1):
        assert answers.column(name).type == table.column(name).type
        assert answers.column(name).to_pylist() == table.column(name).to_pylist()


def test_nothing_is_copied(model):
    table = cases(100).combine_chunks()
    answers = model.score(table, passthrough=["ward", "codes"], ignore_unknown_columns=True)
    for name in ("ward", "codes"):
        before, after = table.column(name).chunk(0), answers.column(name).chunk(0)
        assert [b and b.address for b in before.buffers()] == [
            b and b.address for b in after.buffers()]


def test_named_columns_alone_pass(model):
    table = cases(3).select(["id", "age", "ward", "seen"])
    answers = model.score(table, passthrough=["age", "ward"], ignore_unknown_columns=True)
    assert answers.column_names[-2:] == ["age", "ward"] and "seen" not in answers.column_names
    assert answers.column("age").to_pylist() == [20, 21, 22]
    # A name that is asked for is known; others are still faults.
    with pytest.raises(dorsal.DataError, match='unknown column "seen"'):
        model.score(table, passthrough=["ward"])


def test_slices_and_batches_pass_their_own_rows(model):
    table = cases(50)
    for part in (table.slice(7, 20), pa.Table.from_batches(table.to_batches(max_chunksize=9))):
        answers = model.score(part, passthrough=True)
        answers.validate(full=True)
        for name in extras(1):
            assert answers.column(name).to_pylist() == part.column(name).to_pylist()
    structs = pa.chunked_array(table.to_struct_array()).slice(3, 11)
    part = pa.Table.from_struct_array(structs)
    answers = model.score(part, passthrough=True)
    assert answers.column("place").to_pylist() == table.column("place").to_pylist()[3:14]


def test_they_live_as_long_as_the_answers(model):
    table = cases(5000)
    expected = table.column("place").to_pylist()
    before = pa.total_allocated_bytes()
    answers = model.score(table, passthrough=True)
    del table
    gc.collect()
    assert answers.column("place").to_pylist() == expected
    del answers, expected
    gc.collect()
    assert pa.total_allocated_bytes() < before


def test_rows_with_faults_pass_too(model):
    answers = model.score(
        {"id": ["a", "b"], "age": [670, 67], "ward": ["x", "y"]}, passthrough=True,
        on_fault="keep").to_pylist()
    assert [row["ward"] for row in answers] == ["x", "y"]
    assert answers[0]["cause_1"] is None and answers[1]["cause_1"]


def test_what_cannot_pass_is_named(model):
    table = {"id": ["a"], "urgency": ["x"], "ward": ["y"]}
    with pytest.raises(dorsal.DataError, match='"urgency" cannot pass through'):
        model.score(table, passthrough=True)
    with pytest.raises(dorsal.DataError, match='no column "wards".*did you mean "ward"'):
        model.score(table, passthrough=["wards"], ignore_unknown_columns=True)
    with pytest.raises(dorsal.ArgumentError, match="passthrough"):
        model.scorer(passthrough=7)


def test_mapped_columns_are_known(model):
    mapping = "column,finding,codes\npid,id,\ns,sex,1=male;2=female\nward,,\n"
    table = {"pid": ["a"], "s": [1], "ward": ["x"], "note": ["y"]}
    answers = model.score(table, mapping=mapping, passthrough=True)
    assert answers.column_names[-2:] == ["ward", "note"]
    everything = model.score(table, mapping=mapping, passthrough=["pid", "s"])
    assert everything.column("pid").to_pylist() == everything.column("id").to_pylist()
