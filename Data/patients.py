"""Checks the published patients of this folder, counts them and writes their halves.

    python3 Data/patients.py                        # checks and counts
    python3 Data/patients.py --check                # checks alone, in less than a second
    python3 Data/patients.py --model FOLDER         # against another model than the shipped one
    python3 Data/patients.py --write FOLDER         # and writes fit.csv, check.csv,
                                                    # fit_imaging.csv and check_imaging.csv
    python3 Data/patients.py --data FOLDER          # the set of another folder

Every fault is printed with its file and line, and the exit status is then 1; nothing is written
while there are faults. The rules are those of PATIENTS.md. Only the standard library is used.
"""

import argparse
import bisect
import collections
import csv
import pathlib
import random
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
SETTINGS = ("primary_care", "emergency", "specialist")
ID = r"p-[0-9a-f]{10}"
FIT_DIGITS = "02468ace"
LEAST_FINDINGS = 4

# Known in nearly every text, so that they tell little of a reader's judgement.
PLAIN = {"age", "sex"}

# Findings that only imaging gives; the rows of patients.csv are from before it.
IMAGING = {
    "x_ray_spine", "mri_spine", "bone_scan", "abdominal_imaging", "chest_imaging",
    "mri_compression", "intradural_site", "bone_lesions", "disc_space", "ct_angiography",
}

# Findings that the vocabulary gained when this set was made: a table without them is an older one.
GAINED = (
    "anticoagulant_use", "bone_seeking_cancer", "post_void_residual", "creatine_kinase",
    "blood_culture", "mri_compression", "intradural_site", "bone_lesions", "disc_space",
    "ct_angiography",
)

# How the older vocabulary said what CT angiography shows; models still take it.
OLD_STATES = {
    ("chest_imaging", "pulmonary_embolus"): "ct_angiography=pulmonary_embolus",
    ("abdominal_imaging", "aortic_dissection"): "ct_angiography=aortic_dissection",
}
OLD_BINARY = {"yes": "present", "1": "present", "no": "absent", "0": "absent"}

SOURCE_COLUMNS = "id half title identifier address year disease doubts title_is_printed".split()

READING_COLUMNS = "id imaging reading cause probability".split()

Row = collections.namedtuple("Row", "file line values")


class Faults:
    """Every fault found, in the order of finding."""

    def __init__(self):
        self.lines = []

    def add(self, file, line, text):
        self.lines.append(f"{file}:{line}: {text}")


class Vocabulary:
    """The findings of a model with their states, and its causes."""

    def __init__(self, folder):
        self.order, self.states, self.edges, self.range, self.kind = [], {}, {}, {}, {}
        for row in read_plain(folder / "findings.csv"):
            finding = row["id"]
            if finding == "setting":
                continue
            self.order.append(finding)
            self.kind[finding] = row["kind"]
            self.states[finding] = row["states"].split(";")
            if row["kind"] == "number":
                self.edges[finding] = [float(edge) for edge in row["edges"].split(";")]
                self.range[finding] = tuple(
                    float(row[end]) if row.get(end) else None for end in ("minimum", "maximum"))
        self.group = {row["id"]: row["group"] for row in read_plain(folder / "causes.csv")}

    def fault(self, finding, value):
        """What is wrong with a value of a known finding, or nothing."""
        if (finding, value) in OLD_STATES:
            return f"old vocabulary: {finding}={value} is now {OLD_STATES[finding, value]}"
        if self.kind[finding] == "number":
            try:
                number = float(value)
            except ValueError:
                return f"{finding}={value} is not a number"
            low, high = self.range[finding]
            if number != number or (low is not None and number < low) or (
                    high is not None and number > high):
                return f"{finding}={value} lies outside {low:g} to {high:g}"
        elif value not in self.states[finding]:
            if self.kind[finding] == "binary" and value.lower() in OLD_BINARY:
                return f"old vocabulary: {finding}={value} is now {OLD_BINARY[value.lower()]}"
            return f"{finding}={value} is not a state: {', '.join(self.states[finding])}"
        return None

    def state(self, finding, value):
        """The state of a value; one on an edge belongs to the upper state."""
        if self.kind[finding] == "number":
            return self.states[finding][bisect.bisect_right(self.edges[finding], float(value))]
        return value


def read_plain(path):
    """The rows of a table that is taken as it is."""
    try:
        with open(path, newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError) as error:
        raise SystemExit(f"{path}: {getattr(error, 'strerror', None) or 'not UTF-8'}")


