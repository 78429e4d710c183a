"""FHIR and CDS Hooks of the service, held against fhir.resources: exchange.py DORSAL_SERVE.

It first shows that it can fail: answers that break R4 or the invariants of RiskAssessment have to
be refused. fhir.resources has R4B, which differs from R4 in none of the resources here.
"""

import copy
import decimal
import json
import random
import sys
import time

from fhir.resources.R4B import get_fhir_model_class

from service import Service, examples

FHIR = "application/fhir+json"
JSON = {"Content-Type": "application/json"}


def concept(system, code):
    return {"coding": [{"system": system, "code": code}]}


def own(finding, value):
    """An Observation by the project's own ids."""
    if isinstance(value, bool):
        said = {"valueBoolean": value}
    elif isinstance(value, str):
        said = {"valueCodeableConcept": concept("urn:dorsal:state", value)}
    else:
        unit = {"age": "a", "duration": "d"}.get(finding)
        said = {"valueQuantity": {"value": value, "system": "http://unitsofmeasure.org",
                                  "code": unit}} if unit else {"valueInteger": value}
    return {"resourceType": "Observation", "status": "final", "subject": {"reference": "Patient/p"},
            "code": concept("urn:dorsal:finding", finding), **said}


def bundle(resources, kind="collection"):
    return {"resourceType": "Bundle", "type": kind,
            "entry": [{"resource": resource} for resource in resources]}


PATIENT = {"resourceType": "Patient", "id": "p", "birthDate": "1957", "gender": "female"}
BACK_PAIN = {
    "resourceType": "Condition", "id": "c", "subject": {"reference": "Patient/p"},
    "onsetDateTime": "2020-01-01", "code": concept("http://hl7.org/fhir/sid/icd-10-cm", "M54.50"),
    "clinicalStatus": concept("http://terminology.hl7.org/CodeSystem/condition-clinical", "active")}
RESPONSE = {"resourceType": "QuestionnaireResponse", "status": "in-progress",
            "questionnaire": "urn:dorsal:questionnaire:back-pain", "authored": "2024-05-31"}


def bundles():
    """The example cases as Bundles, one of a record alone, and one of nothing."""
    for case in examples():
        findings = {**case["findings"], "setting": case["setting"]}
        yield bundle([{"resourceType": "Patient", "id": "p"}]
                     + [own(finding, value) for finding, value in findings.items()])
    yield bundle([PATIENT, BACK_PAIN, {"resourceType": "Immunization"}], "searchset")
    yield bundle([])


def call(hook, observations=(), **prefetch):
    return {"hook": hook, "hookInstance": "1", "context": {
        "userId": "Practitioner/u", "patientId": "p", "encounterId": "e"}, "prefetch": {
            "patient": PATIENT, "conditions": bundle([BACK_PAIN], "searchset"),
            "observations": bundle(observations, "searchset"),
            "encounter": {"resourceType": "Encounter", "id": "e", "status": "arrived",
                          "class": {"code": "AMB"}}, **prefetch}}


def body(path):
    """A body that a path answers; nothing for paths of others."""
    if path == "/fhir/$score":
        return json.dumps(bundle([PATIENT]))
    if path == "/fhir/Questionnaire/$next-question":
        return json.dumps(RESPONSE)
    if path.endswith("/feedback"):
        return json.dumps({"feedback": [
            {"card": "x", "outcome": "accepted", "outcomeTimestamp": "2024-05-31T10:00:00Z"}]})
    if path.startswith("/cds-services/dorsal-"):
        return json.dumps(call(path.removeprefix("/cds-services/dorsal-")))
    return None


