"""(a) Case files as the tool reads them, beside Python's csv, json and float.

A row that is read shows what was understood in its posteriors, which differ between any two states;
they are reckoned here from the tables. Every row is answered or rejected, as Python says it must be.
"""

import csv
import functools
import io
import json
import math
import random

import harness
from reference import Open, Reference, Refused

ROWS = 1000
# Six digits are printed, and sums of evidence are on a grid of 2^-22 nats.
TOLERANCE = 8e-6
# 41 states, with edges where halves of the last digit decide.
EDGES = sorted([
    5e-324, 2.2250738585072014e-308, 1e-300, 1e-22, 1e-7, 0.1, 0.2, 0.1 + 0.2, 1 / 3, 0.5, 0.7, 1.0,
    1.0000000000000002, 1.1, 2.5, math.e, math.pi, 9.999999999999998, 10.0, 18.0, 37.5, 49.99, 50.0,
    64.1, 99.99999999999999, 100.0, 1e3, 4096.5, 65536.0, 123456.789, 1e9, 2.0**53, 2.0**53 + 2,
    1e16, 1e22, 1e23, 6.02214076e23, 1e100, 1e200, 1e300])
SHORT_EDGES = [18.0, 50.0]


def number_near(edge, chance):
    """A number as text, on an edge, beside it, or where the nearest double is hard to tell."""
    way = chance.randrange(9)
    if way == 0:
        return repr(edge)
    if way == 1:
        return repr(math.nextafter(edge, math.inf))
    if way == 2:
        return repr(math.nextafter(edge, 0))
    if way == 3:  # as many digits as there are
        return f"{edge:.{chance.randrange(1, 40)}e}"
    if way == 4 and 1e-20 < edge < 1e25:
        return f"{edge:.{chance.randrange(0, 30)}f}"
    if way == 5:  # half of the last digit, and a little more or less
        below = math.nextafter(edge, 0)
        ratio = [(value.as_integer_ratio()) for value in (below, edge)]
        top = ratio[0][0] * ratio[1][1] + ratio[1][0] * ratio[0][1]
        bottom = 2 * ratio[0][1] * ratio[1][1]
        exponent = math.floor(math.log10(edge)) if edge > 1e-300 else -308
        shift = 25 - exponent
        digits = top * 10**shift // bottom if shift >= 0 else top // (bottom * 10**-shift)
        return f"{digits + chance.randrange(-1, 2)}e{-shift}"
    if way == 6:
        return "0" * chance.randrange(0, 30) + f"{edge:.17g}"
    if way == 7:
        return f"{chance.randrange(10 ** chance.randrange(1, 25))}.{chance.randrange(10 ** 9)}"
    return f"{chance.uniform(0.5, 2) * edge!r}"


def odd_number(chance):
    """What may or may not be a number."""
    if chance.random() < 0.5:
        return chance.choice([
            ".5", "5.", "+5", "-0", "-5", "1e2", "1E+2", "1e", "e1", "1e+", ".", "+", "-", "", "0x10",
            "1_000", "1,5", "nan", "inf", "Infinity", " 5", "5 ", "5\t", "\u0665", "1e400", "-1e400",
            "1e-400", "1.2.3", "1e5.5", "--5", "5e-1", "1e0000000000000000000001", "00005", "1" * 400,
            "0." + "0" * 400 + "1", "5.e1", ".e1", ".5e1", "\u2212" "5", "5\u00a0", "1e99999999999"])
    return "".join(chance.choice("0123456789.eE+-") for _ in range(chance.randrange(1, 8)))


def odd_text(chance):
    """A text that is no trouble to Python."""
    signs = "ab,\"';| \t\u00e9\u4e2d\U0001f600=@-+\u00a0\u200b\ufeff#\\/"
    return "".join(chance.choice(signs) for _ in range(chance.randrange(0, 9)))