def read_table(path, faults, columns=None):
    """The header and rows of a table; rows of another length are faults."""
    rows = []
    try:
        with open(path, newline="", encoding="utf-8") as file:
            reader = csv.reader(file)
            header = next(reader, [])
            if columns and header != columns:
                faults.add(path.name, 1, f"the columns are not {', '.join(columns)}")
                return header, rows
            for twice in [name for name, n in collections.Counter(header).items() if n > 1]:
                faults.add(path.name, 1, f"column {twice} stands twice")
            for cells in reader:
                if len(cells) != len(header):
                    faults.add(path.name, reader.line_num,
                               f"{len(cells)} fields, the header has {len(header)}")
                    continue
                rows.append(Row(path.name, reader.line_num, dict(zip(header, cells))))
    except OSError as error:
        faults.add(path.name, 1, f"cannot be read: {error.strerror}")
        return [], rows
    except UnicodeDecodeError:
        faults.add(path.name, 1, "is not UTF-8")
        return [], rows
    return header, rows


def half_of(identifier):
    """The half that an id belongs to by its last hexadecimal digit."""
    return "fit" if identifier[-1] in FIT_DIGITS else "check"


def findings(row):
    """The known findings of a case, without its setting."""
    return {name: value for name, value in row.values.items()
            if value and name not in ("id", "diagnosis", "setting")}


def by_id(rows, faults):
    """Rows by id; a badly formed or repeated id is a fault."""
    table = {}
    for row in rows:
        identifier = row.values.get("id", "")
        if not re.fullmatch(ID, identifier):
            faults.add(row.file, row.line, f"id {identifier!r} is not p- and 10 hexadecimal digits")
        elif identifier in table:
            first = table[identifier]
            halves = {first.values.get("half"), row.values.get("half")}
            where = "stands in both halves" if len(halves) == 2 else "stands twice"
            faults.add(row.file, row.line, f"{identifier} {where} (first in line {first.line})")
        else:
            table[identifier] = row
    return table


def check_cases(path, vocabulary, faults):
    """The cases of a file by id, each checked against the vocabulary."""
    header, rows = read_table(path, faults)
    if not header:
        return {}
    for column in ("id", "diagnosis", "setting"):
        if column not in header:
            faults.add(path.name, 1, f"no column {column}")
    missing = [name for name in GAINED if name not in header]
    if missing:
        faults.add(path.name, 1, f"old vocabulary: no column {', '.join(missing)}")
    known = set(vocabulary.order)
    for name in header:
        if name not in known and name not in ("id", "diagnosis", "setting"):
            faults.add(path.name, 1, f"the model has no finding {name}")
    for row in rows:
        for cause in row.values.get("diagnosis", "").split("|"):
            if cause not in vocabulary.group:
                faults.add(path.name, row.line, f"the model has no cause {cause!r}")
        if row.values.get("setting") not in SETTINGS:
            faults.add(path.name, row.line,
                       f"setting={row.values.get('setting')} is not one of {', '.join(SETTINGS)}")
        for name, value in findings(row).items():
            fault = vocabulary.fault(name, value) if name in known else None
            if fault:
                faults.add(path.name, row.line, fault)
    return by_id(rows, faults)


def check_sources(path, faults):
    """The sources by id."""
    _, rows = read_table(path, faults, SOURCE_COLUMNS)
    for row in rows:
        values = row.values
        for needed in ("title", "disease"):
            if not values[needed]:
                faults.add(path.name, row.line, f"a source needs a {needed}")
        if values["title_is_printed"] not in ("yes", "no"):
            faults.add(path.name, row.line, "title_is_printed is neither yes nor no")
        elif values["title_is_printed"] == "no" and not (values["identifier"] or values["address"]):
            faults.add(path.name, row.line, "a described title needs an identifier or an address")
        if values["year"] and not re.fullmatch(r"(19|20)\d\d", values["year"]):
            faults.add(path.name, row.line, f"year {values['year']} is not a year")
        half = half_of(values["id"]) if re.fullmatch(ID, values["id"]) else None
        if half and values["half"] != half:
            faults.add(path.name, row.line,
                       f"half {values['half']!r} of {values['id']}: its last digit says {half}")
    return by_id(rows, faults)


