"""`assay performance` on more than two classes and on numbers, against scikit-learn, on seeded random tables.

Where scikit-learn warns and answers 0 or NaN, or raises, the value must be null with a reason.
"""

import math
import random
import warnings

import pyarrow as pa
import pytest
import scipy.stats
import sklearn.metrics as skm
from sklearn.calibration import calibration_curve

from tables import BLOCK, UNICODE_GROUPS, Table, ask, binary, by_id, counted_tolerance, make, run, summed_tolerance

CLASSES = {
    "accuracy": lambda y, p, w: skm.accuracy_score(y, p, sample_weight=w),
    "balanced_accuracy": lambda y, p, w: skm.balanced_accuracy_score(y, p, sample_weight=w),
    "zero_one_loss": lambda y, p, w: skm.zero_one_loss(y, p, sample_weight=w),
    "hamming_loss": lambda y, p, w: skm.hamming_loss(y, p, sample_weight=w),
    "cohen_kappa": lambda y, p, w: skm.cohen_kappa_score(y, p, sample_weight=w),
    "cohen_kappa_linear": lambda y, p, w: skm.cohen_kappa_score(y, p, sample_weight=w, weights="linear"),
    "cohen_kappa_quadratic": lambda y, p, w: skm.cohen_kappa_score(y, p, sample_weight=w, weights="quadratic"),
    "mcc": lambda y, p, w: skm.matthews_corrcoef(y, p, sample_weight=w),
    **{f"{name}_{average}": (lambda y, p, w, f=function, a=average: f(y, p, sample_weight=w, average=a))
       for name, function in [("precision", skm.precision_score), ("recall", skm.recall_score), ("f1", skm.f1_score),
                              ("jaccard", skm.jaccard_score)]
       for average in ["macro", "micro", "weighted"]},
}
# scikit-learn's warning is about a class that takes no part in these, or its number needs no rows of the class.
WARNS_IN_VAIN = {"balanced_accuracy", "recall_weighted", "f1_macro", "f1_weighted", "jaccard_macro", "jaccard_weighted"}

NUMBERS = {
    "mse": lambda y, p, w: skm.mean_squared_error(y, p, sample_weight=w),
    "rmse": lambda y, p, w: skm.root_mean_squared_error(y, p, sample_weight=w),
    "mae": lambda y, p, w: skm.mean_absolute_error(y, p, sample_weight=w),
    "median_absolute_error": lambda y, p, w: skm.median_absolute_error(y, p, sample_weight=w),
    "max_error": lambda y, p, w: skm.max_error(y, p),
    "mape": lambda y, p, w: skm.mean_absolute_percentage_error(y, p, sample_weight=w),
    "msle": lambda y, p, w: skm.mean_squared_log_error(y, p, sample_weight=w),
    "r2": lambda y, p, w: skm.r2_score(y, p, sample_weight=w, force_finite=False),
    "explained_variance": lambda y, p, w: skm.explained_variance_score(y, p, sample_weight=w, force_finite=False),
    "d2_absolute_error": lambda y, p, w: skm.d2_absolute_error_score(y, p, sample_weight=w),
    "pinball_10": lambda y, p, w: skm.mean_pinball_loss(y, p, sample_weight=w, alpha=0.1),
    "pinball_50": lambda y, p, w: skm.mean_pinball_loss(y, p, sample_weight=w, alpha=0.5),
    "pinball_90": lambda y, p, w: skm.mean_pinball_loss(y, p, sample_weight=w, alpha=0.9),
    "mean_error": lambda y, p, w: sum(v * (a - b) for a, b, v in zip(y, p, w or [1] * len(y))) / sum(w or [1] * len(y)),
    "mean_prediction": lambda y, p, w: sum(v * b for b, v in zip(p, w or [1] * len(p))) / sum(w or [1] * len(p)),
}


