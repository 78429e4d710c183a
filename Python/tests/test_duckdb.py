"""The function of SQL: the same answers as a table's."""

import pyarrow
import pytest

import dorsal
import dorsal.model

duckdb = pytest.importorskip("duckdb")
import dorsal.duckdb

VISITS = """
create table visits as
select 'c' || i as id, 18 + i % 70 as age,
  case i % 3 when 0 then true when 1 then false end as fever,
  ['thoracic', 'low_back', null][i % 3 + 1]::enum('thoracic', 'low_back', 'neck') as site,
  (i % 11)::decimal(4, 1) as severity, 'B' || i % 4 as ward
from range(5000) t(i)
"""
FINDINGS = "id, age, fever, site, severity"


@pytest.fixture()
def connection():
    connection = duckdb.connect()
    connection.execute(VISITS)
    return connection


def test_a_row_is_scored_as_its_table_is(connection, model):
    dorsal.duckdb.register(
        connection, model=model, top=2, interval=0.9, ignore_unknown_columns=True)
    told = connection.sql(
        "select id, unnest(dorsal_score(v)) from visits v order by id").fetchall()
    answers = dorsal.duckdb.score(
        connection, f"select {FINDINGS} from visits order by id", model=model, top=2, interval=0.9)
    assert len(told) == 5000 and told == answers.fetchall()


def test_findings_go_by_name_and_null_is_unknown(connection, model):
    dorsal.duckdb.register(connection, "causes_of", model=model, top=1)

    def ranked(case):
        return connection.sql(f"select unnest(causes_of({case}))").fetchall()

    assert ranked("{age: 67, fever: true}") == ranked("{fever: true, age: 67}")
    assert ranked("{age: 67, fever: null}") == ranked("{age: 67}")
    assert ranked("{age: 67, fever: 'nan'::double}") == ranked("{age: 67}")
    assert ranked("{age: 67, fever: false}") != ranked("{age: 67}")
    alone = model.score({"id": "row", "age": 67, "fever": True}, top=1).to_pylist()[0]
    assert ranked("{age: 67, fever: true}") == [tuple(alone.values())[1:]]


def test_a_row_that_cannot_be_read_stops_no_query(connection, model):
    dorsal.duckdb.register(connection, model=model, top=1)
    told = connection.sql(
        "select dorsal_score({age: a}) from (values (40), (400)) t(a)").fetchall()
    assert told[0][0]["fault"] is None and told[0][0]["cause_1"]
    assert told[1][0]["fault"].startswith('age "400"') and told[1][0]["cause_1"] is None


def test_no_case_has_no_answer(connection, model):
    dorsal.duckdb.register(connection, model=model, top=1)
    rows = "(select case i when 1 then {age: 40} end as v from range(3) t(i))"
    told = connection.sql(f"select dorsal_score(v) is null from {rows}").fetchall()
    assert told == [(True,), (False,), (True,)]
    assert connection.sql(
        "select dorsal_score(v) from visits v where age > 1000").fetchall() == []


def test_what_is_wrong_with_a_query_is_said(connection, model):
    dorsal.duckdb.register(connection, model=model)
    with pytest.raises(duckdb.Error, match="ward"):
        connection.sql("select dorsal_score(v) from visits v").fetchall()
    with pytest.raises(duckdb.Error, match="takes one struct"):
        connection.sql("select dorsal_score(age, fever) from visits").fetchall()
    with pytest.raises(dorsal.ArgumentError, match="unknown option"):
        dorsal.duckdb.register(connection, model=model, tops=1)


def test_registering_again_replaces_the_function(connection, model):
    dorsal.duckdb.register(connection, model=model, top=1)
    dorsal.duckdb.register(connection, model=model, all=True)
    told = connection.sql("select dorsal_score({age: 40}) as d").fetchall()[0][0]
    assert abs(sum(value for name, value in told.items() if name.startswith("p_")) - 1) < 1e-5


def test_sets_are_lists(connection, root, model):
    cases = connection.sql(
        f"select * from read_csv('{root}/Data/simulated.csv', all_varchar = true)")
    source = cases.arrow()
    table = source.read_all() if hasattr(source, "read_all") else source
    correction = model.calibrate(table, coverages=[0.8])
    dorsal.duckdb.register(connection, model=model, calibration=correction, coverage=0.8)
    told = connection.sql("select dorsal_score({age: 40}).set").fetchall()[0][0]
    assert told and all(isinstance(cause, str) for cause in told)


def test_cases_are_read_batch_by_batch(connection, model, monkeypatch):
    sizes = []
    whole = dorsal.model.Scorer.batches

    def watched(scorer, table):
        def seen():
            for batch in reader:
                sizes.append(batch.num_rows)
                yield batch

        reader = pyarrow.RecordBatchReader.from_stream(table)
        return whole(scorer, pyarrow.RecordBatchReader.from_batches(reader.schema, seen()))

    monkeypatch.setattr(dorsal.model.Scorer, "batches", watched)
    monkeypatch.setattr(dorsal.duckdb, "_ROWS", 2048)
    answers = dorsal.duckdb.score(connection, f"select {FINDINGS} from visits", model=model, top=1)
    assert answers.count("*").fetchall() == [(5000,)]
    assert sum(sizes) == 5000 and max(sizes) <= 2048


def test_a_query_that_fails_half_way_is_an_error(connection, model):
    with pytest.raises((dorsal.DataError, duckdb.Error), match="gone"):
        dorsal.duckdb.score(
            connection, "select id, case when age > 80 then error('gone') else age end as age "
            "from visits", model=model)


def test_a_view_holds_the_answers(connection, model):
    dorsal.duckdb.view(connection, "ranked", f"select {FINDINGS} from visits", model=model, top=1)
    assert connection.sql("select count(*) from ranked where cause_1 is not null").fetchall() == [
        (5000,)]
