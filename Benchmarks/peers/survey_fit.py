"""dorsal fit beside scikit-learn on halves of surveys of patients; `local_fit.py FOLDER` runs it.

Every case file of the folder is cut into halves by its ids. All methods are fitted to one and
judged on the other in the same run: the model as it is, `dorsal fit --prior-model`, the fit with a
`vector` calibration on top, scikit-learn's LogisticRegression (as it comes, and with C chosen by
five folds) and HistGradientBoostingClassifier (60 trees of 4 leaves, rate 0.05: as it comes it
overfits by a nat). An unknown finding is a category of its own for scikit-learn, which has no other
way; a cause that a method has not seen gets a probability of 1e-4 from it. Then clinics of growing
size: of the fitted half as many as are told, and of simulated patients whose findings hang together
(`--correlation 0.5`), of whom the model is right but for that.

Columns whose absence gives the diagnosis away are left out (`--without`). Differences are of the
same cases, with 95% intervals of their mean. Row data stay in the folder and in temporary files.
"""
import hashlib
import os
import pathlib
import subprocess
import tempfile
import time

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

LEAST = 1e-4
CALIBRATED = "dorsal fit, vector"


class Clinic:
    """A case file in two halves, and the figures of methods on the second."""

    def __init__(self, name, training, test, arguments):
        self.name, self.training, self.test, self.arguments = name, training, test, arguments
        causes = pd.read_csv(f"{arguments.model}/causes.csv")
        self.causes = list(causes.id)
        self.emergency = (causes.urgency == "emergency").values
        self.truth = test.diagnosis.map(self.causes.index).values
        self.answers, self.seconds = {}, {}

    def tool(self, *words):
        return subprocess.run([os.path.abspath(self.arguments.dorsal), *words], capture_output=True, text=True)

    def dorsal(self, calibrated=True):
        model = self.arguments.model
        with tempfile.TemporaryDirectory() as folder:
            self.training.to_csv(f"{folder}/training.csv", index=False)
            self.test.drop(columns="diagnosis").to_csv(f"{folder}/test.csv", index=False)

            def score(name, *words):
                run = self.tool("score", f"{folder}/test.csv", "--all", "--output", f"{folder}/answers.csv", *words)
                assert run.returncode == 0, run.stderr
                answers = pd.read_csv(f"{folder}/answers.csv", dtype={"id": str}).set_index("id")
                self.answers[name] = answers.loc[self.test.id, self.causes].values

            score("model as it is", "--model", model)
            start = time.perf_counter()
            run = self.tool("fit", f"{folder}/training.csv", "--prior-model", model, "--output", f"{folder}/m")
            self.seconds["dorsal fit"] = time.perf_counter() - start
            self.refused = run.returncode == 65
            assert self.refused or run.returncode == 0, run.stderr
            if self.refused:
                self.answers["dorsal fit"] = self.answers["model as it is"]
                return
            score("dorsal fit", "--model", f"{folder}/m")
            if calibrated:
                run = self.tool(
                    "fit", f"{folder}/training.csv", "--prior-model", model, "--output", f"{folder}/n",
                    "--calibration", f"{folder}/c.json", "--method", "vector")
                assert run.returncode == 0, run.stderr
                score(CALIBRATED, "--model", f"{folder}/n", "--calibration", f"{folder}/c.json")

    def columns(self):
        both = pd.concat([self.training, self.test])
        names = [c for c in both.columns if c not in ("id", "diagnosis") and both[c].notna().any()]
        numbers = [c for c in names if pd.to_numeric(both[c], errors="coerce").notna().sum() == both[c].notna().sum()]
        return names, numbers

    def scikit(self):
        names, numbers = self.columns()
        both = pd.concat([self.training, self.test])[names]
        words = both.drop(columns=numbers).fillna("unknown")
        parts = {c: pd.to_numeric(both[c]) for c in numbers}
        # Numbers as five parts of equal count, and unknown, for the regression; as they are for trees.
        cut = pd.DataFrame({c: pd.qcut(v, 5, labels=False, duplicates="drop") for c, v in parts.items()})
        flat = pd.get_dummies(pd.concat([words, cut.fillna(-1).astype(str)], axis=1)).values.astype(float)
        plain = np.column_stack([words.apply(lambda c: pd.factorize(c)[0]), *parts.values()])
        labels = self.training.diagnosis.values
        count = len(labels)
        start = time.perf_counter()
        self.learn("logistic regression", LogisticRegression(max_iter=2000), flat, labels, count)
        self.seconds["logistic regression"] = time.perf_counter() - start
        start = time.perf_counter()
        c = self.best_c(flat[:count], labels)
        self.learn("logistic regression, C chosen", LogisticRegression(max_iter=2000, C=c), flat, labels, count)
        self.seconds["logistic regression, C chosen"] = time.perf_counter() - start
        trees = HistGradientBoostingClassifier(
            max_iter=60, learning_rate=0.05, max_leaf_nodes=4, early_stopping=False)
        start = time.perf_counter()
        self.learn("gradient boosting", trees, plain, labels, count)
        self.seconds["gradient boosting"] = time.perf_counter() - start

    def learn(self, name, method, rows, labels, count):
        method.fit(rows[:count], labels)
        self.answers[name] = self.spread(method, rows[count:])

    def spread(self, method, rows):
        answer = np.zeros((len(rows), len(self.causes)))
        answer[:, [self.causes.index(c) for c in method.classes_]] = method.predict_proba(rows)
        answer = np.maximum(answer, LEAST)
        return answer / answer.sum(axis=1, keepdims=True)

    def best_c(self, rows, labels):
        fold = np.random.default_rng(1).integers(0, 5, len(labels))
        truth = np.array([self.causes.index(c) for c in labels])

        def loss(c):
            total = 0.0
            for f in range(5):
                method = LogisticRegression(max_iter=500, C=c).fit(rows[fold != f], labels[fold != f])
                inside = fold == f
                answer = self.spread(method, rows[inside])
                total -= np.log(answer[np.arange(inside.sum()), truth[inside]]).sum()
            return total

        return min((0.1, 0.3, 1, 3), key=loss)

    def by_case(self, name):
        """Log loss, first and first three of each case."""
        answer = self.answers[name]
        own = answer[np.arange(len(self.truth)), self.truth]
        rank = (answer > own[:, None]).sum(axis=1)
        return {"log loss": -np.log(np.maximum(own, 1e-38)), "first": rank < 1, "first 3": rank < 3}

    def line(self, name):
        cases = self.by_case(name)
        emergency = self.emergency[self.truth]
        among = f"{int(cases['first 3'][emergency].sum())} of {int(emergency.sum())}"
        time_taken = f"{self.seconds[name]:.1f} s" if name in self.seconds else ""
        return (f"{name:32s} {cases['log loss'].mean():8.4f} {cases['first'].mean():7.1%} "
                f"{cases['first 3'].mean():8.1%} {among:>12s}  {time_taken}")

    def difference(self, name, other):
        left, right = self.by_case(name), self.by_case(other)
        parts = []
        for figure, values in left.items():
            d = values.astype(float) - right[figure].astype(float)
            room = 1.96 * d.std(ddof=1) / len(d) ** 0.5
            parts.append(f"{figure} {d.mean():+.4f} ({d.mean() - room:+.4f} to {d.mean() + room:+.4f})")
        return f"{name} less {other}: " + ", ".join(parts)