def classes_table(rows, seed, names=("cat", "dog", "emu"), kind=pa.string(), missing=0.0, weights=False, rare=None,
                  never=None):
    draw = random.Random(seed)
    columns = {"label": [], "prediction": [], "weight": []}
    for _ in range(rows):
        truth = draw.choices(names, weights=rare)[0]
        guess = truth if draw.random() < 0.6 else draw.choice(names)
        if guess == never:
            guess = names[0]
        columns["label"].append(None if draw.random() < missing else truth)
        columns["prediction"].append(None if draw.random() < missing else guess)
        columns["weight"].append(draw.choice([0.25, 1.0, 3.0]) + draw.random() if weights else 1.0)
    return Table(columns, {"label": kind, "prediction": kind, "weight": pa.float64()})


CLASS_TABLES = {
    "empty": dict(rows=0, seed=1),
    "one row": dict(rows=1, seed=2),
    "two rows": dict(rows=2, seed=3),
    "ten": dict(rows=10, seed=4),
    "missing": dict(rows=300, seed=5, missing=0.2),
    "one class": dict(rows=40, seed=6, names=("only",)),
    "two classes": dict(rows=90, seed=7, names=("no", "yes")),
    "never predicted": dict(rows=200, seed=8, never="emu"),
    "rare": dict(rows=200, seed=9, rare=[100, 100, 1]),
    "weights": dict(rows=300, seed=10, weights=True, missing=0.1),
    "integers": dict(rows=300, seed=11, names=(3, 1, 20, -4), kind=pa.int64()),
    "floats": dict(rows=300, seed=12, names=(0.0, 1.0, 2.0), kind=pa.float64()),
    "unicode": dict(rows=400, seed=13, names=tuple(UNICODE_GROUPS)),
    "forty": dict(rows=3000, seed=14, names=tuple(f"c{i:02}" for i in range(40))),
    "block - 1": dict(rows=BLOCK - 1, seed=15),
    "block + 1": dict(rows=BLOCK + 1, seed=16, weights=True, missing=0.01),
}


def peer(function, y, p, w, tolerates=False):
    """The peer's number, or None where it warns, raises, or has no rows."""
    if not y:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore" if tolerates else "error")
        try:
            value = float(function(y, p, w))
        except (ValueError, UserWarning, RuntimeWarning):
            return None
    return value if math.isfinite(value) else None


def compare(result, want, tolerance, what):
    if want is None:
        assert result["value"] is None and result["undefined"], what
        return
    assert result["undefined"] is None, f"{what}: {result['undefined']}, not {want}"
    assert result["value"] == pytest.approx(want, rel=0, abs=tolerance * max(1.0, abs(want))), what
    if result["interval"]:
        assert result["interval"]["low"] <= result["value"] <= result["interval"]["high"], what


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize("name", CLASS_TABLES)
def test_classes_equal_scikit_learn(name, kind, tmp_path):
    settings = CLASS_TABLES[name]
    table = classes_table(**settings)
    weighted = settings.get("weights", False)
    arguments = ["--label", "label", "--prediction", "prediction", "--task", "multiclass"]
    arguments += ["--weight", "weight"] if weighted else []
    results = by_id(ask("performance", table.write(tmp_path, kind), *arguments))
    assert set(results) == {f"performance.{identifier}" for identifier in CLASSES}
    rows = table.complete("label", "prediction")
    # Ours are sorted by their bytes, which for these is scikit-learn's own order.
    y, p, w = rows["label"], rows["prediction"], rows["weight"] if weighted else None
    one = len(set(y) | set(p)) < 2
    for identifier, function in CLASSES.items():
        want = peer(function, y, p, w, identifier in WARNS_IN_VAIN)
        if identifier == "mcc" and (len(set(y)) < 2 or len(set(p)) < 2) or identifier.startswith("cohen") and one:
            want = None
        tolerance = summed_tolerance(len(y)) + counted_tolerance() if weighted else counted_tolerance()
        result = results[f"performance.{identifier}"]
        compare(result, want, tolerance, identifier)
        assert result["rows"] == len(y)
        assert result["rows"] + sum(result["excluded"].values()) == table.rows


