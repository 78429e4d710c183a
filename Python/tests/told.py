"""The same cases by the tool, which shares no code with the columns of the interface."""

import csv
import io
import os
import subprocess

import pytest

from test_score import tool


def run(root, *arguments, status=0):
    """What the tool writes; the test is passed over where it is not built."""
    if tool(root) is None:
        pytest.skip("the tool is not built")
    environment = {**os.environ, "DORSAL_MODEL": str(root / "Models" / "back-pain")}
    done = subprocess.run(
        [tool(root), *map(str, arguments)], capture_output=True, text=True, env=environment)
    assert done.returncode == status, done.stderr
    return done.stdout


def rows(root, *arguments, status=0):
    """The rows of a table that the tool writes."""
    return list(csv.DictReader(io.StringIO(run(root, *arguments, status=status))))
