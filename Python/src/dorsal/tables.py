"""Tables of any kind as Arrow, and back."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from . import errors


def kind_of(table: Any) -> str:
    """The library that a table is of: what its answers are given back as."""
    return type(table).__module__.split(".")[0]


def as_stream(table: Any) -> Any:
    """An object with ``__arrow_c_stream__`` for anything that can be a table of cases."""
    if kind_of(table) == "pandas" and hasattr(table, "iloc"):
        # Its own stream makes a column of the index, which is no finding.
        return pa.Table.from_pandas(table, preserve_index=False)
    if hasattr(table, "__arrow_c_stream__"):
        return table
    if hasattr(table, "__arrow_c_array__"):
        return pa.table(pa.record_batch(table))
    if isinstance(table, dict):
        # One case: {"id": "a", "age": 67}, or columns of many.
        columns = {
            name: value if _is_column(value) else [value] for name, value in table.items()}
        return pa.table({name: _column(name, value) for name, value in columns.items()})
    if isinstance(table, (list, tuple)) and all(isinstance(row, dict) for row in table):
        names = list(dict.fromkeys(name for row in table for name in row))
        return pa.table(
            {name: _column(name, [row.get(name) for row in table]) for name in names})
    raise errors.ArgumentError(
        f"a {type(table).__name__} is no table of cases; expected one with __arrow_c_stream__ "
        "(pyarrow, polars, pandas 2.2 or later, DuckDB), a dict or a list of dicts")


def without_rows(source: Any) -> Any:
    """The columns of a stream with no row; nothing where they cannot be had without reading it."""
    if isinstance(source, (pa.Table, pa.RecordBatch, pa.RecordBatchReader)):
        return source.schema.empty_table()
    return source.head(0) if kind_of(source) == "polars" and hasattr(source, "columns") else None


def one_row(table: Any, row: int) -> pa.Table:
    """A row of a table as a table; of a stream no more is read than up to it."""
    if row < 0:
        raise errors.ArgumentError(f"row {row}: expected 0 or more")
    start = 0
    try:
        stream = as_stream(table).__arrow_c_stream__()
        for batch in pa.RecordBatchReader._import_from_c_capsule(stream):
            if row < start + batch.num_rows:
                return pa.Table.from_batches([batch.slice(row - start, 1)])
            start += batch.num_rows
    except (pa.ArrowInvalid, OSError) as error:
        raise errors.DataError(str(error)) from error
    raise errors.ArgumentError(f"row {row}: the stream has {start} rows")


def _is_column(value: Any) -> bool:
    return not isinstance(value, (str, bytes)) and hasattr(value, "__len__")


def _column(name: str, values: Any) -> pa.Array | pa.ChunkedArray:
    if isinstance(values, (pa.Array, pa.ChunkedArray)):
        return values
    try:
        return pa.array(values, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise errors.DataError(f'column "{name}": {error}') from error


def like(answers: pa.Table, kind: str) -> Any:
    """A pyarrow table in the kind that the cases had."""
    if kind == "pandas":
        return answers.to_pandas()
    if kind == "polars":
        import polars

        return polars.from_arrow(answers)
    return answers
