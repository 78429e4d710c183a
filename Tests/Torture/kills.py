"""(d) The tool is ended at a random moment: outputs are old or new, whole, and nothing else stays."""

import random
import signal
import subprocess
import time

import harness

# A signal that can be met, and one that cannot.
SIGNALS = [signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP]


def commands(run, folder):
    """Command lines that take some tenths of a second, and their outputs."""
    model = ["--model", harness.MODEL]
    rows = run.pick(20_000, 60_000, 60_000)
    run.run(["simulate", *model, "--count", rows, "--quiet", "-o", "many"], folder, longest=120)
    return [
        (["score", "many", *model, "--quiet", "-o", "out", "--rejects", "rejects"], ("out", "rejects")),
        (["score", "many", *model, "--quiet", "--format", "jsonl", "-o", "fresh"], ("fresh",)),
        (["simulate", *model, "--count", rows, "--quiet", "-o", "out", "--metadata", "page"],
         ("out", "page")),
        (["fit", "many", "--prior-model", harness.MODEL, "--force", "--date", "2026-01-01", "-o", "new"], ("new",)),
        (["calibrate", "many", *model, "--method", "temperature", "-o", "out"], ("out",)),
        (["evaluate", "many", *model, "--bootstrap", "50", "--quiet", "--report", "page"], ("page",)),
        (["suggest", "many", *model, "-o", "out"], ("out",)),
    ]


def main(run):
    chance = random.Random(run.seed)
    total, late, left_by_kill = run.pick(20, 1_000, 1_000), 0, 0
    with harness.Folder() as shared:
        prepared = []
        for arguments, outputs in commands(run, shared):
            with harness.Folder() as folder:
                (folder / "many").symlink_to(shared / "many")
                whole = run.run(arguments, folder, longest=120)
                if whole.status != 0:
                    run.fault("crash", arguments[0], f"{whole.name()}: {whole.errors[:200]!r}")
                    continue
                prepared.append(
                    (arguments, {name: harness.contents(folder / name) for name in outputs},
                     whole.seconds))
        for number in range(total):
            arguments, new, seconds = prepared[number % len(prepared)]
            chosen = chance.choice(SIGNALS)
            # Half of them near the end, where files appear.
            moment = seconds * (chance.uniform(0, 1.1) if number % 2 else chance.uniform(0.8, 1.1))
            with harness.Folder() as folder:
                (folder / "many").symlink_to(shared / "many")
                old = {name: b"old\n" if name in ("out", "page") else None for name in new}
                for name, text in old.items():
                    if text is not None:
                        (folder / name).write_bytes(text)
                process = subprocess.Popen(
                    [run.dorsal, *map(str, arguments)], cwd=folder, env=run.environment,
                    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                time.sleep(moment)
                late += process.poll() is not None
                process.send_signal(chosen)
                where = f"{arguments[0]}, {chosen.name} after {moment:.3f} s"
                try:
                    _, errors = process.communicate(timeout=harness.LONGEST)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.communicate()
                    run.fault("hang", where, f"no end in {harness.LONGEST:g} s")
                    continue
                status = process.returncode
                # Before the tool watches for signals they end it as they end any program.
                allowed = {0, -chosen} | ({128 + chosen} if chosen != signal.SIGKILL else set())
                if status not in allowed:
                    run.fault("crash", where, f"status {status}: {errors[-200:]!r}")
                if status == 128 + chosen and not errors:
                    run.fault("no message", where, f"status {status}")
                for name, text in new.items():
                    found = harness.contents(folder / name)
                    if found != text and (found != old[name] or status == 0):
                        run.fault("partial output", where, f"{name}, status {status}")
                left = set(harness.names(folder)) - {"many"} - set(new)
                if left and status == -signal.SIGKILL:
                    left_by_kill += 1
                elif left:
                    run.fault("temporary file", where, str(left))
    # The moment is random, and of few kills many may come late.
    if run.size != "quick" and late > 0.9 * total:
        run.fault("blind", "kills", f"{late} of {total} came after the end of what they were to end")
    return ("kills", f"{total} kills, {late} of them after the end; partial outputs "
            f"{run.count('partial output')}, temporary files {run.count('temporary file')}, names left by "
            f"SIGKILL {left_by_kill}")
