"""Scoring in Spark."""

from __future__ import annotations

import hashlib
import os
import pathlib
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from .model import Model, _plain, _shipped

# Scorers of this worker: Spark keeps its Python processes and gives them one task after another.
_scorers: dict[str, Any] = {}


def score(frame: Any, folder: Any = None, **options: Any) -> Any:
    """The answers to a data frame, a row for each of its rows.

    The model travels with the query: workers need the package, and no folder. Columns that the
    model cannot read are an error here; a row with a wrong value has its ``fault`` in that column
    of the answers and stops nothing. What a row is answered does not depend on its neighbours.

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
    answered = _scorer(key, tables, given).batches(cases.empty_table()).schema

    # Spark broadcasts what a function holds where that is more than a megabyte.
    def answers(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        scorer = _scorer(key, tables, given)
        for batch in batches:
            # Spark matches columns by their place, and they stand as the schema has them.
            yield from scorer.batches(pa.Table.from_batches([batch]))

    return frame.mapInArrow(answers, from_arrow_schema(answered))


def _tables(folder: Any) -> dict[str, bytes]:
    """The files of a model, packed."""
    if isinstance(folder, Mapping):
        return {
            name: zlib.compress(text.encode("utf-8") if isinstance(text, str) else text)
            for name, text in folder.items()}
    root = pathlib.Path(folder or os.environ.get("DORSAL_MODEL") or _shipped())
    return {
        path.name: zlib.compress(path.read_bytes())
        for path in sorted(root.iterdir()) if path.suffix in (".csv", ".json")}


def _scorer(key: str, tables: dict[str, bytes], options: dict[str, Any]) -> Any:
    if key not in _scorers:
        # One query after another must not fill a worker.
        if len(_scorers) >= 8:
            _scorers.clear()
        model = Model.from_tables(
            {name: zlib.decompress(packed) for name, packed in tables.items()})
        _scorers[key] = model.scorer(**options)
    return _scorers[key]