def test_each_class_is_listed(tmp_path):
    table = classes_table(rows=200, seed=20, never="emu")
    results = by_id(ask("performance", table.write(tmp_path, "csv"), "--label", "label", "--prediction", "prediction"))
    y, p = table.columns["label"], table.columns["prediction"]
    for name, function in [("precision", skm.precision_score), ("recall", skm.recall_score), ("f1", skm.f1_score)]:
        groups = results[f"performance.{name}_macro"]["groups"]
        assert [group["group"] for group in groups] == ["cat", "dog", "emu"]
        assert [group["count"] for group in groups] == [y.count(label) for label in ["cat", "dog", "emu"]]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            want = function(y, p, average=None, labels=["cat", "dog", "emu"])
        for group, number in zip(groups, want):
            if name == "precision" and group["group"] == "emu":
                assert group["value"] is None
            else:
                assert group["value"] == pytest.approx(number, abs=1e-12)
    assert results["performance.precision_macro"]["undefined"] == "one class is never predicted"


def numbers_table(rows, seed, missing=0.0, weights=False, scale=1.0, constant=False, negative=False, ties=False):
    draw = random.Random(seed)
    columns = {"label": [], "prediction": [], "weight": []}
    for _ in range(rows):
        truth = 5.0 if constant else draw.gauss(0, 2) if negative else draw.expovariate(0.3)
        guess = truth + draw.gauss(0.1, 0.8)
        if ties:
            truth, guess = round(truth), round(guess)
        if not negative:
            guess = abs(guess)
        columns["label"].append(None if draw.random() < missing else truth * scale)
        columns["prediction"].append(None if draw.random() < missing else guess * scale)
        columns["weight"].append(draw.choice([0.25, 1.0, 3.0]) + draw.random() if weights else 1.0)
    return Table(columns, {name: pa.float64() for name in columns})


NUMBER_TABLES = {
    "empty": dict(rows=0, seed=1),
    "one row": dict(rows=1, seed=2),
    "two rows": dict(rows=2, seed=3),
    "three rows": dict(rows=3, seed=4),
    "missing": dict(rows=300, seed=5, missing=0.2),
    "constant": dict(rows=50, seed=6, constant=True),
    "negative": dict(rows=301, seed=7, negative=True),
    "ties": dict(rows=200, seed=8, ties=True),
    "weights": dict(rows=300, seed=9, weights=True),
    "weights, ties": dict(rows=300, seed=10, weights=True, ties=True),
    "huge": dict(rows=300, seed=11, scale=1e100),
    "tiny": dict(rows=300, seed=12, scale=1e-100),
    "block + 1": dict(rows=BLOCK + 1, seed=13, missing=0.01),
    "two blocks + 1": dict(rows=2 * BLOCK + 1, seed=14, weights=True, negative=True),
}


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize("name", NUMBER_TABLES)
def test_numbers_equal_scikit_learn(name, kind, tmp_path):
    settings = NUMBER_TABLES[name]
    table = numbers_table(**settings)
    weighted = settings.get("weights", False)
    arguments = ["--label", "label", "--prediction", "prediction", "--task", "regression"]
    arguments += ["--weight", "weight"] if weighted else []
    results = by_id(ask("performance", table.write(tmp_path, kind), *arguments))
    assert set(results) == {f"performance.{identifier}" for identifier in NUMBERS}
    rows = table.complete("label", "prediction")
    y, p, w = rows["label"], rows["prediction"], rows["weight"] if weighted else None
    for identifier, function in NUMBERS.items():
        want = peer(function, y, p, w)
        if identifier in {"r2", "explained_variance", "d2_absolute_error"} and len(set(y)) < 2:
            want = None
        result = results[f"performance.{identifier}"]
        scale = max([abs(value) for value in y + p], default=1.0)
        # The sums' own scale: a difference of numbers of that size is off by their last bit.
        power = {"mse": 2}.get(identifier, 1) if identifier not in {"r2", "explained_variance", "d2_absolute_error", "mape",
                                                                     "msle"} else 0
        tolerance = (summed_tolerance(len(y)) + counted_tolerance()) * max(1.0, scale ** power)
        if want is not None and identifier == "mape":
            tolerance *= max(1.0, abs(want))
        compare(result, want, tolerance, identifier)
        assert result["rows"] == len(y)


