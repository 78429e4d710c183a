"""The harness itself: what it is there to see, it sees. Each fault here is made up, and must be told."""

import calls
import harness
import verbs

# What sanitizers print, and the status that they would end with on their own.
REPORTS = [
    ("WARNING: ThreadSanitizer: data race (pid=1)", 66), ("ERROR: AddressSanitizer: heap-use-after-free", 1),
    ("kernels.c:7:3: runtime error: signed integer overflow", 0)]


class Made:
    """What a run left, made up."""

    def __init__(self, status, output=b"", errors=b"", after=None, left=(), kept=True):
        self.outcome = harness.Outcome(status, output, errors, 0.0)
        self.before, self.after = {"out": b"old\n"}, {"out": b"old\n" if after is None else after}
        self.left, self.inputs_kept = set(left), kept


def judged(verb, plain, found, fault="EIO"):
    """The kinds of faults that a run with a failed call is told to have."""
    run = harness.Harness("tool", "quick", 1, "nowhere")
    run.fault = lambda kind, *_: run.faults.append((kind, ""))
    run.waits = 0
    calls.judge(run, verb, "write", 1, fault, plain, found)
    return {kind for kind, _ in run.faults}


def main(run):
    checks, blind = 0, []

    def expect(name, found, wanted):
        nonlocal checks
        checks += 1
        if found != wanted:
            blind.append(f"{name}: {found} in place of {wanted}")

    with harness.Folder() as folder:
        for text, status in REPORTS:
            tool = folder / "tool"
            tool.write_text(f"#!/bin/sh\necho '{text}' >&2\nexit {status}\n")
            tool.chmod(0o755)
            ended = harness.Harness(tool, "quick", 1, folder).run(["score"], folder)
            expect(text, ended.status, harness.SANITIZER)
            expect(text + " is no status", ended.status in harness.STATUSES, False)
    said = b"f:3:1: bad\ndorsal: f: 1 of 3 rows rejected, 2 scored\n"
    rows = b"id,x\na,1\nb,2\n"
    to_file = verbs.Verb("score", ["score"], ("out",), rows=3, answers="out")
    printed = verbs.Verb("score", ["score"], (), rows=3, answers="-")
    file, plain = Made(3, b"", said, rows), Made(3, rows, said)
    for name, verb, base, found, wanted in [
        ("whole", to_file, file, Made(3, b"", said, rows), set()),
        ("old, and the status 3", to_file, file, Made(3, b"", said + b"more\n"), {"lost rows"}),
        ("old, and the status 0", to_file, file, Made(0, b"", said), {"lost rows"}),
        ("cut short", to_file, file, Made(74, b"", b"no", rows[:5]), {"partial output"}),
        ("failed, and said so", to_file, file, Made(74, b"", b"no"), set()),
        ("failed in silence", to_file, file, Made(74), {"no message"}),
        ("printed whole", printed, plain, Made(3, rows, said), set()),
        ("printed short, and the status 3", printed, plain, Made(3, rows[:9], said), {"lost rows"}),
        ("printed short, and said so", printed, plain, Made(74, rows[:9], b"no"), set()),
        ("printed other rows", printed, plain, Made(74, b"id,y\n", b"no"), {"partial output"}),
        ("a rejection in silence", printed, plain, Made(3, rows, b"1 of 3 rows rejected"), {"lost rows"}),
        ("a crash", printed, plain, Made(-11, b"", b""), {"crash"}),
        ("a file left", printed, plain, Made(74, b"", b"no", left=["x"]), {"temporary file"}),
        ("an input changed", printed, plain, Made(74, b"", b"no", kept=False), {"changed input"}),
    ]:
        expect(name, judged(verb, base, found), wanted)
    for told, answered in ((b"2 of 3", rows), (b"1 of 4", rows), (b"1 of 3", rows + b"c,3\n")):
        found = Made(3, answered, told + b" rows rejected")
        expect(f"{told} and {answered}", printed.lost(found.outcome, found.after) is None, False)
    expect("0 rejected", printed.lost(Made(3, rows + b"c,3\n").outcome, {}) is None, False)
    for text in ("\x1b[2J", "\u009b", "\u202e", "\u200f", "\u2028", "\x7f", "\r", "\t"):
        expect(repr(text), bool(harness.raw_controls(f"a{text}".encode())), True)
    expect("lines", harness.raw_controls("é\n中".encode()), set())
    for text in blind:
        run.fault("blind", "the harness", text)
    return "itself", f"{checks} faults made up, {len(blind)} not seen"
