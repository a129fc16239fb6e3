"""`assay validate --suite`: every expectation against Great Expectations itself, which runs in an environment of its own
(scripts/requirements/validation.txt) over the same Parquet file, and what the two differ in, stated."""

import json
import math
import os
import subprocess

import numpy as np
import pandas as pd
import pytest

BINARY = os.environ["ASSAY_BINARY"]

PEER = """
import json, sys
import great_expectations as gx, pandas as pd
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
frame = pd.read_parquet(sys.argv[1])
context = gx.get_context(mode="ephemeral")
asset = context.data_sources.add_pandas("p").add_dataframe_asset("d")
batch = asset.add_batch_definition_whole_dataframe("b").get_batch(batch_parameters={"dataframe": frame})
answers = []
for expectation in json.load(open(sys.argv[2]))["expectations"]:
    made = ExpectationConfiguration(type=expectation["type"], kwargs=expectation["kwargs"]).to_domain_obj()
    answer = batch.validate(made, result_format="SUMMARY").to_json_dict()
    answers.append({"success": answer["success"], "result": answer["result"]})
json.dump(answers, open(sys.argv[3], "w"), default=lambda value: value.item())
"""


def table(seed, size):
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "id": np.arange(size), "whole": random.integers(-3, 4, size), "real": random.normal(size=size).round(3),
            "gappy": random.normal(size=size), "flag": random.random(size) < 0.5,
            "text": random.choice(["a1", "b22", "é3", "", "2026-02-29", "2024-02-29", '{"a": 1}', "z"], size),
            "thin": random.choice(["x", "y"], size).astype(object), "rising": np.sort(random.integers(0, 50, size)),
        })
    if size > 2:
        frame.loc[random.random(size) < 0.15, "gappy"] = np.nan
        frame.loc[random.random(size) < 0.1, "thin"] = None
    return frame


def e(type, **kwargs):
    return {"type": type, "kwargs": kwargs}


