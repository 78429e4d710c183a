"""The arrays that `dorsal-bench generate` wrote, and the parts that peers share."""

import csv
import pathlib

import numpy as np

TOP = 5
UNKNOWN = 0


class Data:
    """One problem: score every case against every cause."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        load = lambda name: np.load(self.folder / f"{name}.npy")
        self.codes = load("codes")  # cases x findings; 0 unknown, else the state from 1
        self.states = load("states").astype(np.int64)
        self.likelihoods = load("likelihoods")  # states x causes, double
        self.priors = load("priors")
        self.reference = load("reference")  # posteriors of the first cases, double
        self.count, self.findings = self.codes.shape
        self.rows, self.causes = self.likelihoods.shape
        self.first = np.concatenate([[0], np.cumsum(self.states)[:-1]])
        self.weights = np.log(self.likelihoods).astype(np.float32)
        self.prior = np.log(self.priors).astype(np.float32)
        # For each state row, its finding and the code that stands for it.
        self.finding_of = np.repeat(np.arange(self.findings), self.states)
        self.code_of = np.concatenate([np.arange(1, k + 1) for k in self.states]).astype(np.uint8)

    def draws(self):
        """Drawn models x states x causes, and the reference of the first cases."""
        return np.load(self.folder / "draws.npy"), np.load(self.folder / "draws_reference.npy")

    def finding_names(self):
        return [row["id"] for row in self._table("findings") if row["id"] != "setting"]

    def state_names(self):
        return [
            row["states"].split(";") for row in self._table("findings") if row["id"] != "setting"
        ]

    def cause_names(self):
        return [row["id"] for row in self._table("causes")]

    def _table(self, name):
        with open(self.folder / "model" / f"{name}.csv", newline="") as file:
            return list(csv.DictReader(file))

    def indicators(self, codes, out):
        """Codes as 0 and 1, a column for each state."""
        np.equal(codes[:, self.finding_of], self.code_of, out=out, casting="unsafe")
        return out


class Answers:
    """Room for posteriors and the leading causes, allocated before anything is timed."""

    def __init__(self, data, count):
        self.posteriors = np.zeros((count, data.causes), np.float32)
        self.top = np.zeros((count, TOP), np.int32)
        self.top_probabilities = np.zeros((count, TOP), np.float32)

    def rank(self, start, posteriors):
        """The leading causes of rows of posteriors, by partition and a sort of five."""
        end = start + len(posteriors)
        leading = np.argpartition(posteriors, -TOP, axis=1)[:, -TOP:]
        values = np.take_along_axis(posteriors, leading, 1)
        order = np.argsort(-values, axis=1)
        self.top[start:end] = np.take_along_axis(leading, order, 1)
        self.top_probabilities[start:end] = np.take_along_axis(values, order, 1)

    def check(self, reference, tolerance=2e-5):
        """Raises where posteriors or leading causes are not the reference's.

        Single-precision sums of some tens of logarithms are off by some 1e-6.
        """
        count = min(len(reference), len(self.posteriors))
        reference = reference[:count]
        off = np.abs(self.posteriors[:count] - reference).max(axis=1)
        if not off.max() <= tolerance:
            raise AssertionError(f"case {off.argmax()}: posterior off by {off.max():.2g}")
        best = -np.sort(-reference, axis=1)[:, :TOP]
        ranked = np.take_along_axis(reference, self.top[:count].astype(np.int64), 1)
        off = np.abs(ranked - best).max(axis=1)
        if not off.max() <= tolerance:
            raise AssertionError(f"case {off.argmax()}: the leading causes are not the reference's")
        return count


def softmax(scores):
    """In place, along the last axis."""
    scores -= scores.max(axis=-1, keepdims=True)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=-1, keepdims=True)
    return scores
