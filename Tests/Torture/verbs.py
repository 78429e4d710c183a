"""The verbs as the parts on failing calls run them: what they read and write, and rows that go in."""

import csv
import gzip
import io
import json
import re

import harness

MODEL_FOLDER = ["--model", "m"]
SHIPPED = ["--model", str(harness.ROOT / "Models/back-pain")]
ARROW = harness.ROOT / "Tests/DorsalTests/Fixtures/arrow"


class Verb:
    """A command line, its outputs, and what is typed into it.

    `rows` is how many rows go in, which the tool must answer or reject; `answers` the output that
    answers them, or "-" for standard output. Rows are nothing where an output has no row for a row, and
    answers where it is Arrow, of which the tool's count is taken.
    """

    def __init__(self, name, arguments, outputs=(), typed=b"", is_new=False, rows=None, answers=None,
                 is_form=False):
        self.name, self.arguments, self.outputs = name, arguments, outputs
        self.typed, self.is_new, self.rows, self.answers = typed, is_new, rows, answers
        # Another form of a verb that stands here plain: each of its calls fails in one way, not in all.
        self.is_form = is_form
        # A dialogue is typed on a terminal.
        self.needs_terminal = arguments[0] == "ask"

    def old(self, output):
        """What stands at an output before: folders are never replaced."""
        return None if self.is_new or output == "new" else b"old\n"

    def lost(self, outcome, after):
        """What is wrong with the rows of a run that is done, or nothing."""
        if self.rows is None:
            return None
        told = re.search(rb"(\d+) of (\d+) rows (?:rejected|cannot be read)", outcome.errors)
        rejected, total = map(int, told.groups()) if told else (0, self.rows)
        if self.answers:
            answered = count(outcome.output if self.answers == "-" else after[self.answers])
        else:
            scored = re.search(rb"rejected, (\d+) scored", outcome.errors)
            answered = int(scored.group(1)) if scored else 0
        if total != self.rows or rejected + answered != self.rows:
            return f"{self.rows} rows in, {answered} answered, {rejected} of {total} told as rejected"
        if (rejected > 0) != (outcome.status == 3):
            return f"status {outcome.status}, and {rejected} rows rejected"
        return None


def form(*parts, **others):
    """Another form of a verb."""
    return Verb(*parts, is_form=True, **others)


def count(text):
    """How many rows answers have: CSV, an object a line, or what `validate` says."""
    told = re.search(rb"(\d+) cases? can be read", text or b"")
    if told:
        return int(told.group(1))
    if (text or b"").startswith(b"{"):
        return sum(1 for line in text.splitlines() if json.loads(line))
    return max(0, len(list(csv.reader(io.StringIO((text or b"").decode(), newline="")))) - 1)


def verbs():
    """Every verb, those that write files with something to replace and with nothing."""
    case, one, quiet = ["cases", *MODEL_FOLDER], ["--threads", "1"], ["--quiet"]
    labelled, out = ["labelled", *MODEL_FOLDER], ["-o", "out"]
    small = ["--bootstrap", "20", *quiet]
    dated = ["--date", "2026-01-01", "-o", "new"]
    # Of `cases` the sixth row is rejected, and of `cases.jsonl` the fourth; `labelled` is whole.
    written = [
        Verb("score", ["score", *case, *one, *quiet, *out, "--rejects", "rejects"], ("out", "rejects"),
             rows=6, answers="out"),
        form("score jsonl", ["score", "cases.jsonl", *MODEL_FOLDER, "--format", "jsonl", *quiet, *out,
                             "--calibration", "calibration", "--coverage", "0.9"], ("out",),
             rows=4, answers="out"),
        form("score summary", ["score", *case, *one, *quiet, *out, "--summary", "page"], ("out", "page"),
             rows=6, answers="out"),
        form("score mapping", ["score", "export", "--map", "mapping", *MODEL_FOLDER, *one, *quiet, *out], ("out",),
             rows=6, answers="out"),
        form("score fhir", ["score", "fhir", "--fhir", *MODEL_FOLDER, *one, *quiet, *out], ("out",),
             rows=4, answers="out"),
        form("score gzip", ["score", "cases.gz", *MODEL_FOLDER, *one, *quiet, *out], ("out",), rows=6, answers="out"),
        form("score zstd", ["score", "cases.zst", *MODEL_FOLDER, *one, *quiet, *out], ("out",), rows=6, answers="out"),
        form("score arrow", ["score", "cases.arrow", *MODEL_FOLDER, *one, *quiet, *out], ("out",),
             rows=8, answers="out"),
        # Not read back here: that is for the tests beside pyarrow. Bytes are compared as of any output.
        form("score to arrow", ["score", *case, *one, *quiet, "--format", "arrow", "--compression", "zstd", *out],
             ("out",), rows=6),
        form("score to arrow file", ["score", "cases.arrows", *MODEL_FOLDER, *quiet, "-o", "out.arrow",
                                     "--compression", "lz4"], ("out.arrow",), rows=11),
        Verb("explain page", ["explain", *labelled, "--id", "p3", "--html", "out"], ("out",)),
        Verb("scores", ["scores", *case, *one, *quiet, "--csv", "--score", "risk", *out], ("out",),
             rows=6, answers="out"),
        Verb("suggest", ["suggest", *case, *one, *out], ("out",), rows=6, answers="out"),
        Verb("evaluate", ["evaluate", *labelled, *one, *small, "--report", "out", "--summary", "page"],
             ("out", "page")),
        Verb("compare", ["compare", "m", "m", "labelled", *one, "--prior-weight-b", "0.5", *small, "--html", "out"],
             ("out",)),
        Verb("calibrate", ["calibrate", *labelled, *one, "--method", "temperature", "--bootstrap", "20", *out,
                           "--report", "page"], ("out", "page")),
        Verb("fit", ["fit", "labelled", "--prior-model", "m", "--force", *one, *dated], ("new",)),
        Verb("fit from nothing", ["fit", "labelled", *one, "--label", "diagnosis", "--recoded", "out", *dated],
             ("out", "new")),
        Verb("simulate", ["simulate", *MODEL_FOLDER, *one, "--count", "40", *quiet, *out, "--metadata", "page"],
             ("out", "page"), rows=40, answers="out"),
        form("simulate priors", ["simulate", *MODEL_FOLDER, *one, "--count", "9", "--priors", "priors",
                                 "--format", "jsonl", *quiet, *out], ("out",), rows=9, answers="out"),
        Verb("diary", ["diary", "diary", *MODEL_FOLDER, *out], ("out",)),
        Verb("map", ["map", "export", *MODEL_FOLDER, *out], ("out",)),
        Verb("template page", ["template", *MODEL_FOLDER, "--html", "out"], ("out",)),
        Verb("model weights", ["model", "weights", "labelled", "--model", "grouped", *out], ("out",)),
        Verb("ask", ["ask", *MODEL_FOLDER, "--id", "new-1", "--save", "saved"], ("saved",), b"1\n?\nquit\n"),
    ]
    plain = written[0]
    anew = form("score anew", plain.arguments, plain.outputs, is_new=True, rows=6, answers="out")
    printed = [
        Verb("score to standard output", ["score", "-", *MODEL_FOLDER, *quiet], (),
             (harness.CORPUS / "cases.csv").read_bytes(), rows=6, answers="-"),
        form("score shipped fhir", ["score", "fhir.shipped", "--fhir", *SHIPPED, *quiet, "--top", "2"],
             rows=2, answers="-"),
        Verb("explain", ["explain", *labelled, "--id", "p3"]),
        Verb("validate", ["validate", *case], rows=6, answers="-"),
        form("validate summary", ["validate", "export", "--map", "mapping.json", *MODEL_FOLDER, "--summary", "page"],
             ("page",), rows=6, answers="-"),
        form("compare flags", ["compare", "m", "m", "labelled", *one, "--red-flags-a", "flags", "--red-flags-b",
                               "flags", "--bootstrap", "0", *quiet, "--json"]),
        Verb("template", ["template", *MODEL_FOLDER, "--example"], rows=1, answers="-"),
        Verb("model check", ["model", "check", "m"]),
        Verb("model show", ["model", "show", *MODEL_FOLDER, "strain"]),
        Verb("model gaps", ["model", "show", "--gaps", "--cases", "labelled", *MODEL_FOLDER]),
        Verb("model list", ["model", "list", "findings", *MODEL_FOLDER, "--csv"], rows=4, answers="-"),
        Verb("model card", ["model", "card", *MODEL_FOLDER]),
        Verb("model diff", ["model", "diff", "m", "other"]),
    ]
    return [*written, anew, *printed]


