"""Scoring in Spark."""

from __future__ import annotations

import hashlib
import json
import os
import pathlib
import tempfile
import zlib
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from .model import Calibration, Model, _shipped

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
        The folder of the model on this machine; the shipped model where none is given.
    options
        Those of :meth:`dorsal.Model.scorer`. Each worker makes its scorer once.
    """
    from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_schema

    tables, given = _tables(folder), _texts(options)
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
    root = pathlib.Path(folder or os.environ.get("DORSAL_MODEL") or _shipped())
    return {
        path.name: zlib.compress(path.read_bytes())
        for path in sorted(root.iterdir()) if path.suffix in (".csv", ".json")}


def _texts(options: dict[str, Any]) -> dict[str, Any]:
    """Options without paths of this machine."""
    given = dict(options)
    calibration = given.get("calibration")
    if isinstance(calibration, os.PathLike):
        calibration = Calibration.read(calibration)
    if isinstance(calibration, Calibration):
        given["calibration"] = calibration.json
    json.dumps(given)
    return given


def _scorer(key: str, tables: dict[str, bytes], options: dict[str, Any]) -> Any:
    if key not in _scorers:
        # One query after another must not fill a worker.
        if len(_scorers) >= 8:
            _scorers.clear()
        with tempfile.TemporaryDirectory(prefix="dorsal-") as folder:
            for name, packed in tables.items():
                pathlib.Path(folder, name).write_bytes(zlib.decompress(packed))
            _scorers[key] = Model(folder).scorer(**options)
    return _scorers[key]
