"""Runs the commands of the documents and writes what they print below them.

    python3 docs/record.py --dorsal .build/release/dorsal           # writes
    python3 docs/record.py --dorsal .build/release/dorsal --check   # compares

Documents are README.md and docs/*.md. In a fenced block of the language `console` each line
that begins with `$ ` is a command, and the lines below it are what it prints, standard error
among it. A line `...` stands for any number of lines; a command has at most one. The commands of
a document run one after the other in one scratch folder that links Models and Data, so that one
may read what another wrote. Tests/DorsalCLITests/Documents.swift does the same without Python.

Before it writes, it makes Data/simulated.csv anew by the command that Data/README.md names. With
--picture it also makes docs/explanation.png anew, by Chromium.
"""

import argparse
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib

ROOT = pathlib.Path(__file__).resolve().parent.parent
SIMULATED = ["simulate", "--count", "2000", "--seed", "1", "--missing", "0.8"]


def run(command, folder, environment):
    """What a command prints, as lines without spaces at their ends."""
    done = subprocess.run(
        ["bash", "-c", "exec 2>&1; " + command], cwd=folder, env=environment,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    lines = [line.rstrip() for line in done.stdout.decode().split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def matches(expected, printed):
    if "..." not in expected:
        return expected == printed
    at = expected.index("...")
    head, tail = expected[:at], expected[at + 1:]
    return (len(head) + len(tail) <= len(printed) and printed[:at] == head
            and printed[len(printed) - len(tail):] == tail)


def recorded(expected, printed):
    """The printed lines, cut where the document cuts them."""
    if "..." not in expected:
        return printed
    at = expected.index("...")
    tail = len(expected) - at - 1
    if at + tail >= len(printed):
        return printed
    return printed[:at] + ["..."] + printed[len(printed) - tail:]


def pieces(text):
    """The lines of a document as (line number, command or None, lines): the commands of console
    blocks with what is below them, and what is between them."""
    found, in_console = [(1, None, [])], False
    for number, line in enumerate(text.split("\n"), 1):
        if in_console and line.startswith("```"):
            in_console = False
            found.append((number, None, [line]))
        elif in_console and line.startswith("$ "):
            found.append((number, line[2:], []))
        else:
            found[-1][2].append(line)
            in_console = in_console or line == "```console"
    return found


def documents():
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def picture(dorsal, chromium):
    """The upper part of the explanation page as a PNG of 16 greys."""
    with tempfile.TemporaryDirectory() as folder:
        page, shot = folder + "/page.html", folder + "/shot.png"
        subprocess.run(
            [dorsal, "explain", "Data/examples.csv", "--id", "retired-nurse", "--interval", "0.95",
             "--html", page], cwd=ROOT, check=True)
        subprocess.run(
            [chromium, "--headless", "--no-sandbox", "--hide-scrollbars",
             "--window-size=1000,1150", "--screenshot=" + shot, "file://" + page],
            check=True, stderr=subprocess.DEVNULL)
        image = pathlib.Path(shot).read_bytes()
    (ROOT / "docs/explanation.png").write_bytes(grey(image))


def grey(image):
    """A PNG of 8 bits RGB or RGBA as one of 4 bits grey."""
    width, height, depth, kind = struct.unpack(">IIBB", image[16:26])
    assert depth == 8 and kind in (2, 6)
    channels = 3 if kind == 2 else 4
    data, at = b"", 8
    while at < len(image):
        length, name = struct.unpack(">I4s", image[at:at + 8])
        if name == b"IDAT":
            data += image[at + 8:at + 8 + length]
        at += length + 12
    raw, size = zlib.decompress(data), width * channels
    before, rows = bytearray(size), []
    for y in range(height):
        method, row = raw[y * (size + 1)], bytearray(raw[y * (size + 1) + 1:(y + 1) * (size + 1)])
        for x in range(size):
            left = row[x - channels] if x >= channels else 0
            corner = before[x - channels] if x >= channels else 0
            up = before[x]
            if method == 1:
                row[x] = (row[x] + left) & 255
            elif method == 2:
                row[x] = (row[x] + up) & 255
            elif method == 3:
                row[x] = (row[x] + (left + up) // 2) & 255
            elif method == 4:
                guess = left + up - corner
                near = [abs(guess - value) for value in (left, up, corner)]
                row[x] = (row[x] + (left, up, corner)[near.index(min(near))]) & 255
        before = row
        levels = [
            round((row[x] * 299 + row[x + 1] * 587 + row[x + 2] * 114) / 255000 * 15)
            for x in range(0, size, channels)]
        levels += [0] * (len(levels) % 2)
        rows.append(b"\0" + bytes(
            levels[x] << 4 | levels[x + 1] for x in range(0, len(levels), 2)))

    def chunk(name, content):
        body = name + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    return (image[:8] + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 4, 0, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(b"".join(rows), 9)) + chunk(b"IEND", b""))


def main():
    parser = argparse.ArgumentParser(description="Runs the commands of the documents.")
    parser.add_argument("--dorsal", required=True, help="the tool")
    parser.add_argument("--check", action="store_true", help="compare and do not write")
    parser.add_argument("--picture", metavar="CHROMIUM", help="make the picture anew too")
    options = parser.parse_args()
    dorsal = os.path.abspath(options.dorsal)
    if options.picture:
        picture(dorsal, options.picture)
    if not options.check:
        subprocess.run(
            [dorsal, *SIMULATED, "--quiet", "--output", ROOT / "Data/simulated.csv"], cwd=ROOT,
            check=True)
    wrong = commands = 0
    for document in documents():
        text = document.read_text()
        folder = pathlib.Path(tempfile.mkdtemp(prefix="dorsal-documents-"))
        for name in ("Models", "Data"):
            (folder / name).symlink_to(ROOT / name)
        (folder / ".bin").mkdir()
        (folder / ".bin/dorsal").symlink_to(dorsal)
        environment = dict(os.environ, PATH=f"{folder}/.bin:{os.environ['PATH']}", LC_ALL="C.UTF-8")
        lines = []
        for number, command, below in pieces(text):
            if command is None:
                lines += below
                continue
            commands += 1
            printed = run(command, folder, environment)
            expected = [line.rstrip() for line in below]
            while expected and not expected[-1]:
                expected.pop()
            if not matches(expected, printed):
                wrong += 1
                print(f"{document.relative_to(ROOT)}:{number}: $ {command}")
                if options.check:
                    print("  printed:", *printed[:20], sep="\n    ")
            blank = [""] if below and not below[-1] else []
            lines += ["$ " + command, *recorded(expected, printed), *blank]
        shutil.rmtree(folder)
        if not options.check:
            document.write_text("\n".join(lines))
    verb = "differ" if options.check else "differed and were written"
    print(f"{commands} commands, {wrong} {verb}")
    return 1 if options.check and wrong else 0


sys.exit(main())
