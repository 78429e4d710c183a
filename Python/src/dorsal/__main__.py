"""``python -m dorsal score IN OUT``: Parquet and Arrow files, batch by batch.

The exit status is the tool's: 0 done, 3 done but for rows with faults, 65 bad data or no row that can
be read, 66 no input, 73 cannot create; 2 is argparse's, for usage.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import tempfile
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.dataset
import pyarrow.parquet

from . import Model, __version__
from .errors import DorsalError


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m dorsal", description=__doc__)
    parser.add_argument("--version", action="version", version=__version__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    score = verbs.add_parser("score", help="Score the cases of a Parquet file.")
    score.add_argument("cases", help="Parquet (.parquet) or Arrow (.arrow, .feather) file")
    score.add_argument("answers", help="where the answers go: .parquet, .arrow, .feather or .csv")
    score.add_argument("--model", help="the folder of the model")
    score.add_argument("--setting")
    score.add_argument("--prior-weight", type=float)
    score.add_argument("--top", type=int)
    score.add_argument("--all", action="store_true", default=None)
    score.add_argument("--interval", type=float)
    score.add_argument("--misfit", action="store_true", default=None)
    score.add_argument("--calibration", help="a file of `dorsal calibrate`")
    score.add_argument("--threads", type=int)
    score.add_argument("--ignore-unknown-columns", action="store_true", default=None)
    given = parser.parse_args(arguments)
    try:
        return _score(given)
    except _Unusable as error:
        print(f"dorsal: {error}", file=sys.stderr)
        return error.status
    except (DorsalError, OSError, pa.ArrowException) as error:
        print(f"dorsal: {given.cases}: {error}", file=sys.stderr)
        return 65


class _Unusable(Exception):
    """A file that cannot be had, with the exit status."""

    def __init__(self, name: str, reason: str | None, status: int) -> None:
        super().__init__(f"{name}: {reason}")
        self.status = status


def _checked_input(name: str) -> str:
    """The name of a file, or of a folder of them, that can be read."""
    try:
        if not os.path.isdir(name):
            with open(name, "rb"):
                pass
    except OSError as error:
        raise _Unusable(name, _reason(error), 66) from error
    return name


def _reason(error: OSError) -> str | None:
    return "no such file" if isinstance(error, FileNotFoundError) else error.strerror


def _score(given: argparse.Namespace) -> int:
    _checked_input(given.cases)
    if os.path.exists(given.answers) and os.path.samefile(given.cases, given.answers):
        raise DorsalError(f"{given.answers} is the file of the cases; expected another one")
    options: dict[str, Any] = {
        name: getattr(given, name)
        for name in (
            "setting", "prior_weight", "top", "all", "interval", "misfit", "threads",
            "ignore_unknown_columns")
    }
    if given.calibration:
        with open(_checked_input(given.calibration), encoding="utf-8") as file:
            options["calibration"] = file.read()
    scorer = Model(given.model).scorer(**options)
    kind = "parquet" if given.cases.endswith(".parquet") else "arrow"
    # Batches that are read ahead are memory: by default it would be a million rows of them.
    source = pyarrow.dataset.dataset(given.cases, format=kind).scanner(
        batch_size=16384, batch_readahead=1, fragment_readahead=1)
    answers = scorer.batches(source.to_reader())
    rows = faults = 0
    # A new file takes the place of the old one as a whole, or not at all.
    folder = os.path.dirname(os.path.abspath(given.answers))
    try:
        descriptor, temporary = tempfile.mkstemp(dir=folder, prefix=".dorsal-")
    except OSError as error:
        raise _Unusable(given.answers, f"cannot be created: {error.strerror}", 73) from error
    os.close(descriptor)
    try:
        with contextlib.ExitStack() as stack:
            write = stack.enter_context(_writer(given.answers, temporary, answers.schema))
            for batch in answers:
                rows += batch.num_rows
                fault = batch.column("fault")
                faults += len(fault) - fault.null_count
                write.write(batch)
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(temporary, 0o666 & ~umask)
        os.replace(temporary, given.answers)
    except BaseException:
        os.unlink(temporary)
        raise
    print(f"dorsal: {rows} rows, {faults} with faults", file=sys.stderr)
    if faults == 0:
        return 0
    return 3 if faults < rows else 65


def _writer(name: str, path: str, schema: pa.Schema) -> Any:
    if name.endswith(".csv"):
        from pyarrow import csv

        return csv.CSVWriter(path, schema)
    if name.endswith(".arrow") or name.endswith(".feather"):
        return pa.ipc.new_file(path, schema)
    return pyarrow.parquet.ParquetWriter(path, schema)


if __name__ == "__main__":
    sys.exit(main())
