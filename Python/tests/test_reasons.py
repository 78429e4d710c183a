"""Explanations, suggestions, evaluations and calibrations."""

import json
import subprocess
import sys

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

import dorsal
from test_score import cases_of


def test_an_explanation_is_of_its_case(model):
    cases = {"id": ["a", "b"], "age": [30, 67], "night_pain": [False, True]}
    why = model.explain(cases, row=1, interval=0.95)
    assert why.data["id"] == "b"
    # The case of row 1, and no other: two known findings in its own states.
    assert why.data["findings_known"] == 2
    for cause in why.data["causes"]:
        states = {term["finding"]: term["state"] for term in cause["contributions"]}
        assert states.items() <= {"age": "65_to_74", "night_pain": "present"}.items()
    assert {term["finding"] for cause in why.data["causes"] for term in cause["contributions"]} == {
        "age", "night_pain"}
    assert str(why).startswith("case b,") and "night_pain" in str(why)
    assert "<html" in why.html and "srcdoc" in why._repr_html_()
    with pytest.raises(dorsal.ArgumentError, match="2 rows"):
        model.explain(cases, row=2)


def test_suggestions_are_of_unknown_findings(model):
    told = model.suggest({"id": "a", "age": 67, "night_pain": True})
    asked = [suggestion["finding"] for suggestion in told["suggestions"]]
    assert asked and "age" not in asked and "night_pain" not in asked


def test_an_evaluation_counts_the_labelled(root, model):
    vignettes = cases_of(root / "Data" / "vignettes.csv")
    figures = model.evaluate(vignettes)
    named = sum(diagnosis is not None for diagnosis in vignettes["diagnosis"].to_pylist())
    assert (figures["cases"], figures["labelled"]) == (vignettes.num_rows, named)
    half = vignettes.set_column(
        vignettes.column_names.index("diagnosis"), "diagnosis",
        pa.array([diagnosis if place % 2 else None
                  for place, diagnosis in enumerate(vignettes["diagnosis"].to_pylist())]))
    fewer = model.evaluate(half)
    assert (fewer["cases"], fewer["labelled"]) == (
        vignettes.num_rows, half.num_rows - half["diagnosis"].null_count)
    assert fewer["labelled"] < named
    with pytest.raises(dorsal.DataError, match="diagnosis"):
        model.evaluate(vignettes.drop_columns(["diagnosis"]))


def test_a_calibration_is_used(root, model, tmp_path):
    cases = pyarrow.csv.read_csv(
        root / "Data" / "simulated.csv",
        convert_options=pyarrow.csv.ConvertOptions(strings_can_be_null=True))
    fitted = model.calibrate(cases, method="temperature", folds=3, force=True)
    assert fitted.report
    fitted.write(tmp_path / "fix.json")
    with_object = model.score(cases.slice(0, 50), calibration=fitted)
    with_file = model.score(cases.slice(0, 50), calibration=tmp_path / "fix.json")
    assert with_object.equals(with_file)
    assert not with_object.equals(model.score(cases.slice(0, 50)))
    with pytest.raises(dorsal.ArgumentError, match="method"):
        model.calibrate(cases, method="magic")


def test_a_calibration_that_does_not_help_changes_nothing(root, model):
    cases = pyarrow.csv.read_csv(
        root / "Data" / "simulated.csv",
        convert_options=pyarrow.csv.ConvertOptions(strings_can_be_null=True))
    # The cases were drawn from the model: a ridge of next to nothing fits each cause to chance.
    kept = model.calibrate(cases.slice(0, 300), ridge=1e-6)
    assert json.loads(kept.json)["method"] == "none"
    few = cases.slice(0, 50)
    assert model.score(few, calibration=kept).equals(model.score(few))
    forced = model.calibrate(cases.slice(0, 300), ridge=1e-6, force=True)
    assert not model.score(few, calibration=forced).equals(model.score(few))


def readable(rows):
    """Cases whose third has an age that cannot be."""
    return {"id": list("abcde"), "age": [40, 50, 670, 60, 70], "night_pain": [True, None] * 2 + [False],
            "diagnosis": rows}


