"""Scores patients by two models, of which the second has causes that the first lacks.

    python3 Models/beside.py OLDER NEWER CASES.csv [--prior-weight 0.5] [--dorsal .build/release/dorsal]

What the first lacks counts as `unlisted` for both: probabilities of the second are added up, and so are
right diagnoses. Printed are the shares with a right cause first and among the first three, the mean
log loss, and the area under the curve of P(unlisted) for patients who can only be `unlisted`; the same of
patients with a cause that both have, and of those with a newer one, each cause for itself; then the log
loss of the second less that of the first, paired, with its standard error. Standard library alone.
"""

import argparse
import csv
import io
import math
import pathlib
import subprocess


def causes_of(folder):
    with open(pathlib.Path(folder) / "causes.csv", newline="", encoding="utf-8") as file:
        return [row["id"] for row in csv.DictReader(file)]


def posteriors(model, cases, options):
    """P(cause) of every case by its id."""
    count = len(causes_of(model))
    done = subprocess.run(
        [options.dorsal, "score", "-", "--model", model, "--top", str(count),
         "--prior-weight", options.prior_weight],
        check=True, input=cases, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return {
        row["id"]: {row[f"cause_{k}"]: float(row[f"probability_{k}"]) for k in range(1, count + 1)}
        for row in csv.DictReader(done.stdout.splitlines())}


def judged(p, right):
    """The log loss of a case, and how many causes lie before the best right one."""
    best = max(p.get(c, 0) for c in right)
    loss = -math.log(max(sum(p.get(c, 0) for c in right), 1e-12))
    return loss, sum(x > best for x in p.values())


def line(name, cases, more=""):
    n = len(cases)
    if n:
        print(f"  {name:24}{n:4}  first {sum(k < 1 for _, k in cases) / n:6.1%}, first three "
              f"{sum(k < 3 for _, k in cases) / n:6.1%}, log loss {sum(x for x, _ in cases) / n:.3f}{more}")


def figures(answers, diagnoses, kept):
    """Prints the figures of a model, and gives the log loss of each case."""
    everyone, old, own = [], [], []
    outside, inside = [], []
    for case, right in diagnoses.items():
        p = {}
        for cause, probability in answers[case].items():
            name = cause if cause in kept else "unlisted"
            p[name] = p.get(name, 0) + probability
        common = {c if c in kept else "unlisted" for c in right}
        everyone.append(judged(p, common))
        (outside if common == {"unlisted"} else inside).append(p["unlisted"])
        if common != {"unlisted"}:
            old.append(everyone[-1])
        elif right <= answers[case].keys() and "unlisted" not in right:
            own.append(judged(answers[case], right))
    area = sum((a > b) + (a == b) / 2 for a in outside for b in inside)
    area = area / (len(outside) * len(inside)) if outside and inside else math.nan
    line("all", everyone, f", area {area:.2f}")
    line("a cause that both have", old)
    line("a newer one, for itself", own)
    return [loss for loss, _ in everyone]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    for name in ("older", "newer", "cases"):
        parser.add_argument(name)
    parser.add_argument("--prior-weight", default="1")
    parser.add_argument("--dorsal", default=".build/release/dorsal")
    options = parser.parse_args()
    with open(options.cases, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    diagnoses = {row["id"]: set(row.pop("diagnosis").split("|")) for row in rows}
    # Without diagnoses, which a model that lacks them would reject.
    cases = io.StringIO()
    writer = csv.DictWriter(cases, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    kept = set(causes_of(options.older))
    print(f"{len(diagnoses)} cases, {len(kept)} causes with unlisted")
    losses = []
    for model in (options.older, options.newer):
        print(model)
        losses.append(figures(posteriors(model, cases.getvalue(), options), diagnoses, kept))
    change = [b - a for a, b in zip(*losses)]
    mean = sum(change) / len(change)
    spread = math.sqrt(sum((x - mean) ** 2 for x in change) / (len(change) - 1))
    print(f"log loss {mean:+.3f}, standard error {spread / math.sqrt(len(change)):.3f}")


if __name__ == "__main__":
    main()
