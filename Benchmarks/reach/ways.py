"""The ways themselves; `ways.py WAY FILE` times one and prints it as JSON."""

import ctypes
import json
import os
import resource
import sys
import time

import pyarrow as pa
import pyarrow.parquet

import dorsal
from dorsal._library import ArrowArrayStream, library


class Array(ctypes.Structure):
    """ArrowArray of the C data interface."""


Release = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
Next = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
Array._fields_ = [
    ("length", ctypes.c_int64), ("null_count", ctypes.c_int64), ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64), ("n_children", ctypes.c_int64), ("buffers", ctypes.c_void_p),
    ("children", ctypes.c_void_p), ("dictionary", ctypes.c_void_p), ("release", ctypes.c_void_p),
    ("private_data", ctypes.c_void_p)]


def processor():
    """Seconds of this process and of all that it started, which may still run."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    total, tick = used.ru_utime + used.ru_stime, os.sysconf("SC_CLK_TCK")
    parents, times = {}, {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/stat") as file:
                fields = file.read().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(name)] = int(fields[1])
        times[int(name)] = sum(int(field) for field in fields[11:15]) / tick
    for child in times:
        above = child
        while above > 1 and above != os.getpid():
            above = parents.get(above, 0)
        if above == os.getpid() and child != os.getpid():
            total += times[child]
    return total


def peak(process):
    """The most memory that a process has had, in megabytes; what it has from getrusage may be of
    the program that it was before."""
    with open(f"/proc/{process}/status") as file:
        return max(
            (int(line.split()[1]) // 1024 for line in file if line.startswith("VmHWM")), default=0)


def through_c(scorer, table):
    """The calls that a program in C makes: a stream in, batches out, each given back."""
    capsule = table.__arrow_c_stream__()
    pointer = ctypes.pythonapi.PyCapsule_GetPointer
    pointer.restype, pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    answers, error = ArrowArrayStream(), ctypes.c_void_p()
    status = library.dorsal_score(
        scorer._handle, pointer(capsule, b"arrow_array_stream"), ctypes.addressof(answers),
        ctypes.byref(error))
    if status:
        raise SystemExit(f"dorsal_score: {status}")
    rows, step, array = 0, Next(answers.get_next), Array()
    while True:
        if step(ctypes.addressof(answers), ctypes.addressof(array)):
            raise SystemExit("the stream failed")
        if not array.release:
            break
        rows += array.length
        Release(array.release)(ctypes.addressof(array))
    Release(answers.release)(ctypes.addressof(answers))
    return rows


def table_of(path):
    return pyarrow.parquet.read_table(path)


def answer(way, path):
    """The answers of a way, as a table."""
    table, model = table_of(path), dorsal.Model()
    if way in ("c", "python"):
        return model.score(table)
    if way == "python_batches":
        return model.scorer().batches(table).read_all()
    if way == "polars":
        import polars

        return as_table(model.score(polars.from_arrow(table)))
    import duckdb
    from dorsal import duckdb as bridge

    connection = duckdb.connect()
    if way == "duckdb":
        return as_table(bridge.score(connection, f"select * from '{path}'"))
    bridge.register(connection)
    return as_table(connection.sql(f"select id, unnest(dorsal_score(v)) from '{path}' v"))


def as_table(found):
    if hasattr(found, "arrow"):
        found = found.arrow()
    elif hasattr(found, "to_arrow"):
        found = found.to_arrow()
    return found.read_all() if isinstance(found, pa.RecordBatchReader) else found


def prepared(way, path):
    """What is to be timed, after all that is loaded once."""
    if way.startswith("spark"):
        return spark(way, path)
    model = dorsal.Model()
    scorer = model.scorer()
    if way.startswith("duckdb"):
        import duckdb
        from dorsal import duckdb as bridge

        connection = duckdb.connect()
        connection.execute("set threads = 1")
        connection.execute(f"create table cases as select * from '{path}'")
        bridge.register(connection)
        if way == "duckdb":
            return lambda: as_table(bridge.score(connection, "select * from cases"))
        return lambda: as_table(
            connection.sql("select id, unnest(dorsal_score(v)) from cases v"))
    table = table_of(path)
    if way == "polars":
        import polars

        frame = polars.from_arrow(table)
        return lambda: scorer.score(frame)
    return {
        "c": lambda: through_c(scorer, table),
        "python": lambda: scorer.score(table),
        "python_batches": lambda: [batch.num_rows for batch in scorer.batches(table)],
    }[way]


def spark(way, path):
    from dorsal import spark as bridge
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    cores = way[len("spark")]
    session = (
        SparkSession.builder.master(f"local[{cores}]").config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1").config("spark.driver.memory", "2g").getOrCreate())
    session.sparkContext.setLogLevel("ERROR")
    frame = session.read.parquet(str(path))

    def passed(batches):
        # What it costs that rows go to Python and two columns come back.
        for batch in batches:
            yield batch.select(["id", "age"])

    def work(few):
        part = frame.limit(1000) if few else frame
        if way.endswith("_pass"):
            made = part.mapInArrow(passed, "id string, age double")
        else:
            made = bridge.score(part, top=1)
        made.write.format("noop").mode("overwrite").save()

    work(True)
    return lambda: work(False)


def main(way, path):
    work = prepared(way, path)
    before, start = processor(), time.perf_counter()
    work()
    clock, used = time.perf_counter() - start, processor() - before
    print(json.dumps({"clock": clock, "processor": used, "peak": peak("self")}))


if __name__ == "__main__":
    main(*sys.argv[1:])
