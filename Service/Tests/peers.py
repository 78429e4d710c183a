"""What other programs wrote in FHIR R4 is read, or refused with reasons: peers.py DORSAL_SERVE FOLDER...

It fetches nothing. The folders hold JSON, one resource a file or a line (`.json`, `.ndjson`):
bundles of Synthea, the examples of HL7, test cases of other programs. Every Bundle and
QuestionnaireResponse is sent to $score; every other resource that is read at all is sent in a
Bundle of its own. An answer has to be 200 with a RiskAssessment that fhir.resources takes, or 400 or
422 with an OperationOutcome that says where and why. It prints how many there were of each, and the
reasons.
"""

import collections
import json
import os
import sys
import time

import exchange
from service import Service

READ = {"Patient", "Condition", "Observation", "MedicationStatement", "MedicationRequest",
        "Encounter"}
# What is told of a resource, without what is its own.
LONGEST = 110
LARGEST = 64 << 20


def resources(folders):
    """The resources of files below folders, with their places."""
    for folder in folders:
        for root, folders_below, names in os.walk(folder):
            folders_below.sort()
            for name in sorted(names):
                path = os.path.join(root, name)
                if not name.endswith((".json", ".ndjson")) or os.path.getsize(path) > LARGEST:
                    continue
                with open(path, encoding="utf-8-sig", errors="strict") as file:
                    try:
                        text = file.read()
                        texts = text.splitlines() if name.endswith(".ndjson") else [text]
                        for number, line in enumerate(texts, 1):
                            if line.strip():
                                yield f"{path}:{number}", json.loads(line)
                    except ValueError:
                        # No JSON: what another program keeps beside its resources.
                        continue


def asked(value):
    """What is sent of a resource; nothing where it is of a type that is not read."""
    if not isinstance(value, dict):
        return None
    kind = value.get("resourceType")
    if kind in ("Bundle", "QuestionnaireResponse"):
        return value
    return exchange.bundle([value]) if kind in READ else None


def faults(status, kind, answer):
    """What of an answer is not as it has to be."""
    if status not in (200, 400, 422):
        return [f"status {status}"]
    if kind != exchange.FHIR:
        return [f"content type {kind}"]
    resource = exchange.parsed(answer)
    found = exchange.faults(resource)
    if status == 200:
        names = [part["resource"]["resourceType"] for part in resource["parameter"]]
        if names != ["RiskAssessment", "GuidanceResponse", "OperationOutcome"]:
            found.append(f"an answer of {names}")
    elif resource["resourceType"] != "OperationOutcome":
        found.append(f"status {status} with {resource['resourceType']}")
    elif not all(issue.get("diagnostics") for issue in resource["issue"]):
        found.append("an issue without a reason")
    return found


def reason(issue):
    """The text of an issue without its place."""
    text = issue["diagnostics"]
    if text.startswith("line "):
        text = text.split(": ", 1)[-1]
    return text[:LONGEST]


def check_itself():
    """Each of these has to be refused."""
    outcome = {"resourceType": "OperationOutcome",
               "issue": [{"severity": "error", "code": "value", "diagnostics": "x"}]}
    silent = {**outcome, "issue": [{"severity": "error", "code": "value"}]}
    whole = json.dumps(outcome).encode()
    assert not faults(422, exchange.FHIR, whole)
    for status, kind, answer in [
            (500, exchange.FHIR, whole), (422, "application/json", whole),
            (422, exchange.FHIR, json.dumps(silent).encode()),
            (200, exchange.FHIR, json.dumps({"resourceType": "Parameters", "parameter": [
                {"name": "x", "resource": outcome}]}).encode()),
            (400, exchange.FHIR, json.dumps({"resourceType": "Patient"}).encode())]:
        assert faults(status, kind, answer), f"the check does not see {status} {kind}"


def main(program, folders):
    check_itself()
    counts = collections.Counter()
    refused, notes = collections.Counter(), collections.Counter()
    first = {}
    found, longest = [], 0.0
    with Service(program, "--log-level", "notice", "--max-body", str(LARGEST)) as service:
        for place, value in resources(folders):
            body = asked(value)
            if body is None:
                counts["passed over"] += 1
                continue
            start = time.monotonic()
            status, headers, answer = service.send(
                "POST", "/fhir/$score?top=3", json.dumps(body), {"Content-Type": exchange.FHIR})
            longest = max(longest, time.monotonic() - start)
            kind = value["resourceType"]
            counts[f"{kind} {status}"] += 1
            found += [f"{place}: {fault}" for fault in
                      faults(status, headers["Content-Type"], answer)]
            got = json.loads(answer)
            if status == 200:
                told = got["parameter"][2]["resource"]["issue"]
                words = told[0]["diagnostics"].split(" ")
                counts["resources used"] += int(words[0])
                counts["resources in all"] += int(words[2])
                for issue in told[1:]:
                    notes[f"{issue['severity']}: {reason(issue)}"] += 1
            elif got.get("issue"):
                why = reason(got["issue"][0])
                refused[why] += 1
                first.setdefault(why, place)
    for fault in found[:20]:
        print("FAULT", fault)
    for name, count in sorted(counts.items()):
        print(f"{count:8} {name}")
    print("refused, by the first reason of each:")
    for why, count in refused.most_common(40):
        print(f"{count:8} {why}   such as {first[why]}")
    print("told beside an answer:")
    for text, count in notes.most_common(40):
        print(f"{count:8} {text}")
    sent = sum(count for name, count in counts.items() if name.split()[-1].isdigit())
    print(f"peers: {sent} answers, {len(found)} faults, the longest after {longest:.2f} s")
    return 1 if found or not sent else 0


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit("usage: peers.py DORSAL_SERVE FOLDER...")
    sys.exit(main(sys.argv[1], sys.argv[2:]))
