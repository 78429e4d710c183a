"""Tables of any kind as Arrow, and back."""

import pyarrow as pa

from . import errors


def kind_of(table):
    """The library that a table is of: what its answers are given back as."""
    return type(table).__module__.split(".")[0]


def as_stream(table):
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


def _is_column(value):
    return not isinstance(value, (str, bytes)) and hasattr(value, "__len__")


def _column(name, values):
    if isinstance(values, (pa.Array, pa.ChunkedArray)):
        return values
    try:
        return pa.array(values, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise errors.DataError(f'column "{name}": {error}') from error


def like(answers, kind):
    """A pyarrow table in the kind that the cases had."""
    if kind == "pandas":
        return answers.to_pandas()
    if kind == "polars":
        import polars

        return polars.from_arrow(answers)
    return answers