def test_which_task_it_is(tmp_path):
    def task(label, prediction, kind=pa.float64()):
        path = Table({"y": label, "p": prediction}, {"y": kind, "p": kind}).write(tmp_path, "parquet")
        answer = run("performance", path, "--label", "y", "--prediction", "p", "--format", "json")
        return answer

    import json
    def ids(answer):
        assert answer.returncode == 0, answer.stderr
        return {result["id"] for result in json.loads(answer.stdout)["results"]}

    assert "performance.f1" in ids(task([0, 1, 1], [1, 1, 0]))
    assert "performance.f1_macro" in ids(task([0, 1, 2], [1, 1, 0]))
    assert "performance.f1_macro" in ids(task(["a", "b", "c"], ["a", "b", "b"], pa.string()))
    assert "performance.mse" in ids(task([0.5, 1, 2], [1, 1, 0]))
    refused = task(list(range(21)), list(range(21)), pa.int64())
    assert refused.returncode == 2
    assert "--task multiclass" in refused.stderr and "--task regression" in refused.stderr
    refused = task(["a", "b", "c"], ["a", "b", "b"], pa.string())
    path = Table({"y": ["a", "b"], "p": ["a", "b"]}, {"y": pa.string(), "p": pa.string()}).write(tmp_path, "csv")
    refused = run("performance", path, "--label", "y", "--prediction", "p", "--task", "regression")
    assert refused.returncode == 2 and "numbers are wanted" in refused.stderr


BINARY = {
    "specificity": lambda y, p, w: skm.recall_score(y, p, sample_weight=w, pos_label=0),
    "jaccard": lambda y, p, w: skm.jaccard_score(y, p, sample_weight=w),
    "mcc": lambda y, p, w: skm.matthews_corrcoef(y, p, sample_weight=w),
    "cohen_kappa": lambda y, p, w: skm.cohen_kappa_score(y, p, sample_weight=w),
    "zero_one_loss": lambda y, p, w: skm.zero_one_loss(y, p, sample_weight=w),
    "hamming_loss": lambda y, p, w: skm.hamming_loss(y, p, sample_weight=w),
}


def ece(y, s, w):
    """From scikit-learn's own bins, with the weights it does not take."""
    import numpy as np
    y, s, w = np.array(y), np.array(s), np.array(w if w is not None else [1.0] * len(y))
    bins = np.searchsorted(np.linspace(0, 1, 11)[1:-1], s)
    return sum(abs((w * (s - y))[bins == b].sum()) for b in range(10)) / w.sum()


def gain(y, s, w):
    """By spreading tied rows over their places: the expectation over random orders of ties."""
    w = w if w is not None else [1.0] * len(y)
    wanted, found, below = 0.1 * sum(w), 0.0, 0.0
    for score in sorted(set(s), reverse=True):
        weight = sum(v for t, v in zip(s, w) if t == score)
        positives = sum(v for t, v, label in zip(s, w, y) if t == score and label)
        share = min(1.0, max(0.0, (wanted - below) / weight))
        found, below = found + share * positives, below + weight
    return found / sum(v for v, label in zip(w, y) if label)


SCORES = {
    "average_precision": lambda y, s, w: skm.average_precision_score(y, s, sample_weight=w),
    "ece": ece,
    "gain_at_10": gain,
    "lift_at_10": lambda y, s, w: 10 * gain(y, s, w),
}


@pytest.mark.parametrize("settings", [
    dict(rows=2, seed=61), dict(rows=40, seed=62), dict(rows=500, seed=63, score_levels=10, missing=0.1),
    dict(rows=400, seed=64, weights=True, score_levels=20), dict(rows=300, seed=65, positive_rate=0.02),
    dict(rows=60, seed=66, one_class=True)])
def test_binary_measures_equal_the_peers(settings, tmp_path):
    table = make(**settings)
    weighted = settings.get("weights", False)
    arguments = ["--label", "label", "--prediction", "prediction", "--score", "score"]
    arguments += ["--weight", "weight"] if weighted else []
    results = by_id(ask("performance", table.write(tmp_path, "parquet"), *arguments))
    for functions, column in [(BINARY, "prediction"), (SCORES, "score")]:
        rows = table.complete("label", column)
        y, other, w = rows["label"], rows[column], rows["weight"] if weighted else None
        for identifier, function in functions.items():
            want = peer(function, y, other, w)
            if identifier == "specificity" and 0 not in y or identifier in {"mcc"} and (len(set(y)) < 2 or len(set(other)) < 2):
                want = None
            if identifier == "cohen_kappa" and len(set(y) | set(other)) < 2:
                want = None
            compare(results[f"performance.{identifier}"], want, summed_tolerance(len(y)) + 1e-12, identifier)
    rows = table.complete("label", "score")
    if not weighted and len(set(rows["label"])) == 2:
        sides = [[s for s, y in zip(rows["score"], rows["label"]) if y == side] for side in (0, 1)]
        assert results["performance.ks_statistic"]["value"] == pytest.approx(
            scipy.stats.ks_2samp(*sides).statistic, abs=1e-12)