def test_an_evaluation_tells_of_rows_that_are_left_out(model):
    causes = model.causes.column("id").to_pylist()
    cases = readable([causes[0], causes[1], causes[0], causes[2], causes[0]])
    with pytest.warns(dorsal.FaultWarning, match="1 of 5 rows.*row 2: age") as told:
        figures = model.evaluate(cases)
    assert figures["rows"]["read"] == 5 and figures["rows"]["left_out"] == 1
    assert figures["cases"] == 4
    (fault,) = told[0].message.rows
    assert (fault.row, fault.id) == (2, "c") and fault.fault.startswith('age "670"')
    assert told[0].filename == __file__
    # The figures are those of the rows that can be read.
    fine = {name: values[:2] + values[3:] for name, values in cases.items()}
    assert {**model.evaluate(fine), "rows": None} == {**figures, "rows": None}
    assert model.evaluate(fine)["rows"] == {"read": 4, "left_out": 0, "faults": []}
    assert model.evaluate(cases, on_fault="keep") == figures
    with pytest.raises(dorsal.DataError, match="row 2") as raised:
        model.evaluate(cases, on_fault="raise")
    assert raised.value.rows == [fault]
    with pytest.raises(dorsal.DataError, match="no case has a diagnosis.*\n1 of 1 rows.*age"):
        model.evaluate({"id": ["a"], "age": [670], "diagnosis": [causes[0]]})
    report = model.calibrate({name: values * 20 for name, values in cases.items()}, folds=2).report
    assert "20 of 100 rows left out" in report and "row 2: age" in report


def test_an_evaluation_judges_the_sets_of_a_coverage(root, model, tmp_path):
    cases = cases_of(root / "Data" / "simulated.csv")
    correction = model.calibrate(cases, coverages=[0.8])
    figures = model.evaluate(cases, calibration=correction, coverage=0.8)
    # Counted from the answers themselves.
    answers = model.score(cases, calibration=correction, coverage=0.8)
    rows = [
        (found, named) for found, named in zip(
            answers.column("set").to_pylist(), cases.column("diagnosis").to_pylist()) if named]
    held = sum(bool(set(named.split("|")) & set(found)) for found, named in rows) / len(rows)
    size = sum(len(found) for found, _ in rows) / len(rows)
    assert figures["coverage"]["stated"] == 0.8
    assert figures["coverage"]["held"]["value"] == pytest.approx(held, abs=1e-9)
    assert figures["coverage"]["mean_size"] == pytest.approx(size, abs=1e-9)
    assert model.evaluate(cases, calibration=correction)["coverage"] is None


def test_options_that_a_call_makes_nothing_of_are_refused(root, model):
    cases = cases_of(root / "Data" / "simulated.csv")
    correction = model.calibrate(cases, method="temperature", folds=3, force=True)
    corrected = model.scorer(calibration=correction)
    for call in (corrected.suggest, corrected.calibrate):
        with pytest.raises(dorsal.ArgumentError, match="calibration"):
            call(cases)
    with pytest.raises(dorsal.ArgumentError, match="suggest makes nothing of it"):
        model.suggest(cases, calibration=correction)
    with pytest.raises(dorsal.ArgumentError, match="explain makes nothing of it"):
        model.explain(cases, top=3)
    with pytest.raises(dorsal.ArgumentError, match="evaluate makes nothing of it"):
        model.evaluate(cases, interval=0.9)
    with pytest.raises(dorsal.ArgumentError, match="calibrate makes nothing of it"):
        model.calibrate(cases, scorer_options={"calibration": correction})
    with pytest.raises(dorsal.ArgumentError, match="unknown option"):
        model.explain(cases, settings="a")
    # None is an option that is not given.
    assert model.suggest(cases, calibration=None) == model.suggest(cases)


def test_a_row_that_cannot_be_explained_is_named(model):
    cases = {"id": ["a", "b"], "age": [30, 670]}
    for call in (model.explain, model.suggest):
        with pytest.raises(dorsal.DataError, match='row 1: age "670"') as told:
            call(cases, row=1)
        assert [fault.row for fault in told.value.rows] == [1]
        with pytest.raises(dorsal.ArgumentError, match="2 rows"):
            call(cases, row=2)
        with pytest.raises(dorsal.ArgumentError, match="0 or more"):
            call(cases, row=-1)