SUITE = [
    e("expect_table_row_count_to_be_between", min_value=1, max_value=1000),
    e("expect_table_row_count_to_equal", value=500),
    e("expect_table_column_count_to_be_between", min_value=8, max_value=8),
    e("expect_table_column_count_to_equal", value=7),
    e("expect_table_columns_to_match_ordered_list", column_list=["id", "real"]),
    e("expect_table_columns_to_match_set", column_set=["id", "missing", "real"]),
    e("expect_table_columns_to_match_set", column_set=["id", "real"], exact_match=False),
    e("expect_column_to_exist", column="id"),
    e("expect_column_to_exist", column="none"),
    e("expect_column_values_to_not_be_null", column="gappy", mostly=0.9),
    e("expect_column_values_to_not_be_null", column="thin"),
    e("expect_column_values_to_be_null", column="thin", mostly=0.05),
    e("expect_column_values_to_be_unique", column="id"),
    e("expect_column_values_to_be_unique", column="thin"),
    e("expect_column_values_to_be_unique", column="gappy"),
    e("expect_column_values_to_be_of_type", column="whole", type_="int64"),
    e("expect_column_values_to_be_of_type", column="real", type_="int64"),
    e("expect_column_values_to_be_in_type_list", column="real", type_list=["int64", "float64"]),
    e("expect_column_values_to_be_in_set", column="whole", value_set=[-1, 0, 1.0], mostly=0.4),
    e("expect_column_values_to_be_in_set", column="thin", value_set=["x"]),
    e("expect_column_values_to_be_in_set", column="flag", value_set=[True]),
    e("expect_column_values_to_not_be_in_set", column="text", value_set=["z", ""], mostly=0.7),
    e("expect_column_values_to_be_between", column="real", min_value=-1, max_value=1),
    e("expect_column_values_to_be_between", column="whole", min_value=-3, max_value=3, strict_min=True),
    e("expect_column_values_to_be_between", column="gappy", max_value=0, mostly=0.5),
    e("expect_column_values_to_be_increasing", column="rising"),
    e("expect_column_values_to_be_increasing", column="id", strictly=True),
    e("expect_column_values_to_be_decreasing", column="whole"),
    e("expect_column_value_z_scores_to_be_less_than", column="real", threshold=2, double_sided=True, mostly=0.9),
    e("expect_column_value_z_scores_to_be_less_than", column="gappy", threshold=1, double_sided=False),
    e("expect_column_value_lengths_to_be_between", column="text", min_value=1, max_value=3),
    e("expect_column_value_lengths_to_equal", column="thin", value=1),
    e("expect_column_values_to_match_regex", column="text", regex="^[a-z]\\d+$"),
    e("expect_column_values_to_not_match_regex", column="text", regex="\\d{2}", mostly=0.5),
    e("expect_column_values_to_match_regex_list", column="text", regex_list=["^a", "\\d"], match_on="any"),
    e("expect_column_values_to_match_regex_list", column="text", regex_list=["^a", "\\d"], match_on="all"),
    e("expect_column_values_to_not_match_regex_list", column="text", regex_list=["^b", "z"]),
    e("expect_column_values_to_match_strftime_format", column="text", strftime_format="%Y-%m-%d"),
    e("expect_column_values_to_be_json_parseable", column="text", mostly=0.1),
    e("expect_column_mean_to_be_between", column="gappy", min_value=-0.5, max_value=0.5),
    e("expect_column_median_to_be_between", column="whole", min_value=0, max_value=0),
    e("expect_column_stdev_to_be_between", column="real", min_value=0.5, strict_min=True),
    e("expect_column_sum_to_be_between", column="whole", min_value=-1e6, max_value=1e6),
    e("expect_column_min_to_be_between", column="real", min_value=-2),
    e("expect_column_max_to_be_between", column="rising", max_value=50, strict_max=True),
    e("expect_column_quantile_values_to_be_between", column="real",
      quantile_ranges={"quantiles": [0, 0.1, 0.5, 0.9, 1], "value_ranges": [[None, 0], [-2, -1], [-1, 1], [1, None], [0, 2]]}),
    e("expect_column_unique_value_count_to_be_between", column="thin", min_value=2, max_value=2),
    e("expect_column_proportion_of_unique_values_to_be_between", column="gappy", min_value=0.9),
    e("expect_column_proportion_of_non_null_values_to_be_between", column="thin", min_value=0.5, max_value=0.99),
    e("expect_column_most_common_value_to_be_in_set", column="whole", value_set=[0, 1, 2]),
    e("expect_column_distinct_values_to_be_in_set", column="thin", value_set=["x", "y", "z"]),
    e("expect_column_distinct_values_to_contain_set", column="whole", value_set=[0, 9]),
    e("expect_column_distinct_values_to_equal_set", column="whole", value_set=[-3, -2, -1, 0, 1, 2, 3]),
    e("expect_column_pair_values_to_be_equal", column_A="whole", column_B="rising"),
    e("expect_column_pair_values_a_to_be_greater_than_b", column_A="real", column_B="gappy", mostly=0.3),
    e("expect_column_pair_values_a_to_be_greater_than_b", column_A="id", column_B="whole", or_equal=True),
    e("expect_column_pair_values_to_be_in_set", column_A="whole", column_B="flag", value_pairs_set=[[0, True], [1, False]]),
    e("expect_compound_columns_to_be_unique", column_list=["whole", "thin"]),
    e("expect_compound_columns_to_be_unique", column_list=["id", "thin"], ignore_row_if="any_value_is_missing"),
    e("expect_select_column_values_to_be_unique_within_record", column_list=["whole", "rising"]),
    e("expect_multicolumn_sum_to_equal", column_list=["whole", "rising"], sum_total=10),
    e("expect_column_values_to_be_in_set", column="whole", value_set=[0], row_condition="real > 0 and thin == 'x'",
      condition_parser="pandas"),
    e("expect_column_values_to_be_between", column="gappy", min_value=0, condition_parser="pandas",
      row_condition="not (whole in [0, 1]) or `flag` == True"),
    e("expect_column_mean_to_be_between", column="real", min_value=0, row_condition="thin != 'x'", condition_parser="pandas"),
    e("expect_table_row_count_to_be_between", min_value=1, row_condition='col("whole") <= -1', condition_parser="great_expectations"),
    e("expect_column_values_to_not_be_null", column="gappy", row_condition='col("thin").notNull()',
      condition_parser="great_expectations"),
    e("expect_compound_columns_to_be_unique", column_list=["whole", "thin"], row_condition="rising < 5", condition_parser="pandas"),
    # The same questions where kinds of numbers meet, and rows are missing.
    e("expect_column_values_to_be_decreasing", column="gappy"),
    e("expect_column_values_to_be_increasing", column="rising", strictly=True, mostly=0.1),
    e("expect_column_values_to_be_between", column="whole", min_value=-0.5, max_value=2.5),
    e("expect_column_values_to_be_between", column="whole", min_value=-2, max_value=2, strict_min=True, strict_max=True),
    e("expect_column_values_to_be_between", column="real", min_value=0, max_value=1, strict_min=True, strict_max=True),
    e("expect_column_values_to_be_in_set", column="real", value_set=[0.5, 1, -1.0, 0]),
    e("expect_column_values_to_not_be_in_set", column="gappy", value_set=[0.5, 1]),
    e("expect_column_pair_values_to_be_equal", column_A="text", column_B="thin"),
    e("expect_column_pair_values_to_be_equal", column_A="gappy", column_B="gappy"),
    e("expect_column_pair_values_a_to_be_greater_than_b", column_A="whole", column_B="real"),
    e("expect_column_pair_values_a_to_be_greater_than_b", column_A="rising", column_B="gappy", ignore_row_if="either_value_is_missing"),
    e("expect_compound_columns_to_be_unique", column_list=["whole", "thin", "flag", "rising"]),
    e("expect_multicolumn_sum_to_equal", column_list=["whole", "gappy"], sum_total=1, ignore_row_if="any_value_is_missing"),
    e("expect_column_median_to_be_between", column="gappy", min_value=-1, row_condition="rising >= 10 and rising < 20",
      condition_parser="pandas"),
    e("expect_column_values_to_be_unique", column="real", row_condition="gappy < 0.5", condition_parser="pandas"),
    e("expect_column_values_to_match_regex", column="text", regex="^[a-z]", row_condition="whole != 0", condition_parser="pandas"),
]

