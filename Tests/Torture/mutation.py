"""(b) Files spoilt a little: the tool ends in time, with a status it knows, and leaves no file."""

import concurrent.futures
import csv
import io
import random
import re

import harness

# Numbers and signs that readers trip over.
INTERESTING = [
    b"", b"-1", b"0", b"1e308", b"1e-320", b"1e999", b"nan", b"inf", b"9223372036854775808", b"-0.0",
    b"18446744073709551616", b"0.1", b"1", b"2", b"\"", b"\"\"", b",", b";", b"|", b"\n", b"\r\n", b"\0",
    b"\xef\xbb\xbf", b"\xff\xfe", b"\x1f\x8b", b"{", b"}", b"[", b"]", b"*", b"null", b"true", b"\\u0000",
    b"\\ud800", b"\x1b[2J", b"\xc2\x9b", b"\xe2\x80\xae", b"id", b"unlisted", b"absent", b"diagnosis"]


def mutate(text, chance):
    """A text with one to four changes."""
    text = bytearray(text)
    for _ in range(chance.choice([1, 1, 1, 2, 2, 3, 4])):
        place = chance.randrange(len(text) + 1)
        end = min(len(text), place + chance.choice([1, 1, 2, 4, 16, 64]))
        way = chance.randrange(10)
        if way == 0:
            text[place:end] = b""
        elif way == 1:
            text[place:place] = chance.choice(INTERESTING)
        elif way == 2 and place < len(text):
            text[place] ^= 1 << chance.randrange(8)
        elif way == 3:
            text[place:place] = bytes(chance.randrange(256) for _ in range(chance.randrange(1, 5)))
        elif way == 4:
            text[place:place] = text[place:end] * chance.choice([1, 2, 50, 3000])
        elif way == 5:
            del text[place:]
        elif way == 6:  # a number becomes another
            numbers = list(re.finditer(rb"[0-9.]+", bytes(text)))
            if numbers:
                found = chance.choice(numbers)
                text[found.start():found.end()] = chance.choice(INTERESTING[:14])
        elif way == 7:  # a word becomes another word of the file
            words = list(re.finditer(rb"\w+", bytes(text)))
            if words:
                found, other = chance.choice(words), chance.choice(words)
                text[found.start():found.end()] = other.group()
        else:  # lines trade places, stand twice or go
            lines = bytes(text).split(b"\n")
            one, two = chance.randrange(len(lines)), chance.randrange(len(lines))
            lines[one], lines[two] = lines[two], lines[one] if way == 8 else lines[two]
            text = bytearray(b"\n".join(lines))
    return bytes(text)


def runs_of(kind, chance):
    """Command lines that read the file `input`, or the model `m`."""
    threads = ["--threads", chance.choice(["1", "2"])]
    more = chance.choice([
        [], ["--all"], ["--interval", "0.9"], ["--coexisting"], ["--robustness"], ["--misfit"],
        ["--groups", "--format", "jsonl"], ["--ignore-unknown-columns"]])
    score = ["score", "input", "--model", "m", "--quiet", "-o", "out", "--rejects", "rejects", *threads]
    if kind == "diary":
        return [["diary", "input", "-o", "out", *chance.choice([[], ["--weekly"], ["--json"]])]]
    if kind == "calibration":
        return [["score", "cases", "--model", "m", "--calibration", "input", "--quiet", "-o", "out",
                 *chance.choice([[], ["--coverage", "0.9"], ["--coverage-by-cause"]])],
                ["explain", "cases", "--id", "c-3", "--model", "m", "--calibration", "input"]]
    if kind == "model":
        return [["model", "check", "m"], ["score", "cases", "--model", "m", "--quiet", "-o", "out", *more],
                *chance.sample([
                    ["explain", "cases", "--id", "c-3", "--model", "m", "--html", "page"],
                    ["suggest", "cases", "--model", "m", "-o", "out"],
                    ["simulate", "--model", "m", "--count", "50", "-o", "out", "--quiet"],
                    ["evaluate", "cases", "--model", "m", "--bootstrap", "10", "--quiet"],
                    ["fit", "cases", "--prior-model", "m", "--force", "-o", "new"],
                    ["scores", "cases", "--model", "m", "--quiet", "--csv", "-o", "out"],
                    ["model", "show", "--model", "m", "--json"]], 2)]
    return [score + more, chance.choice([
        ["validate", "input", "--model", "m"],
        ["evaluate", "input", "--model", "m", "--bootstrap", "10", "--quiet"],
        ["calibrate", "input", "--model", "m", "--method", "temperature", "-o", "out"],
        ["fit", "input", "-o", "new", "--label", "diagnosis"],
        ["fit", "input", "--prior-model", "m", "--force", "-o", "new"],
        ["suggest", "input", "--model", "m", "-o", "out"],
        ["scores", "input", "--model", "m", "--quiet", chance.choice(["--json", "--csv"]), "-o", "out"],
        ["explain", "input", "--model", "m", "--id", "c-3"]])]


