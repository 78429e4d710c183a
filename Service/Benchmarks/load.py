"""Load on the loopback: load.py DORSAL_SERVE [--seconds 10] [--requests 1000000] [--output FILE].

It fails where it was refused beside idle connections, where fewer than 10,000 of those were held, or
where memory grew by more than --growth megabytes over the later nine tenths of many requests.

Needs wrk (Debian: apt-get install wrk). It says requests a second and the 50th and 99th
percentile of single cases, of 1,000 cases a request, of explanations and of suggestions; how
long others wait beside 10,000 idle connections; and how memory grows over many requests.
"""

import argparse
import json
import os
import re
import resource
import select
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../Tests"))
from service import Service, examples  # noqa: E402

CONNECTIONS = 10_000
UNITS = {"us": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4}


def wrk(service, path, body, seconds, connections=8):
    """One load, as wrk measures it: requests a second, milliseconds, and what went wrong."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(f"wrk.method = 'POST'\nwrk.body = [==[{body}]==]\n"
                     "wrk.headers['Content-Type'] = 'application/json'\n")
        script.flush()
        text = subprocess.run(
            ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "--timeout", "30s",
             "-s", script.name, f"http://127.0.0.1:{service.port}{path}"],
            capture_output=True, text=True, check=True).stdout

    def milliseconds(share):
        number, unit = re.search(rf"{share}%\s+([0-9.]+)(us|ms|s|m)", text).groups()
        return round(float(number) * UNITS[unit], 3)

    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    errors = re.search(r"Socket errors: (.*)", text)
    return {"requests_a_second": float(re.search(r"Requests/sec:\s+([0-9.]+)", text)[1]),
            "p50_ms": milliseconds(50), "p99_ms": milliseconds(99),
            "refused": int(bad[1]) if bad else 0, "socket_errors": errors[1] if errors else ""}


def idle_connections(service, count, seconds, body):
    """The same load beside connections that do nothing."""
    held = []
    for _ in range(count):
        held.append(socket.create_connection(("127.0.0.1", service.port)))
    answer = wrk(service, "/v1/score", body, seconds)
    answer["connections"] = len(held)
    answer["resident_mb"] = service.resident() >> 20
    # Who was cut off has something to read: the end.
    answer["still_open"] = len(held) - len(ended(held))
    for one in held:
        one.close()
    return answer


def ended(held):
    """Those of many connections that the other side has ended."""
    poll = select.poll()
    for one in held:
        poll.register(one, select.POLLIN | select.POLLHUP)
    return poll.poll(0)


def faults(results, growth):
    """What of the figures is not as it has to be; nothing of times, which are the machine's."""
    found = []
    for name, value in results.items():
        # More callers than are worked for at a time are told to come again.
        if name == "one_case_200_connections" and not value["socket_errors"]:
            continue
        if isinstance(value, dict) and (value.get("refused") or value.get("socket_errors")):
            found.append(f"{name}: {value['refused']} refused, {value['socket_errors'] or 'no'} errors")
    idle = results.get("beside_idle_connections")
    if idle and min(idle["connections"], idle["still_open"]) < CONNECTIONS:
        found.append(f"{idle['still_open']} of {idle['connections']} idle connections held; "
                     f"expected {CONNECTIONS}")
    grown = results.get("memory", [])
    if len(grown) > 1 and grown[-1]["resident_mb"] - grown[0]["resident_mb"] > growth:
        found.append(f"memory grew from {grown[0]['resident_mb']} to {grown[-1]['resident_mb']} MB; "
                     f"expected at most {growth} more")
    return found


def check_itself():
    """Each of these figures has to be refused."""
    good = {"refused": 0, "socket_errors": "", "connections": CONNECTIONS, "still_open": CONNECTIONS}
    memory_of = [{"resident_mb": 100}, {"resident_mb": 110}]
    assert not faults({"beside_idle_connections": good, "memory": memory_of}, 10)
    for other in ({"refused": 1}, {"socket_errors": "connect 1"}, {"connections": CONNECTIONS - 1},
                  {"still_open": CONNECTIONS - 1}):
        assert faults({"beside_idle_connections": {**good, **other}}, 10), other
    assert faults({"memory": memory_of}, 9)


def memory(service, requests, body):
    """Memory at each tenth of many requests, or every ten seconds where they take longer."""
    done, figures = 0, []
    rate = wrk(service, "/v1/score", body, 2)["requests_a_second"]
    seconds = max(1, min(10, round(requests / 10 / rate)))
    while done < requests:
        load = wrk(service, "/v1/score", body, seconds)
        done += int(load["requests_a_second"] * seconds)
        figures.append({"requests": done, "resident_mb": round(service.resident() / 2**20, 1)})
        print("memory", figures[-1], flush=True)
    return figures


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("program")
    arguments.add_argument("--seconds", type=int, default=10)
    arguments.add_argument("--requests", type=int, default=1_000_000)
    arguments.add_argument("--growth", type=float, default=16, help="megabytes (default: 16)")
    arguments.add_argument("--output", help="a file for the figures as JSON")
    given = arguments.parse_args()
    check_itself()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    cases = examples()
    one = json.dumps(cases[1])
    many = json.dumps([{**cases[index % len(cases)], "id": str(index)} for index in range(1000)])
    results = {}

    def note(name, value):
        results[name] = value
        print(name, json.dumps(value), flush=True)

    starts = []
    for _ in range(5):
        with Service(given.program, "--log-level", "notice") as service:
            starts.append(round(service.ready_after, 3))
    note("ready_after_s", starts)
    with Service(given.program, "--log-level", "notice") as service:
        note("resident_mb_at_start", service.resident() >> 20)
        for name, path, body in [
                ("one_case", "/v1/score", one), ("1000_cases", "/v1/score", many),
                ("suggest", "/v1/suggest", one), ("explain", "/v1/explain", one)]:
            service.send("POST", path, body, {"Content-Type": "application/json"})
            note(name, wrk(service, path, body, given.seconds))
        note("one_case_200_connections", wrk(service, "/v1/score", one, given.seconds, 200))
        count = min(CONNECTIONS, hard - 200)
        note("beside_idle_connections", idle_connections(service, count, given.seconds, one))
    if given.requests:
        with Service(given.program, "--log-level", "notice") as service:
            note("memory", memory(service, given.requests, one))
    found = faults(results, given.growth)
    results["faults"] = found
    for fault in found:
        print("FAULT", fault)
    if given.output:
        with open(given.output, "w") as file:
            file.write(json.dumps(results, indent=1) + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
