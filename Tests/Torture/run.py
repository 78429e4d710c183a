"""Tries to break the tool, and prints what held: see SECURITY.md for what must.

    python3 Tests/Torture/run.py --dorsal .build/release/dorsal [--size quick|normal|full] [--only PART]
"""

import argparse
import importlib
import os
import pathlib
import sys
import tempfile
import time

import harness

PARTS = ["itself", "differential", "mutation", "calls", "kills", "memory", "bounds", "growth"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dorsal", default=harness.ROOT / ".build/release/dorsal")
    parser.add_argument("--size", choices=["quick", "normal", "full"], default="normal")
    parser.add_argument("--quick", dest="size", action="store_const", const="quick")
    parser.add_argument("--full", dest="size", action="store_const", const="full")
    parser.add_argument("--only", choices=PARTS, action="append")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", help="where inputs that show a fault are kept")
    options = parser.parse_args()
    dorsal = pathlib.Path(options.dorsal).resolve()
    if not os.access(dorsal, os.X_OK):
        parser.error(f"no tool at {dorsal}; build it first")
    keep = options.keep or os.path.join(tempfile.gettempdir(), "dorsal-torture-faults")
    run = harness.Harness(dorsal, options.size, options.seed, keep)
    # Halving the memory of every verb takes minutes.
    usual = [part for part in PARTS if options.size != "quick" or part != "memory"]
    for part in options.only or usual:
        start = time.monotonic()
        name, figures = importlib.import_module(part).main(run)
        print(f"{name}: {figures}; {time.monotonic() - start:.0f} s", flush=True)
    for text, count in run.alike.items():
        if count > 3:
            print(f"  {count} faults that say: {text}", flush=True)
    print(f"torture: seed {options.seed}, {len(run.faults)} faults: "
          f"crashes {run.count('crash')}, hangs {run.count('hang')}, "
          f"lost rows {run.count('lost rows')}, differences {run.count('difference')}, "
          f"byte differences {run.count('byte difference')}", flush=True)
    return 1 if run.faults else 0


if __name__ == "__main__":
    sys.exit(main())
