"""Cases from OMOP tables, beside cases that were written by hand."""

import pyarrow as pa
import pytest

import dorsal
import omop_data
from dorsal import omop

duckdb = pytest.importorskip("duckdb")


def rows_of(answer):
    """Rows as dicts, of DuckDB or Spark."""
    if hasattr(answer, "toArrow"):
        return answer.toArrow().to_pylist()
    source = answer.arrow()
    return (source.read_all() if isinstance(source, pa.RecordBatchReader) else source).to_pylist()


def told(rows):
    return {
        row["id"]: {name: value for name, value in row.items()
                    if value is not None and name != "id"}
        for row in rows}


def lost(rows):
    return {
        (row["outcome"], row["source"], row["finding"], row["concept_code"]):
            (row["records"], row["cases"])
        for row in rows if row["outcome"] not in ("taken", "says the same again")}


@pytest.fixture(scope="module")
def connection():
    connection = duckdb.connect()
    for name, table in omop_data.tables().items():
        connection.register("given", table)
        connection.execute(f"create table {name} as select * from given")
    return connection


@pytest.fixture(scope="module")
def converted(connection):
    return omop.to_cases(connection)


def test_cases_are_those_that_were_written_by_hand(converted):
    assert told(rows_of(converted.cases)) == omop_data.CASES


def test_the_report_tells_what_became_of_every_record(converted):
    # Diabetes of person 1 is preliminary at both visits; that of person 2 is taken.
    assert lost(rows_of(converted.report)) == omop_data.REPORT


def test_spark_makes_the_same_cases(spark):
    for name, table in omop_data.tables().items():
        spark.createDataFrame(table).createOrReplaceTempView(name)
    made = omop.to_cases(spark)
    assert told(rows_of(made.cases)) == omop_data.CASES
    assert lost(rows_of(made.report)) == omop_data.REPORT


def test_the_cases_can_be_scored(converted, model):
    answers = model.score(pa.Table.from_pylist(rows_of(converted.cases)), on_fault="raise")
    known = {row["id"]: row["findings_known"] for row in answers.to_pylist()}
    # The setting chooses priors and is no finding that is counted.
    assert known == {
        name: len(findings.keys() - {"setting"}) for name, findings in omop_data.CASES.items()}


def test_record_types_can_be_set_aside(connection):
    made = omop.to_cases(connection, set_aside_types=(555,))
    assert "diabetes" not in told(rows_of(made.cases))["201"]
    outcome = ("of a type that is set aside", "condition_occurrence", "diabetes", "E11")
    assert lost(rows_of(made.report))[outcome] == (1, 1)


def test_cases_and_rules_of_ones_own(connection):
    cases = """select 'p' || person_id as id, person_id, date '2024-07-02' as index_date,
        'specialist' as setting from person where person_id = 2"""
    window = [
        {**rule, "since": "365", "until": "0"} if rule["concept_code"] == "N20" else rule
        for rule in omop.rules()]
    made = told(rows_of(omop.to_cases(connection, cases, rules=window).cases))
    assert set(made) == {"p2"}
    assert made["p2"]["setting"] == "specialist" and made["p2"]["osteoporosis"] == "present"
    assert made["p2"]["kidney_stone_history"] == "present"
    assert made["p2"]["age"] == "34"


def test_rules_speak_of_findings_of_the_model(model):
    findings = {row["id"]: row for row in model.description["findings"]}
    units = {row["finding"] for row in omop._table("units")}
    for rule in omop.rules():
        finding = findings[rule["finding"]]
        if rule["rule"] in ("number", "times_upper_limit"):
            assert finding["kind"] == "number"
            assert (finding["unit"] == "times_upper_limit") == (rule["rule"] == "times_upper_limit")
        else:
            assert rule["state"] in finding["states"]
            assert rule["otherwise"] in ("", *finding["states"])
        assert (rule["rule"] in ("number", "above", "at_least", "below")) <= (
            rule["finding"] in units)
        assert rule["vocabulary_id"] in ("ICD10CM", "LOINC", "RxNorm")


def test_what_a_threshold_cuts_has_limits():
    for rule in omop.rules():
        if rule["threshold"]:
            assert float(rule["least"]) < float(rule["threshold"]) < float(rule["greatest"]), rule
        else:
            assert rule["least"] == rule["greatest"] == "", rule


def test_rules_without_limits_are_taken_as_they_were(connection):
    plain = [{name: text for name, text in rule.items() if name not in ("least", "greatest")}
             for rule in omop.rules()]
    made = told(rows_of(omop.to_cases(connection, rules=plain).cases))
    # Of the same day a record that says that the finding is there goes first: 999 and -99.
    assert made["301"]["tachycardia"] == made["301"]["hypotension"] == "present"


def test_no_rule_stands_twice():
    keys = [(rule["vocabulary_id"], rule["concept_code"], rule["finding"]) for rule in omop.rules()]
    assert len(set(keys)) == len(keys)


def test_codes_of_loinc_have_their_check_digit():
    # The digits from the right, every other one doubled from the first on, as LOINC has it.
    for rule in omop.rules():
        if rule["vocabulary_id"] != "LOINC":
            continue
        number, check = rule["concept_code"].split("-")
        doubled = str(int(number[::-1][::2][::-1]) * 2)
        total = sum(int(digit) for digit in number[::-1][1::2] + doubled)
        assert (10 - total % 10) % 10 == int(check), rule


def test_units_are_what_chemistry_says():
    factors = {(row["finding"], row["unit"]): float(row["factor"]) for row in omop._table("units")}
    # Molar masses: creatinine 113.12 g/mol, a haem of haemoglobin 16,114.5 g/mol.
    assert factors["creatinine", "mg/dL"] == pytest.approx(1e4 / 113.12, rel=1e-5)
    assert factors["haemoglobin", "mmol/L"] == pytest.approx(16.1145, rel=1e-6)
    assert factors["haemoglobin", "g/dL"] == 10 and factors["crp", "mg/dL"] == 10
    assert factors["white_cells", "/uL"] == 1e-3 and factors["white_cells", "10*3/uL"] == 1


def test_what_is_no_schema_is_refused(connection):
    with pytest.raises(dorsal.ArgumentError, match="no schema"):
        omop.to_cases(connection, cdm="a; drop table person")
    with pytest.raises(dorsal.ArgumentError, match="expected"):
        omop.sql("visits")
