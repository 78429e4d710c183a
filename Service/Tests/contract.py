"""The OpenAPI document is valid, and every answer is as it says: contract.py DORSAL_SERVE.

It first shows that it can fail: each schema with a member taken out, or of another type, has to
refuse an answer that the whole one takes.
"""

import copy
import json
import os
import subprocess
import sys
import tempfile
import threading
import time

import jsonschema
import openapi_spec_validator

import exchange
from service import ROOT, Service, examples

DOCUMENT = os.path.join(ROOT, "Service/openapi.json")
FOLDER = os.fsencode(ROOT)


def validator(document, schema):
    root = {"$schema": "https://json-schema.org/draft/2020-12/schema",
            "components": document["components"], **schema}
    return jsonschema.Draft202012Validator(root)


def resolved(document, value):
    while "$ref" in value:
        part = document
        for name in value["$ref"].removeprefix("#/").split("/"):
            part = part[name]
        value = part
    return value


class Contract:
    def __init__(self, document):
        self.document = document

    def faults(self, method, path, status, content_type, headers, body):
        """What of an answer is not as the document says."""
        operation = self.document["paths"].get(path, {}).get(method)
        if operation is None:
            return [f"{method} {path} is not in the document"]
        answer = operation["responses"].get(str(status))
        if answer is None:
            return [f"{method} {path} has no status {status}"]
        answer = resolved(self.document, answer)
        missing = [name for name, header in answer.get("headers", {}).items()
                   if header.get("required") and headers.get(name) is None]
        faults = [f"no header {name}" for name in missing]
        kind = content_type.split(";")[0]
        if kind not in answer["content"]:
            return faults + [f"{path} {status}: content type {kind}"]
        if kind in ("application/json", "application/problem+json", "application/fhir+json"):
            schema = answer["content"][kind]["schema"]
            found = validator(self.document, schema).iter_errors(json.loads(body))
            faults += [f"{path} {status}: {'/'.join(map(str, error.absolute_path))}: "
                       f"{error.message[:200]}" for error in found]
        if kind == "application/x-ndjson":
            name = "ScoreOrRejected" if "score" in path else "SuggestionsOrRejected"
            lines = validator(self.document, {"$ref": f"#/components/schemas/{name}"})
            for line in body.decode().splitlines():
                faults += [error.message[:200] for error in lines.iter_errors(json.loads(line))]
        return faults


def requests():
    """Requests of all kinds: good ones, and one for each status that can be had."""
    json_type = {"Content-Type": "application/json"}
    line_type = {"Content-Type": "application/x-ndjson"}
    cases = examples() + [{"id": 7}, {"id": "x", "setting": None, "findings": {}, "diagnosis": None}]
    for case in cases:
        text = json.dumps(case)
        yield "post", "/v1/score", "", json_type, text
        yield "post", "/v1/score", "?top=80&interval=0.99", json_type, text
        yield "post", "/v1/suggest", "?top=200", json_type, text
        yield "post", "/v1/explain", "?top=80", json_type, text
        yield "post", "/v1/explain", "?interval=0.5", json_type, text
    mixed = cases + [{"id": "bad", "findings": {"age": 400, "feber": 1}}, {}, 3, cases[0]]
    for path in ("/v1/score", "/v1/suggest", "/v1/validate"):
        yield "post", path, "", json_type, json.dumps(mixed)
        yield "post", path, "", json_type, "[]"
        yield "post", path, "", line_type, "\n".join(map(json.dumps, mixed))
        yield "post", path, "", json_type, json.dumps([cases[0]] * 1001)
    yield "post", "/v1/validate", "", json_type, json.dumps(
        {"id": "a", "findings": {"sex": "male", "pregnancy": True, "age": 12}})
    for path in ("/v1/score", "/v1/suggest", "/v1/explain", "/v1/validate"):
        yield "post", path, "", json_type, "{"
        yield "post", path, "?nothing=1", json_type, "{}"
        yield "post", path, "", json_type, " " * (5 << 20)
        yield "post", path, "", {"Content-Type": "text/csv"}, "id"
    for path in ("/v1/score", "/v1/suggest", "/v1/explain"):
        yield "post", path, "", json_type, '{"id":"a","findings":{"age":-1}}'
    for path in ("/v1/model", "/v1/findings", "/v1/causes", "/v1/red-flags", "/v1/sources",
                 "/health", "/ready", "/metrics", "/openapi.json"):
        yield "get", path, "", {}, None
    yield from exchange.requests()