def check_set(patients, imaging, sources, second, faults):
    """What the files have to say of each other."""
    for identifier, row in patients.items():
        if sources and identifier not in sources:  # of an unreadable file one fault is enough
            faults.add(row.file, row.line, f"{identifier} has no source")
        given = findings(row)
        for name in sorted(IMAGING & given.keys()):
            faults.add(row.file, row.line, f"{identifier}: {name} is imaging, not known before it")
        if len(given) < LEAST_FINDINGS:
            faults.add(row.file, row.line, f"{identifier}: {len(given)} findings; a patient has at "
                       f"least {LEAST_FINDINGS}")
    for identifier, row in sources.items():
        if identifier not in patients:
            faults.add(row.file, row.line, f"the source {identifier} has no patient")
    for identifier, row in imaging.items():
        first = patients.get(identifier)
        if first is None:
            faults.add(row.file, row.line, f"{identifier} has no row in patients.csv")
            continue
        if not IMAGING & findings(row).keys():
            faults.add(row.file, row.line, f"{identifier} has no imaging")
        for name in [*first.values, *(row.values.keys() - first.values.keys())]:
            here, there = row.values.get(name, ""), first.values.get(name, "")
            if name not in IMAGING and here != there:
                faults.add(row.file, row.line, f"{identifier} contradicts line {first.line} of "
                           f"{first.file}: {name} {here or 'unknown'}, there {there or 'unknown'}")
    for identifier, row in second.items():
        if identifier not in patients:
            faults.add(row.file, row.line, f"{identifier} has no row in patients.csv")


# Agreement of two codings.

def check_readings(path, patients, imaging, vocabulary, faults):
    """What readers gave each cause: distributions, of rows of the fit half."""
    _, rows = read_table(path, faults, READING_COLUMNS)
    sums, firsts, seen = collections.Counter(), {}, set()
    for row in rows:
        identifier, part, reading, cause, probability = (row.values[c] for c in READING_COLUMNS)
        if part not in ("0", "1") or reading not in ("1", "2"):
            faults.add(path.name, row.line, "imaging is 0 or 1, and reading 1 or 2")
            continue
        if identifier not in (patients, imaging)[int(part)] or half_of(identifier) != "fit":
            faults.add(path.name, row.line, f"{identifier} is no such row of the fit half")
        if cause not in vocabulary.group and cause != "others":
            faults.add(path.name, row.line, f"the model has no cause {cause!r}")
        key = (identifier, part, reading)
        if (key, cause) in seen:
            faults.add(path.name, row.line, f"{cause} stands twice in a reading of {identifier}")
        seen.add((key, cause))
        firsts.setdefault(key, row)
        if not re.fullmatch(r"(0\.\d+|1)(e-0\d)?", probability) or not float(probability):
            faults.add(path.name, row.line,
                       f"probability={probability} is no number above 0, at most 1")
            continue
        sums[key] += float(probability)
    for key, total in sums.items():
        if abs(total - 1) > 0.0201:
            row = firsts[key]
            faults.add(row.file, row.line, f"the reading of {key[0]} adds up to {total:.3g}")


def kappa(pairs_by_finding):
    """Cohen's kappa with chance taken within each finding; None where chance alone is perfect."""
    total = agreed = by_chance = 0.0
    for pairs in pairs_by_finding.values():
        first = collections.Counter(a for a, _ in pairs)
        other = collections.Counter(b for _, b in pairs)
        total += len(pairs)
        agreed += sum(a == b for a, b in pairs)
        by_chance += sum(n * other[state] for state, n in first.items()) / len(pairs)
    return (agreed - by_chance) / (total - by_chance) if total > by_chance else None


def measures(pairs, names):
    """The figures of agreement over a list of (first, second) patients."""
    known, states = {}, {}
    both = same = judged = judged_same = either = first_only = second_only = 0
    for name in names:
        cells = [(a[0].get(name), b[0].get(name)) for a, b in pairs]
        known[name] = [(a is not None, b is not None) for a, b in cells]
        coded = [(a, b) for a, b in cells if a is not None and b is not None]
        if coded:
            states[name] = coded
        agreed = sum(a == b for a, b in coded)
        both += len(coded)
        same += agreed
        if name not in PLAIN:
            judged += len(coded)
            judged_same += agreed
        one = sum(a is not None and b is None for a, b in cells)
        other = sum(a is None and b is not None for a, b in cells)
        first_only += one
        second_only += other
        either += len(coded) + one + other
    count = len(pairs)
    return {
        "same state, of what both coded": same / both if both else None,
        "the same without age and sex": judged_same / judged if judged else None,
        "kappa, known or unknown": kappa(known),
        "kappa, states where both coded": kappa(states),
        "coded by both, of coded by either": both / either if either else None,
        "coded by the first only, a patient": first_only / count,
        "coded by the second only, a patient": second_only / count,
        "same setting": sum(a[1] == b[1] for a, b in pairs) / count,
    }


