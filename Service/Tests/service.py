"""Starts dorsal-serve on a free port, for the checks beside this file."""

import http.client
import json
import os
import re
import subprocess
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Service:
    """A running service; `with Service(path, "--stall", "1") as service:`."""

    def __init__(self, program, *arguments):
        # A file: a pipe that nobody empties would hold the service up.
        self.log = tempfile.TemporaryFile()
        started = time.monotonic()
        self.process = subprocess.Popen(
            [os.path.abspath(program), "--port", "0", *arguments], cwd=ROOT, stderr=self.log)
        while (found := re.search(r"port=(\d+) .*listening", self.read_log())) is None:
            if self.process.poll() is not None:
                raise RuntimeError("the service did not start: " + self.read_log())
            time.sleep(0.002)
        self.port = int(found[1])
        self.ready_after = time.monotonic() - started

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(30)
        finally:
            self.process.kill()

    def read_log(self):
        """What was logged since the start."""
        return os.pread(self.log.fileno(), 1 << 30, 0).decode()

    def connect(self, timeout=60):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)

    def send(self, method, path, body=None, headers=None, timeout=60):
        """Status, headers and body of one request."""
        connection = self.connect(timeout)
        if isinstance(body, (dict, list)):
            body, headers = json.dumps(body), {"Content-Type": "application/json", **(headers or {})}
        connection.request(method, path, body=body, headers=headers or {})
        response = connection.getresponse()
        answer = response.read()
        connection.close()
        return response.status, response.headers, answer

    def resident(self):
        """Bytes of memory in use."""
        with open(f"/proc/{self.process.pid}/statm") as file:
            return int(file.read().split()[1]) * 4096


def examples():
    with open(os.path.join(ROOT, "Data/examples.jsonl")) as file:
        return [json.loads(line) for line in file]
