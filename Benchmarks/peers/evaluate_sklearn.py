"""The figures of `dorsal evaluate` with bootstrap intervals, by scikit-learn, for their time.

    dorsal score CASES.csv --all --output posteriors.csv
    python3 Benchmarks/peers/evaluate_sklearn.py CASES.csv posteriors.csv --draws 2 --of 1000

A sample of the cases is drawn with replacement and every figure reckoned anew: area and average
precision of each cause against the rest and of three events, log loss, Brier score, expected
over observed, the slope by logistic regression without penalty, and the error over 15 bins
of calibration_curve. With --draws below --of the time is extrapolated, since every sample costs
the same, and the answer says so. Reading the files is not counted.
"""

import argparse
import csv
import json
import time

import numpy as np
from sklearn import __version__
from sklearn.calibration import calibration_curve
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, brier_score_loss, log_loss, roc_auc_score


def event(p, y, slope):
    """The figures of one event in one sample."""
    if y.min() == y.max():
        return
    roc_auc_score(y, p)
    average_precision_score(y, p)
    brier_score_loss(y, p)
    log_loss(y, p)
    p.sum() / y.sum()
    calibration_curve(y, p, n_bins=15, strategy="quantile")
    if slope:
        clipped = np.clip(p, 2**-52, 1 - 2**-52)
        x = (np.log(clipped) - np.log1p(-clipped))[:, None]
        LogisticRegression(C=np.inf, solver="newton-cholesky").fit(x, y)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("cases")
    parser.add_argument("posteriors")
    parser.add_argument("--draws", type=int, default=2)
    parser.add_argument("--of", type=int, default=1000)
    parser.add_argument("--no-slopes", action="store_true")
    options = parser.parse_args()

    with open(options.posteriors, newline="") as file:
        header = next(csv.reader(file))
    first = header.index("known_share") + 1
    causes = header[first:]
    p = np.loadtxt(
        options.posteriors, delimiter=",", skiprows=1, usecols=range(first, len(header)),
        dtype=np.float32).astype(float)
    with open(options.cases, newline="") as file:
        rows = csv.reader(file)
        column = next(rows).index("diagnosis")
        index = {cause: place for place, cause in enumerate(causes)}
        labels = np.array([index[row[column]] for row in rows])
    p /= p.sum(axis=1, keepdims=True)

    rng = np.random.default_rng(1)
    seconds = []
    for _ in range(options.draws):
        start = time.perf_counter()
        rows = rng.integers(0, len(labels), len(labels))
        q, y = p[rows], labels[rows]
        log_loss(y, q, labels=range(len(causes)))
        top = q.argmax(axis=1)
        event(q[np.arange(len(y)), top], (top == y).astype(int), not options.no_slopes)
        for cause in range(len(causes)):
            event(q[:, cause], (y == cause).astype(int), not options.no_slopes)
        seconds.append(time.perf_counter() - start)
    each = float(np.median(seconds))
    print(json.dumps({
        "scikit-learn": __version__, "cases": len(labels), "causes": len(causes),
        "samples timed": options.draws, "seconds a sample": each,
        f"seconds for {options.of} samples": each * options.of,
        "extrapolated": options.draws < options.of,
    }, indent=1))


if __name__ == "__main__":
    main()
