"""How long scikit-learn and pandas take to do what `dorsal fit` and `dorsal calibrate` do.

    dorsal simulate --count 1000000 --missing 0.5 --output cases.csv
    python3 Benchmarks/peers/local_fit_time.py cases.csv [--dorsal .build/release/dorsal]

Both read the same file. fit: the table read, then CategoricalNB fitted (an unknown finding is a
category of its own there). calibrate: besides, the probabilities of all cases, and a temperature,
or isotonic curves of every cause against the rest, fitted to all of them and to those outside
each of five folds, with log loss and Brier score of the folds (scikit-learn has no vector
scaling). Wall clock and processor seconds of each; on a busy machine only the latter compare.
Needs scikit-learn and pandas.
"""
import argparse
import os
import resource
import subprocess
import tempfile
import time

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.frozen import FrozenEstimator
from sklearn.metrics import log_loss
from sklearn.model_selection import KFold
from sklearn.naive_bayes import CategoricalNB


class Given(ClassifierMixin, BaseEstimator):
    """A classifier whose input is its probabilities."""

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        return self

    def predict_proba(self, X):
        return X

    def predict(self, X):
        return self.classes_[X.argmax(axis=1)]


def timed(name, cases, body):
    wall, processor = time.perf_counter(), time.process_time()
    result = body()
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    print(f"{name:42s} {wall:8.1f} s wall {processor:8.1f} s processor {cases / processor:12.0f} cases/s", flush=True)
    return result


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--dorsal", default=".build/release/dorsal")
    parser.add_argument("--model", default="Models/back-pain")
    arguments = parser.parse_args()
    tool = os.path.abspath(arguments.dorsal)
    cases = sum(1 for _ in open(arguments.file)) - 1
    with tempfile.TemporaryDirectory() as folder:
        for name, command in (
            ("dorsal fit", ["fit", arguments.file, "--prior-model", arguments.model, "--output", f"{folder}/m"]),
            *((f"dorsal calibrate, {method}",
               ["calibrate", arguments.file, "--method", method, "--model", arguments.model,
                "--output", f"{folder}/c.json"]) for method in ("temperature", "vector", "isotonic")),
        ):
            before, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
            subprocess.run([tool, *command], check=True, stderr=subprocess.DEVNULL)
            wall, after = time.perf_counter() - wall, resource.getrusage(resource.RUSAGE_CHILDREN)
            processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            print(f"{name:42s} {wall:8.1f} s wall {processor:8.1f} s processor {cases / processor:12.0f} cases/s", flush=True)

    findings = pd.read_csv(f"{arguments.model}/findings.csv").set_index("id")
    numbers = [name for name in findings.index if findings.kind[name] == "number"]

    def read():
        header = pd.read_csv(arguments.file, nrows=0).columns
        types = {name: "category" for name in header if name not in numbers and name != "id"}
        table = pd.read_csv(arguments.file, dtype=types, usecols=[n for n in header if n != "id"])
        columns = []
        for name in table.columns.drop("diagnosis"):
            if name in numbers:
                values = table[name].to_numpy(float)
                edges = [float(edge) for edge in str(findings.edges[name]).split(";")]
                columns.append(np.where(np.isnan(values), 0, np.digitize(values, edges) + 1).astype(np.int16))
            else:
                columns.append((table[name].cat.codes.to_numpy() + 1).astype(np.int16))
        return np.column_stack(columns), table["diagnosis"].cat.codes.to_numpy()

    X, y = timed("pandas read_csv and codes", cases, read)
    model = timed("CategoricalNB.fit", cases, lambda: CategoricalNB().fit(X, y))
    posterior = timed(
        "CategoricalNB.predict_proba", cases,
        lambda: np.vstack([model.predict_proba(X[start:start + 50_000]) for start in range(0, cases, 50_000)]))

    def calibrate(method):
        base = Given().fit(None, y)
        def fit(rows):
            return CalibratedClassifierCV(FrozenEstimator(base), method=method).fit(posterior[rows], y[rows])
        fit(np.arange(cases))
        onehot = np.eye(len(base.classes_), dtype=np.float32)
        for training, test in KFold(5, shuffle=True, random_state=1).split(posterior):
            after = fit(training).predict_proba(posterior[test])
            log_loss(y[test], after, labels=base.classes_)
            ((after - onehot[y[test]]) ** 2).sum(1).mean()

    for method in ("temperature", "isotonic"):
        timed(f"{method}, 1 + 5 fits and figures", cases, lambda: calibrate(method))


if __name__ == "__main__":
    main()
