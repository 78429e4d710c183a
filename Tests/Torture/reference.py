"""What a case file means, by Python's csv, json and float: nothing here comes from the tool."""

import csv
import io
import json
import math
import re

NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\Z")
BINARY = {"absent": 0, "no": 0, "false": 0, "0": 0, "present": 1, "yes": 1, "true": 1, "1": 1}
SETTINGS = ["primary_care", "emergency"]
HEADER = "setting,cause,probability,effective_n,basis,source,note\n"


# A cell up to a comma, a line end or the end; a quoted one holds commas, line ends and doubled quotes.
CELL = re.compile(r'"((?:[^"]|"")*)"(?=,|\r?\n|\Z)|([^",\n]*)(?=,|\n|\Z)')


def record(text, place):
    """The cells of the record at a place, where the next one begins, and whether a carriage return
    stands outside quotes; nothing where the record breaks the rules of RFC 4180."""
    cells, is_odd = [], False
    while True:
        found = CELL.match(text, place)
        if not found:
            return None
        place = found.end()
        is_last = not text.startswith(",", place)
        cell = found.group(2)
        if cell is None:
            cell = found.group(1).replace('""', '"')
            place += text.startswith("\r", place)
        else:
            if is_last and text.startswith("\n", place):
                cell = cell.removesuffix("\r")
            is_odd = is_odd or "\r" in cell
        cells.append(cell)
        place += 1
        if is_last:
            return cells, min(place, len(text)), is_odd


class Refused(Exception):
    """A row that must be rejected."""


class Open(Exception):
    """A row that standards leave open: rejected or not, but not lost."""