def value(finding, chance, numbers):
    """What stands for a finding: mostly a state."""
    if finding == "age":
        return numbers(chance)
    if chance.random() < 0.1:
        return odd_text(chance)
    if finding == "setting":
        return chance.choice(["", "primary_care", "emergency"])
    if finding == "site":
        return chance.choice(["", "back", "chest", "leg", "leg ", "Leg"])
    return chance.choice([
        "", "absent", "present", "yes", "no", "TRUE", "False", "1", "0", "Yes", "nO", "Present", "2"])


def spoil(cells, texts, chance):
    """A line of CSV with a fault, or with line ends or quotes where they are rare, of cells and their texts."""
    place = chance.randrange(len(cells))
    texts, cell = list(texts), cells[place]
    cut = chance.randrange(len(cell) + 1)
    quoted = cell.replace('"', '""')
    way = chance.randrange(8)
    if way == 0:  # a line end in quotes, and sometimes rows behind it
        between = chance.choice(["\n", "\r\n", "\n\n", "\n" + ",".join(texts).replace('"', "") + "\n", "\nforged,\n"])
        texts[place] = '"' + cell[:cut].replace('"', '""') + between + cell[cut:].replace('"', '""') + '"'
    elif way == 1:  # a carriage return alone
        texts[place] = chance.choice([cell[:cut].replace('"', "") + "\r", '"' + quoted + '\r"', "\r" + texts[place]])
    elif way == 2:  # a quote inside a cell
        texts[place] = "x" + cell[:cut] + '"' + cell[cut:]
    elif way == 3:  # text behind a closing quote
        texts[place] = f'"{quoted}"' + chance.choice(["x", " ", '"', "\r"])
    elif way == 4:  # a quote that is not closed
        texts[place] = '"' + quoted
    elif way == 5:
        texts[place] = chance.choice(['"', '""', '"""', '""""', '"",', ',"'])
    line = ",".join(texts)
    if way > 5:  # a quote or a comma comes or goes
        cut = chance.randrange(len(line) + 1)
        line = line[:cut] + chance.choice(['"', ",", "\r", ""]) + line[cut + chance.randrange(2):]
    return line


def csv_text(chance, first, count, numbers, spoilt=False):
    """A case file, quoted this way and that; if it is to be spoilt, a row of four."""
    columns = ["setting", "sign", "age", "site", "note"]
    columns = ["id"] + [name for name in columns if chance.random() < 0.9]
    chance.shuffle(columns)
    end = chance.choice(["\n", "\r\n"])
    quoting = chance.choice(["least", "all", "some"])

    def cell(text):
        must = any(sign in text for sign in ',"\r\n')
        if must or quoting == "all" or (quoting == "some" and chance.random() < 0.3):
            return '"' + text.replace('"', '""') + '"'
        return text

    lines = [",".join(cell(name) for name in columns)]
    for number in range(first, first + count):
        row = [
            odd_text(chance) + str(number) if name == "id" and chance.random() < 0.98
            else "" if name == "id"
            else odd_text(chance) if name == "note" else value(name, chance, numbers)
            for name in columns]
        if chance.random() < 0.01:
            row.append("more")
        if chance.random() < 0.01 and len(row) > 2:
            row.pop()
        texts = [cell(text) for text in row]
        lines.append(spoil(row, texts, chance) if spoilt and chance.random() < 0.25 else ",".join(texts))
        if chance.random() < 0.01:
            lines.append("")
    if lines[-1].endswith("\r"):
        lines.append("")
    return end.join(lines) + (end if chance.random() < 0.8 else "")


def json_text(thing, chance):
    """JSON with blanks, escapes and spellings of its own."""
    blank = chance.choice(["", "", "", " ", "\t", "  "])
    if isinstance(thing, dict):
        inner = f"{blank},{blank}".join(
            json_text(key, chance) + blank + ":" + blank + json_text(held, chance)
            for key, held in thing.items())
        return "{" + blank + inner + blank + "}"
    if isinstance(thing, Raw):
        return thing.text
    if isinstance(thing, str):
        text = json.dumps(thing, ensure_ascii=chance.random() < 0.5)
        if chance.random() < 0.1 and thing and thing[0].isascii() and thing[0].isalnum():
            text = f'"\\u{ord(thing[0]):04x}' + text[2:]
        return text
    return json.dumps(thing)


