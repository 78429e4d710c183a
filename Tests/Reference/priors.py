"""Copies a model with each setting's priors raised to a power, for cases that like rare diseases.

    python3 Tests/Reference/priors.py Models/back-pain 0.5 FOLDER
    dorsal evaluate Data/vignettes.csv --model FOLDER

Published vignettes have no clinical prevalence. How a model ranks them with flatter priors tells
what its likelihoods are worth apart from how common causes are: power 1 is the model itself, 0
makes all causes alike. No number of the model comes from this.
"""

import csv
import shutil
import sys
from collections import defaultdict


def main(source, power, target):
    shutil.copytree(source, target)
    with open(f"{source}/priors.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    sums = defaultdict(float)
    for row in rows:
        row["probability"] = float(row["probability"]) ** power
        sums[row["setting"]] += row["probability"]
    for row in rows:
        row["probability"] = repr(row["probability"] / sums[row["setting"]])
    with open(f"{target}/priors.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), sys.argv[3])
