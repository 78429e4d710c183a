"""Runs one peer each time a line asks for it: `worker.py DATA PEER WORKLOAD THREADS`.

The answer is checked against the double-precision reference first. Then a line of JSON says
what is ready, and each line `run` is answered by the seconds that it took.
"""

import importlib
import json
import os
import sys
import time


def say(**members):
    print(json.dumps(members), flush=True)


def main():
    folder, peer, workload, threads = sys.argv[1:]
    # Before any library is imported: each reads its own.
    for name in ("OPENBLAS", "OMP", "MKL", "NUMBA"):
        os.environ[f"{name}_NUM_THREADS"] = threads
    os.environ["POLARS_MAX_THREADS"] = threads
    from data import Data

    module = importlib.import_module(f"peer_{peer}")
    try:
        work = module.WORKLOADS[workload](Data(folder), int(threads))
        work.run()
        checked = work.check()
    except Exception as error:  # whatever it is, the table says it instead of a time
        say(failed=f"{type(error).__name__}: {error}"[:300])
        return
    with open("/proc/self/status") as status:
        peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    say(
        ready=workload,
        version=module.version(),
        cases=work.count,
        calls=getattr(work, "calls", 1),
        checked=checked,
        peak_mb=peak * 1024 / 1e6,
    )
    for line in sys.stdin:
        if line.strip() != "run":
            break
        start, processor = time.perf_counter(), time.process_time()
        work.run()
        say(seconds=time.perf_counter() - start, processor=time.process_time() - processor)


main()