class Raw:
    """A text that is written as it is."""

    def __init__(self, text):
        self.text = text


def json_row(chance, number, numbers):
    """A line of NDJSON; one of four is spoilt."""
    case = {"id": odd_text(chance) + str(number)}
    if chance.random() < 0.05:
        case["id"] = Raw(str(number))
    if chance.random() < 0.5:
        case["setting"] = chance.choice(["primary_care", "emergency", None, "", "ward"])
    if chance.random() < 0.2:
        case["diagnosis"] = chance.choice(
            ["strain", "tumour|strain", "unlisted", "", "strain|", None, 3, "gout"])
    findings = {}
    for finding in ("sign", "age", "site"):
        if chance.random() < 0.7:
            given = value(finding, chance, numbers)
            way = chance.random()
            if finding == "age" and way < 0.9:
                findings[finding] = Raw(given or "null")
            elif finding == "sign" and way < 0.5:
                findings[finding] = chance.choice([True, False, None, Raw("1"), Raw("0")])
            else:
                findings[finding] = given if way < 0.95 else chance.choice([None, {}, True])
    case["findings"] = findings
    items = list(case.items())
    chance.shuffle(items)
    text = json_text(dict(items), chance).encode("utf-8", "surrogatepass")
    if chance.random() < 0.25:
        spoilt = bytearray(text)
        for _ in range(chance.randrange(1, 3)):
            place = chance.randrange(len(spoilt))
            sign = chance.choice(b"{}[]\",:\\0123-+.eEtfnu \x00\x01\x7f\x80\xff\xc3\xed")
            way = chance.randrange(3)
            if way == 0:
                spoilt[place] = sign
            elif way == 1:
                spoilt.insert(place, sign)
            elif len(spoilt) > 1:
                del spoilt[place]
        text = bytes(spoilt)
    return text


def check(run, name, text, expected, model):
    """Scores a file in several ways and compares; gives how many rows it has.

    What is expected may be a function of the lines that were rejected."""
    with harness.Folder() as folder:
        (folder / "cases").write_bytes(text)
        plain = ["score", "cases", "--model", model, "--all", "--quiet", "--strict"]
        if not name.startswith("json"):
            plain.append("--ignore-unknown-columns")
        outcome = run.run(plain + ["--rejects", "r", "--threads", "1"], folder, longest=60)
        rejects = harness.contents(folder / "r") or b""
        kept = [("cases", text), ("stdout", outcome.output), ("stderr", outcome.errors),
                ("rejects", rejects)]
        if outcome.status not in (0, 3, 65):
            kind = "hang" if outcome.hung else "crash" if outcome.crashed or outcome.report else "lost rows"
            run.fault(kind, name, f"{outcome.name()}: {outcome.said()}", kept)
            return 0
        answers = list(csv.reader(io.StringIO(outcome.output.decode(), newline="")))[1:]
        reasons = {
            int(row[0]): row[5] for row in list(csv.reader(io.StringIO(rejects.decode(), newline="")))[1:]}
        lines = set(reasons)
        if callable(expected):
            expected = list(expected(reasons))
        accepted = iter(answers)
        wrong, met, seen = [], set(), set()
        following = next(accepted, None)
        for line, answer in expected:
            told = lines.intersection([line] if isinstance(line, int) else line)
            met |= told
            if answer is not None and answer != "open" and answer[0] in seen:
                answer = None
            if answer == "open":
                if not told:
                    following = next(accepted, None)
            elif answer is None:
                if not told:
                    wrong.append(f"line {line} must be rejected")
                    following = next(accepted, None)
            else:
                seen.add(answer[0])
                if told:
                    wrong.append(f"line {line} must be read: {answer}")
                    continue
                if following is None or not same(following, answer):
                    wrong.append(f"line {line}: {following} is not {answer}")
                following = next(accepted, None)
        if following is not None or lines != met:
            wrong.append(f"rows that nobody wrote: {following}, {sorted(lines - met)[:5]}")
        if wrong:
            run.fault("difference", name, f"{len(wrong)}, first {wrong[0]}", kept)
        # The same bytes in other ways.
        for other in (["--threads", "2"], ["--kernel", "gemm"]):
            again = run.run(plain + ["--rejects", "r", *other], folder, longest=60)
            if (again.output, harness.contents(folder / "r")) != (outcome.output, rejects):
                run.fault("byte difference", name, " ".join(other), kept)
        again = run.run(
            ["score", "-", *plain[2:]], folder, standard_input=text, longest=60)
        if again.output != outcome.output:
            run.fault("byte difference", name, "from standard input", kept)
    return len(expected)


