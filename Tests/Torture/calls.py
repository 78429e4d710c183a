"""(c) The n-th call of the system fails, for every verb and every n: outputs are old or new, whole."""

import concurrent.futures
import errno
import os
import shutil
import struct
import subprocess
import sys

import harness
import verbs

CALLS = ["open", "read", "write", "fsync", "rename", "link", "mmap", "malloc"]
FAULTS = {
    "open": ["EINTR", "EIO", "EMFILE", "ENOSPC", "EAGAIN"],
    "read": ["EINTR", "EIO", "EAGAIN", "short"],
    "write": ["EINTR", "EIO", "ENOSPC", "EAGAIN", "short"],
    "fsync": ["EINTR", "EIO", "ENOSPC"],
    "rename": ["EINTR", "EIO", "ENOSPC"],
    "link": ["EINTR", "EIO", "ENOSPC", "EMFILE"],
    "mmap": ["EAGAIN", "ENOMEM"],
    "malloc": ["ENOMEM", "ENOMEM for good"],
}


# Calls for memory are thousands a run: so many of each verb fail, spread evenly.
SAMPLED = 30


class Result:
    """What a run left: its outcome, its outputs, and names that nobody asked for."""

    def __init__(self, run, verb, files, shim, call=None, number=0, fault="EIO"):
        with harness.Folder() as folder, harness.Folder() as aside:
            files = verbs.needed(verb, files)
            verbs.fill(folder, verb, files)
            before = set(harness.names(folder))
            self.before = {output: harness.contents(folder / output) for output in verb.outputs}
            (aside / "count").write_bytes(bytes(8 * len(CALLS)))
            name, _, stays = fault.partition(" for good")
            stays = "1" if fault.endswith("for good") else "0"
            environment = {
                "LD_PRELOAD": str(shim), "TORTURE_COUNT": str(aside / "count"),
                "TORTURE_N": str(number), "TORTURE_STAY": stays,
                "TORTURE_FAULT": "short" if name == "short" else str(getattr(errno, name))}
            if call:
                environment["TORTURE_CALL"] = call
            # Without memory for good many wait for it, and show nothing.
            longest = 10 if stays == "1" else harness.LONGEST
            self.outcome = run.run(verb.arguments, folder, verb.typed, environment, longest)
            self.after = {output: harness.contents(folder / output) for output in verb.outputs}
            self.left = set(harness.names(folder)) - before - set(verb.outputs)
            self.inputs_kept = all(
                harness.contents(folder / name) == text for name, text in files.items())
            counted = struct.unpack(f"{len(CALLS)}Q", (aside / "count").read_bytes())
            self.calls = dict(zip(CALLS, counted))


# What a run says that is done: all rows read, or all but those told as rejected.
DONE = {0, 3}


def judge(run, verb, call, number, fault, plain, found):
    """Whether a run with a failed call did what is promised.

    A run that says it is done has written all that a run without faults writes, byte for byte, and
    said of every rejected row what that said. One that says it failed has left old outputs, or whole
    new ones, and on standard output the beginning of what it was to print.
    """
    where = f"{verb.name}: {call} {number} {fault}"
    outcome = found.outcome
    kept = [("stderr", outcome.errors), ("stdout", outcome.output)]
    allowed = harness.STATUSES | ({harness.END_OF_MEMORY} if call in ("malloc", "mmap") else set())
    if outcome.hung and fault.endswith("for good"):
        # The library of queues asks again each second until there is memory: the system's way.
        run.waits += 1
        return
    if outcome.hung:
        run.fault("hang", where, outcome.name())
    elif outcome.status not in allowed:
        run.fault("crash", where, f"{outcome.name()}: {outcome.said()}", kept)
    elif outcome.status != plain.outcome.status and not outcome.errors:
        run.fault("no message", where, outcome.name(), kept)
    done = outcome.status in DONE
    for output in verb.outputs:
        if found.after[output] == plain.after[output]:
            continue
        if found.after[output] != found.before[output]:
            run.fault("partial output", where, f"{output} is neither old nor new", kept)
        elif done:
            run.fault("lost rows", where, f"{output} is old, and the {outcome.name()}", kept)
    if done:
        if outcome.status != plain.outcome.status:
            run.fault("lost rows", where, f"{outcome.name()} in place of {plain.outcome.name()}", kept)
        elif outcome.output != plain.outcome.output:
            run.fault("lost rows", where, f"standard output differs, and the {outcome.name()}", kept)
        elif found.after == plain.after and (lost := verb.lost(outcome, found.after)):
            run.fault("lost rows", where, lost, kept)
        unsaid = set(plain.outcome.errors.splitlines()) - set(outcome.errors.splitlines())
        if unsaid:
            run.fault("lost rows", where, f"nothing says {sorted(unsaid)[0]!r}", kept)
    elif not outcome.hung and not plain.outcome.output.startswith(outcome.output):
        run.fault("partial output", where, "standard output is not the beginning of what was to come", kept)
    if found.left:
        run.fault("temporary file", where, str(found.left), kept)
    if not found.inputs_kept:
        run.fault("changed input", where, "an input is no more what it was", kept)


