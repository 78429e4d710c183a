"""Scoring in DuckDB: a query's answers as a relation, and a function of SQL."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from .errors import ArgumentError
from .model import Model, _read
from .options import ScorerOptions

if TYPE_CHECKING:
    from typing_extensions import Unpack


def score(
    connection: Any, cases: Any, model: Model | None = None, **options: Unpack[ScorerOptions]
) -> Any:
    """The answers to a query, as a relation of the connection, which memory holds as a whole.

    Parameters
    ----------
    connection
        A DuckDB connection.
    cases
        A query with a column ``id`` and findings, or a relation of the connection.
    model
        The model; the shipped one where none is given.
    options
        Those of :meth:`dorsal.Model.scorer`.
    """
    relation = connection.sql(cases) if isinstance(cases, str) else cases
    scorer = (model or Model()).scorer(**options)
    # The answers are read as a whole: a stream that scans the connection while it is asked for
    # answers through the same connection would wait for itself. The cases are not.
    return connection.from_arrow(_read(scorer.batches(_batches(relation))))


def _batches(relation: Any) -> Any:
    """What a relation gives, batch by batch where this DuckDB can."""
    for name in ("to_arrow_reader", "fetch_record_batch"):
        if hasattr(relation, name):
            return getattr(relation, name)(_ROWS)
    return relation.arrow()


# How many rows of a relation are read together.
_ROWS = 1 << 16


def view(
    connection: Any, name: str, cases: Any, model: Model | None = None,
    **options: Unpack[ScorerOptions]
) -> Any:
    """Puts the answers to a query into the connection as the view ``name``."""
    score(connection, cases, model=model, **options).create_view(name, replace=True)
    return connection.view(name)


def register(
    connection: Any, name: str = "dorsal_score", model: Model | None = None,
    **options: Unpack[ScorerOptions]
) -> Any:
    """Makes a function of SQL that ranks the causes of one case.

    Its argument is a struct of findings by their names, such as a whole row of a table; its
    answer is a struct with the columns of :meth:`dorsal.Model.score` but the id:

    >>> dorsal.duckdb.register(connection, top=1, ignore_unknown_columns=True)
    >>> connection.sql("select id, dorsal_score(v).cause_1 from visits v")
    >>> connection.sql("select id, unnest(dorsal_score({age: age, fever: hot})) from visits")

    A case that cannot be read has its fault in ``fault``; no row stops a query. A struct that is
    null has a null for its answer. Rows are scored as DuckDB hands them over, 2,048 at a time.

    Parameters
    ----------
    connection
        A DuckDB connection.
    name
        The function's name. A function of this name that was made before is replaced.
    model
        The model; the shipped one where none is given.
    options
        Those of :meth:`dorsal.Model.scorer`.
    """
    given: dict[str, Any] = {**options, "id": _ID}
    scorer = (model or Model()).scorer(**given)
    schema = scorer.batches(pa.table({_ID: pa.array([], pa.string())})).schema
    fields = [field for field in schema if field.name != schema[0].name]

    def answer(*arguments: Any) -> pa.Array:
        if len(arguments) != 1 or not pa.types.is_struct(arguments[0].type):
            raise ArgumentError(
                f"{name} takes one struct of findings; expected a row, as in {name}(v) of "
                f"`from visits v`, or {name}({{age: age, fever: fever}})")
        (column,) = arguments
        chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
        return pa.chunked_array([_answers(scorer, chunk, fields) for chunk in chunks],
                                type=pa.struct(fields)).combine_chunks()

    # DuckDB has no way to ask whether there is one; what else may be wrong, the next call says.
    with contextlib.suppress(Exception):
        connection.remove_function(name)
    # Nulls are findings that are unknown: without "special" one of them would make the answer
    # null. Without parameters the function takes structs of any fields.
    return connection.create_function(
        name, answer, None, _type(pa.struct(fields)), type="arrow", null_handling="special")


_ID = "id"


def _answers(scorer: Any, cases: pa.StructArray, fields: list[pa.Field]) -> pa.Array:
    table = pa.Table.from_struct_array(cases)
    if _ID in table.column_names:
        table = table.drop_columns([_ID])
    ids = pa.array(["row"] * len(cases), pa.string())
    answers = scorer.batches(table.append_column(_ID, ids)).read_all().combine_chunks()
    columns = [
        answers.column(field.name).combine_chunks() if len(cases) else pa.array([], field.type)
        for field in fields]
    return pa.StructArray.from_arrays(columns, fields=fields, mask=cases.is_null())


_SQL = {
    pa.string(): "VARCHAR", pa.int32(): "INTEGER", pa.float32(): "FLOAT", pa.float64(): "DOUBLE",
}


def _type(kind: pa.DataType) -> str:
    """A type as SQL writes it."""
    if pa.types.is_struct(kind):
        return "STRUCT(" + ", ".join(f'"{field.name}" {_type(field.type)}' for field in kind) + ")"
    if pa.types.is_list(kind):
        return _type(kind.value_type) + "[]"
    return _SQL[kind]
