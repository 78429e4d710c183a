"""(b) Files spoilt a little: the tool ends in time, with a status it knows, and leaves no file."""

import concurrent.futures
import csv
import gzip
import io
import random
import re
import struct
import subprocess
import zlib

import harness
from verbs import ARROW, SHIPPED

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


# Lengths, counts and offsets that readers of binary files trip over.
LENGTHS = [0, 1, -1, 7, 8, 127, 255, 65_535, 65_537, 2**31 - 1, -2**31, 2**31, 2**32, 2**62, -2**63]


def mutate_binary(text, chance):
    """Bytes with one to three changes: bits, numbers of four and eight bytes, cuts, repetitions."""
    text = bytearray(text)
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        place = chance.randrange(len(text) + 1)
        way = chance.randrange(8)
        if way < 2 and place < len(text):
            text[place] ^= 1 << chance.randrange(8)
        elif way < 4 and len(text) >= 8:
            size = chance.choice([2, 4, 4, 8])
            place = chance.randrange(len(text) // size) * size
            number = chance.choice(LENGTHS) % 256**size
            if chance.random() < 0.3:  # a little more or less than what stands there
                stands = int.from_bytes(text[place:place + size], "little")
                number = (stands + chance.choice([-8, -1, 1, 8])) % 256**size
            text[place:place + size] = number.to_bytes(size, "little")
        elif way == 4:
            del text[place:]
        elif way == 5:
            del text[place:place + chance.choice([1, 4, 8, 64])]
        elif way == 6:
            end = place + chance.choice([1, 8, 64, 1024])
            text[place:place] = text[place:end] * chance.choice([1, 2, 100])
        elif place < len(text):
            text[place] = chance.randrange(256)
    return bytes(text)


def zstd(text):
    """A frame of zstd whose blocks are not packed: what any text can be wrapped in without a library."""
    blocks = [text[place:place + 65_536] for place in range(0, len(text), 65_536)] or [b""]
    return b"\x28\xb5\x2f\xfd\xa0" + struct.pack("<I", len(text)) + b"".join(
        ((len(block) << 3) | (number == len(blocks) - 1)).to_bytes(3, "little") + block
        for number, block in enumerate(blocks))


def packed(text, chance):
    """A spoilt file packed, or a packed file spoilt."""
    way = chance.randrange(7)
    if way == 0:
        return gzip.compress(mutate(text, chance), mtime=0)
    if way == 1:
        return zstd(mutate(text, chance))
    if way == 2:
        return mutate_binary(gzip.compress(text, mtime=0), chance)
    if way == 3:
        return mutate_binary((harness.CORPUS / "cases.csv.zst").read_bytes(), chance)
    if way == 4:  # several members, one of them spoilt or cut
        cut = chance.randrange(len(text))
        return gzip.compress(text[:cut], mtime=0) + mutate_binary(gzip.compress(text[cut:], mtime=0), chance)
    if way == 5:
        return zstd(text) + mutate_binary(zstd(text[text.index(b"\n") + 1:]), chance)
    deflated = zlib.compressobj(9, zlib.DEFLATED, 31)
    whole = deflated.compress(text * chance.choice([1, 3000])) + deflated.flush(zlib.Z_FINISH)
    return whole[:chance.randrange(len(whole))]


def utf16(text, chance):
    """UTF-16 of a spoilt text, or spoilt UTF-16."""
    endian = chance.choice(["utf-16-le", "utf-16-be"])
    if chance.random() < 0.5:
        return ("\ufeff" + mutate(text, chance).decode("utf-8", "replace")).encode(endian)
    return mutate_binary(("\ufeff" + text.decode()).encode(endian), chance)


def spoil(kind, source, chance):
    """The name of a kept file, and its bytes spoilt."""
    if kind == "arrow":
        path = chance.choice(sorted(ARROW.glob("*--*")))
        text = mutate_binary(path.read_bytes(), chance)
        return path.name, gzip.compress(text, mtime=0) if chance.random() < 0.1 else text
    text = (harness.CORPUS / source).read_bytes() if source else b""
    if kind == "packed":
        return source + ".packed", packed(text, chance)
    if kind == "utf16":
        return source, utf16(text.decode("utf-16").encode(), chance)
    if kind == "shipped fhir":
        lines = (harness.ROOT / "Data/examples_fhir.ndjson").read_bytes().splitlines(keepends=True)
        return "examples_fhir.ndjson", mutate(b"".join(chance.sample(lines, 2)), chance)
    return source, mutate(text, chance)


def runs_of(kind, chance):
    """Command lines that read the file `input`, or the model `m`."""
    threads = ["--threads", chance.choice(["1", "2"])]
    more = chance.choice([
        [], ["--all"], ["--interval", "0.9"], ["--coexisting"], ["--robustness"], ["--misfit"],
        ["--groups", "--format", "jsonl"], ["--ignore-unknown-columns"]])
    out, model = ["-o", "out"], ["--model", "m"]
    score = ["score", "input", *model, "--quiet", *out, "--rejects", "rejects", *threads]
    if kind == "diary":
        return [["diary", "input", *chance.choice([["--json"], [*out, "--weekly"], [*out, "--json"], out])]]
    if kind == "calibration":
        return [["score", "cases", *model, "--calibration", "input", "--quiet", *out,
                 *chance.choice([[], ["--coverage", "0.9"], ["--coverage-by-cause"]])],
                ["explain", "cases", "--id", "c-3", *model, "--calibration", "input"]]
    if kind == "model":
        return [["model", "check", "m"], ["score", "cases", *model, "--quiet", *out, *more],
                *chance.sample([
                    ["explain", "cases", "--id", "c-3", *model, "--html", "page"],
                    ["explain", "cases", "--id", "a-1", *model, "--top", "3"],
                    ["suggest", "cases", *model, *out],
                    ["suggest", "cases", *model, "--id", "c-3"],
                    ["simulate", *model, "--count", "50", *out, "--quiet"],
                    ["evaluate", "cases", *model, "--bootstrap", "10", "--quiet"],
                    ["fit", "cases", "--prior-model", "m", "--force", "-o", "new"],
                    ["scores", "cases", *model, "--quiet", "--csv", *out],
                    ["scores", "cases", *model, "--quiet"],
                    ["template", *model, "--html", "page"],
                    ["model", "show", *model, chance.choice(["strain", "age", "sign", "spine"])],
                    ["model", "list", chance.choice(["findings", "causes", "rules", "steps", "scores"]), *model],
                    ["model", "card", *model],
                    ["model", "diff", "m", str(harness.MODEL)],
                    ["compare", "m", str(harness.MODEL), "labelled", "--bootstrap", "0", "--quiet"],
                    ["model", "show", "--gaps", *model, "--cases", "labelled"],
                    ["model", "show", *model, "strain", "--json"]], 3)]
    if kind == "fhir":
        return [["score", "input", "--fhir", *model, "--quiet", *out, "--rejects", "rejects", *threads, *more]]
    if kind == "shipped fhir":
        return [["score", "input", "--fhir", *SHIPPED, "--quiet", *out, "--rejects", "rejects", *threads]]
    if kind == "mapping":
        return [["score", "export", "--map", "input", *model, "--quiet", *out, "--rejects", "rejects", *more],
                chance.choice([
                    ["validate", "export", "--map", "input", *model],
                    ["evaluate", "export", "--map", "input", *model, "--bootstrap", "0", "--quiet"],
                    ["explain", "export", "--map", "input", *model, "--id", "1"],
                    ["fit", "export", "--map", "input", "--prior-model", "m", "--force", "-o", "new"]])]
    if kind == "export":
        return [[*score, "--map", "mapping"], ["map", "input", *model, *chance.choice([out, ["--json", *out]])]]
    if kind == "priors":
        return [["simulate", *model, "--count", "50", "--priors", "input", *out, "--quiet"]]
    if kind == "red flags":
        return [["compare", "m", "m", "labelled", "--red-flags-b", "input", "--bootstrap", "0", "--quiet"]]
    return [score + more, chance.choice([
        ["validate", "input", *model],
        ["evaluate", "input", *model, "--bootstrap", "10", "--quiet"],
        ["calibrate", "input", *model, "--method", "temperature", *out],
        ["fit", "input", "-o", "new", "--label", "diagnosis"],
        ["fit", "input", "--prior-model", "m", "--force", "-o", "new"],
        ["suggest", "input", *model, *out],
        ["scores", "input", *model, "--quiet", chance.choice(["--json", "--csv"]), *out],
        ["scores", "input", *model, "--quiet"],
        ["compare", "m", "m", "input", "--bootstrap", "0", "--quiet"],
        ["model", "show", "--gaps", *model, "--cases", "input"],
        ["map", "input", *model, *out],
        ["explain", "input", *model, "--id", "a-1"],
        ["explain", "input", *model, "--id", "c-3"]])]


# What verbs print that is no CSV is for terminals: the others write to files here.
TEXTS = {"explain", "suggest", "scores", "evaluate", "compare", "validate", "diary", "model", "fit", "calibrate"}


def is_text(command):
    """Whether standard output is a text or JSON, and no table of cases."""
    return command[0] in TEXTS and not (command[0] == "suggest" and "--id" not in command)


def try_one(run, kind, source, seed):
    """Spoils a file, and gives how many runs met it."""
    chance = random.Random(seed)
    tables = harness.model_tables()
    corpus = harness.CORPUS
    files = {
        "cases": corpus / "cases.csv", "export": corpus / "export.csv", "mapping": corpus / "export.map.csv"}
    with harness.Folder() as folder:
        for name, path in files.items():
            (folder / name).write_bytes(path.read_bytes())
        (folder / "labelled").write_bytes(LABELLED)
        if kind == "model":
            name = chance.choice(sorted(tables))
            tables[name] = spoilt = mutate(tables[name], chance)
        else:
            name, spoilt = spoil(kind, source, chance)
            (folder / "input").write_bytes(spoilt)
        (folder / "m").mkdir()
        for table, text in tables.items():
            (folder / "m" / table).write_bytes(text)
        before = set(harness.names(folder))
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
                run.fault("crash", where, f"{outcome.name()}: {outcome.said()}", kept)
            elif outcome.status != 0 and not outcome.errors:
                run.fault("no message", where, outcome.name(), kept)
            for stream, text in (("standard error", outcome.errors), ("standard output", outcome.output)):
                raw = harness.raw_controls(text) if stream.endswith("error") or is_text(command) else ()
                if raw:
                    run.fault("raw control character", where, f"{sorted(raw)!r} on {stream}",
                              [*kept, ("stdout", outcome.output)])
            left = set(harness.names(folder)) - before - {"out", "rejects", "new", "page"}
            if left:
                run.fault("temporary file", where, str(left), kept)
            if kind == "model" and command[1] == "check" and outcome.status == 0:
                usable = True
            elif kind == "model" and command[1] == "check":
                usable = False
            elif kind == "model" and usable and outcome.status == 65 and command[0] == "simulate":
                run.fault("refused model", where, repr(outcome.errors[:200]), kept)
            if command[0] == "score" and "rejects" in command and outcome.status in (0, 3, 65):
                count_rows(run, folder, command, outcome, where, kept)
            if "new" in harness.names(folder):
                subprocess.run(["rm", "-r", folder / "new"], check=True)
        return met


def count_rows(run, folder, command, outcome, where, kept):
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
    if "--fhir" in command:  # of score alone
        return
    ignoring = ["--ignore-unknown-columns"] if "--ignore-unknown-columns" in command else []
    mapping = ["--map", command[command.index("--map") + 1]] if "--map" in command else []
    validated = run.run(["validate", command[1], "--model", "m", *ignoring, *mapping], folder)
    counts = re.search(rb"(\d+) cases? can be read, (\d+) rows? cannot", validated.output)
    if counts and tuple(map(int, counts.groups())) != (answers, rejected):
        run.fault("lost rows", where, f"validate says {counts.group()!r}, score {told}", kept)


LABELLED = b"id,sign,age,site,diagnosis\n" + b"".join(
    b"p%d,%s,%d,%s,%s\n" % (
        number, [b"yes", b"no", b""][number % 3], number * 7 % 90, [b"back", b"leg", b""][number % 5 % 3],
        [b"strain", b"tumour"][number % 4 % 2]) for number in range(12))


def main(run):
    sources = [
        ("cases", "cases.csv"), ("cases", "cases.csv"), ("cases", "cases.jsonl"), ("cases", "cases.jsonl"),
        ("model", ""), ("model", ""), ("model", ""), ("model", ""), ("diary", "diary.csv"),
        ("arrow", ""), ("arrow", ""), ("arrow", ""), ("fhir", "cases.fhir.ndjson"), ("fhir", "cases.fhir.ndjson"),
        ("shipped fhir", ""), ("mapping", "export.map.csv"), ("mapping", "export.map.json"),
        ("export", "export.csv"), ("priors", "priors.csv"), ("red flags", "model/red_flags.csv"),
        ("packed", "cases.csv"), ("packed", "cases.jsonl"), ("cases", "cases.semicolon.csv"),
        ("utf16", "cases.utf16.csv")]
    sources += [
        ("calibration", path.name) for path in sorted(harness.CORPUS.glob("calibration-*.json"))]
    total = run.pick(310, 4_500, 60_000)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        met = sum(pool.map(
            lambda number: try_one(
                run, *sources[number % len(sources)], run.seed * 1_000_000 + number),
            range(total)))
    return ("mutation", f"{total} inputs, {met} runs, crashes {run.count('crash')}, hangs {run.count('hang')}, "
            f"lost rows {run.count('lost rows')}, temporary files {run.count('temporary file')}, "
            f"raw control characters {run.count('raw control character')}")
