"""Fifty expectations over a table: `assay validate --suite` against Great Expectations, in one run.

The table is seeded, of numbers, whole numbers and text in Parquet; the suite asks ranges, sets, patterns, lengths, uniqueness,
order, types and statistics of its columns. Process rows take the whole process from the same file; kernel rows the validating,
with the data in memory. Both sides must agree on every expectation before any time is printed.

    ASSAY_BINARY=.build/release/assay ASSAY_VALIDATION_PYTHON=… python Benchmarks/evidence_suite.py [--rows N]
"""

import argparse
import json
import os
import sys
import tempfile
import time

from measuring import measure, table


def make(path, rows):
    import numpy
    import pyarrow
    import pyarrow.parquet

    draw = numpy.random.default_rng(7)
    names = pyarrow.array([f"code-{place:03}" for place in range(200)])
    pyarrow.parquet.write_table(pyarrow.table({
        "id": pyarrow.array(numpy.arange(rows)), "age": pyarrow.array(draw.integers(18, 95, rows)),
        "income": pyarrow.array(draw.gamma(3, 900, rows), mask=draw.random(rows) < 0.02),
        "ratio": pyarrow.array(draw.beta(2, 5, rows)), "code": names.take(pyarrow.array(draw.integers(0, 200, rows))),
        "state": pyarrow.array(["new", "open", "closed"]).take(pyarrow.array(draw.choice(3, size=rows, p=[0.2, 0.3, 0.5]))),
        "email": pyarrow.array([f"person{number % 5000}@example.org" for number in range(rows)]),
    }), path)


def suite(rows):
    def e(type, **kwargs):
        return {"type": type, "kwargs": kwargs}

    every = ["id", "age", "income", "ratio", "code", "state", "email"]
    numbers = ["id", "age", "income", "ratio"]
    texts = ["code", "state", "email"]
    found = [e("expect_column_to_exist", column=name) for name in every]
    found += [e("expect_column_values_to_not_be_null", column=name) for name in every]
    found += [e("expect_column_values_to_be_between", column=name, min_value=0, max_value=limit)
              for name, limit in zip(numbers, (rows, 90, 20_000, 1))]
    found += [e("expect_column_mean_to_be_between", column=name, min_value=0, max_value=1e9) for name in numbers]
    found += [e("expect_column_stdev_to_be_between", column=name, min_value=0, max_value=1e9) for name in numbers]
    found += [e("expect_column_median_to_be_between", column=name, min_value=0, max_value=50) for name in numbers]
    found += [e("expect_column_max_to_be_between", column=name, min_value=0, max_value=100) for name in numbers]
    found += [e("expect_column_value_lengths_to_be_between", column=name, min_value=3, max_value=25) for name in texts]
    found += [e("expect_column_values_to_match_regex", column=name, regex=regex)
              for name, regex in (("code", "^code-[0-9]{3}$"), ("email", "^[a-z0-9]+@[a-z.]+$"), ("state", "^[no]"))]
    found += [e("expect_column_values_to_be_in_set", column="state", value_set=["new", "open", "closed"]),
              e("expect_column_values_to_be_in_set", column="state", value_set=["new", "open"], mostly=0.4),
              e("expect_column_values_to_be_unique", column="id"), e("expect_column_values_to_be_unique", column="code"),
              e("expect_column_values_to_be_increasing", column="id"),
              e("expect_column_unique_value_count_to_be_between", column="code", min_value=200, max_value=200),
              e("expect_column_proportion_of_unique_values_to_be_between", column="email", min_value=0, max_value=0.5),
              e("expect_table_row_count_to_equal", value=rows), e("expect_table_column_count_to_equal", value=7),
              e("expect_column_pair_values_a_to_be_greater_than_b", column_A="income", column_B="ratio")]
    assert len(found) == 50, len(found)
    return {"name": "fifty", "expectations": found}


def peer(path, suite_path):
    os.environ["TQDM_DISABLE"] = "1"
    import great_expectations as gx
    import pandas
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    frame = pandas.read_parquet(path)
    context = gx.get_context(mode="ephemeral")
    batch = context.data_sources.add_pandas("p").add_dataframe_asset("d").add_batch_definition_whole_dataframe("b")
    suite = gx.ExpectationSuite(name="fifty")
    with open(suite_path) as file:
        wanted = json.load(file)["expectations"]
    for number, each in enumerate(wanted):
        suite.add_expectation(ExpectationConfiguration(type=each["type"], kwargs=each["kwargs"], meta={"n": number}).to_domain_obj())
    start = time.perf_counter()
    answer = batch.get_batch(batch_parameters={"dataframe": frame}).validate(suite)
    seconds = time.perf_counter() - start
    success = {result.expectation_config.meta["n"]: result.success for result in answer.results}
    print(json.dumps({"seconds": [seconds], "success": [success[number] for number in range(len(wanted))]}))


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rows", type=int, default=int(os.environ.get("ASSAY_BENCH_ROWS", 200_000)))
    arguments.add_argument("--peer", nargs=2)
    options = arguments.parse_args()
    if options.peer:
        return peer(*options.peer)

    binary, other = os.environ["ASSAY_BINARY"], os.environ["ASSAY_VALIDATION_PYTHON"]
    with tempfile.TemporaryDirectory() as folder:
        path, suite_path = os.path.join(folder, "rows.parquet"), os.path.join(folder, "suite.json")
        make(path, options.rows)
        with open(suite_path, "w") as file:
            json.dump(suite(options.rows), file)
        mine = measure([binary, "validate", path, "--suite", suite_path, "--format", "json"], 5, expected=(0, 1))
        kernel = measure([binary, "kernel-timing", "suite", path, suite_path, "--repetitions", "9"])
        theirs = measure([other, __file__, "--peer", path, suite_path])
    assert kernel[2]["success"] == theirs[2]["success"], [
        number for number, pair in enumerate(zip(kernel[2]["success"], theirs[2]["success"])) if pair[0] != pair[1]]
    met = sum(theirs[2]["success"])
    print(f"50 expectations, {options.rows:,} rows; both sides find the same {met} met and {50 - met} not")
    table("Great Expect.", [("process", mine, theirs, mine[0], theirs[0]),
                            ("kernel", kernel, theirs, min(kernel[2]["seconds"]), min(theirs[2]["seconds"]))])


if __name__ == "__main__":
    sys.exit(main())
