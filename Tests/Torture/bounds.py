"""(g) Memory of each verb within the bound that SECURITY.md states for it, where records are long.

Files hold records of 1 and 15 MB, most of each an id. A verb runs with as much address space as
starting takes, its bound and some slack: what breaks the bound is told that memory ended, or its
most bytes in memory say so.
"""

import os
import subprocess

import harness
import verbs
from memory import MEGA, needed

# Beside the bounds: the program and the model, which here is a small one.
PROGRAM = 25 * MEGA
# Address space that is reserved and not used: a stack and 64 MB of the allocator for each thread.
SPACE, SPACE_OF_THREAD = 128 * MEGA, 72 * MEGA
FILE = 90 * MEGA


def answered(record, threads, _):
    """score, suggest, scores: A is the answer to one record, as a block has one."""
    return 96 * MEGA + record * (8 + 3 * threads) + 4 * threads * (record + 4096)


def validated(record, threads, rows):
    return 32 * MEGA + 8 * record + rows * (65 + 40)


def fitted(record, threads, rows):
    return validated(record, threads, rows) + 3 * record * threads + 3 * min(rows, 20_000) * record


def labelled(record, threads, rows):
    return validated(record, threads, rows) + 3 * record * threads + rows * (400 + 20 * 3)


def beside(each, ids=0, records=0):
    """The bound of `validate`, and so much for each case, so many times its id, and so many records a thread."""
    return lambda record, threads, rows: (
        validated(record, threads, rows) + rows * (each + ids * record) + records * record * threads)


def looked_at(record, threads, rows):
    """`map` keeps the cells of a column in which none stands twice: here that of the ids."""
    return validated(record, threads, 0) + rows * record


def whole(times, more):
    return lambda record, threads, rows: times * FILE + more


def table():
    """Name, arguments without threads, whether it takes threads, the kind of file, and the bound."""
    model, out = ["--model", "model"], ["-o", "out"]
    quiet = ["--quiet"]
    dated = ["--date", "2026-01-01", "-o", "new"]
    return [
        ("score", ["score", "rows", *model, *quiet, *out], True, "csv", answered),
        ("score jsonl", ["score", "rows", *model, *quiet, "--format", "jsonl", *out], True, "csv", answered),
        ("score quoted", ["score", "rows", *model, *quiet, *out], True, "quoted", answered),
        ("score ndjson", ["score", "rows", *model, *quiet, *out], True, "ndjson", answered),
        ("score fhir", ["score", "rows", "--fhir", *model, *quiet, *out], True, "fhir", answered),
        ("score unread", ["score", "rows", *model, *quiet, "--ignore-unknown-columns", *out], True, "unread",
         answered),
        ("suggest", ["suggest", "rows", *model, *out], True, "csv", answered),
        ("scores", ["scores", "rows", *model, *quiet, "--csv", "--score", "risk", *out], True, "csv", answered),
        ("explain", ["explain", "rows", *model, "--id", "last"], False, "csv", answered),
        ("suggest one", ["suggest", "rows", *model, "--id", "last"], False, "csv", answered),
        ("validate", ["validate", "rows", *model], False, "csv", validated),
        ("validate ndjson", ["validate", "rows", *model], False, "ndjson", validated),
        ("evaluate", ["evaluate", "rows", *model, "--bootstrap", "0", *quiet], True, "csv", labelled),
        ("calibrate", ["calibrate", "rows", *model, "--method", "none", *out], True, "csv",
         labelled),
        ("fit", ["fit", "rows", "--prior-model", "model", "--force", *dated], True, "csv", fitted),
        ("compare", ["compare", "model", "model", "rows", "--bootstrap", "0", *quiet], True, "csv",
         beside(900, records=3)),
        ("model gaps", ["model", "show", "--gaps", *model, "--cases", "rows"], False, "csv", beside(700, ids=2)),
        ("model weights", ["model", "weights", "rows", "--model", "grouped"], False, "csv", beside(410, ids=2)),
        ("map", ["map", "rows", *model, *out], False, "csv", looked_at),
        ("fit from nothing", ["fit", "rows", "--label", "diagnosis", *dated], True, "csv", whole(8, 0)),
        ("diary", ["diary", "rows", *model, *out], False, "diary", whole(40, 16 * MEGA)),
    ]


