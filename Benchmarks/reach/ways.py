"""The ways themselves; `ways.py WAY FILE` times one and prints it as JSON."""

import ctypes
import json
import os
import resource
import sys
import tempfile
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


def tree(root):
    """The fields of `/proc/N/stat` behind the name of a process and of all that it started, by
    their numbers; what it started may still run."""
    found = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat") as file:
                    found[int(name)] = file.read().rpartition(")")[2].split()
            except OSError:
                continue
    own = {}
    for process in found:
        above = process
        while above > 1 and above != root:
            above = int(found[above][1]) if above in found else 0
        if above == root:
            own[process] = found[process]
    return own


def processor():
    """Seconds of this process and of all that it started, which may still run."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    tick = os.sysconf("SC_CLK_TCK")
    return used.ru_utime + used.ru_stime + sum(
        sum(int(field) for field in fields[11:15]) / tick
        for process, fields in tree(os.getpid()).items() if process != os.getpid())


def peak(root):
    """The most memory that a process and all that it started have had, in megabytes: the sum of
    what each had at most, which counts twice what they share. That from getrusage may be of the
    program that a process was before."""
    most = 0
    for process in tree(root):
        try:
            with open(f"/proc/{process}/status") as file:
                most += max(
                    (int(line.split()[1]) for line in file if line.startswith("VmHWM")), default=0)
        except OSError:
            continue
    return most // 1024


class Schema(ctypes.Structure):
    """ArrowSchema of the C data interface."""

    _fields_ = [
        ("format", ctypes.c_void_p), ("name", ctypes.c_void_p), ("metadata", ctypes.c_void_p),
        ("flags", ctypes.c_int64), ("n_children", ctypes.c_int64), ("children", ctypes.c_void_p),
        ("dictionary", ctypes.c_void_p), ("release", ctypes.c_void_p),
        ("private_data", ctypes.c_void_p)]


def through_c(scorer, table, kept=None):
    """The calls that a program in C makes: a stream in, batches out, each given back, or added to
    `kept`."""
    capsule = table.__arrow_c_stream__()
    pointer = ctypes.pythonapi.PyCapsule_GetPointer
    pointer.restype, pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    answers, error = ArrowArrayStream(), ctypes.c_void_p()
    status = library.dorsal_score(
        scorer._handle, pointer(capsule, b"arrow_array_stream"), ctypes.addressof(answers),
        ctypes.byref(error))
    if status:
        raise SystemExit(f"dorsal_score: {status}")
    rows, step, array, schema = 0, Next(answers.get_next), Array(), Schema()
    if kept is not None:
        if Next(answers.get_schema)(ctypes.addressof(answers), ctypes.addressof(schema)):
            raise SystemExit("the stream has no schema")
        schema = pa.Schema._import_from_c(ctypes.addressof(schema))
    while True:
        if step(ctypes.addressof(answers), ctypes.addressof(array)):
            raise SystemExit("the stream failed")
        if not array.release:
            break
        rows += array.length
        if kept is None:
            Release(array.release)(ctypes.addressof(array))
        else:
            kept.append(pa.RecordBatch._import_from_c(ctypes.addressof(array), schema))
    Release(answers.release)(ctypes.addressof(answers))
    return rows


def table_of(path):
    return pyarrow.parquet.read_table(path)


def answer(way, path):
    """The answers of a way, as a table."""
    table, model = table_of(path), dorsal.Model()
    if way == "c":
        batches = []
        through_c(model.scorer(), table, batches)
        return pa.Table.from_batches(batches)
    if way == "python":
        return model.score(table)
    if way == "spark":
        from dorsal import spark as bridge

        # Rows come as they are dealt out.
        return bridge.score(session(2).read.parquet(str(path))).toArrow()
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


def session(cores):
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    made = (
        SparkSession.builder.master(f"local[{cores}]").config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1").config("spark.driver.memory", "2g").getOrCreate())
    made.sparkContext.setLogLevel("ERROR")
    return made


def spark(way, path):
    from dorsal import spark as bridge

    frame = session(way[len("spark")]).read.parquet(str(path))

    def passed(batches):
        # What it costs that rows go to Python and two columns come back.
        for batch in batches:
            yield batch.select(["id", "age"])

    def work(few):
        part = frame.limit(1000) if few else frame
        if way.endswith("_files"):
            with tempfile.TemporaryDirectory(dir=os.path.dirname(path)) as folder:
                bridge.score(part).write.parquet(folder + "/told.parquet")
            return
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
    print(json.dumps({"clock": clock, "processor": used, "peak": peak(os.getpid())}))


if __name__ == "__main__":
    main(*sys.argv[1:])
