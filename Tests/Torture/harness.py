"""What the parts of the harness share: running the tool, what it may do, and counting faults."""

import collections
import os
import pathlib
import pty
import re
import shutil
import signal
import subprocess
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CORPUS = HERE / "corpus"
MODEL = CORPUS / "model"

# What the tool may end with: `dorsal --help` lists them. 70 is the end of memory, which only the
# parts that take memory away allow.
STATUSES = {0, 3, 64, 65, 66, 73, 74}
END_OF_MEMORY = 70
# What `make sanitize-tool` tells the sanitizers to end with: no status of the tool, so that a data
# race, whose own status is that of "no input", is seen. Their words count whatever the status is.
SANITIZER = 99
REPORT = re.compile(
    rb"WARNING: ThreadSanitizer|(?:ERROR|WARNING): (?:Address|Leak|Memory|UndefinedBehavior)Sanitizer"
    rb"|: runtime error: ")
# Far beyond what anything takes on a busy machine: only what hangs gets there.
LONGEST = 60.0


class Outcome:
    """How a run ended."""

    def __init__(self, status, output, errors, seconds):
        self.status, self.output, self.errors, self.seconds = status, output, errors, seconds
        self.report = REPORT.search(errors)
        if self.report and status is not None:
            self.status = SANITIZER

    @property
    def hung(self):
        return self.status is None

    @property
    def crashed(self):
        return self.status is not None and self.status < 0

    def name(self):
        if self.hung:
            return f"no end in {LONGEST:g} s"
        if self.crashed:
            return signal.Signals(-self.status).name
        if self.status == SANITIZER:
            return "a sanitizer's report"
        return f"status {self.status}"

    def said(self):
        """The end of what it said, or the beginning of a sanitizer's report."""
        if self.report:
            return repr(self.errors[self.report.start():self.report.start() + 400])
        return repr(self.errors[-200:])


class Harness:
    """The tool, where faults are counted, and where their inputs are kept."""

    def __init__(self, dorsal, size, seed, keep):
        self.dorsal, self.size, self.seed, self.keep = str(dorsal), size, seed, pathlib.Path(keep)
        self.faults, self.alike = [], collections.Counter()
        self.environment = dict(os.environ, SWIFT_BACKTRACE="enable=no", LC_ALL="C.UTF-8")
        self.environment.pop("DORSAL_MODEL", None)

    def pick(self, quick, normal, full):
        """The size of something, by how long the run may take."""
        return {"quick": quick, "normal": normal, "full": full}[self.size]

    def run(self, arguments, folder, standard_input=b"", environment=None, longest=LONGEST):
        """Runs the tool in a folder to its end, or for so many seconds."""
        if arguments[0] == "ask":
            return self.run_on_terminal(arguments, folder, standard_input, environment or {}, longest)
        return self.run_program(
            [self.dorsal, *map(str, arguments)], folder, standard_input, environment, longest)

    def run_program(self, command, folder, standard_input=b"", environment=None, longest=LONGEST):
        start = time.monotonic()
        try:
            ended = subprocess.run(
                command, cwd=folder, input=standard_input, capture_output=True,
                env={**self.environment, **(environment or {})}, timeout=longest, check=False)
        except subprocess.TimeoutExpired as late:
            return Outcome(None, late.stdout or b"", late.stderr or b"", time.monotonic() - start)
        return Outcome(ended.returncode, ended.stdout, ended.stderr, time.monotonic() - start)

    def run_on_terminal(self, arguments, folder, typed, environment, longest):
        """Runs the tool with something typed on a terminal."""
        start = time.monotonic()
        ours, theirs = pty.openpty()
        try:
            os.write(ours, typed)
            process = subprocess.Popen(
                [self.dorsal, *map(str, arguments)], cwd=folder, stdin=theirs, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, env={**self.environment, **environment})
            try:
                output, errors = process.communicate(timeout=longest)
                status = process.returncode
            except subprocess.TimeoutExpired:
                process.kill()
                output, errors = process.communicate()
                status = None
        finally:
            os.close(ours)
            os.close(theirs)
        return Outcome(status, output, errors, time.monotonic() - start)

    def fault(self, kind, where, text, files=()):
        """Notes a fault, and keeps the files that show it: of those that say the same the first three."""
        kept, alike = "", re.sub(r"[0-9]+", "", f"{kind} {text[-100:]}")
        self.alike[alike] += 1
        is_shown = self.alike[alike] <= 3 and len(self.faults) < 1000
        if files and is_shown:
            folder = self.keep / f"{len(self.faults):03d}-{kind.replace(' ', '-')}"
            folder.mkdir(parents=True, exist_ok=True)
            for name, content in files:
                (folder / name).write_bytes(content)
            kept = f"; kept in {folder}"
        self.faults.append((kind, where))
        if is_shown:
            print(f"FAULT {kind}: {where}: {text}{kept}", flush=True)

    def count(self, kind):
        return sum(1 for found, _ in self.faults if found == kind)


class Folder:
    """A working folder that is gone at the end."""

    def __enter__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="dorsal-torture-"))
        return self.path

    def __exit__(self, *_):
        shutil.rmtree(self.path, ignore_errors=True)


def names(folder):
    """What stands in a folder, hidden names included."""
    return sorted(os.listdir(folder))


def contents(path):
    """The bytes of a file, those of every file of a folder, or nothing where nothing stands."""
    path = pathlib.Path(path)
    if path.is_dir():
        return tuple((name, contents(path / name)) for name in names(path))
    return path.read_bytes() if path.exists() else None


def raw_controls(text, breaks="\n"):
    """The signs of a text that a terminal obeys, C0, C1 and those that turn text round, but breaks."""
    return {
        sign for sign in text.decode("utf-8", "replace")
        if (ord(sign) < 0x20 and sign not in breaks) or 0x7F <= ord(sign) < 0xA0
        or sign in "\u061c\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"}


def model_tables():
    """The tables of the small model by their names."""
    return {path.name: path.read_bytes() for path in sorted(MODEL.iterdir())}
