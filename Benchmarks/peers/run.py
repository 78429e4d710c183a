"""Times Dorsal and other tools in turn on the same files, and prints one table.

    run.py DATA --bench .build/release/dorsal-bench [--rounds 7] [--output FILE]

Every contestant is a process that has loaded its data and shown that its answer is the
reference's. A round asks each in turn for one run; ratios are taken within rounds, and the
median of them is what the table shows, since the speed of a shared machine drifts.
"""

import argparse
import datetime
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).parent

# For each workload: what Dorsal calls it, and the peers. The first of Dorsal's is what
# peers are compared with.
WORKLOADS = {
    "score": (
        ["score", "score-blocks"],
        [
            ("numpy", "score"),
            ("sklearn", "score"),
            ("sklearn", "categorical"),
            ("torch", "score"),
            ("onnx", "score"),
            ("jax", "score"),
            ("numba", "score"),
            ("pgmpy", "score"),
        ],
    ),
    "one": (
        ["one-warm"],
        [(peer, "one") for peer in ("numpy", "sklearn", "torch", "onnx", "jax", "numba", "pgmpy")],
    ),
    "draws": (["draws"], [("numpy", "draws"), ("torch", "draws")]),
    "information": (["information"], [("numpy", "information"), ("torch", "information")]),
    "coexisting": (["coexisting"], [("numpy", "coexisting"), ("torch", "coexisting")]),
    "csv": (["csv", "ndjson"], [("polars", "csv")]),
}
# On several threads: what is parallel.
PARALLEL = {
    "score": (["score-blocks"], ("numpy", "torch", "onnx", "jax", "numba")),
    "csv": (["csv", "ndjson"], ("polars",)),
}


class Contestant:
    """A process that answers each line `run` by the seconds that it took."""

    def __init__(self, tool, workload, threads, command):
        self.tool, self.workload, self.threads = tool, workload, threads
        self.rounds = []
        if threads == 1:
            command = ["taskset", "-c", str(max(os.sched_getaffinity(0)))] + command
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if tool != "dorsal" else None,
            text=True,
            env=os.environ | {"PYTHONWARNINGS": "ignore"},
        )
        self.about = self._answer() or {"failed": "ended before it was ready"}

    @property
    def failure(self):
        return self.about.get("failed")

    def _answer(self):
        line = self.process.stdout.readline()
        return json.loads(line) if line else None

    def run(self):
        self.process.stdin.write("run\n")
        self.process.stdin.flush()
        answer = self._answer()
        if answer is None:
            self.about["failed"] = "ended while it ran"
            return
        # By the case, since a slow tool gets fewer.
        self.rounds.append({key: value / self.about["cases"] for key, value in answer.items()})

    def stop(self):
        self.process.stdin.close()
        self.process.wait()

    def ratio(self, basis, clock):
        """How many times the basis' time this one takes: the median over rounds."""
        pairs = [(one[clock], other[clock]) for one, other in zip(self.rounds, basis.rounds)]
        return statistics.median(one / other for one, other in pairs) if pairs else None

    def record(self, basis):
        return {
            "tool": self.tool,
            "workload": self.workload,
            "threads": self.threads,
            "version": self.about.get("version"),
            "failed": self.failure,
            "cases": self.about.get("cases"),
            "checked_cases": self.about.get("checked"),
            "peak_mb": self.about.get("peak_mb"),
            "seconds_per_case": [one["seconds"] for one in self.rounds],
            "processor_seconds_per_case": [one["processor"] for one in self.rounds],
            "times_slower_than_dorsal": self.ratio(basis, "seconds"),
            "times_slower_than_dorsal_by_processor_time": self.ratio(basis, "processor"),
        }


def contestants(options, workload, threads):
    ours, peers = WORKLOADS[workload]
    if threads > 1:
        ours, names = PARALLEL[workload]
        peers = [(peer, name) for peer, name in peers if peer in names and name == workload]
    for name in ours:
        command = [options.bench, "serve", options.data, "--workload", name]
        yield Contestant("dorsal", name, threads, command + ["--threads", str(threads)])
    for peer, name in peers:
        if options.peer and peer not in options.peer:
            continue
        command = [sys.executable, str(HERE / "worker.py"), options.data, peer, name]
        yield Contestant(peer, name, threads, command + [str(threads)])
    for other in options.other:
        tool, of, command = other.split(":", 2)
        if of == workload:
            yield Contestant(tool, of, threads, command.split() + [str(threads)])


def measure(options, workload, threads):
    ready = []
    for one in contestants(options, workload, threads):
        print(f"{workload}, {threads} thread(s): {one.tool} {one.about}", file=sys.stderr)
        if one.tool == "dorsal" and one.failure:
            sys.exit("dorsal: " + one.failure)
        ready.append(one)
    for _ in range(options.rounds):
        for one in ready:
            if not one.failure:
                one.run()
    for one in ready:
        one.stop()
    return [one.record(ready[0]) for one in ready]


def seconds(value):
    for unit, scale in (("s", 1), ("ms", 1e3), ("us", 1e6)):
        if value * scale >= 1:
            return f"{value * scale:.3g} {unit}"
    return f"{value * 1e9:.3g} ns"


def table(rows):
    heading = ["workload", "tool", "threads", "a case", "cases/s", "x dorsal", "x by processor"]
    cells = [heading + ["peak MB", "version"]]
    for row in rows:
        if row["failed"]:
            cells.append([row["workload"], row["tool"], str(row["threads"]), row["failed"][:60]])
            continue
        time = statistics.median(row["seconds_per_case"])
        cells.append(
            [row["workload"], row["tool"], str(row["threads"]), seconds(time), f"{1 / time:,.0f}"]
            + [
                f"{row[key]:.2f}"
                for key in (
                    "times_slower_than_dorsal",
                    "times_slower_than_dorsal_by_processor_time",
                )
            ]
            + [f"{row['peak_mb']:.0f}" if row["peak_mb"] else "", row["version"] or ""]
        )
    widths = [max(len(row[i]) for row in cells if i < len(row)) for i in range(len(cells[0]))]
    for row in cells:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def keep(options, rows):
    """Writes what there is so far."""
    if not options.output:
        return
    record = {
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "cpu": next(
            (
                line.split(":")[1].strip()
                for line in open("/proc/cpuinfo")
                if line.startswith("model name")
            ),
            platform.processor(),
        ),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "rounds": options.rounds,
        "rows": rows,
    }
    pathlib.Path(options.output).write_text(json.dumps(record, indent=1) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", help="the folder that dorsal-bench generate wrote")
    parser.add_argument("--bench", required=True, help="dorsal-bench")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--workload", nargs="+", choices=WORKLOADS, default=list(WORKLOADS))
    parser.add_argument("--peer", nargs="+", help="only these")
    parser.add_argument(
        "--other",
        action="append",
        default=[],
        metavar="TOOL:WORKLOAD:COMMAND",
        help="another program that speaks like worker.py; the threads are its last argument",
    )
    parser.add_argument("--output", help="keep the figures")
    options = parser.parse_args()
    rows = []
    for threads in options.threads:
        for workload in options.workload:
            if threads == 1 or workload in PARALLEL:
                rows += measure(options, workload, threads)
                keep(options, rows)
    table(rows)
    print(
        "\nx dorsal: how many times as long as the first row of dorsal for the workload, median "
        f"of the ratios within {options.rounds} rounds; below 1 is faster than dorsal. By "
        "processor time it does not matter what else the machine did."
    )


main()
