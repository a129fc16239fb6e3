"""Whole processes timed, and the table of one comparison."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def measure(command, repetitions=1, *, expected=(0,)):
    """The best wall time of the process, its peak memory in MiB, and the JSON it printed."""
    best = None
    for _ in range(repetitions):
        with tempfile.TemporaryFile() as output:
            start = time.perf_counter()
            child = subprocess.Popen(command, stdout=output)
            _, status, usage = os.wait4(child.pid, 0)
            seconds = time.perf_counter() - start
            child.returncode = os.waitstatus_to_exitcode(status)
            if child.returncode not in expected:
                sys.exit(f"{Path(sys.argv[0]).name}: {' '.join(map(str, command))} ended with {child.returncode}")
            output.seek(0)
            printed = output.read()
        if best is None or seconds < best[0]:
            best = (seconds, usage.ru_maxrss / 1024, json.loads(printed))
    return best


def table(peer, rows):
    """Rows of (name, our measurement, theirs, our seconds, theirs)."""
    print(f"{'':9}{'assay':>12}{peer:>18}{'ratio':>9}   peak memory (MiB)")
    for name, ours, theirs, left, right in rows:
        print(f"{name:9}{left:10.4f} s{right:16.3f} s{right / left:8.1f}x   {ours[1]:.0f} against {theirs[1]:.0f}", flush=True)
