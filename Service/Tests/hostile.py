"""Callers that hold a service up do not keep others from being served: hostile.py DORSAL_SERVE.

Each check says what it saw; the program fails where one did not hold.
"""

import json
import os
import resource
import socket
import subprocess
import sys
import time

import exchange
from service import Service, examples

WORD = "Zaphodine"
LIMITS = ("--stall", "2", "--idle", "3", "--max-streams", "4")
# A check ticks four times in the shortest of both; slow machines get more.
PATIENCE = 30
results = []


def check(name, holds, seen=""):
    results.append(holds)
    print("ok  " if holds else "FAIL", name, seen, flush=True)


def head(path="/v1/score", length=None, kind="application/json", extra=""):
    size = f"Content-Length: {length}\r\n" if length is not None else "Transfer-Encoding: chunked\r\n"
    return (f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\n{size}{extra}\r\n"
            ).encode()


def opened(service):
    return socket.create_connection(("127.0.0.1", service.port), timeout=PATIENCE)


def until_closed(connection, send=b"", pause=1.0):
    """Sends a byte now and then until the other side ends; what came, and after how long."""
    start, got = time.monotonic(), b""
    connection.settimeout(pause)
    while time.monotonic() - start < PATIENCE:
        try:
            if send:
                connection.sendall(send)
            part = connection.recv(65536)
            if not part:
                return got, time.monotonic() - start
            got += part
        except socket.timeout:
            continue
        except OSError:
            return got, time.monotonic() - start
    return got, None


def served(service, count=5):
    """Whether honest callers are answered, and how long one waited: for people, since a clock on a
    wall counts whatever else the machine does."""
    longest = 0.0
    for case in examples()[:count]:
        start = time.monotonic()
        try:
            status = service.send("POST", "/v1/score", case)[0]
        except OSError as error:
            return False, str(error)
        if status != 200:
            return False, str(status)
        longest = max(longest, time.monotonic() - start)
    return True, f"after {longest:.1f} s at most"


def slow_callers(service):
    sockets = [opened(service) for _ in range(200)]
    for one in sockets:
        one.sendall(head(length=1000) + b"{")
    check("200 callers that wait in their body: others are served", *served(service))
    for one in sockets:
        one.close()
    one = opened(service)
    one.sendall(head(length=1000) + b"{")
    got, after = until_closed(one, b" ")
    check("a byte of body a second is cut off", after is not None, f"after {after} s")
    check("and told why", b"408" in got.split(b"\r\n")[0] and b"urn:dorsal:problem:timeout" in got)
    one = opened(service)
    one.sendall(head(kind="application/x-ndjson") + b'b\r\n{"id":"a"}\n\r\n')
    got, after = until_closed(one)
    check("a stream that stands still ends, and says why in its last line",
          after is not None and b'"ranking"' in got and b"urn:dorsal:problem:timeout" in got,
          f"after {after} s")
    one = opened(service)
    one.sendall(b"POST /v1/score HTTP/1.1\r\nX: ")
    _, after = until_closed(one, b"a")
    check("a byte of head a second is cut off", after is not None, f"after {after} s")
    one = opened(service)
    _, after = until_closed(one)
    check("a connection without a request is closed", after is not None, f"after {after} s")
    one = opened(service)
    one.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
    got, after = until_closed(one)
    check("and so it is behind one", b"200 OK" in got and after is not None, f"after {after} s")


def half_open(service):
    for name, text in [
            ("before a request", b""), ("in a head", b"POST /v1/sc"),
            ("in a body", head(length=100) + b"{"),
            ("in a chunk", head() + b"5\r\n{"),
            ("in a stream", head(kind="application/x-ndjson") + b'b\r\n{"id":"a"}\n\r\n')]:
        one = opened(service)
        one.sendall(text)
        one.shutdown(socket.SHUT_WR)
        _, after = until_closed(one)
        check(f"who stops sending {name} is let go", after is not None, f"after {after} s")


def who_does_not_read(service):
    one = opened(service)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    one.sendall(head("/v1/score?top=80", kind="application/x-ndjson"))
    line = (json.dumps(examples()[0]) + "\n").encode() * 100
    chunk = b"%x\r\n" % len(line) + line + b"\r\n"
    one.settimeout(1)
    start, ended = time.monotonic(), False
    while time.monotonic() - start < PATIENCE and not ended:
        try:
            one.sendall(chunk)
        except socket.timeout:
            continue
        except OSError:
            ended = True
    check("who sends a stream and reads nothing is cut off", ended, f"{time.monotonic() - start:.1f} s")
    check("others are served after it", *served(service))


def endless_body(service):
    one = opened(service)
    one.sendall(head(length=10**12))
    sent, got = 0, b""
    one.settimeout(5)
    try:
        while sent < 1 << 30:
            sent += one.send(b" " * 65536)
    except OSError:
        pass
    try:
        got = one.recv(65536)
    except OSError:
        pass
    check("a body of a terabyte is refused and not read", sent < 64 << 20,
          f"{sent} bytes sent, {got[:20]!r}")