def test_bins_are_scikit_learns(tmp_path):
    """Scores on the edges of bins, where one bin more or less shows."""
    scores = [i / 10 for i in range(11)] * 3 + [0.05, 0.3000000000000001, 0.30000000000000004, 0.95]
    labels = [i % 2 for i in range(len(scores))]
    table = Table({"y": labels, "s": scores}, {"y": pa.int64(), "s": pa.float64()})
    result = by_id(ask("performance", table.write(tmp_path, "parquet"), "--label", "y", "--score", "s"))["performance.ece"]
    assert result["value"] == pytest.approx(ece(labels, scores, None), abs=1e-12)
    true, predicted = calibration_curve(labels, scores, n_bins=10)
    assert len(true) == 10


def test_slices(tmp_path):
    table = make(rows=600, seed=70, missing=0.05)
    results = ask("performance", table.write(tmp_path, "parquet"), "--label", "label", "--prediction", "prediction",
                  "--score", "score", "--slice", "group")["results"]
    rows = table.complete("label", "prediction", "group")
    result = next(r for r in results if r["id"] == "performance.f1" and r.get("column") == "group")
    for group in result["groups"]:
        picked = [i for i, name in enumerate(rows["group"]) if name == group["group"]]
        assert group["count"] == len(picked)
        assert group["value"] == pytest.approx(
            skm.f1_score([rows["label"][i] for i in picked], [rows["prediction"][i] for i in picked]), abs=1e-12)
    assert result["value"] == pytest.approx(skm.f1_score(rows["label"], rows["prediction"]), abs=1e-12)
    rows = table.complete("label", "score", "group")
    result = next(r for r in results if r["id"] == "performance.roc_auc" and r.get("column") == "group")
    for group in result["groups"]:
        picked = [i for i, name in enumerate(rows["group"]) if name == group["group"]]
        assert group["value"] == pytest.approx(
            skm.roc_auc_score([rows["label"][i] for i in picked], [rows["score"][i] for i in picked]), abs=1e-12)


def test_the_weakest_slice_is_found(tmp_path):
    """A pair of values in which predictions are worse is named; without it, nothing is."""
    draw = random.Random(80)
    for planted in [True, False]:
        columns = {"y": [], "p": [], "a": [], "b": []}
        for _ in range(3000):
            a, b, truth = draw.choice("xyz"), draw.choice([1, 2]), draw.randrange(2)
            wrong = 0.5 if planted and (a, b) == ("y", 2) else 0.15
            for name, value in [("y", truth), ("p", 1 - truth if draw.random() < wrong else truth), ("a", a), ("b", b)]:
                columns[name].append(value)
        table = Table(columns, {"y": pa.int64(), "p": pa.int64(), "a": pa.string(), "b": pa.int64()})
        path = table.write(tmp_path, "parquet")
        arguments = ["--label", "y", "--prediction", "p", "--search", "a,b"]
        result = by_id(ask("performance", path, *arguments))["performance.weakest_slice"]
        if not planted:
            assert result["value"] == 0 and result["groups"] == []
            continue
        assert result["groups"][0]["group"] == "a=y, b=2"
        inside = [t == p for t, p, a, b in zip(*columns.values()) if (a, b) == ("y", 2)]
        outside = [t == p for t, p, a, b in zip(*columns.values()) if (a, b) != ("y", 2)]
        assert result["value"] == pytest.approx(sum(inside) / len(inside) - sum(outside) / len(outside), abs=1e-12)
        assert result["interval"]["high"] < 0
        assert "a=y, b=2" in run("performance", path, *arguments).stdout
