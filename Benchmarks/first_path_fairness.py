"""Six rates by two sensitive columns of a million rows: `assay` against Fairlearn's MetricFrame, in one run.

Process rows take the whole process from the same Parquet file, start and imports included; kernel rows take the computing
alone, with the data in memory. Each row is the best of its repetitions, with the peak memory of the process. The answers of
both sides are compared before any time is printed.

The table is seeded: label Bernoulli(0.4); score normal around the label; prediction where the score, shifted by group, is
above 0.5; `race` of six groups with shares 50, 20, 15, 8, 5, 2 %; `sex` of two groups, 52 and 48 %.

    ASSAY_BINARY=.build/release/assay python Benchmarks/first_path_fairness.py [--rows N]
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time

from measuring import measure, table

RATES = ["selection_rate", "true_positive_rate", "false_positive_rate", "true_negative_rate", "false_negative_rate",
         "accuracy"]
COLUMNS = ["race", "sex"]


def make(path, rows):
    import numpy
    import pyarrow
    import pyarrow.parquet

    draw = numpy.random.default_rng(20_26)
    race = draw.choice(6, size=rows, p=[0.5, 0.2, 0.15, 0.08, 0.05, 0.02])
    sex = draw.choice(2, size=rows, p=[0.52, 0.48])
    label = (draw.random(rows) < 0.4).astype("int64")
    score = draw.normal(0.35 + 0.3 * label, 0.25)
    prediction = (score - 0.02 * race + 0.03 * sex > 0.5).astype("int64")
    names = pyarrow.array(["white", "black", "hispanic", "asian", "mixed", "other"])
    pyarrow.parquet.write_table(
        pyarrow.table({"label": label, "prediction": prediction, "race": names.take(pyarrow.array(race)),
                       "sex": pyarrow.array(["female", "male"]).take(pyarrow.array(sex))}), path)


def peer(path, repetitions):
    """The other side, in a process of its own: prints its answers and, with repetitions, the seconds in memory."""
    import pandas
    import sklearn.metrics
    from fairlearn import metrics as fm

    frame = pandas.read_parquet(path)
    functions = {name: getattr(fm, name) for name in RATES if name != "accuracy"}
    functions["accuracy"] = sklearn.metrics.accuracy_score

    def compute():
        return {column: fm.MetricFrame(metrics=functions, y_true=frame["label"], y_pred=frame["prediction"],
                                       sensitive_features=frame[column]).by_group for column in COLUMNS}

    seconds = []
    for _ in range(max(1, repetitions)):
        start = time.perf_counter()
        answers = compute()
        seconds.append(time.perf_counter() - start)
    print(json.dumps({"seconds": seconds, "rates": {
        column: {group: {name: float(row[name]) for name in RATES} for group, row in answer.iterrows()}
        for column, answer in answers.items()}}))


def ours_by_group(results):
    answer = {column: {} for column in COLUMNS}
    for result in results:
        name = result["id"].removeprefix("fairness.")
        if name in RATES:
            for group in result["groups"]:
                answer[result["column"]].setdefault(group["group"], {})[name] = group["value"]
    return answer


def compare(ours, theirs):
    for column in COLUMNS:
        assert sorted(ours[column]) == sorted(theirs[column]), column
        for group, rates in theirs[column].items():
            for name, value in rates.items():
                # Quotients of whole numbers: a rounding or two apart.
                assert abs(ours[column][group][name] - value) <= 1e-12, (column, group, name)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rows", type=int, default=1_000_000)
    arguments.add_argument("--peer", metavar="FILE")
    arguments.add_argument("--repetitions", type=int, default=0)
    options = arguments.parse_args()
    if options.peer:
        return peer(options.peer, options.repetitions)

    binary = os.environ["ASSAY_BINARY"]
    columns = ["--label", "label", "--prediction", "prediction", "--sensitive", ",".join(COLUMNS)]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "million.parquet")
        subprocess.run([sys.executable, "-c",
                        f"import runpy; runpy.run_path({__file__!r})['make']({path!r}, {options.rows})"], check=True)
        ours = measure([binary, "fairness", path, *columns, "--format", "json"], 5)
        checks = ",".join(f"fairness.{name}" for name in RATES)
        kernel = measure([binary, "kernel-timing", "checks", path, *columns, "--checks", checks, "--repetitions", "9"], 1)
        theirs = measure([sys.executable, __file__, "--peer", path], 1)
        their_kernel = measure([sys.executable, __file__, "--peer", path, "--repetitions", "2"], 1)

    compare(ours_by_group(ours[2]["results"]), theirs[2]["rates"])
    compare(ours_by_group(kernel[2]["results"]), their_kernel[2]["rates"])
    print(f"six rates by two sensitive columns, {options.rows:,} rows of Parquet; the answers agree to 1e-12")
    table("Fairlearn", [
        ("process", ours, theirs, ours[0], theirs[0]),
        ("kernel", kernel, their_kernel, min(kernel[2]["seconds"]), min(their_kernel[2]["seconds"])),
    ])
    print("assay's process row also holds all gaps and ratios with their intervals, and the digest of the file.")


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()