# Where the answers may differ, and why.
SHAPES = {
    # 1.24 leaves the values out (observed_value null) and lists what is unexpected; we give the values as its documentation says.
    "expect_column_distinct_values_to_be_in_set", "expect_column_distinct_values_to_contain_set",
    "expect_column_distinct_values_to_equal_set",
    # The type's own name, "int64"; the peer's is the dtype's.
    "expect_column_values_to_be_of_type", "expect_column_values_to_be_in_type_list",
    # Neither has numbers beside success.
    "expect_column_to_exist",
}


def run(tmp_path, expectations, data):
    suite = tmp_path / "suite.json"
    suite.write_text(json.dumps({"name": "s", "expectations": expectations}))
    done = subprocess.run(
        [BINARY, "validate", data, "--suite", suite, "--format", "json"], capture_output=True, text=True, timeout=300)
    return done, json.loads(done.stdout) if done.stdout else None


def same(ours, theirs):
    if isinstance(theirs, float) or isinstance(ours, float):
        return ours is not None and theirs is not None and math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-12)
    if isinstance(theirs, list):
        return len(ours) == len(theirs) and all(same(a, b) for a, b in zip(ours, theirs))
    if isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(same(ours[key], theirs[key]) for key in theirs)
    return ours == theirs


@pytest.mark.parametrize("size", [2, 500, 70_000])
def test_every_expectation_is_the_peers(tmp_path, size):
    peer = os.environ.get("ASSAY_VALIDATION_PYTHON")
    if not peer or not os.path.exists(peer):
        pytest.fail("ASSAY_VALIDATION_PYTHON names no interpreter: run scripts/setup and source scripts/lib/environment.sh")
    data = tmp_path / "rows.parquet"
    table(size, size).to_parquet(data, index=False)
    done, answer = run(tmp_path, SUITE, data)
    assert done.returncode == 1, done.stderr
    expected = tmp_path / "peer.json"
    subprocess.run(
        [peer, "-c", PEER, data, tmp_path / "suite.json", expected], check=True, capture_output=True, timeout=600)
    peers = json.loads(expected.read_text())
    results = answer["validation"]["results"]
    assert len(results) == len(SUITE)
    wrong = []
    for given, ours, theirs in zip(SUITE, results, peers):
        if ours["success"] != theirs["success"]:
            wrong.append((given, ours["success"], theirs["success"], ours["result"], theirs["result"]))
            continue
        if given["type"] in SHAPES:
            continue
        for key, value in theirs["result"].items():
            if key == "partial_unexpected_counts":
                # Missing values are unequal to each other for the peer's counter; which of equals comes first is not compared.
                if given["type"] == "expect_column_values_to_not_be_null":
                    continue
                value = [pair["count"] for pair in value if "count" in pair]
                counts = [pair["count"] for pair in ours["result"][key]]
                if counts != value and theirs["result"][key] != [{"error": "partial_exception_counts requires a hashable type"}]:
                    wrong.append((given, key, counts, value))
            elif not same(ours["result"].get(key), value):
                wrong.append((given, key, ours["result"].get(key), value))
    assert not wrong, "\n".join(map(str, wrong))
    assert answer["statistics"]["successful_expectations"] == sum(peer["success"] for peer in peers)


