"""Says what the weights of groups of findings are worth on published patients.

    python3 Models/weights.py Models/back-pain           # weights 1, of the file, and fitted anew, in folds
    python3 Models/weights.py Models/back-pain --write TABLE.csv   # findings.csv with those fitted to all

The fit half of `Data/patients.csv` and `patients_imaging.csv`, in the five folds of `shifts.py`, whose
other folds make shifts, rows of `unlisted` and, for the last row, the weights: one a group from 0 to
1, by maximum likelihood. Log loss is of patients with a cause of the model; both rows of a patient
count one together. Differences are paired, with their standard error over patients.
"""

import csv
import pathlib
import sys

import numpy as np
from pool import table
from shifts import Model, fit_half, fitted, unlisted


class Folds:
    """Log likelihoods of each group of findings, by the tables of the other folds."""

    def __init__(self, folder):
        model = Model(folder)
        patients = fit_half(model)
        group = {f["id"]: f["group"] for f in table(folder, "findings.csv")}
        self.names = list(dict.fromkeys(g for g in group.values() if g))
        place = {g: k for k, g in enumerate(["", *self.names])}
        owner = np.array([place[group[f]] for f in model.states])[model.owner]
        weight = {f["group"]: float(f["weight"]) for f in table(folder, "findings.csv") if f["group"]}
        self.shipped = np.array([weight[g] for g in self.names])
        self.fold = np.array([int(i[2:-1], 16) % 5 for i in patients.ids])
        parts = np.zeros((len(place), *patients.right.shape))
        judged, background = model.judged()
        for k in range(5):
            others, here = patients.pick(self.fold != k), self.fold == k
            p = fitted(model, others, judged)
            p[:, -1] = unlisted(model, others, p, background)[0]
            for g, part in enumerate(parts):
                part[here] = patients.known[here] @ (np.log(p) * (owner == g)[:, None])
        listed = patients.listed
        self.parts, self.prior, self.ids = parts[:, listed], patients.prior[listed], patients.ids[listed]
        self.fold, self.right = self.fold[listed], patients.right[listed].copy()
        self.imaging, self.right[:, -1] = patients.imaging[listed] == 1, False
        self.count = np.array([1 / (self.ids == i).sum() for i in self.ids])

    def losses(self, weights, power, rows):
        """The log loss of each row, and its slope in each weight."""
        score = self.parts[0][rows] + np.tensordot(weights, self.parts[1:, rows], 1)
        score = score + power * self.prior[rows]
        p = np.exp(score - score.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        right = p * self.right[rows]
        sure = right.sum(axis=1, keepdims=True)
        slope = ((p - right / sure) * self.parts[1:, rows]).sum(axis=2)
        return -np.log(sure[:, 0]), slope

    def fitted(self, power, rows):
        """The weights from 0 to 1 that make the right causes of rows most likely."""
        weights, step = np.ones(len(self.names)), 1.0
        value = self.losses(weights, power, rows)[0] @ self.count[rows]
        for _ in range(2000):
            slope = self.losses(weights, power, rows)[1] @ self.count[rows]
            while True:
                then = np.clip(weights - step * slope, 0, 1)
                new = self.losses(then, power, rows)[0] @ self.count[rows]
                if new <= value - ((then - weights) @ (then - weights)) / (4 * step) or step < 1e-9:
                    break
                step /= 2
            if np.abs(then - weights).max() < 1e-5:
                return then
            weights, value, step = then, new, step * 2
        raise SystemExit("the fit of weights did not end")


def main(folder, options):
    folds = Folds(folder)
    everyone = np.arange(len(folds.ids))
    for power in (1, 0.5):
        anew = np.empty(len(everyone))
        for k in range(5):
            here = np.flatnonzero(folds.fold == k)
            weights = folds.fitted(power, np.flatnonzero(folds.fold != k))
            anew[here] = folds.losses(weights, power, here)[0]
        found = {"weights 1": folds.losses(np.ones(len(folds.names)), power, everyone)[0],
                 "of the file": folds.losses(folds.shipped, power, everyone)[0], "fitted anew": anew}
        print(f"prior weight {power}: " + ", ".join(
            f"{name} {loss[~folds.imaging].mean():.3f} and {loss[folds.imaging].mean():.3f}"
            for name, loss in found.items()) + " before imaging and with it")
        for less, more in (("of the file", "weights 1"), ("fitted anew", "of the file")):
            apart = folds.count * (found[less] - found[more])
            each = np.array([apart[folds.ids == i].sum() for i in np.unique(folds.ids.astype(str))])
            print(f"  {less} less {more}, a patient: {each.mean():+.3f} "
                  f"({each.std(ddof=1) / len(each) ** 0.5:.3f})")
        weights = dict(zip(folds.names, folds.fitted(power, everyone)))
        print("  fitted to all:", ", ".join(f"{g} {w:.2f}" for g, w in weights.items()))
        if "--write" in options and power == 1:
            rows = table(folder, "findings.csv")
            for row in rows:
                if row["group"]:
                    row["weight"] = f"{weights[row['group']]:.2f}"
            path = pathlib.Path(options[options.index("--write") + 1])
            with open(path, "w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, rows[0], lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