def streams(service):
    held, start = [], time.monotonic()
    # Streams that were cut off before give their room back when their next answer meets nobody.
    while len(held) < 4 and time.monotonic() - start < PATIENCE:
        one = opened(service)
        one.sendall(head(kind="application/x-ndjson") + b'b\r\n{"id":"a"}\n\r\n')
        if b" 200 " in one.recv(100)[:20]:
            held.append(one)
        else:
            one.close()
    check("as many streams as there may be", len(held) == 4)
    status, headers, _ = service.send(
        "POST", "/v1/score", '{"id":"a"}', {"Content-Type": "application/x-ndjson"})
    check("a stream too many is told to come again",
          status == 503 and headers["Retry-After"] == "1", str(status))
    check("and single cases are answered", *served(service))
    for one in held:
        one.close()
    time.sleep(1)
    status, _, _ = service.send(
        "POST", "/v1/score", '{"id":"a"}', {"Content-Type": "application/x-ndjson"})
    check("when they are gone there is room again", status == 200, str(status))


def what_is_no_request(service):
    for name, text in [
            ("garbage", b"\x00\xff\x16\x03\x01garbage\r\n\r\n"),
            ("a head of 100 KB", b"GET / HTTP/1.1\r\nX: " + b"a" * 100_000 + b"\r\n\r\n"),
            ("10,000 fields", b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 10_000 + b"\r\n"),
            ("a bad length", head(length="-5")),
            ("two lengths", head(length=1, extra="Content-Length: 2\r\n") + b"ab"),
            ("length and chunks", head(length=1, extra="Transfer-Encoding: chunked\r\n"))]:
        one = opened(service)
        try:
            one.sendall(text)
        except OSError:
            pass
        got, after = until_closed(one)
        status = b" 431 " if name in ("a head of 100 KB", "10,000 fields") else b" 400 "
        check(f"{name}: told and cut off", after is not None and status in got[:20]
              and b"urn:dorsal:problem:" in got and got.count(b"HTTP/1.1 ") == 1, repr(got[:20]))
    one = opened(service)
    one.sendall(head() + b"no length of a chunk\r\n{}\r\n")
    got, after = until_closed(one)
    check("a chunk without a length: told and cut off", after is not None and b" 400 " in got[:20],
          repr(got[:20]))
    for path in ["/../../etc/passwd", "/..%2f..%2fetc/passwd", "/%2e%2e/%2e%2e/etc/passwd",
                 "/Page/../../Package.swift", "//etc/passwd", "/./.git/config", "/\\..\\x"]:
        one = opened(service)
        one.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        got, _ = until_closed(one)
        check(f"{path}: nothing there", b" 404 " in got[:20] or b" 400 " in got[:20],
              repr(got[:20]))


def posts(service):
    """Paths that take a body, each with a body that it takes and that has the word."""
    cases = ["/v1/score", "/v1/explain", "/v1/suggest", "/v1/validate"]
    for path in cases:
        yield path, f'{{"id":"{WORD}"}}'
    hooks = ["/cds-services/dorsal-patient-view", "/cds-services/dorsal-encounter-start"]
    for path in ["/fhir/$score", "/fhir/Questionnaire/$next-question", *hooks,
                 *(hook + "/feedback" for hook in hooks)]:
        body = json.loads(exchange.body(path))
        if "feedback" in body:
            body["feedback"][0].update(card=WORD, overrideReason={"userComment": WORD})
        elif "prefetch" in body:
            body["context"]["patientId"] = body["prefetch"]["patient"]["id"] = WORD
            for entry in body["prefetch"]["conditions"]["entry"]:
                entry["resource"]["subject"]["reference"] = "Patient/" + WORD
        else:
            body["id"] = WORD
        yield path, json.dumps(body)


def bad_bodies(good):
    """Bodies that no path takes, each made of one that it does."""
    deep = "[" * 100_000
    yield "cut off", good[:-1]
    yield "two texts", good + good
    yield "a key twice", good[:good.index(":")] + ":1," + good[1:]
    yield "deep", f'{{"{WORD}":{deep}'
    yield "deep inside", f'{{"{WORD}":{deep},{good[1:]}'
    yield "no UTF-8", b'{"' + WORD.encode() + b'":"\xff",' + good[1:].encode()
    yield "half a pair", f'{{"{WORD}":"\\ud800",{good[1:]}'
    yield "a number without an end", f'{{"{WORD}":1e,{good[1:]}'
    yield "a text", f'"{WORD}"'


