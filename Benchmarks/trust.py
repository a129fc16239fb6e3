"""What trust costs: a log of ten million entries verified, proven and grown; entries through the store; encryption; tokens.

The aims stand beside the numbers: half of this machine's own SHA-256 rate over 512-byte leaves when verifying, a median append at
ten million entries at most 1.2 times that at ten thousand, 70 % of plain artifact throughput, 50 microseconds a token.
ASSAY_BENCH_ENTRIES makes the large log smaller. It needs about 700 bytes of disk an entry.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BINARY = os.environ["ASSAY_BINARY"]
VERIFIER = Path(BINARY).with_name("assay-verify")
ENTRIES = int(os.environ.get("ASSAY_BENCH_ENTRIES", "10000000"))
SMALL = 10_000


def timing(*arguments):
    return json.loads(subprocess.run([BINARY, "trust-timing", *map(str, arguments)], check=True, stdout=subprocess.PIPE).stdout)


def verify(folder, *arguments, threads=None):
    """Wall time and peak memory of the separate verifier on a sound log."""
    prefix = ["taskset", "-c", "0"] if threads == 1 and shutil.which("taskset") else []
    start = time.perf_counter()
    child = subprocess.Popen([*prefix, str(VERIFIER), str(folder), *arguments], stdout=subprocess.PIPE)
    output = child.stdout.read().decode()
    _, status, usage = os.wait4(child.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0 or "consistent in itself" not in output:
        sys.exit(f"trust: the verifier said\n{output}")
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def line(name, value, aim=""):
    print(f"{name:52}{value:>24}   {aim}", flush=True)


def main():
    with tempfile.TemporaryDirectory(prefix="assay-trust-", dir=os.environ.get("ASSAY_BENCH_DIR")) as folder:
        folder = Path(folder)
        hashes = timing("hash")["messages_per_second"]
        line("SHA-256 of 512-byte messages, one core", f"{hashes:,.0f} /s")
        made = timing("log", folder / "large", "--entries", ENTRIES)
        line(f"writing a log of {ENTRIES:,} entries, not durable", f"{made['seconds']:.1f} s")
        timing("log", folder / "small", "--entries", SMALL)
        verify(folder / "large")
        for threads in (1, None):
            seconds, memory = verify(folder / "large", threads=threads)
            rate = ENTRIES / seconds
            cores = "one core" if threads else f"{len(os.sched_getaffinity(0))} cores"
            line(f"verifying it, {cores}", f"{rate:,.0f} entries/s", f"{rate / hashes:.0%} of the hash rate, {memory:.0f} MiB")
        large, small = (timing("proof", folder / name) for name in ("large", "small"))
        line("a proof from it, median", f"{large['median_proof_seconds'] * 1e3:.2f} ms", f"{large['largest_proof_bytes']} bytes")
        line("appending one entry durably to it, median", f"{large['median_publish_seconds'] * 1e3:.2f} ms",
             f"{large['median_publish_seconds'] / small['median_publish_seconds']:.2f} times that at {SMALL:,} entries")
        shutil.rmtree(folder / "large")
        append = timing("append", folder / "data")
        for name, words in (("entry", "entries, each durable"), ("governed", "models registered, each with its entry")):
            for writers in (1, 64):
                line(f"{words}, {writers} writer{'s' if writers > 1 else ''}", f"{append[f'{name}_per_second_{writers}']:,.0f} /s")
        store = timing("store", folder / "blobs")
        for kind in ("write", "read"):
            encrypted, plain = store[f"encrypted_{kind}_mib_per_second"], store[f"plain_{kind}_mib_per_second"]
            line(f"artifact {kind}, encrypted against plain", f"{encrypted:,.0f} MiB/s", f"{encrypted / plain:.0%} of {plain:,.0f}")
        line("a token checked, median", f"{store['median_token_seconds'] * 1e6:.1f} µs")


main()
