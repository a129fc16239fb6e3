"""Drift of fifty columns: `assay drift --mode evidently` against Evidently's default preset and its PSI, in one run.

Two Parquet files of seeded columns: thirty of numbers (normal, gamma and heavy-tailed in turn), ten of whole numbers, ten of
text with 3 to 40 categories, missing in two hundredths; every third column is shifted. Process rows take the whole process from
the same files; the values of all columns are compared to 1e-9 before any time is printed.

    ASSAY_BINARY=.build/release/assay ASSAY_EVIDENTLY_PYTHON=… python Benchmarks/evidence_drift.py [--rows N]
"""

import argparse
import json
import os
import sys
import tempfile
import time

from measuring import measure, table


def make(path, rows, seed, shift):
    import numpy
    import pyarrow
    import pyarrow.parquet

    draw = numpy.random.default_rng(seed)
    columns = {}
    for number in range(30):
        moved = shift * 0.1 if number % 3 == 0 else 0
        values = (draw.normal(moved, 1, rows), draw.gamma(2 + moved, 1, rows), draw.standard_t(3, rows) + moved)[number % 3]
        columns[f"real{number:02}"] = pyarrow.array(values, mask=draw.random(rows) < 0.02)
    for number in range(10):
        columns[f"whole{number:02}"] = pyarrow.array(draw.poisson(20 + (shift if number % 3 == 0 else 0), rows))
    for number in range(10):
        count = 3 + 4 * number
        weights = numpy.arange(1, count + 1, dtype=float) ** (1 + (0.05 * shift if number % 3 == 0 else 0))
        names = pyarrow.array([f"category {place}" for place in range(count)])
        columns[f"text{number:02}"] = names.take(pyarrow.array(draw.choice(count, size=rows, p=weights / weights.sum())))
    pyarrow.parquet.write_table(pyarrow.table(columns), path)


def peer(reference, current, method):
    start = time.perf_counter()
    import pandas
    from evidently import Report
    from evidently.presets import DataDriftPreset

    frames = pandas.read_parquet(reference), pandas.read_parquet(current)
    start = time.perf_counter()
    preset = DataDriftPreset(method=method) if method else DataDriftPreset()
    answer = Report([preset]).run(current_data=frames[1], reference_data=frames[0]).dict()
    seconds = time.perf_counter() - start
    values = {}
    for metric in answer["metrics"]:
        config = metric.get("config", {})
        if config.get("type", "").endswith("ValueDrift"):
            values[config["column"]] = float(metric["value"])
    print(json.dumps({"seconds": [seconds], "values": values}))


def ours(results):
    return {result["column"]: result["value"] for result in results if result.get("column") and result["id"].startswith("drift.")}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rows", type=int, default=int(os.environ.get("ASSAY_BENCH_ROWS", 200_000)))
    arguments.add_argument("--peer", nargs=3)
    options = arguments.parse_args()
    if options.peer:
        return peer(options.peer[0], options.peer[1], options.peer[2] if options.peer[2] != "default" else None)

    binary, other = os.environ["ASSAY_BINARY"], os.environ["ASSAY_EVIDENTLY_PYTHON"]
    with tempfile.TemporaryDirectory() as folder:
        reference, current = (os.path.join(folder, f"{name}.parquet") for name in ("reference", "current"))
        make(reference, options.rows, 1, 0)
        make(current, options.rows, 2, 1)
        for title, method in (("default methods", "default"), ("PSI of every column", "psi")):
            flags = ["--method", method] if method != "default" else []
            # Drift ends with 1.
            mine = measure([binary, "drift", reference, current, "--mode", "evidently", *flags, "--format", "json"], 5, expected=(0, 1))
            kernel = measure([binary, "kernel-timing", "drift", reference, current, *flags, "--repetitions", "5"])
            theirs = measure([other, __file__, "--peer", reference, current, method])
            found, wanted = ours(mine[2]["results"]), theirs[2]["values"]
            assert sorted(found) == sorted(wanted), set(found) ^ set(wanted)
            for column, value in wanted.items():
                assert abs(found[column] - value) <= 1e-9 * max(1, abs(value)), (column, found[column], value)
            print(f"drift, {title}: {options.rows:,} rows of {len(wanted)} columns each side; the values agree to 1e-9")
            table("Evidently", [("process", mine, theirs, mine[0], theirs[0]),
                                ("kernel", kernel, theirs, min(kernel[2]["seconds"]), min(theirs[2]["seconds"]))])
        strict = measure([binary, "drift", reference, current, "--format", "json"], 3, expected=(0, 1))
        print(f"strict mode, with effect sizes, false-discovery control and detectable change: process {strict[0]:.3f} s, {strict[1]:.0f} MiB")


if __name__ == "__main__":
    sys.exit(main())
