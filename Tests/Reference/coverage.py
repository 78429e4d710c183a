"""Coverage of prediction sets over many simulated splits, counted by the tool itself.

    python3 Tests/Reference/coverage.py [--splits 100] [--count 20000] [--options "--exact-coverage"]

Each split simulates cases with half of their findings unknown, calibrates on the first half (of
which it sets half apart for the quantiles) and counts on the second how many sets hold the
diagnosis: sets of all cases, and sets that cover each cause. For each cause that has quantiles of
its own, the expected excess of whole places, ⌈(n + 1) c⌉ / (n + 1) − c, stands beside what was
counted.
"""
import argparse
import json
import math
import os
import subprocess
import tempfile
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor

COVERAGES = (0.9, 0.95)


def split(tool, model, count, seed, options):
    """Counts of one split: {(coverage, kind): {cause: (held, cases)}}, and cases by cause."""
    with tempfile.TemporaryDirectory() as folder:
        def run(*arguments):
            return subprocess.run(
                [tool, *arguments, "--model", model, "--threads", "1"], check=True, cwd=folder,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True).stdout
        run("simulate", "--count", str(count), "--seed", str(seed), "--missing", "0.5", "--output", "all.csv")
        lines = open(f"{folder}/all.csv").read().splitlines(keepends=True)
        half = (len(lines) + 1) // 2
        open(f"{folder}/first.csv", "w").writelines(lines[:half])
        open(f"{folder}/second.csv", "w").writelines(lines[:1] + lines[half:])
        run("calibrate", "first.csv", "--method", "temperature", "--coverage",
            ",".join(map(str, COVERAGES)), "--coverage-by-cause", "--output", "c.json", *options)
        levels = json.load(open(f"{folder}/c.json"))["coverage"]["levels"]
        found = {}
        for coverage in COVERAGES:
            for kind, extra in (("all", []), ("each", ["--coverage-by-cause"])):
                text = run("evaluate", "second.csv", "--calibration", "c.json", "--coverage",
                           str(coverage), *extra, "--bootstrap", "0", "--json")
                found[coverage, kind] = sets(json.loads(text))
        return found, {level["coverage"]: level["by_cause"] for level in levels}


def sets(evaluation):
    """Shares held and cases, by diagnosis and of all."""
    coverage = evaluation["coverage"]
    return {None: coverage["held"], **{row["cause"]: row["held"] for row in coverage["causes"]}}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--splits", type=int, default=100)
    parser.add_argument("--count", type=int, default=20000)
    parser.add_argument("--options", default="", help="more options of dorsal calibrate")
    parser.add_argument("--dorsal", default=".build/release/dorsal")
    parser.add_argument("--model", default="Models/back-pain")
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    tool, model = os.path.abspath(arguments.dorsal), os.path.abspath(arguments.model)
    with ThreadPoolExecutor(arguments.jobs) as pool:
        splits = list(pool.map(
            lambda seed: split(tool, model, arguments.count, seed, arguments.options.split()),
            range(1, arguments.splits + 1)))
    print(f"{arguments.splits} splits of {arguments.count} cases")
    for coverage in COVERAGES:
        for kind in ("all", "each"):
            shares = [found[coverage, kind][None]["value"] for found, _ in splits]
            print(f"{coverage}: sets of {kind:4s} hold {mean(shares):.4f} ± {1.96 * error(shares):.4f}")
        rows = []
        for cause in sorted({c for found, _ in splits for c in found[coverage, "each"] if c}):
            held = cases = excess = own = used = 0
            for found, quantiles in splits:
                figure, quantile = found[coverage, "each"].get(cause), quantiles[coverage][cause]
                if not figure or not figure["cases"]:
                    continue
                held += figure["value"] * figure["cases"]
                cases += figure["cases"]
                n = quantile["cases"]
                own += (quantile["pooled_urgency"] is None) * figure["cases"]
                excess += (math.ceil((n + 1) * coverage - 1e-9) / (n + 1) - coverage) * figure["cases"]
                used += n / len(splits)
            rows.append((cases, cause, held / cases, excess / cases, own / cases, used))
        rows = [row for row in rows if row[4] > 0.9]
        worst = max(rows, key=lambda row: row[2] - coverage)
        least = min(rows, key=lambda row: row[2] - coverage)
        within = sum(abs(row[2] - coverage) <= 0.01 for row in rows)
        print(f"  {len(rows)} causes with quantiles of their own: {within} within 0.01 of {coverage}; "
              f"least {least[2]:.4f} ({least[1]}), most {worst[2]:.4f} ({worst[1]})")
        for cases, cause, held, excess, _, used in sorted(rows):
            print(f"    {cause:32s} {used:7.0f} cases a quantile, {cases:8d} judged: held {held:.4f} "
                  f"± {1.96 * (held * (1 - held) / cases) ** 0.5:.4f}, whole places add {excess:.4f}")


def mean(values):
    return sum(values) / len(values)


def error(values):
    """The standard error of a mean."""
    middle = mean(values)
    return (sum((v - middle) ** 2 for v in values) / (len(values) - 1) / len(values)) ** 0.5 if len(values) > 1 else 0.0


if __name__ == "__main__":
    main()