def inputs():
    """The files that the verbs read."""
    corpus = harness.CORPUS
    tables = harness.model_tables()
    other, grouped = dict(tables), dict(tables)
    other["causes.csv"] = other["causes.csv"].replace(b"Strain", b"Sprain")
    grouped["findings.csv"] = (
        grouped["findings.csv"].replace(b",1,,Sign?", b",1,pair,Sign?").replace(b",1,,Age?", b",1,pair,Age?"))
    labelled = b"id,setting,sign,age,site,diagnosis\n" + b"".join(
        b"p%d,primary_care,%s,%d,%s,%s\n" % (
            number, [b"present", b"absent", b""][number % 3], number * 7 % 90,
            [b"back", b"leg", b"chest"][number % 5 % 3],
            [b"strain", b"tumour", b"strain", b"unlisted"][number % 4])
        for number in range(40))
    shipped = (harness.ROOT / "Data/examples_fhir.ndjson").read_bytes().splitlines(keepends=True)
    files = {
        "cases": (corpus / "cases.csv").read_bytes(),
        "cases.jsonl": (corpus / "cases.jsonl").read_bytes(),
        "cases.gz": gzip.compress((corpus / "cases.csv").read_bytes(), mtime=0),
        "cases.zst": (corpus / "cases.csv.zst").read_bytes(),
        "cases.arrow": (ARROW / "whole--file.arrow").read_bytes(),
        "cases.arrows": (ARROW / "odd--zstd.arrows").read_bytes(),
        "fhir": (corpus / "cases.fhir.ndjson").read_bytes(),
        "fhir.shipped": b"".join(shipped[:2]),
        "export": (corpus / "export.csv").read_bytes(),
        "mapping": (corpus / "export.map.csv").read_bytes(),
        "mapping.json": (corpus / "export.map.json").read_bytes(),
        "priors": (corpus / "priors.csv").read_bytes(),
        "flags": tables["red_flags.csv"],
        "calibration": (corpus / "calibration-vector.json").read_bytes(),
        "diary": (corpus / "diary.csv").read_bytes(),
        "labelled": labelled,
    }
    for name, text in tables.items():
        files[f"m/{name}"] = text
        files[f"other/{name}"] = other[name]
        files[f"grouped/{name}"] = grouped[name]
    return files


def needed(verb, files):
    """The inputs that a command line names."""
    words = {*verb.arguments, "m"} if verb.arguments[0] != "model" else {*verb.arguments}
    return {name: text for name, text in files.items() if name in words or name.split("/")[0] in words}


def fill(folder, verb, files):
    """Puts the inputs of a verb and what its outputs replace into an empty folder."""
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(text)
    for output in verb.outputs:
        if verb.old(output) is not None:
            (folder / output).write_bytes(
                b"id,sign\nsaved-1,present\n" if output == "saved" else verb.old(output))
