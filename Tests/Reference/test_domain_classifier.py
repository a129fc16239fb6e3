"""`assay drift --domain-classifier` against scikit-learn's logistic regression on the same folds, and its false alarms."""

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from tables import run

FOLDS = 5


def frame(rows, seed, shift=0.0, missing=0.0):
    """Correlated numbers whose margins stay as they are while their correlation moves, a number that moves, categories."""
    draw = np.random.default_rng(seed)
    first, noise = draw.normal(0, 1, rows), draw.normal(0, 1, rows)
    mixed = draw.random(rows) < 0.5
    table = pd.DataFrame({
        "first": first, "product": np.where(draw.random(rows) < 0.5 + shift / 2, first * 1e6, noise * 1e6),
        "moved": draw.normal(shift, 1, rows),
        "city": draw.choice(["caf\u00e9", "cafe\u0301", "b"], rows, p=[0.5 - min(shift, 1) / 4, 0.3 + min(shift, 1) / 4, 0.2]),
        "flag": mixed, "constant": 7,
    })
    table.loc[draw.random(rows) < missing, "moved"] = np.nan
    return table


def encoded(left, right):
    both = pd.concat([left, right], ignore_index=True)
    columns = []
    for name in both:
        values = both[name]
        if values.isna().any():
            columns.append(values.isna().astype(float))
        if values.dtype == object or isinstance(values.dtype, pd.StringDtype):
            columns += [(values == value).astype(float) for value in sorted(values.dropna().unique())]
        elif values.astype(float).std(ddof=0) > 0:
            numbers = values.astype(float)
            columns.append(((numbers - numbers.mean()) / numbers.std(ddof=0)).fillna(0))
    return np.column_stack(columns)


def expected(left, right):
    rows, label = encoded(left, right), np.r_[np.zeros(len(left)), np.ones(len(right))].astype(int)
    fold = np.r_[np.arange(len(left)) % FOLDS, np.arange(len(right)) % FOLDS]
    areas, pairs = [], []
    for held in range(FOLDS):
        model = LogisticRegression(C=1.0, tol=1e-10, max_iter=10_000).fit(rows[fold != held], label[fold != held])
        areas.append(roc_auc_score(label[fold == held], model.decision_function(rows[fold == held])))
        pairs.append((label[fold == held] == 0).sum() * (label[fold == held] == 1).sum())
    return np.average(areas, weights=pairs)


def classified(folder, left, right, *arguments):
    paths = [folder / "left.csv", folder / "right.csv"]
    left.to_csv(paths[0], index=False), right.to_csv(paths[1], index=False)
    answer = run("drift", *paths, "--domain-classifier", "--format", "json", *arguments)
    assert answer.returncode in (0, 1), answer.stderr
    return [result for result in json.loads(answer.stdout)["results"] if result["id"].endswith("_classifier")]


@pytest.mark.parametrize("rows, shift, missing", [
    ((10, 10), 0, 0), ((300, 300), 0.5, 0), ((401, 87), 0.3, 0.1), ((1500, 999), 0, 0.02), ((2000, 2000), 0.2, 0),
    ((50, 60), 6, 0),
])
def test_the_area_is_scikit_learns(tmp_path, rows, shift, missing):
    left, right = frame(rows[0], 1, 0, missing), frame(rows[1], 2, shift, missing)
    found, = classified(tmp_path, left, right)
    assert found["id"] == "drift.domain_classifier"
    # Fits stop within 1e-6 of each other; a pair of rows whose scores are nearer than that may change places.
    pairs = (rows[0] // FOLDS) * (rows[1] // FOLDS)
    assert found["value"] == pytest.approx(expected(left, right), abs=2 / pairs + 1e-5)
    if found["value"] < 1:
        assert found["interval"]["low"] < found["value"] < found["interval"]["high"]
    assert (found["details"]["adjusted_p_value"] < 0.05) == found["details"]["drifted"]


def test_too_few_rows_are_not_judged(tmp_path):
    found, = classified(tmp_path, frame(9, 1), frame(50, 2))
    assert found["value"] is None and "needs 10 rows" in found["undefined"]


def test_free_text_is_told_apart_by_its_words(tmp_path):
    def texts(seed, share):
        draw = np.random.default_rng(seed)
        words = np.array([f"w\u00f6rd{index}" for index in range(60)])
        rows = [" ".join(draw.choice(words, 8)) + (" Refund!" if draw.random() < share else "") for _ in range(400)]
        return pd.DataFrame({"note": rows, "x": draw.normal(size=400)})

    moved = {result["id"]: result for result in classified(tmp_path, texts(1, 0.1), texts(2, 0.6))}
    note = moved["drift.text_classifier"]
    assert note["column"] == "note" and note["details"]["drifted"] and note["value"] > 0.65
    still = {result["id"]: result for result in classified(tmp_path, texts(1, 0.3), texts(2, 0.3))}
    assert not still["drift.text_classifier"]["details"]["drifted"]


def test_false_alarms_keep_their_rate(tmp_path):
    """Of 100 pairs without a change 5 should fall below 0.05; 13 or more would be one in 1,500."""
    low = 0
    for seed in range(100):
        found, = classified(tmp_path, frame(60, 2 * seed), frame(80, 2 * seed + 1))
        low += found["details"]["p_value"] < 0.05
    assert 0 < low < 13


def test_it_wants_rows_and_strict_mode(tmp_path):
    left = tmp_path / "left.csv"
    frame(20, 1).to_csv(left, index=False)
    answer = run("drift", left, left, "--domain-classifier", "--mode", "evidently")
    assert answer.returncode == 2 and "strict" in answer.stderr
    assert run("profile", left, "--write-profile", tmp_path / "p.json").returncode == 0
    answer = run("drift", tmp_path / "p.json", left, "--domain-classifier")
    assert answer.returncode == 2 and "no rows" in answer.stderr
