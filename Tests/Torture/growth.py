"""(e) Memory and time of the verbs as files grow, within a bound of address space."""

import os
import subprocess

import harness

MEGA = 1 << 20
# Verb, its arguments, bytes a row that its memory may grow by, and address space that it may have for
# a million rows. SECURITY.md says why: `validate` and `fit` keep each id, `evaluate` the posteriors of
# each labelled case too; `score` keeps nothing of a row.
VERBS = [
    ("score", ["score", "rows", "--quiet", "-o", "out"], 0, 2_000 * MEGA),
    ("validate", ["validate", "rows"], 64, 2_000 * MEGA),
    ("evaluate", ["evaluate", "rows", "--quiet", "--bootstrap", "20"], 600, 3_000 * MEGA),
    ("fit", ["fit", "rows", "--prior-model", str(harness.MODEL), "--force", "-o", "new"], 64, 2_000 * MEGA),
]
# What a run may take beside rows, and how far from a straight line its time may be.
SLACK = 24 * MEGA
MOST_TIMES_LINEAR = 1.6


def measure(run, arguments, folder, space):
    """The status, seconds of processors, and most bytes in memory of a run that has so much address space.

    Time of processors, as other programs on the machine make a clock say anything.
    """
    script = f'ulimit -v {space // 1024}; exec "$0" "$@"'
    with open(os.devnull, "rb") as nothing, open(folder / "told", "wb") as told:
        process = subprocess.Popen(
            ["sh", "-c", script, run.dorsal, *arguments], cwd=folder, stdin=nothing, stdout=told,
            stderr=told, env=run.environment)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = usage.ru_utime + usage.ru_stime
    told = (folder / "told").read_bytes()[-300:]
    for name in ("out", "new"):
        subprocess.run(["rm", "-rf", folder / name], check=True)
    return process.returncode, seconds, usage.ru_maxrss * 1024, told


def main(run):
    sizes = run.pick([20_000, 200_000], [100_000, 1_000_000], [100_000, 1_000_000, 10_000_000])
    figures = []
    with harness.Folder() as folder:
        found = {name: [] for name, *_ in VERBS}
        for size in sizes:
            made = run.run(
                ["simulate", "--model", harness.MODEL, "--count", size, "--missing", "0.2", "--quiet", "-o",
                 "rows"], folder, longest=600)
            if made.status != 0:
                run.fault("crash", f"simulate {size}", f"{made.name()}: {made.errors[:200]!r}")
                break
            for name, arguments, a_row, space in VERBS:
                if arguments[0] != "fit":
                    arguments = [*arguments, "--model", str(harness.MODEL)]
                space += max(0, size - 1_000_000) * a_row
                status, seconds, memory, told = measure(run, arguments, folder, space)
                if status != 0:
                    run.fault("crash", f"{name}, {size} rows", f"status {status}: {told!r}")
                found[name].append((seconds, memory))
        for name, _, a_row, _ in VERBS:
            runs = found[name]
            for (size, (seconds, memory)), (more, (later, most)) in zip(
                zip(sizes, runs), zip(sizes[1:], runs[1:])):
                if most - memory > a_row * (more - size) + SLACK:
                    run.fault("memory", f"{name}, {more} rows",
                              f"{memory // MEGA} MB to {most // MEGA} MB from {size} rows")
                # A short run is mostly start-up, so growth is judged from what it would be without.
                if later > MOST_TIMES_LINEAR * more / size * max(seconds, 0.1):
                    run.fault("time", f"{name}, {more} rows", f"{seconds:.2f} s to {later:.2f} s")
            figures.append(name + " " + ", ".join(
                f"{seconds:.2f} s {memory // MEGA} MB" for seconds, memory in runs))
    return "growth", f"{' and '.join(f'{size:,}' for size in sizes)} rows, seconds of processors: " + "; ".join(figures)