def print_agreement(patients, imaging, second, vocabulary, draws=1000, seed=1):
    """The agreement with the second coding, with 95% intervals of a bootstrap over patients."""
    def coded(row):
        states = {name: vocabulary.state(name, value) for name, value in findings(row).items()}
        return states, row.values["setting"]

    ids = sorted(second)
    pairs = [(coded(imaging.get(i, patients[i])), coded(second[i])) for i in ids]
    if not pairs:
        return
    names = sorted({name for pair in pairs for side in pair for name in side[0]})
    draw, drawn = random.Random(seed), collections.defaultdict(list)
    for _ in range(draws):
        for name, value in measures(draw.choices(pairs, k=len(pairs)), names).items():
            if value is not None:
                drawn[name].append(value)
    print(f"\nSecond coding of {len(pairs)} patients")
    for name, value in measures(pairs, names).items():
        values = sorted(drawn[name])
        if value is None or not values:
            print(f"{name:38} none")
            continue
        low, high = values[int(0.025 * (len(values) - 1))], values[round(0.975 * (len(values) - 1))]
        print(f"{name:38} {value:.3f} ({low:.3f} to {high:.3f})")


# Counts and halves.

def print_counts(patients, imaging, vocabulary):
    """How many patients have each cause, by half; one with several causes counts with each."""
    halves = {"fit": [], "check": []}
    for identifier, row in patients.items():
        halves[half_of(identifier)].append(row.values["diagnosis"].split("|"))
    print(f"{len(patients)} patients, {len(imaging)} with imaging; "
          f"fit {len(halves['fit'])}, check {len(halves['check'])}")
    known = sum(len(findings(row)) for row in patients.values())
    print(f"{known / max(len(patients), 1):.1f} findings a patient before imaging")
    print(f"\n{'cause':32}{'only':>6}{'either':>8}{'fit':>6}{'check':>7}")

    def line(name, test):
        every = halves["fit"] + halves["check"]
        only = sum(all(test(c) for c in causes) for causes in every)
        some = sum(any(test(c) for c in causes) for causes in every) - only
        fit, check = (sum(any(test(c) for c in causes) for causes in halves[half])
                      for half in ("fit", "check"))
        print(f"{name:32}{only:6}{some:8}{fit:6}{check:7}")

    for cause in vocabulary.group:
        line(cause, lambda c, cause=cause: c == cause)
    print()
    for group in dict.fromkeys(vocabulary.group.values()):
        line(f"group {group}", lambda c, group=group: vocabulary.group[c] == group)


def write_halves(folder, data):
    """Writes the two halves of both files, the rows as they stand."""
    folder.mkdir(parents=True, exist_ok=True)
    for source, suffix in (("patients.csv", ""), ("patients_imaging.csv", "_imaging")):
        with open(data / source, newline="", encoding="utf-8") as file:
            header, *rows = csv.reader(file)
        column = header.index("id")
        for half in ("fit", "check"):
            with open(folder / f"{half}{suffix}.csv", "w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(header)
                writer.writerows(row for row in rows if half_of(row[column]) == half)


def main():
    parser = argparse.ArgumentParser(description="Checks and counts the published patients.")
    parser.add_argument("--data", type=pathlib.Path, default=HERE)
    parser.add_argument("--model", type=pathlib.Path,
                        default=HERE.parent / "Models" / "back-pain")
    parser.add_argument("--write", type=pathlib.Path, metavar="FOLDER")
    parser.add_argument("--check", action="store_true", help="no counts and no agreement")
    options = parser.parse_args()

    faults = Faults()
    vocabulary = Vocabulary(options.model)
    patients, imaging, second = (
        check_cases(options.data / name, vocabulary, faults)
        for name in ("patients.csv", "patients_imaging.csv", "patients_second.csv"))
    sources = check_sources(options.data / "patients_sources.csv", faults)
    check_set(patients, imaging, sources, second, faults)
    check_readings(
        options.data / "patients_readings.csv", patients, imaging, vocabulary, faults)
    if faults.lines:
        print("\n".join(faults.lines), file=sys.stderr)
        raise SystemExit(1)

    if not options.check:
        print_counts(patients, imaging, vocabulary)
        print_agreement(patients, imaging, second, vocabulary)
    if options.write:
        try:
            write_halves(options.write, options.data)
        except OSError as error:
            raise SystemExit(f"{options.write}: {error.strerror}")


if __name__ == "__main__":
    main()
