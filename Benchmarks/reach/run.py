"""The same cases through the tool, the C interface, Python, DuckDB, polars and Spark.

    run.py DATA --dorsal .build/release/dorsal [--rows 1000000] [--rounds 3] [--spark]
    run.py DATA --growth [--rows 1000000] [--millions 1,5,20] [--spark]

Makes DATA/cases.csv by `dorsal simulate` and DATA/cases.parquet of the same cases if they are not
there. First every way answers the first rows, and all that give Arrow, the calls of C and the tool's
own files among them and Spark with --spark, have to give the same bits; the tool's CSV the same ids,
causes and six decimals. Then each is timed in a process of its own, in turn, --rounds times over.
What is shown is processor time, of the process and all that it started, since a shared machine's
clock says little; ratios are taken within rounds, and their median is given. Of the tool and of
Parquet by Python their start is part of it, of the others (Spark's start takes some ten seconds) it
is not. Memory is the sum of the peaks of the process and all that it started.

With --growth it is Parquet to Parquet instead, by Python and by Spark on two cores, of folders that
hold the one file so often that they have --millions of rows: seconds and memory should say how
they grow.

Needs DORSAL_LIBRARY, the package on PYTHONPATH, and DuckDB, polars and, for --spark, pyspark.
"""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

import ways

TABLES = ["c", "python", "python_batches", "duckdb", "duckdb_function", "polars"]
FILES = ["tool", "parquet"]
SPARK = ["spark1_pass", "spark1", "spark2_pass", "spark2"]
# Beside what each way is compared with.
BESIDE = {
    "python": "c", "python_batches": "c", "duckdb": "python", "duckdb_function": "python",
    "polars": "python", "parquet": "tool", "spark1": "spark1_pass", "spark2": "spark2_pass",
}


def make(folder, dorsal, rows):
    """The cases as text and as typed columns."""
    folder.mkdir(parents=True, exist_ok=True)
    text, typed = folder / "cases.csv", folder / "cases.parquet"
    if not text.exists():
        subprocess.run(
            [dorsal, "simulate", "--count", str(rows), "--missing", "0.5", "--output", str(text),
             "--quiet"], check=True)
    if typed.exists():
        return
    import dorsal as package

    findings = {row["id"]: row for row in package.Model().description["findings"]}
    states = {"present": True, "absent": False}

    def column(name, values):
        finding = findings.get(name)
        if finding is None:
            return values
        if finding["kind"] == "number":
            return values.cast(pa.float64())
        if finding["kind"] == "binary":
            return pa.array([states.get(value) for value in values.to_pylist()], pa.bool_())
        return values.dictionary_encode()

    names = text.open().readline().strip().split(",")
    reader = pyarrow.csv.open_csv(
        text, read_options=pyarrow.csv.ReadOptions(block_size=1 << 24),
        convert_options=pyarrow.csv.ConvertOptions(
            strings_can_be_null=True, column_types=dict.fromkeys(names, pa.string())))
    writer = None
    for batch in reader:
        made = pa.table({name: column(name, batch.column(name)) for name in names})
        writer = writer or pyarrow.parquet.ParquetWriter(typed, made.schema, compression="zstd")
        writer.write_table(made)
    writer.close()


def prove(folder, dorsal, others):
    """Refuses to time ways that do not agree."""
    few = folder / "few.parquet"
    table = next(pyarrow.parquet.ParquetFile(folder / "cases.parquet").iter_batches(20_000))
    table = pa.Table.from_batches([table])
    pyarrow.parquet.write_table(table, few)
    expected = ways.answer("python", few)
    compared = [way for way in [*TABLES, *others] if way != "python"]
    for way in compared:
        # Who owns a table says whether its columns may have nulls; values are what counts.
        told = ways.answer(way, few).cast(expected.schema)
        if way in others:
            told, mine = told.sort_by("id"), expected.sort_by("id")
        else:
            mine = expected
        if not told.equals(mine):
            raise SystemExit(f"{way}: other answers than by Python")
    own = through_files_of_the_tool(folder, dorsal, table)
    for name in expected.column_names:
        # The tool has no faults in its answers, and columns of its own.
        if name != "fault" and own.column(name).to_pylist() != expected.column(name).to_pylist():
            raise SystemExit(f"the tool's Arrow: {name} differs")
    with (folder / "cases.csv").open() as whole, (folder / "few.csv").open("w") as part:
        for _, line in zip(range(table.num_rows + 1), whole):
            part.write(line)
    subprocess.run([dorsal, "score", str(folder / "few.csv"), "--output",
                    str(folder / "told.csv"), "--quiet"], check=True)
    told = pyarrow.csv.read_csv(folder / "told.csv")
    shared = [name for name in expected.column_names if name in told.column_names]
    if len(shared) < 14:
        raise SystemExit(f"the tool: its columns are {told.column_names}")
    for name in shared:
        mine, other = told.column(name), expected.column(name)
        if pa.types.is_floating(other.type):
            gap = max(abs(a - b) for a, b in zip(mine.to_pylist(), other.to_pylist()))
            if gap > 5.1e-7:
                raise SystemExit(f"the tool: {name} differs by {gap}")
        elif mine.cast(other.type).to_pylist() != other.to_pylist():
            raise SystemExit(f"the tool: {name} differs")
    print(f"python, {', '.join(compared)} and the tool's own files of Arrow give the same bits for "
          f"{table.num_rows} cases, the tool's CSV the same text", flush=True)


