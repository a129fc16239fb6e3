"""Statistics of a table: `assay profile` against TensorFlow Data Validation, in one run, from the same Parquet file.

The table is that of evidence_suite.py. Process rows take the whole process, imports included; kernel rows the statistics, with the
data in memory (for the peer in a pandas frame, in one process). Counts, missing values, means, deviations, ranges, zeros, medians
and the number of distinct texts must agree before any time is printed; the peer counts no distinct numbers, and Assay looks for
personal data besides.

    ASSAY_BINARY=.build/release/assay ASSAY_TFDV_PYTHON=… python Benchmarks/evidence_statistics.py [--rows N]
"""

import argparse
import json
import math
import os
import sys
import tempfile
import time

from evidence_suite import make
from measuring import measure, table


def peer(path):
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import pandas
    import tensorflow_data_validation as tfdv

    frame = pandas.read_parquet(path)
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        statistics = tfdv.generate_statistics_from_dataframe(frame, n_jobs=1)
        seconds.append(time.perf_counter() - start)
    columns = {}
    for feature in statistics.datasets[0].features:
        is_number = feature.HasField("num_stats")
        common = feature.num_stats.common_stats if is_number else feature.string_stats.common_stats
        found = {"present": common.num_non_missing, "missing": common.num_missing}
        if is_number:
            numbers = feature.num_stats
            found |= {"mean": numbers.mean, "std": numbers.std_dev, "min": numbers.min, "max": numbers.max,
                      "zeros": numbers.num_zeros, "median": numbers.median}
        else:
            found["distinct"] = feature.string_stats.unique
        columns[feature.path.step[0]] = found
    print(json.dumps({"seconds": seconds, "columns": columns}))


def compare(ours, theirs, rows):
    assert {column["name"] for column in ours} == set(theirs)
    for column in ours:
        found, name = theirs[column["name"]], column["name"]
        assert (column["rows"] - column["missing"], column["missing"]) == (found["present"], found["missing"]), name
        if "distinct" in found:
            assert column["distinct"] == found["distinct"], name
            continue
        assert (column["min"], column["max"], column["zeros"]) == (found["min"], found["max"], found["zeros"]), name
        # Both sum doubles, in different orders. TFDV divides squares by the count, where pandas takes one less.
        assert math.isclose(column["mean"], found["mean"], rel_tol=1e-10, abs_tol=1e-12), name
        spread = column["std"] * math.sqrt((found["present"] - 1) / found["present"])
        assert math.isclose(spread, found["std"], rel_tol=1e-8), name
        # TFDV's median is of a sketch that promises a rank within one hundredth.
        shares = {float(share): value for share, value in column["quantiles"].items()}
        assert shares[0.25] <= found["median"] <= shares[0.75], name


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rows", type=int, default=int(os.environ.get("ASSAY_BENCH_ROWS", 200_000)))
    arguments.add_argument("--peer")
    options = arguments.parse_args()
    if options.peer:
        return peer(options.peer)

    other = os.environ.get("ASSAY_TFDV_PYTHON", "")
    if not os.path.exists(other):
        print("left out: ASSAY_TFDV_PYTHON names no interpreter; `scripts/setup --bench` makes it where Python is 3.11 "
              "(TensorFlow Data Validation has no wheels for later ones)")
        return None
    binary = os.environ["ASSAY_BINARY"]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "rows.parquet")
        make(path, options.rows)
        mine = measure([binary, "profile", path, "--format", "json"], 5)
        kernel = measure([binary, "kernel-timing", "profile", path, "--repetitions", "9"])
        theirs = measure([other, "-W", "ignore", __file__, "--peer", path])
    compare(mine[2]["columns"], theirs[2]["columns"], options.rows)
    assert kernel[2]["columns"] == mine[2]["columns"]
    print(f"statistics of 7 columns, {options.rows:,} rows; both sides find the same")
    table("TFDV", [("process", mine, theirs, mine[0], theirs[0]),
                   ("kernel", kernel, theirs, min(kernel[2]["seconds"]), min(theirs[2]["seconds"]))])


if __name__ == "__main__":
    sys.exit(main())
