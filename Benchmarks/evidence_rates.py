"""Counted measures of ten million rows: `assay` against Fairlearn, AIF360, DuckDB and Polars, in one run.

Process rows take the whole process from the same Parquet file, start and imports included, the best of their repetitions; kernel
rows the computing alone, with the data in memory. The answers are compared before any time is printed. The rows are those of
first_path_fairness.py, seeded. Fairlearn computes once, and its process and kernel rows are of the same process; of a million rows
unless --whole is given, with which it takes ten minutes.

    ASSAY_BINARY=.build/release/assay python Benchmarks/evidence_rates.py [--rows N]
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

from first_path_fairness import COLUMNS, RATES, compare, ours_by_group
from measuring import measure, table

SQL = "SELECT {column} AS grp, label, prediction, count(*) AS n FROM {source} GROUP BY ALL"


def counts(side, path):
    """The counts from which all six rates follow, by another engine in a process of its own."""
    answers = {}
    if side == "duckdb":
        import duckdb

        with duckdb.connect() as base:
            base.execute("SET threads TO 2")
            for column in COLUMNS:
                rows = base.execute(SQL.format(column=column, source=f"read_parquet('{path}')")).fetchall()
                answers[column] = [list(row) for row in rows]
    else:
        import polars

        frame = polars.scan_parquet(path)
        grouped = [frame.group_by(column, "label", "prediction").agg(polars.len()) for column in COLUMNS]
        for column, found in zip(COLUMNS, polars.collect_all(grouped)):
            answers[column] = [list(row) for row in found.iter_rows()]
    print(json.dumps(answers))


def aif360(path):
    import logging

    import pandas

    # It warns of every optional library that is not there.
    logging.disable(logging.WARNING)
    from aif360.datasets import BinaryLabelDataset
    from aif360.metrics import BinaryLabelDatasetMetric

    frame = pandas.read_parquet(path, columns=["label", "sex"])
    frame["sex"] = (frame["sex"] == "male").astype(float)
    frame = frame.astype(float)
    seconds, whole = [], []
    for _ in range(3):
        made = time.perf_counter()
        data = BinaryLabelDataset(df=frame, label_names=["label"], protected_attribute_names=["sex"])
        start = time.perf_counter()
        metric = BinaryLabelDatasetMetric(data, unprivileged_groups=[{"sex": 0.0}], privileged_groups=[{"sex": 1.0}])
        value = metric.disparate_impact()
        seconds.append(time.perf_counter() - start)
        whole.append(time.perf_counter() - made)
    print(json.dumps({"value": float(value), "seconds": seconds, "whole": whole}))


def rates_of(counted):
    """The six rates by group, from counts by group, label and prediction."""
    cells = {}
    for group, label, prediction, count in counted:
        cells.setdefault(group, {})[label, prediction] = count
    answer = {}
    for group, cell in cells.items():
        tp, fp, fn, tn = (cell.get(key, 0) for key in ((1, 1), (0, 1), (1, 0), (0, 0)))
        answer[group] = dict(zip(RATES, (
            (tp + fp) / (tp + fp + fn + tn), tp / (tp + fn), fp / (fp + tn), tn / (fp + tn), fn / (tp + fn),
            (tp + tn) / (tp + fp + fn + tn))))
    return answer


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rows", type=int, default=int(os.environ.get("ASSAY_BENCH_ROWS", 10_000_000)))
    arguments.add_argument("--whole", action="store_true", help="Fairlearn computes on all rows too: ten minutes for ten million")
    arguments.add_argument("--side", choices=["duckdb", "polars", "aif360"])
    arguments.add_argument("--file")
    options = arguments.parse_args()
    if options.side:
        return aif360(options.file) if options.side == "aif360" else counts(options.side, options.file)

    binary, other = os.environ["ASSAY_BINARY"], os.environ["ASSAY_TABLES_PYTHON"]
    columns = ["--label", "label", "--prediction", "prediction", "--sensitive", ",".join(COLUMNS)]
    here = os.path.dirname(os.path.abspath(__file__))
    with tempfile.TemporaryDirectory() as folder:
        path, small = os.path.join(folder, "rows.parquet"), os.path.join(folder, "million.parquet")
        for file, rows in ((path, options.rows), (small, min(options.rows, 1_000_000))):
            code = f"import sys; sys.path.insert(0, {here!r}); from first_path_fairness import make; make({file!r}, {rows})"
            subprocess.run([sys.executable, "-c", code], check=True)
        checks = ",".join(f"fairness.{name}" for name in RATES)

        def assay(file):
            whole = measure([binary, "fairness", file, *columns, "--format", "json"], 3)
            return whole, measure([binary, "kernel-timing", "checks", file, *columns, "--checks", checks, "--repetitions", "5"])

        compared = path if options.whole else small
        ours, kernel = assay(compared)
        peer = measure([sys.executable, os.path.join(here, "first_path_fairness.py"), "--peer", compared])
        compare(ours_by_group(ours[2]["results"]), peer[2]["rates"])
        compare(ours_by_group(kernel[2]["results"]), peer[2]["rates"])
        print(f"six rates by two sensitive columns, {kernel[2]['rows']:,} rows of Parquet; the answers agree to 1e-12")
        table("Fairlearn", [("process", ours, peer, ours[0], peer[0]),
                            ("kernel", kernel, peer, min(kernel[2]["seconds"]), min(peer[2]["seconds"]))])
        if not options.whole:
            ours, kernel = assay(path)
        print(f"the same of {kernel[2]['rows']:,} rows: kernel {min(kernel[2]['seconds']):.3f} s, process {ours[0]:.3f} s, {ours[1]:.0f} MiB;"
              " the answers agree to 1e-12 with those of")
        for side in ("duckdb", "polars"):
            found = measure([other, __file__, "--side", side, "--file", path], 3)
            compare(ours_by_group(ours[2]["results"]), {column: rates_of(found[2][column]) for column in COLUMNS})
            table(side, [("process", ours, found, ours[0], found[0])])

        rule = ["--sensitive", "sex", "--privileged", "sex=male"]
        impact = measure([binary, "kernel-timing", "checks", small, "--label", "label", *rule, "--checks",
                          "aif360.disparate_impact", "--repetitions", "9"])
        theirs = measure([sys.executable, __file__, "--side", "aif360", "--file", small])
        assert abs(impact[2]["results"][0]["value"] - theirs[2]["value"]) <= 1e-12
        print(f"\ndisparate impact of the labels, {impact[2]['rows']:,} rows; the answers agree to 1e-12")
        # Its data set holds the rows coded as its metrics want them; ours are coded within the clock in both rows.
        table("AIF360", [("kernel", impact, theirs, min(impact[2]["seconds"]), min(theirs[2]["whole"])),
                         ("its metric alone", impact, theirs, min(impact[2]["seconds"]), min(theirs[2]["seconds"]))])

        gap = measure([binary, "kernel-timing", "checks", small, "--label", "label", "--prediction", "prediction",
                       "--sensitive", "race", "--checks", "fairness.equalized_odds_difference", "--repetitions", "5"])
        print(f"\ninterval of an equalized-odds difference over six groups, {gap[2]['rows']:,} rows: "
              f"kernel {min(gap[2]['seconds']):.3f} s (aim: under 2 s), peak {gap[1]:.0f} MiB")


if __name__ == "__main__":
    main()
