"""(f) Less and less address space: a run is whole, or says that memory ended and leaves nothing."""

import os
import resource

import harness
import verbs as verbs_of_calls

MEGA = 1 << 20
WORDS = (b"not enough memory", b"Cannot allocate memory")


def limited(run, arguments, folder, space, longest):
    """A run that has so much address space."""
    script = f'ulimit -v {space // 1024} 2>/dev/null; exec "$0" "$@"'
    return run.run_program(
        ["sh", "-c", script, run.dorsal, *map(str, arguments)], folder, longest=longest)


def needed(run, arguments, folder, below=0, longest=5):
    """The address space that a run takes, by halving, to 4 MB.

    With too little the system's library of queues may wait for more, so a run has `longest` seconds.
    """
    above = 4096 * MEGA
    while above - below > 4 * MEGA:
        middle = (below + above) // 2
        status = limited(run, arguments, folder, middle, longest=longest).status
        clear(folder)
        if status == 0:
            above = middle
        else:
            below = middle
    return above


# What stands in the folder before a run.
INPUTS = {"rows", "diary", "table", "model", "grouped"}


def clear(folder):
    for name in set(harness.names(folder)) - INPUTS:
        os.system(f"rm -rf '{folder / name}'")


def verbs(size):
    model = ["--model", "model"]
    one = ["--threads", "1"]
    return [
        ("score", ["score", "rows", *model, "--quiet", "-o", "out"]),
        ("score, one thread", ["score", "rows", *model, *one, "--quiet", "-o", "out"]),
        ("validate", ["validate", "rows", *model]),
        ("evaluate", ["evaluate", "rows", *model, "--bootstrap", "20", "--quiet", "--report", "out"]),
        ("calibrate", ["calibrate", "rows", *model, "--method", "temperature", "-o", "out"]),
        ("calibrate, evidence", ["calibrate", "rows", *model, "--method", "evidence", "-o", "out"]),
        ("suggest", ["suggest", "rows", *model, "-o", "out"]),
        ("score to arrow", ["score", "rows", *model, "--quiet", "--format", "arrow", "--compression", "zstd",
                            "-o", "out"]),
        ("explain", ["explain", "rows", *model, "--id", "s1_7", "--html", "out"]),
        ("scores", ["scores", "rows", *model, "--quiet", "--csv", "--score", "risk", "-o", "out"]),
        ("compare", ["compare", "model", "model", "rows", "--prior-weight-b", "0.5", "--bootstrap", "20", "--quiet",
                     "--html", "out"]),
        ("map", ["map", "rows", *model, "-o", "out"]),
        ("model gaps", ["model", "show", "--gaps", *model, "--cases", "rows"]),
        ("model weights", ["model", "weights", "rows", "--model", "grouped", "-o", "out"]),
        ("simulate", ["simulate", *model, "--count", size, "--quiet", "-o", "out"]),
        ("fit", ["fit", "rows", "--prior-model", "model", "--force", "--date", "2026-01-01", "-o", "new"]),
        ("fit from nothing", ["fit", "table", "--label", "diagnosis", "--date", "2026-01-01", "--recoded", "out",
                              "-o", "new"]),
        ("diary", ["diary", "diary", *model, "-o", "out"]),
    ]


def prepare(run, folder, size):
    os.symlink(harness.MODEL, folder / "model")
    (folder / "grouped").mkdir()
    for name, text in verbs_of_calls.inputs().items():
        if name.startswith("grouped/"):
            (folder / name).write_bytes(text)
    run.run(["simulate", "--model", "model", "--count", size, "--missing", "0.2", "--quiet", "-o", "rows"],
            folder, longest=600)
    with open(folder / "table", "w") as table:
        table.write("id,a,b,c,diagnosis\n")
        for row in range(size):
            table.write(f"r{row},{row % 7},{row % 90},{'xyz'[row % 3]},{'pq'[row % 5 % 2]}\n")
    with open(folder / "diary", "w") as diary:
        diary.write((harness.CORPUS / "diary.csv").read_text().splitlines()[0] + "\n")
        width = (harness.CORPUS / "diary.csv").read_text().splitlines()[0].count(",") + 1
        example = (harness.CORPUS / "diary.csv").read_text().splitlines()[1].split(",")
        for row in range(size // 2):
            cells = [f"p{row}"] + example[1:width]
            diary.write(",".join(cells) + "\n")


def result(outcome, folder):
    """What a run gave: standard output, and the outputs that stand there."""
    return outcome.output, {name: harness.contents(folder / name) for name in ("out", "new")}


def main(run):
    size = run.pick(20_000, 20_000, 300_000)
    steps = run.pick(6, 8, 40)
    total, told, plain, raw, waits = 0, 0, 0, 0, 0
    with harness.Folder() as folder:
        prepare(run, folder, size)
        start = needed(run, ["--version"], folder)
        for name, arguments in verbs(size):
            unlimited = run.run(arguments, folder, longest=600)
            whole = result(unlimited, folder)
            clear(folder)
            if unlimited.status != 0:
                run.fault("crash", name, f"{unlimited.name()}: {unlimited.errors[-200:]!r}")
                continue
            # Much longer than with all the memory it likes.
            longest = max(5, 10 * unlimited.seconds)
            enough = needed(run, arguments, folder, below=start, longest=longest)
            mine = [0, 0, 0]
            for step in range(steps):
                space = start + (enough - start) * step // steps + step % 3 * 65536
                outcome = limited(run, arguments, folder, space, longest=longest)
                total += 1
                where = f"{name}, {space // MEGA} MB"
                left = set(harness.names(folder)) - INPUTS
                shown = [("stderr", outcome.errors)]
                if outcome.hung:
                    waits += 1
                elif outcome.status == 0:
                    if result(outcome, folder) != whole:
                        run.fault("difference", where, "the status 0, and not what a run without a limit gives", shown)
                    plain += 1
                    mine[0] += 1
                    left = set()
                elif outcome.status not in (70, 74):
                    run.fault("crash", where, f"{outcome.name()}: {outcome.said()}", shown)
                elif not any(word in outcome.errors for word in WORDS):
                    run.fault("no message", where, outcome.name(), shown)
                else:
                    told += 1
                    mine[1] += 1
                    if not outcome.errors.startswith(b"dorsal:"):
                        raw += 1
                        mine[2] += 1
                        if os.environ.get("SHOW"):
                            print("   ", space // MEGA, outcome.errors[:150], flush=True)
                if left:
                    run.fault("partial output", where, str(left), shown)
                clear(folder)
            print(f"  {name}: starts with {start // MEGA} MB, takes {enough // MEGA} MB; whole {mine[0]}, "
                  f"told {mine[1]}, of these behind the runtime's words {mine[2]}", flush=True)
    if not told or not plain:
        run.fault("blind", "memory", f"{told} runs were told that memory ended, and {plain} were whole")
    return ("memory", f"{total} runs with too little address space: {told} told, {plain} whole, {raw} of them behind "
            f"the runtime's own words, {waits} waiting for memory")
