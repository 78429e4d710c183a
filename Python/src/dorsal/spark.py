"""Scoring in Spark."""

import pyarrow as pa

from .model import Model

_TYPES = {
    pa.string(): "string",
    pa.int32(): "int",
    pa.float32(): "float",
    pa.float64(): "double",
    pa.list_(pa.string()): "array<string>",
}


def _schema(scorer):
    empty = pa.table({"id": pa.array([], pa.string())})
    fields = scorer.batches(empty).schema
    return ", ".join(
        f"`{field.name}` "
        + ("array<string>" if pa.types.is_list(field.type) else _TYPES[field.type])
        for field in fields)


def score(frame, folder=None, **options):
    """The answers to a data frame, a row for each of its rows.

    Parameters
    ----------
    frame
        A Spark data frame with a column ``id`` and findings.
    folder
        The folder of the model, which every worker has; the shipped model where none is given.
    options
        Those of :meth:`dorsal.Model.scorer`. Each worker makes its scorer once a task.
    """
    schema = _schema(Model(folder).scorer(**options))

    def answers(batches):
        scorer = Model(folder).scorer(**options)
        for batch in batches:
            # Spark matches columns by their place, and they stand as the schema has them.
            yield from scorer.batches(pa.table(batch))

    return frame.mapInArrow(answers, schema)