def same(row, answer):
    """Whether a row of answers is what Python makes of the case."""
    name, setting, known, posteriors = answer
    return (
        len(row) == 9 and row[0] == name and row[1] == setting and row[4] == str(known)
        and all(
            abs(float(found) - wanted) <= TOLERANCE * wanted
            for found, wanted in zip(row[6:], posteriors)))


def main(run):
    chance = random.Random(run.seed)
    total = run.pick(6_000, 1_000_000, 1_000_000)
    wide, narrow = Reference(EDGES, 0.0, 1e300), Reference(SHORT_EDGES, 0.0, 120.0)
    counts = {"float": 0, "csv": 0, "json": 0, "spoilt csv": 0}
    with harness.Folder() as folder:
        models = {}
        for name, reference in (("wide", wide), ("narrow", narrow)):
            models[name] = folder / name
            models[name].mkdir()
            for file, text in reference.tables(harness.model_tables()).items():
                (models[name] / file).write_bytes(text)
        plain = lambda chance: (
            "" if chance.random() < 0.2 else str(chance.randrange(0, 130)) if chance.random() < 0.6
            else odd_number(chance))
        hard = lambda chance: (
            number_near(chance.choice(EDGES), chance) if chance.random() < 0.9
            else odd_number(chance))
        first = 0
        while first < total:
            for kind in ("float", "csv", "json"):
                count = kind
                reference, model, numbers = (
                    (wide, models["wide"], hard) if kind == "float" or chance.random() < 0.2
                    else (narrow, models["narrow"], plain))
                name = f"{kind} rows from {first} of seed {run.seed}"
                if kind == "json":
                    lines = [b'{"id": "first"}'] + [
                        json_row(chance, number, numbers) for number in range(first, first + ROWS)]
                    lines = [line.replace(b"\n", b" ") for line in lines]
                    lines = [line for line in lines if line.strip(b" \t\r")]
                    expected = []
                    for number, line in enumerate(lines, 1):
                        try:
                            expected.append((number, reference.json_line(line)))
                        except Refused:
                            expected.append((number, None))
                        except Open:
                            expected.append((number, "open"))
                    text = b"\n".join(lines) + b"\n"
                else:
                    if kind == "float":
                        text = "id,age\n" + "".join(
                            f"{number},\"{numbers(chance)}\"\n" if chance.random() < 0.1
                            else f"{number},{numbers(chance).replace(',', '.')}\n"
                            for number in range(first, first + ROWS))
                        expected = list(reference.csv_rows(text))
                    elif first // (3 * ROWS) % 4 == 1:
                        count, text = "spoilt csv", csv_text(chance, first, ROWS, numbers, spoilt=True)
                        expected = functools.partial(reference.spoilt_rows, text)
                    else:
                        text = csv_text(chance, first, ROWS, numbers)
                        expected = list(reference.csv_rows(text))
                    text = text.encode()
                counts[count] += check(run, name, text, expected, model)
            first += 3 * ROWS
    return ("differential", f"{sum(counts.values())} rows ({counts['csv']} csv, {counts['spoilt csv']} of spoilt csv, "
            f"{counts['json']} json, {counts['float']} float), differences {run.count('difference')}, "
            f"byte differences {run.count('byte difference')}, lost {run.count('lost rows')}")
