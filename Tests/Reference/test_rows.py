"""A condition on rows: every answer is, bit for bit, that of a file which holds only the rows pandas' query keeps."""

import json
import os
import subprocess

import numpy as np
import pandas as pd
import pytest

from tables import BLOCK, ask

BINARY = os.environ["ASSAY_BINARY"]
CONDITIONS = {
    "age >= 40": "age >= 40",
    "region in ['north', 'café'] and age < 60": "region in ['north', 'café'] and age < 60",
    "not (region == 'south' or member == True)": "not (region == 'south' or member == True)",
    "income > 1000.5": "income > 1000.5",
    "age < 0": "age < 0",
}


def frame(rows, seed, missing=0.05):
    random = np.random.default_rng(seed)
    table = pd.DataFrame({
        "label": random.integers(0, 2, rows), "score": random.random(rows).round(3), "weight": random.random(rows),
        "age": random.integers(18, 90, rows), "region": random.choice(["north", "south", "café", "ost"], rows),
        "member": random.random(rows) < 0.5, "income": random.normal(1000, 300, rows)})
    table["prediction"] = np.where(random.random(rows) < 0.7, table.label, 1 - table.label)
    table.loc[random.random(rows) < missing, "income"] = None
    table.loc[random.random(rows) < missing, "region"] = None
    return table


def write(table, folder, name, kind="parquet"):
    path = str(folder / f"{name}.{kind}")
    table.to_parquet(path, row_group_size=10_000) if kind == "parquet" else table.to_csv(path, index=False)
    return path


@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("rows", [1, 500, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK + 3])
def test_answers_are_those_of_the_kept_rows(rows, condition, tmp_path):
    table = frame(rows, seed=rows)
    kept = table.query(CONDITIONS[condition])
    whole, part = write(table, tmp_path, "whole"), write(kept, tmp_path, "part")
    for command in (["performance", "--label", "label", "--score", "score", "--weight", "weight", "--slice", "age:4,region",
                     "--task", "binary", "--positive", "1"],
                    ["fairness", "--label", "label", "--prediction", "prediction", "--sensitive", "region", "--positive", "1"]):
        name, *options = command
        ours = ask(name, whole, *options, "--rows", condition)["predicate"]
        theirs = ask(name, part, *options)["predicate"]
        assert ours["parameters"].pop("rows") == condition
        assert ours["parameters"] == theirs["parameters"]
        assert ours["results"] == theirs["results"]


def test_csv_and_a_column_that_is_not_read_otherwise(tmp_path):
    table = frame(2_000, seed=3)
    path = write(table, tmp_path, "whole", "csv")
    ours = ask("performance", path, "--label", "label", "--prediction", "prediction", "--rows", "member == True")
    kept = table[table.member]
    accuracy = next(one for one in ours["predicate"]["results"] if one["id"] == "performance.accuracy")
    assert accuracy["rows"] == len(kept)
    assert accuracy["value"] == pytest.approx((kept.label == kept.prediction).mean(), rel=1e-12)


POLICY = """assay: policy/v1
name: adults
version: "1"
data: {label: label, prediction: prediction, rows: "%s"}
accept: [supplied]
checks:
  - {id: performance.accuracy, min: 0.9}
  - {id: quality.missing_rate, column: income, max: 0}
"""


def assay(*arguments):
    return subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=120)


def test_a_policy_judges_the_rows_it_names(tmp_path):
    table = frame(2_000, seed=4)
    old = table.age >= 60
    table.loc[old, "prediction"] = table.label[old]
    table.loc[old, "income"] = 1.0
    path = write(table, tmp_path, "whole")
    policy = tmp_path / "policy.yaml"
    for condition, status in (("age >= 60", 0), ("age < 60", 1)):
        policy.write_text(POLICY % condition)
        assert assay("policy", "lint", policy).returncode == 0
        done = assay("check", policy, "--data", path, "--format", "json")
        assert done.returncode == status, done.stderr
    policy.write_text(POLICY % "age >=")
    done = assay("policy", "lint", policy)
    assert done.returncode != 0 and "row condition" in done.stderr + done.stdout and ":4:" in done.stderr + done.stdout


@pytest.mark.parametrize("condition, text", [
    ("age >", "row condition"), ("agge > 3", "agge"), ("region > 3", "orders column"), ("__import__('os')", "row condition"),
])
def test_what_cannot_be_held_is_named(condition, text, tmp_path):
    path = write(frame(50, seed=5), tmp_path, "whole")
    done = assay("performance", path, "--label", "label", "--prediction", "prediction", "--rows", condition)
    assert done.returncode == 2 and text in done.stderr and done.stdout == ""


def test_a_suite_that_is_none_is_found_by_lint(tmp_path):
    policy = tmp_path / "policy.yaml"
    text = POLICY % "age >= 60" + "  - id: quality.expectations\n    suite: |\n      %s\n"
    for suite, status in ((json.dumps({"expectations": []}), 0), ("{]", 2), ('{"expectations": [{"kwargs": {}}]}', 2)):
        policy.write_text(text % suite)
        done = assay("policy", "lint", policy)
        assert (done.returncode == 0) == (status == 0), (suite, done.stdout, done.stderr)
        assert status == 0 or ":10:" in done.stdout + done.stderr, done.stderr


