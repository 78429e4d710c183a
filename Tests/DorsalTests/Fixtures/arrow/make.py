"""Writes the Arrow files that the tests of the reader read, with pyarrow.

    python3 -m venv .build-python && .build-python/bin/pip install pyarrow==26.0.1
    .build-python/bin/python Tests/DorsalTests/Fixtures/arrow/make.py

NAME--KIND.arrow and .arrows hold the cases of NAME.csv; the tests read both and compare. Those of
`bad` have a fault. Data/examples.arrow is written too.
"""

import csv
import decimal
import os
import struct

import pyarrow as pa

here = os.path.dirname(os.path.abspath(__file__))


def rows(name):
    with open(os.path.join(here, name + ".csv"), newline="") as file:
        return list(csv.DictReader(file))


def texts(name):
    """Every column as texts; an empty cell is null."""
    table = rows(name)
    return {key: pa.array([row[key] or None for row in table]) for key in table[0]}


def write(name, kind, columns, file=False, batches=1, options=None):
    table = pa.table(columns)
    path = os.path.join(here, f"{name}--{kind}.{'arrow' if file else 'arrows'}")
    options = options or pa.ipc.IpcWriteOptions()
    new = pa.ipc.new_file if file else pa.ipc.new_stream
    size = -(-len(table) // batches)
    with new(path, table.schema, options=options) as writer:
        for start in range(0, len(table), size):
            # Sliced and combined: without what stands before it.
            writer.write_table(table.slice(start, size).combine_chunks())


def numbers(column, of):
    return [None if cell is None else of(cell) for cell in column.to_pylist()]


def main():
    whole, odd, half = texts("whole"), texts("odd"), texts("half")

    # Texts.
    for kind, type in [
        ("utf8", pa.utf8()), ("large-utf8", pa.large_utf8()), ("utf8-view", pa.string_view()),
    ]:
        write("odd", kind, {key: column.cast(type) for key, column in odd.items()})
    for index in [pa.int8(), pa.uint8(), pa.int16(), pa.uint16(), pa.int32(), pa.uint32(),
                  pa.int64(), pa.uint64()]:
        write("odd", f"dictionary-{index}", {
            key: column.cast(pa.dictionary(index, pa.utf8())) for key, column in odd.items()})
    write("odd", "dictionary-of-views", {
        key: column.cast(pa.string_view()) if key == "id" else pa.DictionaryArray.from_arrays(
            pa.array(range(len(column)), pa.int32()), column.cast(pa.large_utf8()))
        for key, column in odd.items()})

    # Numbers and booleans. A flag is a state of `sign`.
    flags = pa.array(numbers(whole["sign"], lambda cell: cell == "present"))
    for type in [pa.int8(), pa.uint8(), pa.int16(), pa.uint16(), pa.int32(), pa.uint32(),
                 pa.int64(), pa.uint64(), pa.float16(), pa.float32(), pa.float64()]:
        write("whole", str(type), whole | {
            "age": pa.array(numbers(whole["age"], int)).cast(pa.float64()).cast(type)
            if "float" not in str(type) and "half" not in str(type)
            else pa.array(numbers(whole["age"], float)).cast(type),
            "sign": flags.cast(pa.int8()).cast(type)})
    write("whole", "bool", whole | {"sign": flags})
    write("whole", "dictionary-of-numbers", whole | {
        "age": pa.array(numbers(whole["age"], float)).dictionary_encode(),
        "sign": pa.DictionaryArray.from_arrays(
            pa.array(numbers(flags, int), pa.int8()), pa.array([False, True]))})
    write("whole", "file", whole, file=True, batches=3)
    for type in [pa.float16(), pa.float32(), pa.float64()]:
        for name in ["half", "edge"]:
            column = texts(name)
            write(name, str(type), column | {
                "age": pa.array(numbers(column["age"], float), pa.float64()).cast(type)})
    for precision, scale in [(9, 2), (38, 20), (38, 3)]:
        type = pa.decimal128(precision, scale)
        write("half", f"decimal-{precision}-{scale}", half | {
            "age": pa.array(numbers(half["age"], decimal.Decimal), type)})
    write("half", "nan", half | {
        "age": pa.array([float("nan") if cell is None else float(cell)
                         for cell in half["age"].to_pylist()])})

    # Nothing known of a column, and columns that nobody reads, of every other type.
    none = texts("none")
    write("none", "null", none | {"site": pa.nulls(len(none["id"]))})
    count = len(whole["id"])
    write("whole", "passed-over", {
        "x1": pa.array([[1, 2]] * count),
        "x2": pa.array([{"a": 1, "b": ["c"]}] * count),
        "x3": pa.array([b"x" * 20] * count, pa.binary_view()),
    } | whole | {
        "x4": pa.array([[("a", 1)]] * count, pa.map_(pa.utf8(), pa.int8())),
        "x5": pa.array([[1, 2]] * count, pa.list_(pa.int8(), 2)),
        "x6": pa.array(range(count), pa.timestamp("us")),
        "x7": pa.RunEndEncodedArray.from_arrays([count], ["a"]),
        "x8": pa.UnionArray.from_dense(
            pa.array([0] * count, pa.int8()), pa.array(range(count), pa.int32()),
            [pa.array(range(count)), pa.array(["a"])]),
        "x9": pa.array([[1]] * count, pa.list_view(pa.int8())),
        "x10": pa.array([["a"], ["b"]] * (count // 2), pa.large_list(pa.string_view())),
        "x11": pa.array(["a", "b"] * (count // 2)).dictionary_encode(),
        "x12": pa.array([decimal.Decimal(1)] * count, pa.decimal256(50, 2)),
    }, batches=2)

    # Packed, in parts, with dictionaries that are replaced or grow.
    for codec in ["lz4", "zstd"]:
        options = pa.ipc.IpcWriteOptions(compression=codec)
        write("many", codec, texts("many"), file=True, batches=2, options=options)
        write("odd", codec, odd, options=options)
    words = {key: column.dictionary_encode() if key != "id" else column
             for key, column in whole.items()}
    schema = pa.table(words).schema
    for kind, deltas in [("replaced", False), ("deltas", True)]:
        options = pa.ipc.IpcWriteOptions(emit_dictionary_deltas=deltas)
        with pa.ipc.new_stream(
            os.path.join(here, f"whole--{kind}.arrows"), schema, options=options
        ) as writer:
            for end in range(2, count + 1, 2):
                known = {key: whole[key].slice(0, end) for key in whole}
                part = {}
                for key, column in known.items():
                    if key == "id":
                        part[key] = column.slice(end - 2)
                        continue
                    # With deltas a dictionary holds the words so far, else those of two rows.
                    own = column if deltas else column.slice(end - 2)
                    encoded = own.dictionary_encode()
                    part[key] = encoded.slice(len(encoded) - 2)
                writer.write_batch(pa.record_batch(part, schema=schema))

    # Texts whose first does not begin with the first byte: the offset of the first is moved.
    path = os.path.join(here, "whole--offset.arrows")
    write("whole", "offset", whole | {
        "site": pa.array(["xxx" + (cell or "") if place == 0 else cell
                          for place, cell in enumerate(whole["site"].to_pylist())])})
    with open(path, "rb") as file:
        content = file.read()
    ends, end = [0], 0
    for place, cell in enumerate(whole["site"].to_pylist()):
        end += len(cell or "") + (3 if place == 0 else 0)
        ends.append(end)
    old = struct.pack(f"<{len(ends)}i", *ends)
    assert content.count(old) == 1
    with open(path, "wb") as file:
        file.write(content.replace(old, struct.pack("<i", 3) + old[4:]))

    faulty(whole)
    examples()


def examples():
    """Data/examples.arrow: the cases of Data/examples.csv as a table with types would hold them."""
    root = os.path.join(here, *[os.pardir] * 4, "Data")
    with open(os.path.join(root, "examples.csv"), newline="") as file:
        table = list(csv.DictReader(file))
    columns = {}
    for name in table[0]:
        cells = [row[name] or None for row in table]
        known = {cell for cell in cells if cell is not None}
        if known <= {"yes", "no"}:
            columns[name] = pa.array([cell and cell == "yes" for cell in cells], pa.bool_())
        elif all(cell.replace(".", "", 1).isdigit() for cell in known):
            columns[name] = pa.array([cell and float(cell) for cell in cells], pa.float32())
        elif name == "id":
            columns[name] = pa.array(cells)
        else:
            columns[name] = pa.array(cells).dictionary_encode()
    table = pa.table(columns)
    with pa.ipc.new_file(
        os.path.join(root, "examples.arrow"), table.schema,
        options=pa.ipc.IpcWriteOptions(compression="zstd")
    ) as writer:
        writer.write_table(table)


def faulty(whole):
    """Files that have a fault, or rows with one."""
    four = {key: column.slice(0, 4) for key, column in whole.items()}
    site = pa.DictionaryArray.from_arrays(
        pa.array([0, 9, 1, -1], pa.int8()), pa.array(["leg", "back"]), safe=False)
    write("bad", "index", four | {"site": site})
    write("bad", "type", {
        "id": four["id"], "sign": pa.array([["present"]] * 4),
        "age": pa.array(range(4), pa.timestamp("s"))})
    write("bad", "V4", four, options=pa.ipc.IpcWriteOptions(
        metadata_version=pa.ipc.MetadataVersion.V4))
    write("bad", "no-id", {"sign": four["sign"]})
    write("bad", "behind", four)
    with open(os.path.join(here, "bad--behind.arrows"), "ab") as file:
        file.write(b"\xff\xff\xff\xff")
    # Texts of the most bytes that are read, and of one more; packed, so that the file is small.
    words = ["present", "x" * 65_536, "x" * 65_537]
    for kind, type in [("utf8", pa.utf8()), ("view", pa.string_view())]:
        texts_of = pa.array(words, type)
        write("bad", f"long-{kind}", {
            "id": pa.array(["a", "b", "c"]), "sign": texts_of,
            "site": pa.DictionaryArray.from_arrays(pa.array([None, 0, 1], pa.int8()), pa.array(
                ["leg", words[2]], type))}, options=pa.ipc.IpcWriteOptions(compression="zstd"))
    write("bad", "nulls", {"id": four["id"], "site": pa.array(["leg", None, "leg", None])})
    path = os.path.join(here, "bad--nulls.arrows")
    with open(path, "rb") as file:
        content = file.read()
    # The length of a column and how many of its rows are null.
    assert content.count(struct.pack("<qq", 4, 2)) == 1
    with open(path, "wb") as file:
        file.write(content.replace(struct.pack("<qq", 4, 2), struct.pack("<qq", 4, 1)))


main()