def test_no_more_is_read_than_up_to_the_row(model):
    schema = pa.schema([("id", pa.string()), ("age", pa.int64())])
    given = []

    def batches():
        for place in range(1000):
            given.append(place)
            yield pa.record_batch([[f"c{place}", f"d{place}"], [40, 50]], schema=schema)

    for call in (model.explain, model.suggest):
        given.clear()
        call(pa.RecordBatchReader.from_batches(schema, batches()), row=5)
        # The row is in the third batch; a reader may have begun with the next.
        assert len(given) <= 4


def test_findings_are_a_table(model):
    kinds = dict(zip(*(model.findings.column(name).to_pylist() for name in ("id", "kind"))))
    assert kinds["age"] == "number" and kinds["night_pain"] == "binary"


def test_parquet_in_and_out(root, model, tmp_path):
    cases = cases_of(root / "Data" / "vignettes.csv")
    pyarrow.parquet.write_table(cases, tmp_path / "in.parquet")
    run = subprocess.run(
        [sys.executable, "-m", "dorsal", "score", str(tmp_path / "in.parquet"),
         str(tmp_path / "out.parquet"), "--model", str(root / "Models" / "back-pain")],
        capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert pyarrow.parquet.read_table(tmp_path / "out.parquet").equals(model.score(cases))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.parquet", "out.parquet"]


def scored(root, cases, answers, *options):
    run = subprocess.run(
        [sys.executable, "-m", "dorsal", "score", str(cases), str(answers),
         "--model", str(root / "Models" / "back-pain"), *options], capture_output=True, text=True)
    return run.returncode, run.stderr


@pytest.mark.parametrize("ages, status", [([40, 50], 0), ([40, 400], 3), ([400, 500], 65)])
def test_the_status_tells_of_rows_with_faults(root, tmp_path, ages, status):
    pyarrow.parquet.write_table(pa.table({"id": ["a", "b"], "age": ages}), tmp_path / "in.parquet")
    faults = sum(age > 120 for age in ages)
    found, told = scored(root, tmp_path / "in.parquet", tmp_path / "out.parquet")
    assert (found, told) == (status, f"dorsal: 2 rows, {faults} with faults\n")
    fault = pyarrow.parquet.read_table(tmp_path / "out.parquet").column("fault")
    assert [text is None for text in fault.to_pylist()] == [age <= 120 for age in ages]


def peak_of_scoring(root, folder, groups):
    """The most memory, in megabytes, of Parquet to Parquet of so many groups of 50,000 rows."""
    rows = 50_000
    schema = pa.schema([("id", pa.string()), ("age", pa.int64()), ("night_pain", pa.bool_())])
    with pyarrow.parquet.ParquetWriter(folder / "in.parquet", schema) as writer:
        for group in range(groups):
            writer.write_table(pa.table({
                "id": [f"c{group}-{row}" for row in range(rows)],
                "age": [18 + row % 80 for row in range(rows)],
                "night_pain": [(True, False, None)[row % 3] for row in range(rows)]}, schema))
    code = """
import sys
from dorsal.__main__ import main
assert main(sys.argv[1:]) == 0
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""
    run = subprocess.run(
        [sys.executable, "-c", code, "score", str(folder / "in.parquet"),
         str(folder / "out.parquet"), "--model", str(root / "Models" / "back-pain")],
        capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    found = pyarrow.parquet.ParquetFile(folder / "out.parquet").metadata
    assert found.num_rows == groups * rows
    return int(run.stdout) / 1024


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is read from /proc")
def test_memory_does_not_grow_with_the_rows_of_a_file(root, tmp_path):
    less, more = peak_of_scoring(root, tmp_path, 2), peak_of_scoring(root, tmp_path, 8)
    # The answers to 300,000 rows more have 60 MB as columns: five causes, their probabilities, ids.
    answers = pyarrow.parquet.read_table(tmp_path / "out.parquet").nbytes / 2**20
    assert more - less < answers * 6 / 8 / 2


def test_files_that_are_not_there_are_told_by_name(root, tmp_path):
    cases, answers = tmp_path / "in.parquet", tmp_path / "out.parquet"
    assert scored(root, cases, answers) == (66, f"dorsal: {cases}: no such file\n")
    pyarrow.parquet.write_table(pa.table({"id": ["a"], "age": [40]}), cases)
    assert scored(root, cases, answers, "--calibration", "none.json") == (
        66, "dorsal: none.json: no such file\n")
    status, told = scored(root, cases, tmp_path / "no" / "out.parquet")
    assert status == 73 and told.startswith(f"dorsal: {tmp_path}/no/out.parquet: cannot be created")
    assert [path.name for path in tmp_path.iterdir()] == ["in.parquet"]


def test_a_folder_of_parquet_files_is_a_table(root, tmp_path):
    (tmp_path / "in.parquet").mkdir()
    for name in ("a", "b"):
        pyarrow.parquet.write_table(
            pa.table({"id": [name], "age": [40]}), tmp_path / "in.parquet" / f"{name}.parquet")
    status, told = scored(root, tmp_path / "in.parquet", tmp_path / "out.csv")
    assert (status, told) == (0, "dorsal: 2 rows, 0 with faults\n")


def test_duckdb(model):
    duckdb = pytest.importorskip("duckdb")
    import dorsal.duckdb

    connection = duckdb.connect()
    connection.execute(
        "create table cases as select 'c' || i as id, 18 + i as age, i % 2 = 0 as night_pain "
        "from range(60) as t(i)")
    answers = dorsal.duckdb.score(connection, "select * from cases", model=model)
    table = connection.sql("select * from cases").arrow()
    table = table.read_all() if isinstance(table, pa.RecordBatchReader) else table
    assert answers.fetchall() == [tuple(row.values()) for row in model.score(table).to_pylist()]


def test_one_scorer_on_several_threads(root, model):
    from concurrent.futures import ThreadPoolExecutor

    cases = cases_of(root / "Data" / "vignettes.csv")
    scorer = model.scorer()
    whole = scorer.score(cases)
    with ThreadPoolExecutor(4) as pool:
        assert all(found.equals(whole) for found in pool.map(scorer.score, [cases] * 16))


def in_a_fork(work):
    """What a forked process says: whether the work held; it is ended if it hangs."""
    import os
    import signal

    child = os.fork()
    if child == 0:
        signal.alarm(300)
        try:
            os._exit(0 if work() else 1)
        finally:
            os._exit(2)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_a_fork_after_a_calibration_is_told_and_does_not_hang(root, model):
    cases = cases_of(root / "Data" / "simulated.csv")
    model.calibrate(cases, method="temperature", folds=3)
    whole = model.score(cases, threads=2)

    def calibrates():
        try:
            model.calibrate(cases, method="temperature", folds=3)
        except dorsal.ForkedError:
            return True

    assert in_a_fork(calibrates) == 0
    assert in_a_fork(lambda: model.score(cases, threads=2).equals(whole)) == 0
    # The process that had the threads goes on with them.
    model.calibrate(cases, method="temperature", folds=3)


def test_a_process_that_forks_first_calibrates_in_the_fork(root):
    # In a process of its own: this one has begun to use threads, as who loads a model does.
    code = """
import os, signal, sys
import dorsal, pyarrow.csv
cases = pyarrow.csv.read_csv(sys.argv[2], convert_options=pyarrow.csv.ConvertOptions(
    strings_can_be_null=True))
child = os.fork()
if child == 0:
    signal.alarm(300)
    model = dorsal.Model(sys.argv[1])
    model.score(cases)
    model.calibrate(cases, method="temperature", folds=3)
    os._exit(0)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    run = subprocess.run(
        [sys.executable, "-c", code, str(root / "Models" / "back-pain"),
         str(root / "Data" / "simulated.csv")], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


def test_threads_of_a_shared_openblas_are_given_back(root, model):
    import ctypes

    # The one that the engine is linked to, where it is the system's and not inside: NumPy's own
    # has another name.
    model.suggest({"id": "a", "age": 67})
    with open("/proc/self/maps") as file:
        found = {line.split()[-1] for line in file if "/libopenblas" in line}
    if len(found) != 1:
        pytest.skip("the engine shares no OpenBLAS")
    shared = ctypes.CDLL(found.pop())
    before = shared.openblas_get_num_threads()
    try:
        shared.openblas_set_num_threads(2)
        model.suggest({"id": "a", "age": 67})
        model.calibrate(cases_of(root / "Data" / "simulated.csv"), folds=2)
        assert shared.openblas_get_num_threads() == 2
    finally:
        shared.openblas_set_num_threads(before)


def test_a_fork_goes_on(root, model):
    import os

    cases = {"id": ["a"], "age": [67]}
    before = model.score(cases)
    child = os.fork()
    if child == 0:
        os._exit(0 if model.score(cases).equals(before) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
