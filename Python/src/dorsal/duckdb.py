"""Scoring in DuckDB."""

import pyarrow as pa

from .model import Model


def score(connection, cases, model=None, **options):
    """The answers to a query, as a relation of the connection.

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
    # Read as a whole: a stream that scans the connection while it is asked for answers through
    # the same connection would wait for itself.
    source = relation.arrow()
    table = source.read_all() if isinstance(source, pa.RecordBatchReader) else source
    return connection.from_arrow(scorer.batches(table).read_all())


def register(connection, name, cases, model=None, **options):
    """Puts the answers to a query into the connection as the view ``name``."""
    score(connection, cases, model=model, **options).create_view(name, replace=True)
    return connection.view(name)