def try_one(run, kind, source, seed):
    """Spoils a file, and gives how many runs met it."""
    chance = random.Random(seed)
    tables = harness.model_tables()
    cases = (harness.CORPUS / "cases.csv").read_bytes()
    with harness.Folder() as folder:
        if kind == "model":
            name = chance.choice(sorted(tables))
            tables[name] = spoilt = mutate(tables[name], chance)
            (folder / "cases").write_bytes(cases)
        else:
            name = source
            spoilt = mutate((harness.CORPUS / source).read_bytes(), chance)
            (folder / "input").write_bytes(spoilt)
            (folder / "cases").write_bytes(cases)
        (folder / "m").mkdir()
        for table, text in tables.items():
            (folder / "m" / table).write_bytes(text)
        met = 0
        for command in runs_of(kind, chance):
            if command[0] == "diary":
                command += ["--model", harness.ROOT / "Models/back-pain"]
            outcome = run.run(command, folder)
            met += 1
            where = f"{name}, seed {seed}: {' '.join(map(str, command))}"
            kept = [(name, spoilt), ("stderr", outcome.errors)]
            if outcome.hung:
                run.fault("hang", where, outcome.name(), kept)
            elif outcome.status not in harness.STATUSES:
                run.fault("crash", where, f"{outcome.name()}: {outcome.errors[-200:]!r}", kept)
            elif outcome.status != 0 and not outcome.errors:
                run.fault("no message", where, outcome.name(), kept)
            if raw_control(outcome.errors):
                run.fault("raw control character", where, repr(outcome.errors[:200]), kept)
            left = set(harness.names(folder)) - {"cases", "input", "m", "out", "rejects", "new", "page"}
            if left:
                run.fault("temporary file", where, str(left), kept)
            if kind == "model" and command[1] == "check" and outcome.status == 0:
                usable = True
            elif kind == "model" and command[1] == "check":
                usable = False
            elif kind == "model" and usable and outcome.status == 65 and command[0] == "simulate":
                run.fault("refused model", where, repr(outcome.errors[:200]), kept)
            if command[0] == "score" and kind == "cases" and outcome.status in (0, 3, 65):
                count_rows(run, folder, outcome, where, kept)
        return met


def count_rows(run, folder, outcome, where, kept):
    """Rows out and rows rejected are what the tool says of the file, and what `validate` says."""
    out = harness.contents(folder / "out")
    if out is None:
        return
    answers = (
        out.count(b"\n") if out.startswith(b"{")
        else max(0, len(list(csv.reader(io.StringIO(out.decode(), newline="")))) - 1))
    rejected = len({
        row[0] for row in list(csv.reader(
            io.StringIO((harness.contents(folder / "rejects") or b"").decode(), newline="")))[1:]})
    told = re.search(rb": (\d+) of (\d+) rows rejected, (\d+) scored", outcome.errors)
    told = tuple(map(int, told.groups())) if told else (0, answers, answers)
    if told != (rejected, rejected + answers, answers):
        run.fault("lost rows", where, f"told {told}; {rejected} rejected, {answers} answers", kept)
    ignoring = ["--ignore-unknown-columns"] if "--ignore-unknown-columns" in where else []
    validated = run.run(["validate", "input", "--model", "m", *ignoring], folder)
    counts = re.search(rb"(\d+) cases can be read, (\d+) rows cannot", validated.output)
    if counts and tuple(map(int, counts.groups())) != (answers, rejected):
        run.fault("lost rows", where, f"validate says {counts.group()!r}, score {told}", kept)


def raw_control(errors):
    """Whether signs stand in a message that a terminal obeys."""
    text = errors.decode("utf-8", "replace")
    return any(
        (ord(sign) < 0x20 and sign not in "\n\t") or 0x7F <= ord(sign) < 0xA0
        or sign in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069" for sign in text)


def main(run):
    sources = [
        ("cases", "cases.csv"), ("cases", "cases.csv"), ("cases", "cases.jsonl"), ("cases", "cases.jsonl"),
        ("model", ""), ("model", ""), ("model", ""), ("diary", "diary.csv")]
    sources += [
        ("calibration", path.name) for path in sorted(harness.CORPUS.glob("calibration-*.json"))]
    total = run.pick(200, 4_000, 60_000)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        met = sum(pool.map(
            lambda number: try_one(
                run, *sources[number % len(sources)], run.seed * 1_000_000 + number),
            range(total)))
    return ("mutation", f"{total} inputs, {met} runs, crashes {run.count('crash')}, hangs {run.count('hang')}, "
            f"lost rows {run.count('lost rows')}, temporary files {run.count('temporary file')}, "
            f"raw control characters {run.count('raw control character')}")