def requests():
    """Requests for the contract: good ones, and one for each status that can be had."""
    kind = {"Content-Type": FHIR}
    for query in ("", "?top=3&interval=0.95&date=2024-05-31&_format=json"):
        for case in bundles():
            yield "post", "/fhir/$score", query, kind, json.dumps(case)
    yield "post", "/fhir/Questionnaire/$next-question", "", kind, json.dumps(RESPONSE)
    for path in ("/fhir/$score", "/fhir/Questionnaire/$next-question"):
        yield "post", path, "", JSON, "{"
        yield "post", path, "?nothing=1", JSON, "{}"
        yield "post", path, "", {"Content-Type": "text/csv"}, "id"
        yield "post", path, "", JSON, " " * (5 << 20)
    yield "post", "/fhir/$score", "", JSON, json.dumps(bundle([PATIENT, {**PATIENT, "id": "q"}]))
    yield ("post", "/fhir/Questionnaire/$next-question", "", JSON,
           json.dumps({**RESPONSE, "item": [{"linkId": "nothing", "answer": [{}]}]}))
    xml = {"Accept": "application/fhir+xml"}
    for path in ("/fhir/$score", "/fhir/Questionnaire/$next-question"):
        yield "post", path, "", {**JSON, **xml}, body(path)
    documents = ("/fhir/metadata", "/fhir/OperationDefinition/dorsal-score",
                 "/fhir/Questionnaire/dorsal-adaptive", "/fhir/Questionnaire/dorsal")
    for path in documents:
        yield "get", path, "", xml, None
    for path in (*documents, "/cds-services"):
        yield "get", path, "", {}, None
        yield "get", path, "?nothing=1", {}, None
    for hook in ("patient-view", "encounter-start"):
        path = "/cds-services/dorsal-" + hook
        yield "post", path, "", JSON, json.dumps(call(hook))
        yield "post", path, "", JSON, json.dumps(call(hook, conditions=bundle([])))
        yield "post", path, "", JSON, json.dumps(call(hook, patient=None))
        yield "post", path, "", JSON, json.dumps(call(hook, conditions=bundle([PATIENT])))
        yield "post", path + "/feedback", "", JSON, body(path + "/feedback")
        for end in ("", "/feedback"):
            yield "post", path + end, "", JSON, "{}"
            yield "post", path + end, "", {"Content-Type": "text/csv"}, "id"
            yield "post", path + end, "", JSON, " " * (5 << 20)


def faults(resource):
    """What of a resource is not R4, or breaks ras-1 and ras-2."""
    try:
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)
    except Exception as error:  # noqa: BLE001 - whatever it throws is a fault
        return [f"{resource['resourceType']}: {str(error)[:300]}"]
    found = []
    if resource["resourceType"] == "Parameters":
        for parameter in resource["parameter"]:
            if "resource" in parameter:
                found += faults(parameter["resource"])
    if resource["resourceType"] == "Condition":
        found.append("a Condition")
    if resource["resourceType"] == "RiskAssessment":
        shares = [prediction["probabilityDecimal"] for prediction in resource["prediction"]]
        if any(not 0 <= share <= 100 for share in shares):
            found.append("ras-2: a probability that is no percentage")
        if sum(shares) > 100:
            found.append(f"probabilities add up to {sum(shares)}")
        for prediction in resource["prediction"]:
            for extension in prediction.get("extension", []):
                ends = extension["extension"][1]["valueRange"]
                low, high = ends["low"]["value"], ends["high"]["value"]
                if not 0 <= low <= prediction["probabilityDecimal"] <= high <= 100:
                    found.append("ras-1: a range that is none")
    return found


def profile_faults(response):
    """What of an answer of $next-question is not as two profiles of SDC 4.0 have it:
    sdc-questionnaireresponse-adapt and sdc-questionnaire-adapt."""
    found = [f"no {name}" for name in ("contained", "questionnaire", "status", "subject", "authored")
             if not response.get(name)]
    form = next((one for one in response.get("contained", [])
                 if "#" + one.get("id", "") == response.get("questionnaire")), {})
    marks = [one for one in form.get("extension", [])
             if one["url"].endswith("/sdc-questionnaire-questionnaireAdaptive")]
    found += ["not marked adaptive once"] if len(marks) != 1 else []
    found += ["a url"] if "url" in form else []
    found += ["no title"] if not form.get("title") else []
    found += ["not derived from one"] if len(form.get("derivedFrom", [])) != 1 else []
    found += ["an item without a text" for item in form.get("item", []) if not item.get("text")]
    return [f"$next-question: {fault}" for fault in found]