def halves(path, without, seed):
    table = pd.read_csv(path, dtype=str)
    if "diagnosis" not in table or "id" not in table:
        return None
    table = table[table.diagnosis.notna() & ~table.diagnosis.fillna("").str.contains("|", regex=False)]
    table = table.drop(columns=[c for c in without if c in table])
    order = table.id.map(lambda i: hashlib.sha256(f"{seed} {i}".encode()).hexdigest())
    table = table.assign(order=order).sort_values("order").drop(columns="order")
    return table.iloc[: len(table) // 2], table.iloc[len(table) // 2:]


def compare(clinic):
    clinic.dorsal()
    clinic.scikit()
    print(f"\n{clinic.name}: fitted to {len(clinic.training)}, judged on {len(clinic.test)}"
          + (", refused" if clinic.refused else ""))
    print(f"{'':32s} log loss   first  first 3  emergencies  seconds")
    for name in clinic.answers:
        print(clinic.line(name))
    rivals = [n for n in clinic.answers if n.startswith(("logistic", "gradient"))]
    for rival in ["model as it is", *rivals]:
        print(clinic.difference("dorsal fit", rival))
    best = min(rivals, key=lambda n: clinic.by_case(n)["log loss"].mean())
    print(f"time of {best} over that of dorsal fit: {clinic.seconds[best] / clinic.seconds['dorsal fit']:.2f}")


def grow(name, training, test, sizes, arguments):
    print(f"\n{name}: clinics of growing size, judged on {len(test)}")
    print(f"{'patients':>8s} {'log loss':>9s} {'of the fit less the model (95%)':>34s} {'emergencies first 3':>24s}")
    for size in sizes:
        if size > len(training):
            continue
        clinic = Clinic(name, training.iloc[:size], test, arguments)
        clinic.dorsal(calibrated=False)
        before, after = clinic.by_case("model as it is"), clinic.by_case("dorsal fit")
        d = after["log loss"] - before["log loss"]
        room = 1.96 * d.std(ddof=1) / len(d) ** 0.5
        e = clinic.emergency[clinic.truth]
        print(f"{size:8d} {after['log loss'].mean():9.4f} {d.mean():+10.4f} ({d.mean() - room:+.4f} to {d.mean() + room:+.4f})"
              f" {int(before['first 3'][e].sum()):8d} to {int(after['first 3'][e].sum())} of {int(e.sum())}"
              + (" refused" if clinic.refused else ""))


def simulated(arguments, setting):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [os.path.abspath(arguments.dorsal), "simulate", "--model", arguments.model, "--count", "13000", "--seed", "5",
             "--setting", setting, "--missing", "0.6", "--correlation", "0.5", "--output", f"{folder}/s.csv"],
            check=True, capture_output=True)
        table = pd.read_csv(f"{folder}/s.csv", dtype=str)
    return table.iloc[:3000], table.iloc[3000:]


def main(arguments):
    without = arguments.without.split(",")
    sizes = [int(s) for s in arguments.sizes.split(",")]
    for path in sorted(pathlib.Path(arguments.table).glob("*.csv")):
        if path.stem not in arguments.surveys.split(","):
            continue
        for seed in range(arguments.seeds):
            parts = halves(path, without, seed)
            compare(Clinic(f"{path.stem}, halves {seed + 1}", *parts, arguments))
        grow(path.stem, *halves(path, without, 0), sizes, arguments)
    for setting in ("primary_care", "emergency"):
        grow(f"simulated, {setting}", *simulated(arguments, setting), sizes, arguments)
