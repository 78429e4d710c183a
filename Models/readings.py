"""What readers of the coded findings of the fit half say, beside the model.

    python3 Models/readings.py Models/back-pain

`Data/patients_readings.csv` has the distribution over causes that a reader gave each row of the fit
half from its coded findings alone, before imaging and with it. What a reader gave `others` is spread over
the causes that were not named, each with the root of its prior.

Printed are, for each: how good the first reading is, and both where there are two; the table in five
folds with the shifts of `shifts.py`; with shifts of all rows of all causes, fitted to the other folds'
diagnoses, to their readings, and to a mean of both; last, how near a table comes to the readings when
it is fitted to these very rows, the more its states may move. All with the roots of the priors.
"""

import sys
from collections import defaultdict

import numpy as np
import shifts
from pool import table
from shifts import DATA, Model, fit_half, softmax

SPREAD = 0.8  # of every state of every cause, each by itself, in place of that of shifts.py


def readings(model, patients, number):
    """The distribution that a reading has for each row; NaN where it has none."""
    given = defaultdict(lambda: defaultdict(float))
    for row in table(DATA, "patients_readings.csv"):
        if row["reading"] == number:
            given[row["id"], row["imaging"]][row["cause"]] += float(row["probability"])
    answer = np.full(patients.right.shape, np.nan)
    for place, (patient, imaging) in enumerate(zip(patients.ids, patients.imaging)):
        if named := given.get((patient, str(int(imaging)))):
            p = np.array([named[c] for c in model.causes])
            rest = np.exp(0.5 * patients.prior[place]) * (p == 0)
            p += named["others"] * rest / rest.sum()
            answer[place] = p / p.sum()
    return answer


def report(name, p, patients, here):
    """First, first three and log loss of the listed, and the area of P(unlisted), of some rows."""
    listed, q = here & patients.listed, p[here & patients.listed]
    right = patients.right[listed].copy()
    right[:, -1] = False  # of a patient who may be unlisted too
    rank = (q > (q * right).max(axis=1, keepdims=True)).sum(axis=1)
    loss = -np.log(np.maximum((q * right).sum(axis=1), 1e-9)).mean()
    a, b = p[here & ~patients.listed, -1:], p[listed, -1]
    print(f"  {name:38}{listed.sum():5}{(rank < 1).mean():8.3f}{(rank < 3).mean():8.3f}"
          f"{loss:9.3f}{((a > b) + (a == b) / 2).mean():7.2f}")


def fitted(model, patients, judged, target, spread=SPREAD):
    """The table as targets over causes move every state of every cause (`shifts.fitted`)."""
    count = np.array([[1 / (patients.ids == i).sum()] for i in patients.ids])

    def moved(x):
        values = judged * np.exp(spread * x[:judged.size].reshape(judged.shape))
        return values / model.sums(values)

    def loss(x):
        values, intercept = moved(x), shifts.INTERCEPT * x[judged.size:]
        q = softmax(patients.known @ np.log(values) + 0.5 * patients.prior + intercept)
        slope = count * (q - target)
        states = patients.known.T @ slope
        states = spread * (states - values * model.sums(states))
        whole = np.concatenate([states.ravel(), shifts.INTERCEPT * slope.sum(axis=0)])
        return x @ x / 2 - (count * target * np.log(np.maximum(q, 1e-30))).sum(), whole + x

    return moved(shifts.minimum(loss, np.zeros(judged.size + len(model.causes))))


def main(folder):
    model = Model(folder)
    patients = fit_half(model)
    judged = model.judged()[0]
    first, second = (readings(model, patients, number) for number in "12")
    twice = ~np.isnan(second[:, 0])
    diagnoses = patients.right / patients.right.sum(axis=1, keepdims=True)
    fold = np.array([int(i[2:-1], 16) % 5 for i in patients.ids])

    def score(values, rows):
        return softmax(
            (patients.known[rows] * model.weight) @ np.log(values) + 0.5 * patients.prior[rows])

    ways = {
        "judgements, no shifts": lambda rows: judged,
        "shifts of shifts.py": lambda rows: shifts.fitted(model, patients.pick(rows), judged),
        "all rows, by diagnoses": lambda rows: fitted(
            model, patients.pick(rows), judged, diagnoses[rows]),
        "all rows, by readings": lambda rows: fitted(
            model, patients.pick(rows), judged, first[rows]),
        "all rows, by both": lambda rows: fitted(
            model, patients.pick(rows), judged, (diagnoses + first)[rows] / 2),
    }
    scores = {name: np.zeros(first.shape) for name in ways}
    for k in range(5):
        for name, way in ways.items():
            scores[name][fold == k] = score(way(fold != k), fold == k)
    print("                                          rows   first   three log loss   area")
    for imaging, title in enumerate(("before imaging", "with imaging")):
        here = patients.imaging == imaging
        print(title)
        report("a reader", first, patients, here)
        for name, p in scores.items():
            report(name, p, patients, here)
        both = here & twice
        report("read twice: one", first, patients, both)
        report("read twice: the other", second, patients, both)
        report("read twice: their mean", (first + second) / 2, patients, both)
        same = (first[both].argmax(axis=1) == second[both].argmax(axis=1)).mean()
        print(f"  read twice, the same cause first: {same:.3f} of {both.sum()}")
    here = patients.imaging == 0

    def nats(q):
        """Minus the mean over rows of the sum of reading x log q."""
        return -(first * np.log(np.maximum(q, 1e-12))).sum(axis=1)[here].mean()

    print(f"\nbefore imaging, -sum of reading x log: the readings themselves {nats(first):.3f}")
    print(f"  judgements, no shifts {nats(scores['judgements, no shifts']):.3f}")
    for spread in (0.8, 1.6, 3.2):
        q = score(fitted(model, patients, judged, first, spread), fold >= 0)
        print(f"  a table fitted to these very rows, spread {spread}: {nats(q):.3f}")


if __name__ == "__main__":
    main(sys.argv[1])
