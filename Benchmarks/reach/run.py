"""The same cases through the tool, the C interface, Python, DuckDB, polars and Spark.

    run.py DATA --dorsal .build/release/dorsal [--rows 1000000] [--rounds 3] [--spark]

Makes DATA/cases.csv by `dorsal simulate` and DATA/cases.parquet of the same cases if they are not
there. First every way answers the first rows, and all that speak Arrow have to give the same
bits (the tool the same ids, causes and six decimals). Then each is timed in a process of its own,
in turn, --rounds times over. What is shown is processor time, of the process and all that it
started, since a shared machine's clock says little; ratios are taken within rounds, and their
median is given. Needs DORSAL_LIBRARY, the package on PYTHONPATH, and DuckDB, polars and, for
--spark, pyspark.
"""

import argparse
import json
import os
import pathlib
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

    numbers = {row["id"]: pa.float64()
               for row in package.Model().description["findings"] if row["kind"] == "number"}
    reader = pyarrow.csv.open_csv(
        text, read_options=pyarrow.csv.ReadOptions(block_size=1 << 24),
        convert_options=pyarrow.csv.ConvertOptions(
            strings_can_be_null=True, column_types={**dict.fromkeys(
                text.open().readline().strip().split(","), pa.string()), **numbers}))
    with pyarrow.parquet.ParquetWriter(typed, reader.schema, compression="zstd") as writer:
        for batch in reader:
            writer.write_batch(batch)


def prove(folder, dorsal):
    """Refuses to time ways that do not agree."""
    few = folder / "few.parquet"
    table = next(pyarrow.parquet.ParquetFile(folder / "cases.parquet").iter_batches(20_000))
    table = pa.Table.from_batches([table])
    pyarrow.parquet.write_table(table, few)
    expected = ways.answer("python", few)
    for way in TABLES[2:]:
        # Who owns a table says whether its columns may have nulls; values are what counts.
        if not ways.answer(way, few).cast(expected.schema).equals(expected):
            raise SystemExit(f"{way}: other answers than by the C interface's stream")
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
    print(f"{len(TABLES) - 1} ways through Arrow give the same bits for {table.num_rows} cases, "
          "the tool the same text", flush=True)
    return expected


def run(way, folder, dorsal):
    """One run: seconds of clock and processor, peak megabytes, rows."""
    if way == "tool":
        command = [dorsal, "score", str(folder / "cases.csv"), "--output",
                   str(folder / "told.csv"), "--quiet", "--threads", "1"]
    elif way == "parquet":
        command = [sys.executable, "-m", "dorsal", "score", str(folder / "cases.parquet"),
                   str(folder / "told.parquet")]
    else:
        command = [sys.executable, str(pathlib.Path(ways.__file__)), way,
                   str(folder / "cases.parquet")]
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


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--dorsal", default=".build/release/dorsal")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--spark", action="store_true")
    parser.add_argument("--output", type=pathlib.Path)
    given = parser.parse_args()
    make(given.data, given.dorsal, given.rows)
    rows = pyarrow.parquet.ParquetFile(given.data / "cases.parquet").metadata.num_rows
    prove(given.data, given.dorsal)
    order = [*FILES, *TABLES, *(SPARK if given.spark else [])]
    times = {way: [] for way in order}
    for _ in range(given.rounds):
        for way in order:
            times[way].append(run(way, given.data, given.dorsal))
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
