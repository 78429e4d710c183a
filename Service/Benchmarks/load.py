"""Load on the loopback: load.py DORSAL_SERVE [--seconds 10] [--requests 1000000] [--output FILE].

Needs wrk (Debian: apt-get install wrk). It says requests a second and the 50th and 99th
percentile of single cases, of 1,000 cases a request, of explanations and of suggestions; how
long others wait beside 10,000 idle connections; and how memory grows over many requests.
"""

import argparse
import json
import os
import re
import resource
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../Tests"))
from service import Service, examples  # noqa: E402

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
    for one in held:
        one.close()
    return answer


def memory(service, requests, body):
    """Memory at each tenth of many requests."""
    done, figures = 0, []
    while done < requests:
        load = wrk(service, "/v1/score", body, 10)
        done += int(load["requests_a_second"] * 10)
        figures.append({"requests": done, "resident_mb": round(service.resident() / 2**20, 1)})
        print("memory", figures[-1], flush=True)
    return figures


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("program")
    arguments.add_argument("--seconds", type=int, default=10)
    arguments.add_argument("--requests", type=int, default=1_000_000)
    arguments.add_argument("--output")
    given = arguments.parse_args()
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
        count = min(10_000, hard - 200)
        note("beside_idle_connections", idle_connections(service, count, given.seconds, one))
    if given.requests:
        with Service(given.program, "--log-level", "notice") as service:
            note("memory", memory(service, given.requests, one))
    if given.output:
        with open(given.output, "w") as file:
            file.write(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