def test_a_column_that_must_not_exist(tmp_path):
    data = tmp_path / "rows.csv"
    data.write_text("age,gender\n30,f\n40,m\n")
    done, answer = run(tmp_path, [e("expect_column_to_not_exist", column="gender")], data)
    assert (done.returncode, answer["success"]) == (1, False)
    assert answer["validation"]["results"][0]["success"] is False
    done, answer = run(tmp_path, [e("expect_column_to_not_exist", column="race")], data)
    assert (done.returncode, answer["success"]) == (0, True)


def test_the_older_form_and_the_newer_conditions(tmp_path):
    data = tmp_path / "rows.csv"
    data.write_text("a,b\n1,x\n2,y\n3,x\n,z\n")
    suite = tmp_path / "suite.json"
    comparison = {"type": "comparison", "column": {"name": "b"}, "operator": "==", "parameter": "x"}
    suite.write_text(json.dumps({
        "expectation_suite_name": "old", "data_asset_type": None, "meta": {},
        "expectations": [
            {"expectation_type": "expect_column_values_to_be_in_set", "meta": {"notes": "n"},
             "kwargs": {"column": "a", "value_set": [1, 3], "row_condition": comparison}},
            {"expectation_type": "expect_column_values_to_be_between",
             "kwargs": {"column": "a", "min_value": 2, "row_condition": {
                 "type": "and", "conditions": [{"type": "nullity", "column": "a", "is_null": False},
                                               {"type": "comparison", "column": "b", "operator": "IN", "parameter": ["y", "z"]}]}}},
        ]}))
    done = subprocess.run([BINARY, "validate", data, "--suite", suite], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and "2 of 2 expectations are met." in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize(
    "expectation, words",
    [
        (e("expect_column_values_to_be_in_sets", column="a"), "did you mean 'expect_column_values_to_be_in_set'"),
        (e("expect_column_values_to_be_in_set", column="a", value_set=[1], parse_strings_as_datetimes=True), "parse_strings_as_datetimes"),
        (e("expect_column_values_to_match_regex", column="b", regex="(?=x)"), "no lookaround"),
        (e("expect_column_values_to_be_between", column="a"), "needs 'min_value' or 'max_value'"),
        (e("expect_column_values_to_be_between", column="a", min_value=2, max_value=1), "'min_value' above its 'max_value'"),
        (e("expect_column_values_to_be_null", column="a", mostly=1.5), "a number from 0 to 1"),
        (e("expect_column_values_to_be_null", column="a", row_condition="__import__('os').system('true')"), "cannot be read"),
        (e("expect_column_values_to_be_null", column="a", row_condition="a.str.contains('x')"), "'str' takes nothing"),
        (e("expect_column_values_to_be_null", column="a", row_condition="(" * 100 + "a > 1"), "nested deeper"),
        (e("expect_column_values_to_be_null", column="a", row_condition="a > b"), "compared with something that is no value"),
        (e("expect_column_values_to_match_strftime_format", column="b", strftime_format="%U"), "not read here"),
    ])
def test_what_is_not_known_is_refused_by_name(tmp_path, expectation, words):
    data = tmp_path / "rows.csv"
    data.write_text("a,b\n1,x\n")
    done, _ = run(tmp_path, [expectation], data)
    assert done.returncode == 2 and words in done.stderr, done.stderr


@pytest.mark.parametrize(
    "expectation, words",
    [
        (e("expect_column_mean_to_be_between", column="b", min_value=0), "holds text"),
        (e("expect_column_values_to_be_between", column="b", min_value=0), "holds text, and a bound is numbers"),
        (e("expect_column_values_to_be_null", column="c"), "no column 'c'"),
        (e("expect_column_values_to_be_null", column="a", row_condition="c > 1"), "no column 'c'"),
        (e("expect_column_values_to_be_null", column="a", row_condition="b > 1"), "orders column 'b'"),
    ])
def test_what_the_data_cannot_be_asked_is_not_met(tmp_path, expectation, words):
    data = tmp_path / "rows.csv"
    data.write_text("a,b\n1,x\n")
    done, answer = run(tmp_path, [expectation, e("expect_column_to_exist", column="a")], data)
    assert done.returncode == 1, done.stderr
    first, second = answer["validation"]["results"]
    assert first["exception_info"]["raised_exception"] and words in first["exception_info"]["exception_message"]
    assert second["success"]
