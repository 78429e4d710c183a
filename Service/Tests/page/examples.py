"""The example cases, and how the page says their numbers."""

import csv

from browser import ROOT

EXAMPLES = ROOT / "Data/examples.csv"


def table(name):
    return csv.DictReader(open(ROOT / "Models/back-pain" / name))


def ground(row):
    """What a number rests on: its basis, and the keys of its sources."""
    return row["basis"], [key for key in row["source"].split(";") if key]


FINDINGS = {row["id"]: row for row in table("findings.csv")}
SOURCES = {row["key"]: row["citation"] for row in table("sources.csv")}
PRIORS = {(row["setting"], row["cause"]): ground(row) for row in table("priors.csv")}
LIKELIHOODS = {(row["finding"], row["state"], row["cause"]): ground(row) for row in table("likelihoods.csv")}
URGENCIES = {"self_care": "Self-care", "routine": "Routine", "urgent": "Urgent", "emergency": "Emergency"}


def cases():
    """The example cases as ids of states and texts of numbers."""
    for row in csv.DictReader(open(EXAMPLES)):
        identifier, setting = row.pop("id"), row.pop("setting")
        values = {}
        for finding, value in row.items():
            if not value:
                continue
            if FINDINGS[finding]["kind"] == "binary":
                value = {"yes": "present", "no": "absent"}[value]
            values[finding] = value
        yield identifier, setting, values


CASES = {identifier: (setting, values) for identifier, setting, values in cases()}


def state_of(finding, value):
    """The state that a value falls into; a number on an edge belongs to the state above it."""
    row = FINDINGS[finding]
    if row["kind"] != "number":
        return value
    return row["states"].split(";")[sum(float(value) >= float(edge) for edge in row["edges"].split(";"))]


def percent(share):
    """A share as the page says it, from the six digits of the tool."""
    if 0 < share < 0.001:
        return "under 0.1%"
    if 0.999 < share < 1:
        return "over 99.9%"
    return f"{100 * share:.1f}%"


def close(shown, share):
    """Whether a text is a share. The tool's six digits may end on a half."""
    return shown in {percent(share * (1 + slack)) for slack in (-2e-6, 0, 2e-6)}