def write(path, kind, record):
    """A file of so long records and a last short one; gives how many it has."""
    rows = FILE // record

    def id_of(file, row):
        # In pieces, as what a parent has in memory counts for its children.
        file.write(b"r%d-" % row)
        for _ in range(record // MEGA):
            file.write(b"x" * (MEGA - 1) + b"%d" % (row % 10))

    with open(path, "wb") as file:
        if kind == "diary":
            file.write(b"patient,date,time,pain,activity\n")
        elif kind not in ("ndjson", "fhir"):
            file.write(b"id,sign,site,diagnosis" + b",note" * (kind == "unread") + b"\n")
        for row in range(rows):
            sign, site, cause = [("yes", "back", "strain"), ("no", "leg", "tumour")][row % 2]
            if kind == "unread":
                file.write(f"r{row},{sign},{site},{cause},".encode())
                id_of(file, row)
                file.write(b"\n")
            elif kind == "diary":
                id_of(file, row)
                file.write(b",2026-03-%02d,10:30,3,lifting\n" % (row % 28 + 1))
            elif kind == "ndjson":
                file.write(b'{"id": "')
                id_of(file, row)
                known = f'"sign": "{sign}", "site": "{site}"'
                file.write(f'", "findings": {{{known}}}, "diagnosis": "{cause}"}}\n'.encode())
            elif kind == "fhir":
                file.write(b'{"resourceType":"QuestionnaireResponse","status":"completed","authored":"2026-06-01",'
                           b'"questionnaire":"urn:dorsal:questionnaire:small","item":[{"linkId":"age","answer":'
                           b'[{"valueDecimal":34}]}],"id":"r%d","source":{"display":"' % row)
                id_of(file, row)
                file.write(b'"}}\n')
            else:
                quote = b'"' * (kind == "quoted")
                file.write(quote)
                id_of(file, row)
                file.write(b'""' * (kind == "quoted") + quote + f",{sign},{site},{cause}\n".encode())
        if kind == "csv":
            file.write(b"last,yes,leg,strain\n")
            rows += 1
    return rows


def run_within(run, arguments, folder, space):
    """The status, most bytes in memory and last words of a run that has so much address space, if any."""
    limit = f"ulimit -v {space // 1024}; " if space else ""
    with open(folder / "told", "wb") as told, open(os.devnull, "rb") as nothing:
        process = subprocess.Popen(
            ["sh", "-c", limit + 'exec "$0" "$@"', run.dorsal, *map(str, arguments)], cwd=folder, stdin=nothing,
            stdout=told, stderr=told, env=run.environment)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    with open(folder / "told", "rb") as told:
        told.seek(max(0, os.path.getsize(folder / "told") - 300))
        words = told.read()
    subprocess.run(["rm", "-rf", folder / "out", folder / "new", folder / "told"], check=True)
    return process.returncode, usage.ru_maxrss * 1024, words


def main(run):
    sizes = run.pick([15], [1, 15], [1, 4, 15])
    chosen = [entry for entry in table() if run.size != "quick" or entry[0] in ("score", "validate")]
    runs, tightest, figures = 0, (0.0, ""), []
    with harness.Folder() as folder:
        start = needed(run, ["--version"], folder)  # clears the folder
        os.symlink(harness.MODEL, folder / "model")
        (folder / "grouped").mkdir()
        for name, text in verbs.inputs().items():
            if name.startswith("grouped/"):
                (folder / name).write_bytes(text)
        for size in sizes:
            for kind in dict.fromkeys(entry[3] for entry in chosen):
                rows = write(folder / "rows", kind, size * MEGA)
                for name, arguments, is_threaded, of, bound in chosen:
                    if of != kind:
                        continue
                    for threads in ((1, 4) if is_threaded else (1,)):
                        more = ["--threads", threads] if is_threaded else []
                        most = bound(size * MEGA, threads, rows)
                        space = start + most + SPACE + SPACE_OF_THREAD * (threads + 1)
                        status, memory, words = run_within(run, [*arguments, *more], folder, space)
                        runs += 1
                        where = f"{name}, records of {size} MB, {threads} threads"
                        if status not in (0, 3):
                            again, memory, _ = run_within(run, [*arguments, *more], folder, None)
                            run.fault("memory", where, f"status {status} with {space // MEGA} MB of addresses, {again} "
                                      f"without a limit and {memory // MEGA} MB in memory; the bound is "
                                      f"{(PROGRAM + most) // MEGA} MB: {words!r}")
                        elif memory > PROGRAM + most:
                            run.fault("memory", where, f"{memory // MEGA} MB, the bound is "
                                      f"{(PROGRAM + most) // MEGA} MB")
                        tightest = max(tightest, (memory / (PROGRAM + most), where))
                        if os.environ.get("SHOW"):
                            print(f"   {where}: {memory // MEGA} of {(PROGRAM + most) // MEGA} MB", flush=True)
                        figures.append(memory)
    return ("bounds", f"{runs} runs of records of {' and '.join(map(str, sizes))} MB, at most "
            f"{max(figures) // MEGA} MB in memory; nearest to its bound {tightest[1]} ({tightest[0]:.0%}); "
            f"beyond {run.count('memory')}")
