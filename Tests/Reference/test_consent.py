"""`privacy.consent` in a policy: true, false, absent and null, with the offending rows counted (case T33), held against
pandas' own counts on random columns."""

import json
import os
import subprocess

import numpy as np
import pandas as pd
import pytest

BINARY = os.environ["ASSAY_BINARY"]

POLICY = """assay: policy/v1
name: consent
version: "1"
accept: [supplied]
data: {predictions: dataset}
checks:
  - {id: privacy.consent, column: user_consent%s}
"""


def check(tmp_path, frame, extra="", suffix="csv"):
    policy = tmp_path / "policy.yaml"
    policy.write_text(POLICY % extra)
    data = tmp_path / f"rows.{suffix}"
    if suffix == "csv":
        frame.to_csv(data, index=False)
    else:
        frame.to_parquet(data, index=False)
    done = subprocess.run(
        [BINARY, "check", policy, "--data", data, "--format", "json"], capture_output=True, text=True, timeout=120)
    return done, json.loads(done.stdout)["results"][0] if done.stdout else None


def counts(result):
    return {group["group"]: group["count"] for group in result["groups"]}


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
@pytest.mark.parametrize(
    "column, status, expected",
    [
        ([True, True, True], 0, {"given": 3, "refused": 0, "missing": 0}),
        ([True, False, False], 1, {"given": 1, "refused": 2, "missing": 0}),
        ([True, None, True], 1, {"given": 2, "refused": 0, "missing": 1}),
        ([None, None, None], 1, {"given": 0, "refused": 0, "missing": 3}),
        (None, 1, {"given": 0, "column absent": 3}),
    ])
def test_true_false_absent_null(tmp_path, suffix, column, status, expected):
    frame = pd.DataFrame({"x": [1, 2, 3]})
    if column is not None:
        frame["user_consent"] = pd.array(column, dtype="boolean")
    done, result = check(tmp_path, frame, suffix=suffix)
    assert done.returncode == status, done.stderr
    assert counts(result) == expected
    assert result["value"] == expected["given"] / 3
    assert result["options"] == {"value": "true"}
    assert result["rows"] == 3


@pytest.mark.parametrize("size", [1, 2, 65_535, 65_536, 65_537])
def test_counts_are_those_of_pandas(tmp_path, size):
    random = np.random.default_rng(size)
    words = random.choice(["ja", "nein", "Ja", "ja\u0301"], size).astype(object)
    words[random.random(size) < 0.1] = None
    frame = pd.DataFrame({"x": np.arange(size), "user_consent": words})
    done, result = check(tmp_path, frame, ", value: ja, min: 0.2", "parquet")
    given = int((frame.user_consent == "ja").sum())
    missing = int(frame.user_consent.isna().sum())
    assert counts(result) == {"given": given, "refused": size - given - missing, "missing": missing}
    assert done.returncode == (0 if given / size >= 0.2 else 1)


def test_no_rows_is_incomplete_and_a_foreign_value_is_wrong_usage(tmp_path):
    done, result = check(tmp_path, pd.DataFrame({"user_consent": pd.array([], dtype="boolean")}), suffix="parquet")
    assert (done.returncode, result["value"], result["undefined"]) == (1, None, "the data has no row")
    done, _ = check(tmp_path, pd.DataFrame({"user_consent": [1, 0]}), ", value: maybe")
    assert done.returncode == 2 and "holds numbers" in done.stderr
    done, _ = check(tmp_path, pd.DataFrame({"user_consent": [1, 0]}), ", vallue: maybe")
    assert done.returncode == 2 and "has no key 'vallue'; did you mean 'value'" in done.stderr


def test_the_text_counts_offending_rows(tmp_path):
    policy = tmp_path / "policy.yaml"
    policy.write_text(POLICY % "")
    data = tmp_path / "rows.csv"
    data.write_text("user_consent\ntrue\nfalse\n\"\"\ntrue\n")
    done = subprocess.run([BINARY, "check", policy, "--data", data], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "given 0.5 (2 rows), refused 0.25 (1 row), missing 0.25 (1 row)" in done.stdout
