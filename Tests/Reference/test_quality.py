"""`quality.*` against pandas, numpy, scipy, scikit-learn and cleanlab on seeded tables."""

import json
import os
import subprocess

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.metrics import roc_auc_score

BINARY = os.environ["ASSAY_BINARY"]


def table(seed, size):
    random = np.random.default_rng(seed)
    label = (random.random(size) < 0.3).astype(int)
    frame = pd.DataFrame(
        {
            "label": label, "score": np.clip(label * 0.4 + random.random(size) * 0.6, 0, 1).round(6),
            "real": np.where(random.random(size) < 0.02, 30, random.normal(size=size)), "copy": label * 2.5 + 1,
            "weak": random.normal(size=size) + 0.5 * label, "class": random.choice(["a", "b", "é"], size, p=[0.6, 0.3, 0.1]),
            "constant": np.ones(size, dtype=int),
        })
    if size > 10:
        frame.loc[random.random(size) < 0.1, "weak"] = np.nan
        frame = pd.concat([frame, frame.sample(size // 5, random_state=1)], ignore_index=True)
    return frame


def check(tmp_path, frame, checks, data="{predictions: dataset, label: label, score: score}", limit="min: 0"):
    policy = tmp_path / "policy.yaml"
    lines = "".join(f"  - {{{one}, {limit}}}\n" for one in checks)
    policy.write_text(f'assay: policy/v1\nname: q\nversion: "1"\naccept: [supplied]\ndata: {data}\nchecks:\n{lines}')
    path = tmp_path / "rows.parquet"
    frame.to_parquet(path, index=False)
    done = subprocess.run([BINARY, "check", policy, "--data", path, "--format", "json"], capture_output=True, text=True, timeout=300)
    assert done.stdout, done.stderr
    return json.loads(done.stdout)["results"]


@pytest.mark.parametrize("size", [30, 5_000, 65_536])
def test_values_are_the_peers(tmp_path, size):
    frame = table(size, size)
    results = check(
        tmp_path, frame,
        [
            "id: quality.missing_rate, column: weak", "id: quality.missing_rate", "id: quality.duplicate_rows",
            "id: quality.outlier_rate, column: real", "id: quality.outlier_rate, column: real, method: z, factor: 3",
            "id: quality.dominant_value_share, column: class", "id: quality.dominant_value_share, column: constant",
            "id: quality.class_balance, column: class", "id: quality.normality_p_value, column: real",
            "id: quality.normality_p_value, column: weak",
            'id: quality.representativeness, column: class, population: "a=0.5, b=0.25, c=0.25"',
            "id: quality.leakage_auc", "id: quality.leakage_auc, column: class",
        ])
    values = [result["value"] for result in results]
    real, weak = frame.real.to_numpy(), frame.weak.dropna()
    low, high = np.quantile(real, [0.25, 0.75])
    fences = ((real < low - 1.5 * (high - low)) | (real > high + 1.5 * (high - low))).mean()
    scores = np.abs(real - real.mean()) > 3 * real.std(ddof=1)
    shares = frame["class"].value_counts(normalize=True)
    population = {"a": 0.5, "b": 0.25, "c": 0.25}
    distance = sum(abs(shares.get(k, 0) - population.get(k, 0)) for k in set(shares.index) | set(population)) / 2
    means = frame.groupby("class").label.mean()
    encoded = roc_auc_score(frame.label, frame["class"].map(means))
    expected = [
        frame.weak.isna().mean(), frame.isna().mean().max(), frame.duplicated().mean(), fences, scores.mean(), shares.max(), 1,
        frame["class"].value_counts().min() / frame["class"].value_counts().max(), stats.normaltest(real).pvalue,
        stats.normaltest(weak).pvalue, distance, 1, max(encoded, 1 - encoded),
    ]
    for result, value, peer in zip(results, values, expected):
        assert value == pytest.approx(peer, rel=1e-7, abs=1e-300), (result["id"], result["column"] if "column" in result else None)
    areas = {group["group"]: group["value"] for group in results[11]["groups"]}
    kept = frame.dropna(subset=["weak"])
    area = roc_auc_score(kept.label, kept.weak)
    assert areas["weak"] == pytest.approx(max(area, 1 - area), rel=1e-12)
    assert areas["copy"] == 1 and areas["constant"] == 0.5


def test_label_errors_are_cleanlabs(tmp_path):
    peer = os.environ.get("ASSAY_VALIDATION_PYTHON")
    if not peer or not os.path.exists(peer):
        pytest.fail("ASSAY_VALIDATION_PYTHON names no interpreter: run scripts/setup and source scripts/lib/environment.sh")
    program = (
        "import sys, json, numpy as np, pandas as pd\nfrom cleanlab.filter import find_label_issues\n"
        "f = pd.read_parquet(sys.argv[1])\np = np.column_stack([1 - f.score, f.score])\n"
        "m = find_label_issues(f.label.to_numpy(), p, filter_by='confident_learning', n_jobs=1)\n"
        "print(json.dumps([int((m & (f.label == 0)).sum()), int((m & (f.label == 1)).sum())]))")
    for seed in range(4):
        frame = table(seed, 2_000)
        flipped = np.random.default_rng(seed).random(len(frame)) < 0.1
        frame.loc[flipped, "label"] = 1 - frame.loc[flipped, "label"]
        result = check(tmp_path, frame, ["id: quality.label_error_rate"])[0]
        done = subprocess.run([peer, "-c", program, tmp_path / "rows.parquet"], check=True, capture_output=True, text=True)
        assert [group["count"] for group in result["groups"]] == json.loads(done.stdout.splitlines()[-1])
        assert result["value"] == pytest.approx(sum(json.loads(done.stdout.splitlines()[-1])) / len(frame), rel=1e-15)


def test_what_is_undefined_says_why(tmp_path):
    frame = pd.DataFrame({"label": [1, 1], "score": [0.5, 0.6], "t": ["x", "y"], "n": [None, None]})
    frame["n"] = frame.n.astype(float)
    results = check(
        tmp_path, frame,
        ["id: quality.outlier_rate, column: t", "id: quality.outlier_rate, column: n", "id: quality.class_balance, column: label",
         "id: quality.normality_p_value, column: score", "id: quality.dominant_value_share, column: n", "id: quality.label_error_rate"])
    assert [result["value"] for result in results] == [None] * 6
    assert all(result["undefined"] for result in results)


def test_a_missing_column_and_a_wrong_option_are_wrong_usage(tmp_path):
    frame = pd.DataFrame({"label": [0, 1], "score": [0.5, 0.6]})
    for one, words in [
        ("id: quality.missing_rate, column: lable", "did you mean 'label'"),
        ("id: quality.outlier_rate, column: score, method: mad", "is one of iqr, z"),
        ("id: quality.outlier_rate, column: score, factor: x", "is a number from"),
        ("id: quality.representativeness, column: label", "needs 'population'"),
    ]:
        with pytest.raises(AssertionError, match=words):
            check(tmp_path, frame, [one])


def test_rows_that_stand_in_both_files(tmp_path):
    train = pd.DataFrame({"a": [1, 2, 3, 4], "b": ["x", "y", None, "z"]})
    serving = pd.DataFrame({"a": [2.0, 3.0, 9.0], "b": ["y", None, "q"]})
    train.to_parquet(tmp_path / "train.parquet", index=False)
    serving.to_csv(tmp_path / "serving.csv", index=False)
    done = subprocess.run(
        [BINARY, "validate", tmp_path / "serving.csv", "--against", tmp_path / "train.parquet", "--format", "json"],
        capture_output=True, text=True, timeout=60)
    overlap = [result for result in json.loads(done.stdout)["results"] if result["id"] == "quality.train_test_overlap"][0]
    assert overlap["value"] == 2 / 3 and overlap["groups"][0]["count"] == 2
