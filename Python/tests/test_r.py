"""The script for R: the same answers from R as from here."""

import csv
import os
import shutil
import subprocess
import sys

import pytest

from test_score import cases_of, tool

pytestmark = pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not there")


def run(root, *arguments, program=None, **environment):
    command = ["-e", program] if program else [str(root / "Examples" / "R" / "score.R"), *arguments]
    done = subprocess.run(
        ["Rscript", "--vanilla", *command], capture_output=True, text=True, check=False,
        env={**os.environ, **environment})
    assert done.returncode == 0, done.stderr
    return done.stdout


def has(package):
    asked = subprocess.run(
        ["Rscript", "--vanilla", "-e", f"cat(requireNamespace('{package}', quietly = TRUE))"],
        capture_output=True, text=True, check=False)
    return asked.stdout == "TRUE"


def test_the_tool_from_r(root, tmp_path):
    if tool(root) is None:
        pytest.skip("the tool is not built")
    folder = os.path.dirname(tool(root))
    answers = tmp_path / "ranked.csv"
    run(root, str(root / "Data" / "examples.csv"), str(answers),
        PATH=f"{folder}:{os.environ['PATH']}", DORSAL_MODEL=str(root / "Models" / "back-pain"))
    told = subprocess.run(
        [tool(root), "score", str(root / "Data" / "examples.csv"), "--top", "3",
         "--model", str(root / "Models" / "back-pain")],
        capture_output=True, text=True, check=True).stdout
    with open(answers, newline="") as file:
        rows = list(csv.DictReader(file))
    expected = list(csv.DictReader(told.splitlines()))
    assert len(rows) == len(expected)
    for row, other in zip(rows, expected):
        assert row["id"] == other["id"] and row["cause_1"] == other["cause_1"]
        assert float(row["probability_1"]) == float(other["probability_1"])


def check_frame(root, model, told):
    expected = model.score(cases_of(root / "Data" / "examples.csv"), top=3).to_pylist()
    rows = list(csv.DictReader(told.splitlines()))
    assert [row["id"] for row in rows] == [row["id"] for row in expected]
    for row, other in zip(rows, expected):
        assert row["cause_3"] == other["cause_3"] and row["fault"] == ""
        assert float(row["probability_3"]) == pytest.approx(other["probability_3"], rel=1e-6)


READ = """
source('{script}')
cases <- read.csv('{cases}', na.strings = '', colClasses = 'character')
answers <- {call}
write.csv(answers, stdout(), row.names = FALSE, na = '')
"""


def test_a_data_frame_by_reticulate(root, model):
    if not has("reticulate"):
        pytest.skip("reticulate is not there")
    told = run(
        root,
        program=READ.format(
            script=root / "Examples" / "R" / "score.R", cases=root / "Data" / "examples.csv",
            call="score_by_python(cases, top = 3L)"),
        RETICULATE_PYTHON=sys.executable, DORSAL_MODEL=str(root / "Models" / "back-pain"))
    check_frame(root, model, told)


def test_a_data_frame_by_parquet(root, model):
    if not has("arrow"):
        pytest.skip("arrow is not there")
    told = run(
        root,
        program=READ.format(
            script=root / "Examples" / "R" / "score.R", cases=root / "Data" / "examples.csv",
            call=f"score_by_parquet(cases, c('--top', '3'), '{sys.executable}')"),
        DORSAL_MODEL=str(root / "Models" / "back-pain"))
    check_frame(root, model, told)