# The types of which something is read, with those of their parts.
READ = {
    "Patient": {}, "Condition": {}, "MedicationStatement": {}, "MedicationRequest": {},
    "Encounter": {}, "Observation": {"component": ("ObservationComponent", True),
                                     "referenceRange": ("ObservationReferenceRange", True),
                                     "valueQuantity": ("Quantity", False),
                                     "code": ("CodeableConcept", False),
                                     "effectivePeriod": ("Period", False),
                                     "subject": ("Reference", False)},
    "QuestionnaireResponse": {"item": ("QuestionnaireResponseItem", True)},
}


def names(kind):
    """The members of a type, as fhir.resources has them from the definitions of HL7."""
    fields = get_fhir_model_class(kind).model_fields
    # Comments in JSON were of DSTU2.
    return {field.alias or name for name, field in fields.items()} - {"fhir_comments"}


def members(service):
    """Each member of R4 is known in what is read, and none beside."""
    found = []

    def unknown(resource):
        answer = json.loads(service.send(
            "POST", "/fhir/$score", json.dumps(bundle([resource])), {"Content-Type": FHIR})[2])
        return [issue["diagnostics"] for issue in answer.get("issue", [])
                if "unknown member" in issue["diagnostics"]]

    for kind, parts in READ.items():
        wholes = [(kind, lambda part, kind=kind: {**part, "resourceType": kind})]
        for name, (part, is_list) in parts.items():
            wholes.append((part, lambda inner, name=name, is_list=is_list, kind=kind: {
                "resourceType": kind, name: [inner] if is_list else inner}))
        for part, whole in wholes:
            told = unknown(whole(dict.fromkeys(names(part))))
            found += [f"{part}: {text}" for text in told]
            for name in ("nothing", "_nothing", "Id", "__id"):
                if not unknown(whole({name: None})):
                    found.append(f"{part}: {name} is taken for a member")
    return found


def parsed(text):
    return json.loads(text, parse_float=decimal.Decimal)


def dialogue(service, case):
    """Answers the questions of the service as a client does; says how many there were."""
    findings = {**case["findings"], "setting": case["setting"]}
    response = copy.deepcopy(RESPONSE)
    for count in range(200):
        status, _, answer = service.send(
            "POST", "/fhir/Questionnaire/$next-question", json.dumps(response),
            {"Content-Type": FHIR})
        assert status == 200, answer
        assert not faults(parsed(answer)), faults(parsed(answer))
        response = json.loads(answer)
        assert not profile_faults(response), profile_faults(response)
        if response["status"] == "completed":
            return count
        item = response["contained"][0]["item"][-1]
        value = findings.get(item["linkId"])
        if value is not None:
            said = {"boolean": "valueBoolean", "decimal": "valueDecimal"}.get(item["type"])
            answer = {said: value} if said else {
                "valueCoding": {"system": "urn:dorsal:state", "code": value}}
            response.setdefault("item", []).append({"linkId": item["linkId"], "answer": [answer]})
    raise AssertionError("the dialogue does not end")


def client(service, rounds=200):
    """A client of CDS Hooks: asks what there is, sends what is asked for; milliseconds of each."""
    status, _, answer = service.send("GET", "/cds-services")
    assert status == 200
    taken = []
    for hook in json.loads(answer)["services"]:
        for index in range(rounds):
            flag = [own("saddle_anaesthesia", True)] if index % 2 else []
            body = call(hook["hook"], flag)
            assert set(hook["prefetch"]) >= {"patient", "conditions", "observations"}
            start = time.monotonic()
            status, _, answer = service.send(
                "POST", "/cds-services/" + hook["id"], json.dumps(body), JSON)
            taken.append((time.monotonic() - start) * 1000)
            assert status == 200, answer
            card, = json.loads(answer)["cards"]
            assert len(card["summary"]) < 140
            assert (card["indicator"] == "critical") == bool(flag), card
    return sorted(taken)


