"""Scoring in Spark."""

from __future__ import annotations

import hashlib
import os
import pathlib
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from .model import Model, Scorer, _plain, _shipped
from .options import ScorerOptions

if TYPE_CHECKING:
    from typing_extensions import Unpack

# Scorers of this worker: Spark keeps its Python processes and gives them one task after another.
_scorers: dict[str, Scorer] = {}

# The files of a model, packed.
_Tables = dict[str, bytes]


def score(frame: Any, folder: Any = None, **options: Unpack[ScorerOptions]) -> Any:
    """The answers to a data frame, a row for each of its rows.

    The model travels with the query, as a broadcast where Spark has them (Spark Connect does not):
    workers need the package, and no folder. Columns that the model cannot read are an error here; a
    row with a wrong value has its ``fault`` in that column of the answers and stops nothing. What a
    row is answered does not depend on its neighbours.

    Parameters
    ----------
    frame
        A Spark data frame with a column ``id`` and findings.
    folder
        The folder of the model on this machine, or its tables (those of a
        :class:`dorsal.Fit`); the shipped model where none is given.
    options
        Those of :meth:`dorsal.Model.scorer`. Each worker makes its scorer once.
    """
    from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_schema

    # Options as texts: workers do not have the files of this machine.
    tables, given = _tables(folder), _plain(options)
    name = hashlib.sha256(repr((sorted(tables.items()), sorted(given.items()))).encode())
    key = name.hexdigest()
    cases = to_arrow_schema(frame.schema)
    answered = _scorer(key, lambda: tables, given).batches(cases.empty_table()).schema
    return frame.mapInArrow(
        _answering(key, _carried(frame, tables), given), from_arrow_schema(answered))


def _carried(frame: Any, tables: _Tables) -> Callable[[], _Tables]:
    """What gives workers the tables: a worker fetches a broadcast once, whatever it is asked."""
    try:
        context = frame.sparkSession.sparkContext
    except Exception:
        # Spark Connect has no context, and says so by errors of its own: they go with each task.
        return lambda: tables
    held = context.broadcast(tables)

    def value() -> _Tables:
        found: _Tables = held.value
        return found

    return value


def _answering(
    key: str, tables: Callable[[], _Tables], options: dict[str, Any]
) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """What a worker does with the batches of a partition."""

    def answers(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        scorer = _scorer(key, tables, options)
        for batch in batches:
            # Spark matches columns by their place, and they stand as the schema has them.
            yield from scorer.batches(pa.Table.from_batches([batch]))

    return answers


def _tables(folder: Any) -> _Tables:
    """The files of a model, packed."""
    if isinstance(folder, Mapping):
        return {
            name: zlib.compress(text.encode("utf-8") if isinstance(text, str) else text)
            for name, text in folder.items()}
    root = pathlib.Path(folder or os.environ.get("DORSAL_MODEL") or _shipped())
    return {
        path.name: zlib.compress(path.read_bytes())
        for path in sorted(root.iterdir()) if path.suffix in (".csv", ".json")}


def _scorer(key: str, tables: Callable[[], _Tables], options: dict[str, Any]) -> Scorer:
    if key not in _scorers:
        # One query after another must not fill a worker.
        if len(_scorers) >= 8:
            _scorers.clear()
        model = Model.from_tables(
            {name: zlib.decompress(packed) for name, packed in tables().items()})
        _scorers[key] = model.scorer(**options)
    return _scorers[key]