def bad_at_every_path(service):
    json_type = {"Content-Type": "application/json"}
    for path, good in posts(service):
        status = service.send("POST", path, good, json_type)[0]
        check(f"{path}: a good body", status == 200, str(status))
        seen = {}
        for name, body in bad_bodies(good):
            status, headers, answer = service.send("POST", path, body, json_type)
            known = {"application/problem+json", "application/fhir+json"}
            # What /v1/validate cannot read it counts.
            holds = (status in (400, 412, 422) and headers["Content-Type"] in known) or (
                path == "/v1/validate" and status == 200 and b'"rejected_cases":1' in answer)
            if not holds:
                seen[name] = status
        check(f"{path}: bad bodies are told", not seen, str(seen or ""))
        service.send("POST", f"{path}?{WORD}={WORD}", good, json_type)
        service.send("POST", path + "/" + WORD, good, {**json_type, "User-Agent": WORD})


def log(service):
    for body in [f'{{"id":"{WORD}"}}', f'{{"id":"a","findings":{{"{WORD}":1}}}}', f'{{"{WORD}',
                 f'{{"id":"a","findings":{{"sex":"{WORD}"}}}}']:
        for path in ["/v1/score", "/v1/explain", "/v1/suggest", "/v1/validate", f"/{WORD}"]:
            service.send("POST", f"{path}?{WORD}={WORD}", body,
                         {"Content-Type": "application/json", "User-Agent": WORD})
            service.send("POST", path, body, {"Content-Type": "application/json"})
    one = opened(service)
    one.sendall(f"{WORD} {WORD}\r\n\r\n".encode())
    one.close()
    text = service.read_log()
    check("the log has requests", all(
        f"path={path}" in text for path in ("/v1/score", "/fhir/$score", "/cds-services/dorsal-")))
    check("and nothing of a case", WORD.lower() not in text.lower())


def few_files(program):
    """More connections than files that may be open: they wait, and the service lives."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    try:
        service = Service(program, *LIMITS)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    with service:
        held = [opened(service) for _ in range(400)]
        time.sleep(1)
        check("more connections than files: it lives", service.process.poll() is None)
        for one in held:
            one.close()
        check("and serves when they are gone", *served(service))


def end(program):
    with Service(program, "--stall", "5") as service:
        one = opened(service)
        body = json.dumps([examples()[0]] * 50).encode()
        # The signal comes between the halves of a body, and so while the request is under way,
        # however fast the machine; other callers are served in between, so that its head was read.
        one.sendall(head("/v1/suggest", length=len(body)) + body[:len(body) // 2])
        served(service)
        service.process.terminate()
        time.sleep(0.3)
        one.sendall(body[len(body) // 2:])
        got, _ = until_closed(one)
        status = service.process.wait(60)
        check("told to end, it ends what it has begun",
              b"200 OK" in got and got.endswith(b"]\n"), repr(got[:20]))
        check("with the status 0", status == 0, str(status))
    with Service(program, "--drain", "4") as service:
        check("it is ready", service.send("GET", "/ready")[0] == 200)
        service.process.terminate()
        time.sleep(0.5)
        status, headers, _ = service.send("GET", "/ready")
        check("told to end, it is not ready", status == 503 and headers["Retry-After"] == "1",
              str(status))
        check("and serves until others know", *served(service))
        status = service.process.wait(60)
        check("and ends with the status 0", status == 0, str(status))


def addresses(program):
    with Service(program) as service:
        own = subprocess.run(["hostname", "-I"], capture_output=True, text=True, check=False).stdout
        others = [a for a in own.split() if ":" not in a and not a.startswith("127.")]
        if not others:
            print("skip from other addresses it is not reached: this machine has one address")
        for address in others[:1]:
            try:
                socket.create_connection((address, service.port), timeout=3).close()
                reached = True
            except OSError:
                reached = False
            check("from other addresses it is not reached", not reached, address)
    for arguments, status in [(["--port", "99999"], 64), (["--model", "/nowhere"], 66),
                              # Foundation reads no device: as one that is not there.
                              (["--token-file", "/dev/null"], 66), (["--stall", "0"], 64),
                              (["--host", "192.0.2.1", "--port", "0"], 69)]:
        got = subprocess.run([program, *arguments], capture_output=True, check=False,
                             cwd=os.path.dirname(os.path.abspath(__file__)) + "/../..")
        check(f"{' '.join(arguments)}: status {status}", got.returncode == status,
              str(got.returncode))


def main(program):
    program = os.path.abspath(program)
    with Service(program, *LIMITS) as service:
        print(f"ready after {service.ready_after:.3f} s")
        checks = [slow_callers, half_open, who_does_not_read, endless_body, streams,
                  what_is_no_request, bad_at_every_path]
        for one in checks:
            one(service)
        log(service)
        check("at the end it still serves", *served(service))
        print(f"{service.resident() >> 20} MB in memory")
    few_files(program)
    end(program)
    addresses(program)
    print(f"hostile: {len(results)} checks, {results.count(False)} failed")
    return 1 if False in results else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