def one_of_each(document):
    """A request for each operation of the document that is asked for in the name of a case or less."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            body = exchange.body(path) or '{"id":"a"}' if method == "post" else None
            yield method, path, {"Content-Type": "application/json"} if body else {}, body, {
                int(status) for status in operation["responses"]}


def without_a_token(program, document):
    """What a caller gets who does not say the token."""
    with tempfile.NamedTemporaryFile("w", suffix=".token") as file:
        file.write("a-token-of-more-than-thirty-two-characters-of-text\n")
        file.flush()
        with Service(program, "--token-file", file.name) as service:
            for method, path, headers, body, statuses in one_of_each(document):
                status, got, answer = service.send(method.upper(), path, body, headers)
                # What is open to everybody has no such status in the document, and is answered.
                assert (status == 401) == (401 in statuses), f"{method} {path}: {status}"
                yield method, path, status, got["Content-Type"], got, answer


def while_it_is_busy(program, document):
    """What callers get while the one answer that may be worked out at a time is."""
    with Service(program, "--max-requests", "1") as service:
        asked = [one for one in one_of_each(document) if one[0] == "post"]
        body = json.dumps([examples()[0]] * 1000)

        def work():
            # A short answer may be the one that it finds there.
            while service.send("POST", "/v1/suggest?top=200", body,
                               {"Content-Type": "application/json"})[0] == 503:
                pass

        for method, path, headers, text, _ in asked:
            # A machine may finish the long answer before the short request comes.
            for _ in range(5):
                long = threading.Thread(target=work)
                long.start()
                busy = None
                while busy is None and long.is_alive():
                    status, got, answer = service.send(method.upper(), path, text, headers)
                    busy = (status, got, answer) if status == 503 else None
                    assert status in (200, 503), f"{method} {path}: {status}"
                    time.sleep(0.02)
                long.join()
                if busy is not None:
                    status, got, answer = busy
                    yield method, path, status, got["Content-Type"], got, answer
                    break


def while_it_ends(program, _):
    """What a caller gets who asks whether it is ready when it was told to end."""
    with Service(program, "--drain", "5") as service:
        service.process.terminate()
        status = 200
        while status == 200:
            status, got, answer = service.send("GET", "/ready")
        yield "get", "/ready", status, got["Content-Type"], got, answer


def spoilt(document):
    """The document with one member of one schema taken out, or made something else."""
    for name, schema in document["components"]["schemas"].items():
        for member in schema.get("required", []):
            out = copy.deepcopy(document)
            del out["components"]["schemas"][name]["properties"][member]
            if schema.get("additionalProperties") is False:
                yield f"{name} without {member}", out
            out = copy.deepcopy(document)
            out["components"]["schemas"][name]["properties"][member] = {"const": "spoilt"}
            yield f"{name} with another {member}", out


def main(program):
    with open(DOCUMENT) as file:
        document = json.load(file)
    openapi_spec_validator.validate(document)
    answers = []
    seen = set()
    with Service(program) as service:
        for method, path, query, headers, body in requests():
            status, got, answer = service.send(method.upper(), path + query, body, headers)
            answers.append((method, path, status, got["Content-Type"], got, answer))
            seen.add((method, path, status))
            assert FOLDER not in answer, "an answer tells where the service stands"
        status, _, served = service.send("GET", "/openapi.json")
        assert json.loads(served) == document, "the document that is served is another"
    for source in (without_a_token, while_it_is_busy, while_it_ends):
        for answer in source(program, document):
            answers.append(answer)
            seen.add(answer[:3])
    contract = Contract(document)
    faults = [fault for answer in answers for fault in contract.faults(*answer)]
    for _, path, status, content_type, _, body in answers:
        if content_type.split(";")[0] == exchange.FHIR:
            faults += [f"{path} {status}: {fault}"
                       for fault in exchange.faults(exchange.parsed(body))]
    for fault in faults[:20]:
        print("FAULT", fault)
    # What no request gave: it is not held up.
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            for status in operation["responses"]:
                # A caller who is too slow takes seconds: hostile.py has them.
                if (method, path, int(status)) not in seen and status != "408":
                    faults.append(f"no request gave {method} {path} {status}")
                    print("FAULT", faults[-1])
    blind = []
    # What is sent is no answer.
    sent = ("Case", "Status", "FHIRCase", "HookCall", "Feedback")
    used = {name for name in document["components"]["schemas"] if name not in sent}
    # Short answers first: most faults stand in one of them, and the long ones take seconds.
    answers.sort(key=lambda answer: len(answer[5]))
    for what, other in spoilt(document):
        if what.split()[0] in used and not any(
                Contract(other).faults(*answer) for answer in answers):
            blind.append(what)
    for what in blind:
        print("FAULT the check does not see", what)
    print(f"contract: {len(answers)} answers, {len(faults)} faults; "
          f"{sum(1 for _ in spoilt(document))} spoilt documents, {len(blind)} not seen")
    fuzz = subprocess.run(
        [os.path.join(os.path.dirname(sys.executable), "schemathesis"), "--version"],
        capture_output=True, check=False) if os.path.exists(
            os.path.join(os.path.dirname(sys.executable), "schemathesis")) else None
    failed = bool(faults or blind)
    if fuzz is not None:
        with Service(program, "--log-level", "notice") as service:
            failed |= subprocess.run(
                [os.path.join(os.path.dirname(sys.executable), "schemathesis"), "run", DOCUMENT,
                 "--url", f"http://127.0.0.1:{service.port}", "--max-examples", "60",
                 "--phases", "examples,coverage,fuzzing", "--seed", "1",
                 "--checks", "not_a_server_error,status_code_conformance,"
                 "content_type_conformance,response_headers_conformance,"
                 "response_schema_conformance", "--suppress-health-check", "all"],
                check=False).returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