def numbers(run, call, last):
    """Which calls of a kind fail: all, or of very many the first ones and samples of the others."""
    most = run.pick(2, SAMPLED, 10**9) if call == "malloc" else run.pick(2, 10**9, 10**9)
    if last <= most:
        return list(range(1, last + 1))
    step = max(1, last // most)
    return sorted(set(range(1 + (run.seed - 1) % step, last + 1, step)))


def main(run):
    compiler = shutil.which("clang") or shutil.which("cc")
    if not compiler or sys.platform != "linux":
        run.fault("blind", "failing calls", "they need Linux and a compiler of C")
        return "failing calls", "none"
    files = verbs.inputs()
    with harness.Folder() as folder:
        shim = folder / "shim.so"
        subprocess.run(
            [compiler, "-O1", "-shared", "-fPIC", "-o", shim, harness.HERE / "shim.c", "-ldl"], check=True)
        work, plains, run.waits = [], {}, 0
        for verb in verbs.verbs():
            plain = Result(run, verb, files, shim)
            plains[verb.name] = plain
            told = verb.lost(plain.outcome, plain.after) if plain.outcome.status in DONE else None
            if plain.outcome.status not in (DONE if verb.rows else {0}) or told:
                run.fault("blind", verb.name, f"{plain.outcome.name()}: {told or plain.outcome.said()}")
                continue
            for call in CALLS:
                for number in numbers(run, call, plain.calls[call]):
                    faults = FAULTS[call]
                    if run.size == "quick":  # another one at each verb
                        faults = [faults[(len(plains) + CALLS.index(call) + run.seed) % len(faults)]]
                    elif verb.is_form and run.size == "normal":  # another one at each call
                        faults = [faults[(number + run.seed) % len(faults)]]
                    work += [(verb, call, number, fault) for fault in faults]
        counts = dict.fromkeys(CALLS, 0)

        def one(item):
            verb, call, number, fault = item
            found = Result(run, verb, files, shim, call, number, fault)
            judge(run, verb, call, number, fault, plains[verb.name], found)
            return call

        with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            for call in pool.map(one, work):
                counts[call] += 1
        for call in CALLS:
            if not counts[call]:
                run.fault("blind", "failing calls", f"no {call} was failed")
        # Runs that wait for memory show nothing: they must stay few of those without any.
        without = sum(1 for _, _, _, fault in work if fault.endswith("for good"))
        if run.waits > max(1, without // 2):
            run.fault("blind", "failing calls", f"{run.waits} of {without} runs without memory waited for it")
    return ("failing calls", f"{len(work)} calls failed over {len(plains)} command lines ("
            + ", ".join(f"{call} {count}" for call, count in counts.items())
            + f"), crashes {run.count('crash')}, hangs {run.count('hang')}, "
            f"partial outputs {run.count('partial output')}, temporary files "
            f"{run.count('temporary file')}, no message {run.count('no message')}, "
            f"lost {run.count('lost rows')}, waits for memory {run.waits}")
