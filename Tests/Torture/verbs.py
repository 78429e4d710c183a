"""The verbs as the parts on failing calls and on kills run them: what they read and write."""

import harness

MODEL_FOLDER = ["--model", "m"]


class Verb:
    """A command line, its outputs, and what is typed into it."""

    def __init__(self, name, arguments, outputs=(), typed=b"", is_new=False):
        self.name, self.arguments, self.outputs = name, arguments, outputs
        self.typed, self.is_new = typed, is_new
        # A dialogue is typed on a terminal.
        self.needs_terminal = arguments[0] == "ask"

    def old(self, output):
        """What stands at an output before: folders are never replaced."""
        return None if self.is_new or output == "new" else b"old\n"


def verbs():
    """Every verb, those that write files with something to replace and with nothing."""
    case, one = ["cases", *MODEL_FOLDER], ["--threads", "1"]
    labelled = ["labelled", *MODEL_FOLDER]
    written = [
        ("score", ["score", *case, *one, "--quiet", "-o", "out", "--rejects", "rejects"],
         ("out", "rejects")),
        ("score jsonl", ["score", "cases.jsonl", *MODEL_FOLDER, "--format", "jsonl", "--quiet", "-o",
                         "out", "--calibration", "calibration", "--coverage", "0.9"], ("out",)),
        ("explain page", ["explain", *labelled, "--id", "p3", "--html", "out"], ("out",)),
        ("scores", ["scores", *case, *one, "--quiet", "--score", "risk", "-o", "out"], ("out",)),
        ("suggest", ["suggest", *case, *one, "-o", "out"], ("out",)),
        ("evaluate", ["evaluate", *labelled, *one, "--bootstrap", "20", "--quiet", "--report", "out"],
         ("out",)),
        ("compare", ["compare", "m", "m", "labelled", *one, "--prior-weight-b", "0.5", "--bootstrap", "20",
                     "--quiet", "--html", "out"], ("out",)),
        ("calibrate", ["calibrate", *labelled, *one, "--method", "temperature", "--bootstrap", "20", "-o",
                       "out", "--report", "page"], ("out", "page")),
        ("fit", ["fit", "labelled", "--prior-model", "m", "--force", *one, "--date", "2026-01-01", "-o", "new"],
         ("new",)),
        ("fit from nothing", ["fit", "labelled", *one, "--label", "diagnosis", "--date", "2026-01-01",
                              "--recoded", "out", "-o", "new"], ("out", "new")),
        ("simulate", ["simulate", *MODEL_FOLDER, *one, "--count", "40", "--quiet", "-o", "out",
                      "--metadata", "page"], ("out", "page")),
        ("diary", ["diary", "diary", *MODEL_FOLDER, "-o", "out"], ("out",)),
        ("ask", ["ask", *MODEL_FOLDER, "--id", "new-1", "--save", "saved"], ("saved",), b"1\n?\nquit\n"),
    ]
    printed = [
        ("score to standard output", ["score", "-", *MODEL_FOLDER, "--quiet"], (),
         (harness.CORPUS / "cases.csv").read_bytes()),
        ("explain", ["explain", *labelled, "--id", "p3"]),
        ("validate", ["validate", *case]),
        ("model check", ["model", "check", "m"]),
        ("model show", ["model", "show", *MODEL_FOLDER, "strain"]),
        ("model diff", ["model", "diff", "m", "other"]),
    ]
    found = [Verb(*parts) for parts in written]
    found += [Verb(parts[0] + " anew", *parts[1:], is_new=True) for parts in written[:1]]
    return found + [Verb(*parts) for parts in printed]


def inputs():
    """The files that the verbs read."""
    corpus = harness.CORPUS
    tables = harness.model_tables()
    other = dict(tables)
    other["causes.csv"] = other["causes.csv"].replace(b"Strain", b"Sprain")
    labelled = b"id,setting,sign,age,site,diagnosis\n" + b"".join(
        b"p%d,primary_care,%s,%d,%s,%s\n" % (
            number, [b"present", b"absent", b""][number % 3], number * 7 % 90,
            [b"back", b"leg", b"chest"][number % 5 % 3],
            [b"strain", b"tumour", b"strain", b"unlisted"][number % 4])
        for number in range(40))
    files = {
        "cases": (corpus / "cases.csv").read_bytes(),
        "cases.jsonl": (corpus / "cases.jsonl").read_bytes(),
        "calibration": (corpus / "calibration-vector.json").read_bytes(),
        "diary": (corpus / "diary.csv").read_bytes(),
        "labelled": labelled,
    }
    for name, text in tables.items():
        files[f"m/{name}"] = text
        files[f"other/{name}"] = other[name]
    return files


def fill(folder, verb, files):
    """Puts the inputs of a verb and what its outputs replace into an empty folder."""
    for name in ("m", "other"):
        (folder / name).mkdir()
    for name, text in files.items():
        (folder / name).write_bytes(text)
    for output in verb.outputs:
        if verb.old(output) is not None:
            (folder / output).write_bytes(
                b"id,sign\nsaved-1,present\n" if output == "saved" else verb.old(output))
