"""Coverage of prediction sets over many simulated splits, counted by the tool itself.

    python3 Tests/Reference/coverage.py [--splits 100] [--count 60000] [--missing 0.5]

Each split simulates cases with a share of their findings unknown, finds quantiles on the first half
(`calibrate --method none`, without and with `--exact-coverage`) and counts on the second how many
sets hold the diagnosis (`evaluate --coverage`): sets of all cases, and sets that cover each cause.
For each cause with quantiles of its own, what whole places add, ⌈(n + 1) c⌉ / (n + 1) − c on average,
stands beside what was counted, with 95% of the chance in the cases that were judged. Where a rare
cause is left alone with too few cases the tool refuses to promise its coverage; such a split is
counted and another one drawn.
"""
import argparse
import json
import math
import os
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor

COVERAGES = (0.9, 0.95)
FILES = {"whole": [], "exact": ["--exact-coverage"]}


def split(tool, model, count, missing, seed):
    """The sets' figures by (coverage, kind of set, file), and the quantiles by coverage; nothing
    where a coverage was refused."""
    with tempfile.TemporaryDirectory() as folder:
        def run(*arguments):
            return subprocess.run(
                [tool, *arguments, "--model", model, "--threads", "1"], check=True, cwd=folder,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True).stdout

        run("simulate", "--count", str(count), "--seed", str(seed), "--missing", str(missing), "--output", "all.csv")
        with open(f"{folder}/all.csv") as file:
            lines = file.readlines()
        half = (len(lines) + 1) // 2
        for name, part in (("first", lines[:half]), ("second", lines[:1] + lines[half:])):
            with open(f"{folder}/{name}.csv", "w") as file:
                file.writelines(part)
        found = {}
        for name, options in FILES.items():
            try:
                run("calibrate", "first.csv", "--method", "none", "--coverage", ",".join(map(str, COVERAGES)),
                    "--coverage-by-cause", "--output", f"{name}.json", *options)
            except subprocess.CalledProcessError as failure:
                if "needs at least" in failure.stderr:
                    return None
                raise
            for coverage in COVERAGES:
                for kind, extra in (("all", []), ("each", ["--coverage-by-cause"])):
                    evaluation = json.loads(run(
                        "evaluate", "second.csv", "--calibration", f"{name}.json", "--coverage",
                        str(coverage), *extra, "--bootstrap", "0", "--json"))["coverage"]
                    found[coverage, kind, name] = {
                        None: evaluation["held"], **{row["cause"]: row["held"] for row in evaluation["causes"]}}
        with open(f"{folder}/whole.json") as file:
            levels = json.load(file)["coverage"]["levels"]
        return found, {level["coverage"]: level["by_cause"] for level in levels}


def mean(values):
    return sum(values) / len(values)


def error(values):
    """The standard error of a mean."""
    middle = mean(values)
    return (sum((v - middle) ** 2 for v in values) / max(len(values) - 1, 1) / len(values)) ** 0.5


def of_cause(splits, coverage, cause):
    """Cases a quantile, cases judged, shares held by whole and exact sets, what whole places add;
    of the splits in which the cause has a quantile of its own."""
    held = dict.fromkeys(FILES, 0.0)
    cases = excess = 0
    counts = []
    for found, quantiles in splits:
        quantile = quantiles[coverage][cause]
        figure = found[coverage, "each", "whole"].get(cause)
        if quantile["pooled_urgency"] is not None or not figure or not figure["cases"]:
            continue
        n = quantile["cases"]
        counts.append(n)
        cases += figure["cases"]
        excess += (math.ceil((n + 1) * coverage - 1e-9) / (n + 1) - coverage) * figure["cases"]
        for name in FILES:
            held[name] += found[coverage, "each", name][cause]["value"] * figure["cases"]
    # A cause that is often too rare has its own quantile in the splits that happen to have many.
    if len(counts) < len(splits):
        return None
    return mean(counts), cases, held["whole"] / cases, held["exact"] / cases, excess / cases


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--splits", type=int, default=100)
    parser.add_argument("--count", type=int, default=60000)
    parser.add_argument("--missing", type=float, default=0.5)
    parser.add_argument("--dorsal", default=".build/release/dorsal")
    parser.add_argument("--model", default="Models/back-pain")
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    tool, model = os.path.abspath(arguments.dorsal), os.path.abspath(arguments.model)
    with ThreadPoolExecutor(arguments.jobs) as pool:
        splits, drawn = [], 0
        while len(splits) < arguments.splits:
            seeds = range(drawn + 1, drawn + 1 + arguments.splits - len(splits))
            drawn = seeds[-1]
            found = pool.map(lambda seed: split(tool, model, arguments.count, arguments.missing, seed), seeds)
            splits += [figures for figures in found if figures]
    print(f"{arguments.splits} splits of {arguments.count} cases, and {drawn - arguments.splits} refused")
    for coverage in COVERAGES:
        for kind in ("all", "each"):
            for name in FILES:
                shares = [found[coverage, kind, name][None]["value"] for found, _ in splits]
                print(f"{coverage}: {name} sets of {kind} hold {mean(shares):.4f} ± {1.96 * error(shares):.4f}")
        causes = splits[0][1][coverage].keys()
        rows = {cause: of_cause(splits, coverage, cause) for cause in causes}
        rows = {cause: row for cause, row in rows.items() if row}
        for place, name in ((2, "whole"), (3, "exact")):
            ordered = sorted(rows, key=lambda cause: rows[cause][place])
            inside = sum(abs(row[place] - coverage) <= 0.01 for row in rows.values())
            print(f"  {name}: {inside} of {len(rows)} causes within 0.01; least {rows[ordered[0]][place]:.4f} "
                  f"({ordered[0]}), most {rows[ordered[-1]][place]:.4f} ({ordered[-1]})")
        for cause, (n, cases, whole, exact, excess) in sorted(rows.items(), key=lambda item: item[1]):
            print(f"    {cause:32s} {n:7.0f} cases a quantile, {cases:8d} judged: whole {whole:.4f} "
                  f"exact {exact:.4f} ± {1.96 * (exact * (1 - exact) / cases) ** 0.5:.4f}, whole places add {excess:.4f}")


if __name__ == "__main__":
    main()