def test_no_row_is_no_pass(tmp_path):
    """Where the condition lets nothing through a check has found nothing, and that is no evidence."""
    path = write(frame(50, seed=6), tmp_path, "whole")
    policy = tmp_path / "policy.yaml"
    suite = json.dumps({"expectations": [{"type": "expect_column_values_to_be_unique", "kwargs": {"column": "age"}}]})
    head = POLICY.split("checks:")[0] % "age > 1000"
    for check in ("{id: privacy.pii}", "id: quality.expectations\n    suite: |\n      " + suite):
        policy.write_text(head + "checks:\n  - " + check + "\n")
        done = assay("check", policy, "--data", path)
        assert done.returncode == 1 and "the data has no row" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize("expectation, words", [
    ({"type": "expect_column_values_to_be_uniqe", "kwargs": {"column": "age"}}, "did you mean 'expect_column_values_to_be_unique'"),
    ({"type": "expect_column_values_to_be_unique", "kwargs": {}}, "needs 'column'"),
    ({"type": "expect_column_values_to_be_unique", "kwargs": {"column": "age", "often": 1}}, "'often'"),
    ({"type": "expect_column_values_to_match_regex", "kwargs": {"column": "region", "regex": "("}}, "expectation 2"),
    ({"type": "expect_column_mean_to_be_between", "kwargs": {"column": "age"}}, "'min_value' or 'max_value'"),
    ({"type": "expect_column_values_to_be_of_type", "kwargs": {"column": "age", "type_": "tensor"}}, "no type of a column"),
    ({"type": "expect_column_values_to_be_unique", "kwargs": {"column": "age", "row_condition": "age >"}}, "row condition"),
    ({"type": "expect_column_pair_values_to_be_equal", "kwargs": {"column_A": "age"}}, "needs 'column_B'"),
])
def test_what_no_data_can_be_held_against_is_found_by_lint(expectation, words, tmp_path):
    """Before the policy is published, and not by the first who asks for a promotion."""
    known = {"type": "expect_column_values_to_match_regex", "kwargs": {"column": "region", "regex": "^n"}}
    policy = tmp_path / "policy.yaml"
    text = POLICY % "age >= 60" + "  - id: quality.expectations\n    suite: |\n      %s\n"
    policy.write_text(text % json.dumps({"expectations": [known]}))
    assert assay("policy", "lint", policy).returncode == 0
    policy.write_text(text % json.dumps({"expectations": [known, expectation]}))
    done = assay("policy", "lint", policy)
    assert done.returncode == 2 and words in done.stderr and ":10:" in done.stderr, done.stderr


def test_an_expectation_on_no_row_is_no_pass(tmp_path):
    """Great Expectations calls it met; a gate says that it says nothing, and validate says so beside it."""
    path = write(frame(50, seed=6), tmp_path, "whole")
    suite = {"expectations": [
        {"type": "expect_column_values_to_be_between", "kwargs": {"column": "age", "max_value": 0, "row_condition": "age > 1000"}},
        {"type": "expect_column_to_exist", "kwargs": {"column": "age"}}]}
    (tmp_path / "suite.json").write_text(json.dumps(suite))
    done = assay("validate", path, "--suite", tmp_path / "suite.json")
    assert done.returncode == 0 and "lets no row through" in done.stdout and "2 of 2" in done.stdout
    policy = tmp_path / "policy.yaml"
    policy.write_text(POLICY.split("checks:")[0] % "age >= 18" + "checks:\n  - id: quality.expectations\n    suite: |\n      "
                      + json.dumps(suite) + "\n")
    done = assay("check", policy, "--data", path)
    assert done.returncode == 1 and "looked at no row" in done.stdout and "incomplete" in done.stdout, done.stdout
    suite["expectations"][0]["kwargs"]["row_condition"] = "age > 18 and age < 0 or age == %d" % pd.read_parquet(path).age[0]
    suite["expectations"][0]["kwargs"]["max_value"] = 100
    policy.write_text(policy.read_text().rsplit("\n      ", 1)[0] + "\n      " + json.dumps(suite) + "\n")
    assert assay("check", policy, "--data", path).returncode == 0


def test_every_report_says_on_which_rows(tmp_path):
    path = write(frame(200, seed=7), tmp_path, "whole")
    policy = tmp_path / "policy.yaml"
    policy.write_text(POLICY % "age >= 60")
    for form in ("text", "markdown", "sarif", "html", "json"):
        shown = assay("check", policy, "--data", path, "--format", form).stdout
        assert "age >= 60" in shown or "age &gt;= 60" in shown or "age \\>= 60" in shown, form
    done = assay("performance", path, "--label", "label", "--prediction", "prediction", "--rows", "age > " + "9" * 5_000 + " and")
    assert done.returncode == 2 and len(done.stderr) < 1_000