def through_files_of_the_tool(folder, dorsal, table):
    """The answers of the tool, from Arrow to Arrow."""
    with pa.ipc.new_file(str(folder / "few.arrow"), table.schema) as file:
        file.write_table(table)
    subprocess.run([dorsal, "score", str(folder / "few.arrow"), "--output",
                    str(folder / "told.arrow"), "--quiet"], check=True)
    with pa.ipc.open_file(str(folder / "told.arrow")) as file:
        return file.read_all()


def run(way, folder, dorsal, cases="cases.parquet"):
    """One run: seconds of clock and processor, peak megabytes."""
    if way == "tool":
        command = [dorsal, "score", str(folder / "cases.csv"), "--output",
                   str(folder / "told.csv"), "--quiet", "--threads", "1"]
    elif way == "parquet":
        command = [sys.executable, "-m", "dorsal", "score", str(folder / cases),
                   str(folder / "told.parquet")]
    else:
        command = [sys.executable, str(pathlib.Path(ways.__file__)), way,
                   str(folder / cases)]
    start = time.perf_counter()
    most = 0
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(command, stdout=out, stderr=errors)
        while True:
            finished, status, used = os.wait4(child.pid, os.WNOHANG)
            if finished:
                break
            most = max(most, ways.peak(child.pid))
            time.sleep(0.02)
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        errors.seek(0)
        said, wrong = out.read(), errors.read()
    if child.returncode:
        raise SystemExit(f"{way}: {wrong.decode()[-2000:]}")
    if way in FILES:
        return {"clock": time.perf_counter() - start, "peak": most,
                "processor": used.ru_utime + used.ru_stime}
    return json.loads(said.decode().splitlines()[-1])


def grow(folder, rows, millions, with_spark):
    """Times Parquet to Parquet of more and more rows."""
    print(f"{'way':16} {'rows':>10} {'us a case':>10} {'clock s':>8} {'peak MB':>8}")
    result = []
    for million in millions:
        name = f"growth-{million}.parquet"
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / name).mkdir()
        copies = max(round(million * 1e6 / rows), 1)
        for copy in range(copies):
            os.link(folder / "cases.parquet", folder / name / f"part-{copy:03}.parquet")
        for way in ["parquet", *(["spark2_files"] if with_spark else [])]:
            took = run(way, folder, None, name)
            count = copies * rows
            print(f"{way:16} {count:10} {took['processor'] / count * 1e6:10.2f} "
                  f"{took['clock']:8.1f} {took['peak']:8}", flush=True)
            result.append({"way": way, "rows": count, **took})
        shutil.rmtree(folder / name)
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--dorsal", default=".build/release/dorsal")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--spark", action="store_true")
    parser.add_argument("--growth", action="store_true")
    parser.add_argument("--millions", default="1,5,20")
    parser.add_argument("--output", type=pathlib.Path)
    given = parser.parse_args()
    make(given.data, given.dorsal, given.rows)
    rows = pyarrow.parquet.ParquetFile(given.data / "cases.parquet").metadata.num_rows
    if given.growth:
        millions = [float(million) for million in given.millions.split(",")]
        result = grow(given.data, rows, millions, given.spark)
        if given.output:
            given.output.write_text(json.dumps(result, indent=1) + "\n")
        return
    prove(given.data, given.dorsal, ["spark"] if given.spark else [])
    order = [*FILES, *TABLES, *(SPARK if given.spark else [])]
    times = {way: [] for way in order}
    for _ in range(given.rounds):
        for way in order:
            times[way].append(run(way, given.data, given.dorsal))
            print(way, times[way][-1], file=sys.stderr, flush=True)
    print(f"{rows} cases, median of {given.rounds} rounds; load {os.getloadavg()[0]:.1f}")
    print(f"{'way':16} {'us a case':>10} {'clock s':>8} {'peak MB':>8}  ratio")
    result = {"rows": rows, "rounds": given.rounds, "load": os.getloadavg(), "ways": {}}
    for way, runs in times.items():
        processor = statistics.median(took["processor"] for took in runs)
        clock = statistics.median(took["clock"] for took in runs)
        peak = max(took["peak"] for took in runs)
        ratio = ""
        if way in BESIDE:
            value = statistics.median(
                took["processor"] / other["processor"]
                for took, other in zip(runs, times[BESIDE[way]]))
            ratio = f"{value:.2f} of {BESIDE[way]}"
        result["ways"][way] = {"processor": processor, "clock": clock, "peak": peak, "ratio": ratio}
        print(f"{way:16} {processor / rows * 1e6:10.2f} {clock:8.1f} {peak or '':>8}  {ratio}")
    if given.output:
        given.output.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