class Reference:
    """A model of two causes and unlisted, every number of it written out."""

    def __init__(self, edges, least, most):
        self.edges, self.least, self.most = edges, least, most
        count = len(edges) + 1
        self.states = {
            "sign": ["absent", "present"],
            "age": [f"s{number}" for number in range(count)],
            "site": ["back", "chest", "leg"],
        }
        self.background = {
            "sign": [0.75, 0.25], "age": [1 / count] * count, "site": [0.625, 0.25, 0.125]}
        # Ratios to the background that tell every state from every other.
        raw = [math.exp(3 * number / count) for number in range(count)]
        self.strain = {
            "sign": [0.875, 0.125], "age": [value / sum(raw) for value in raw],
            "site": [0.25, 0.25, 0.5]}
        self.tumour = {
            "sign": [0.4, 0.6], "age": [1 / count] * count, "site": [0.3, 0.6, 0.1]}
        self.priors = {"primary_care": [0.5, 0.3, 0.2], "emergency": [0.25, 0.5, 0.25]}

    def tables(self, base):
        """The tables of the model, the small one's where nothing depends on them.

        Steps and scores name states of ages that these models cut elsewhere."""
        files = {name: text for name, text in base.items() if not name.startswith(("steps", "score", "inputs"))}
        edges = ";".join(repr(edge) for edge in self.edges)
        files["findings.csv"] = (
            "id,section,kind,unit,edges,states,minimum,maximum,weight,group,question\n"
            "setting,context,category,,,primary_care;emergency,,,1,,Where?\n"
            "sign,examination,binary,,,absent;present,,,1,,Sign?\n"
            f"age,history,number,years,{edges},{';'.join(self.states['age'])},"
            f"{self.least!r},{self.most!r},1,,Age?\n"
            "site,pain,category,,,back;chest;leg,,,0.5,,Where does it hurt?\n").encode()
        lines = ["finding,state,cause,probability,effective_n,basis,source,note"]
        for cause, table in (
            ("*", self.background), ("strain", self.strain), ("tumour", self.tumour)):
            for finding, states in self.states.items():
                for state, value in zip(states, table[finding]):
                    lines.append(f"{finding},{state},{cause},{value!r},50,assumed,,")
        files["likelihoods.csv"] = ("\n".join(lines) + "\n").encode()
        rows = [
            f"{setting},{cause},{value},100,assumed,,\n"
            for setting in SETTINGS
            for cause, value in zip(("strain", "tumour", "unlisted"), self.priors[setting])]
        files["priors.csv"] = (HEADER + "".join(rows)).encode()
        return files

    def posterior(self, setting, codes):
        """The posteriors of strain, tumour and unlisted."""
        scores = [math.log(prior) for prior in self.priors[setting]]
        for finding, code in codes.items():
            weight = 0.5 if finding == "site" else 1
            below = math.log(self.background[finding][code])
            scores[0] += weight * (math.log(self.strain[finding][code]) - below)
            scores[1] += weight * (math.log(self.tumour[finding][code]) - below)
        greatest = max(scores)
        shares = [math.exp(score - greatest) for score in scores]
        return [share / sum(shares) for share in shares]

    def number(self, text):
        """The state of a number."""
        if not NUMBER.match(text):
            raise Refused
        value = float(text)
        if not math.isfinite(value) or not self.least <= value <= self.most:
            raise Refused
        return sum(1 for edge in self.edges if edge <= value)

    def cell(self, finding, text):
        """The state of a cell that is not empty."""
        if finding == "age":
            return self.number(text)
        if finding == "sign":
            if text in BINARY:
                return BINARY[text]
            if text.isascii() and text.lower() in BINARY and text.lower() not in (
                "absent", "present"):
                return BINARY[text.lower()]
            raise Refused
        states = SETTINGS if finding == "setting" else self.states[finding]
        if text not in states:
            raise Refused
        return states.index(text)

    def answer(self, name, codes):
        """What a row of answers holds: id, setting, known findings, posteriors."""
        codes = dict(codes)
        setting = SETTINGS[codes.pop("setting", 0)]
        return name, setting, len(codes), self.posterior(setting, codes)

    def csv_rows(self, text):
        """Each row of a file as Python reads it: its line, and its answer or nothing."""
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        header = next(reader)
        for row in reader:
            if not row:
                continue
            yield reader.line_num, self.row(header, row)

    def row(self, header, row):
        """The answer to the cells of a row, or nothing."""
        try:
            if len(row) != len(header):
                raise Refused
            cells = dict(zip(header, row))
            if not cells["id"]:
                raise Refused
            codes = {
                finding: self.cell(finding, cells[finding])
                for finding in ("setting", "sign", "age", "site") if cells.get(finding)}
            return self.answer(cells["id"], codes)
        except Refused:
            return None

    def spoilt_rows(self, text, rejected):
        """Each row of a file that may break the rules of CSV, as docs/case-files.md has it.

        A record that breaks the rules of RFC 4180, or has a line end in a cell of a column that is read,
        is rejected as the line it begins on, and the next line is a row again. What else stands on
        several lines, or has a carriage return outside quotes, is rejected or read as it stands: the
        lines that the tool rejects, with their reasons, say which of them. What is wrong in a row of
        several lines is told with any of them.
        """
        header, place, _ = record(text, 0)
        line = 2
        while place < len(text):
            lines = text.find("\n", place) + 1 or len(text)
            found = record(text, place)
            is_broken = found is not None and "\n" in text[place:found[1] - 1]
            if found and is_broken:
                cells = found[0]
                is_read = len(cells) != len(header) or any(
                    "\n" in cell and name in ("id", "setting", "sign", "age", "site")
                    for name, cell in zip(header, cells))
                found = None if is_read or "goes over lines" in rejected.get(line, "") else found
            if found is None:
                yield line, None
            else:
                cells, lines, is_odd = found
                span = range(line, line + max(1, text.count("\n", place, lines)))
                is_rejected = any(told in rejected for told in span)
                if any(cells):
                    yield span, None if is_odd and is_rejected else self.row(header, cells)
                elif is_rejected:
                    yield span, None
            line += text.count("\n", place, lines)
            place = lines

    def json_line(self, line):
        """The answer of a line, as Python reads it."""
        try:
            value = json.loads(
                line.decode("utf-8"), parse_int=Spelled, parse_float=Spelled,
                parse_constant=refuse, object_pairs_hook=Members)
        except (ValueError, RecursionError) as fault:
            raise Refused from fault
        if not isinstance(value, Members):
            raise Refused
        members = value.once()
        if not set(members) <= {"id", "setting", "findings", "diagnosis"}:
            raise Refused
        name = members.get("id")
        if not isinstance(name, str) or not name or "\0" in name:
            raise Refused
        if any(0xD800 <= ord(sign) < 0xE000 for sign in name):
            raise Open
        diagnosis = members.get("diagnosis")
        if diagnosis is not None and (
            type(diagnosis) is not str
            or not set(diagnosis.split("|")) <= {"strain", "tumour", "unlisted"}):
            raise Refused
        codes = {}
        if "setting" in members:
            self.json_finding("setting", members["setting"], codes)
        if "findings" in members:
            if not isinstance(members["findings"], Members):
                raise Refused
            for finding, given in members["findings"].once().items():
                if finding not in ("sign", "age", "site"):
                    if finding == "setting":
                        raise Open
                    raise Refused
                self.json_finding(finding, given, codes)
        return self.answer(str(name), codes)

    def json_finding(self, finding, given, codes):
        """Adds the state of a member."""
        if given is None:
            return
        if isinstance(given, bool):
            if finding != "sign":
                raise Refused
            codes[finding] = int(given)
        elif isinstance(given, Spelled):
            codes[finding] = self.cell(finding, str(given))
        elif isinstance(given, str):
            if finding == "age" or not given:
                raise Refused
            codes[finding] = self.cell(finding, given)
        else:
            raise Refused


class Spelled(str):
    """A number of JSON as it is written."""


class Members(list):
    """The members of an object, repeated ones included."""

    def once(self):
        if len({key for key, _ in self}) < len(self):
            raise Refused
        return dict(self)


def refuse(_):
    """NaN and Infinity are no JSON."""
    raise ValueError