def check_itself(good):
    """Each of these answers has to be refused."""
    def broken(change):
        resource = copy.deepcopy(good)
        change(resource["parameter"][0]["resource"])
        return faults(resource)

    def more(risk):
        risk["prediction"][0]["probabilityDecimal"] = decimal.Decimal(150)

    def both(risk):
        low = {"value": 1, "unit": "%"}
        risk["prediction"][0]["probabilityRange"] = {"low": low, "high": low}

    def sums(risk):
        for prediction in risk["prediction"][:2]:
            prediction["probabilityDecimal"] = decimal.Decimal("50.001")

    def nobody(risk):
        del risk["subject"]

    def ends(risk):
        return risk["prediction"][0]["extension"][0]["extension"][1]["valueRange"]

    def low_above(risk):
        ends(risk)["low"]["value"] = risk["prediction"][0]["probabilityDecimal"] + 1

    def high_below(risk):
        ends(risk)["high"]["value"] = risk["prediction"][0]["probabilityDecimal"] - 1

    def high_above_all(risk):
        ends(risk)["high"]["value"] = decimal.Decimal("100.1")

    assert not faults(good)
    for change in (more, both, sums, nobody, low_above, high_below, high_above_all):
        assert broken(change), f"the check does not see {change.__name__}"


def main(program):
    found, count = [], 0
    with Service(program, "--log-level", "notice") as service:
        answers = []
        for case in bundles():
            for query in ("", "?interval=0.95&date=2024-05-31", "?top=1"):
                status, _, answer = service.send(
                    "POST", "/fhir/$score" + query, json.dumps(case), {"Content-Type": FHIR})
                assert status == 200, answer
                answers.append(parsed(answer))
        for path in ("/fhir/metadata", "/fhir/OperationDefinition/dorsal-score",
                     "/fhir/Questionnaire/dorsal-adaptive", "/fhir/Questionnaire/dorsal"):
            answers.append(parsed(service.send("GET", path)[2]))
        for body in ("{", "[]", json.dumps(bundle([PATIENT, PATIENT]))):
            answers.append(parsed(service.send(
                "POST", "/fhir/$score", body, {"Content-Type": FHIR})[2]))
        check_itself(answers[1])
        found += members(service)
        for answer in answers:
            count += 1
            found += faults(answer)
        # Random answers to the questionnaire: sums hold whatever the case is.
        chance = random.Random(1)
        items = [item for section in answers[-4]["item"] for item in section["item"]]
        for _ in range(200):
            said = []
            for item in chance.sample(items, chance.randrange(0, 30)):
                if item["type"] == "boolean":
                    value = {"valueBoolean": chance.random() < 0.5}
                elif item["type"] == "choice":
                    value = {"valueCoding": chance.choice(item["answerOption"])["valueCoding"]}
                else:
                    continue
                said.append({"linkId": item["linkId"], "answer": [value]})
            status, _, answer = service.send(
                "POST", "/fhir/$score", json.dumps({**RESPONSE, "item": said}),
                {"Content-Type": FHIR})
            assert status == 200, answer
            count += 1
            found += faults(parsed(answer))
        turns = [dialogue(service, case) for case in examples()]
        taken = client(service)
    for fault in found[:20]:
        print("FAULT", fault)
    print(f"fhir: {count} answers, {len(found)} faults; dialogues of {turns} questions; "
          f"{len(taken)} calls of hooks, median {taken[len(taken) // 2]:.1f} ms, "
          f"greatest {taken[-1]:.1f} ms")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
