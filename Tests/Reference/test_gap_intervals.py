"""Intervals of means, of R² and of gaps of smooth measures over groups, against their formulas worked out with numpy and scipy."""

import random

import numpy as np
import pyarrow as pa
import pytest
import scipy.stats
import sklearn.metrics

from tables import Table, ask, by_id, make

Z = scipy.stats.norm.ppf(0.975)


def numbers(rows, seed, groups="ab", weights=False, ratio=1):
    draw = random.Random(seed)
    columns = {name: [] for name in ["y", "p", "group", "weight"]}
    for _ in range(rows):
        group = draw.choices(groups, weights=[ratio] + [1] * (len(groups) - 1))[0]
        y = draw.gauss(10, 2)
        columns["y"].append(y)
        columns["p"].append(y + draw.gauss(0.1, 0.6 + 0.2 * groups.index(group)))
        columns["group"].append(group)
        columns["weight"].append(draw.choice([0.5, 1.0, 4.0]) + draw.random() if weights else 1.0)
    return Table(columns, {"y": pa.float64(), "p": pa.float64(), "group": pa.string(), "weight": pa.float64()})


def standard_error(x, w, mean):
    n = len(x)
    return np.sqrt(n / (n - 1) * np.sum((w * (x - mean)) ** 2)) / np.sum(w)


def on_logarithm(mean, error):
    return mean / np.exp(Z * error / mean), mean * np.exp(Z * error / mean)


def columns(table, keep=None):
    keep = np.ones(table.rows, bool) if keep is None else keep
    return [np.array(table.columns[name])[keep] for name in ["y", "p", "weight"]]


def influence(y, p, w):
    """R² and the standard error of 1 − R², from the influence of each row."""
    centre = np.average(y, weights=w)
    below = np.sum(w * (y - centre) ** 2)
    rest = np.sum(w * (y - p) ** 2) / below
    return 1 - rest, standard_error(np.sum(w) / below * ((y - p) ** 2 - rest * (y - centre) ** 2), w, 0)


@pytest.mark.parametrize("weights", [False, True])
def test_intervals_of_means_and_r2(weights, tmp_path):
    table = numbers(500, 1, weights=weights)
    results = by_id(ask("performance", table.write(tmp_path, "parquet"), "--label", "y", "--prediction", "p", "--task",
                        "regression", *(["--weight", "weight"] if weights else [])))
    y, p, w = columns(table)
    terms = {"mae": np.abs(y - p), "mse": (y - p) ** 2, "mape": np.abs(y - p) / np.abs(y)}
    for name, x in terms.items():
        mean = np.average(x, weights=w)
        want = on_logarithm(mean, standard_error(x, w, mean))
        interval = results[f"performance.{name}"]["interval"]
        assert (interval["low"], interval["high"]) == pytest.approx(want, rel=1e-9), name
        assert interval["method"] == "normal-log"
    value, error = influence(y, p, w)
    low, high = on_logarithm(1 - value, error)
    interval = results["performance.r2"]["interval"]
    assert (interval["low"], interval["high"]) == pytest.approx((1 - high, 1 - low), rel=1e-9)


@pytest.mark.parametrize("weights", [False, True])
def test_intervals_of_losses(weights, tmp_path):
    table = make(rows=400, seed=2, weights=weights)
    results = by_id(ask("performance", table.write(tmp_path, "parquet"), "--label", "label", "--score", "score",
                        *(["--weight", "weight"] if weights else [])))
    y, s, w = (np.array(table.columns[name], float) for name in ["label", "score", "weight"])
    q = np.where(y == 1, s, 1 - s)
    for name, x in {"log_loss": -np.log(np.clip(q, 2.0 ** -52, 1 - 2.0 ** -52)), "brier": (1 - q) ** 2}.items():
        mean = np.average(x, weights=w)
        interval = results[f"performance.{name}"]["interval"]
        assert (interval["low"], interval["high"]) == pytest.approx(on_logarithm(mean, standard_error(x, w, mean)), rel=1e-9)


def test_few_rows_have_no_interval(tmp_path):
    results = by_id(ask("performance", numbers(29, 3).write(tmp_path, "csv"), "--label", "y", "--prediction", "p", "--task",
                        "regression"))
    for name in ["mae", "r2", "mean_prediction"]:
        assert results[f"performance.{name}"]["interval"] is None


def mover(a, a_limits, b, b_limits):
    low = a - b - np.hypot(a - a_limits[0], b_limits[1] - b)
    high = a - b + np.hypot(a_limits[1] - a, b - b_limits[0])
    return low, high


@pytest.mark.parametrize("weights", [False, True])
@pytest.mark.parametrize("ratio", [1, 10])
def test_gaps_of_two_groups(weights, ratio, tmp_path):
    table = numbers(900, 5, weights=weights, ratio=ratio)
    results = by_id(ask("fairness", table.write(tmp_path, "parquet"), "--label", "y", "--prediction", "p", "--task",
                        "regression", "--sensitive", "group", "--measure", "mae,r2,rmse,mean_prediction",
                        *(["--weight", "weight"] if weights else [])))
    group = np.array(table.columns["group"])
    sides = [columns(table, group == name) for name in "ab"]
    rows = min(len(side[0]) for side in sides)
    # Of two groups the critical value is the normal one but for the draws, and Student's widening.
    student = scipy.stats.t.ppf(0.975, rows - 1)
    values = []
    for y, p, w in sides:
        x = np.abs(y - p)
        mean = np.average(x, weights=w)
        values.append((mean, standard_error(x, w, mean)))
    for name, step in [("difference", lambda v: v), ("ratio", np.log)]:
        result = results[f"fairness.mae_{name}"]
        assert result["interval"]["method"] == "simultaneous-normal"
        ends = []
        for critical in [student, 1.25 * student]:
            limits = [(step(m * np.exp(-critical * e / m)), step(m * np.exp(critical * e / m))) for m, e in values]
            low, high = mover(step(values[0][0]), limits[0], step(values[1][0]), limits[1])
            if name == "difference":
                ends.append((max(0, low, -high), max(high, -low)))
            else:
                ends.append((np.exp(min(low, -high)), np.exp(min(0, high, -low))))
        interval = result["interval"]
        assert ends[1][0] - 1e-9 <= interval["low"] <= ends[0][0] + 1e-9
        assert ends[0][1] - 1e-9 <= interval["high"] <= ends[1][1] + 1e-9
        assert interval["low"] <= result["value"] <= interval["high"]
    for name in ["r2", "rmse"]:
        interval = results[f"fairness.{name}_difference"]["interval"]
        assert interval["low"] <= results[f"fairness.{name}_difference"]["value"] <= interval["high"]
    # Its standard error is not known for weighted rows.
    assert (results["fairness.mean_prediction_difference"]["interval"] is None) == weights


@pytest.mark.parametrize("equal", [False, True])
def test_intervals_of_weighted_areas(equal, tmp_path):
    """The influence of each row by weighted placements; with equal weights it is DeLong's."""
    table = make(rows=500, seed=8, weights=True)
    if equal:
        table.columns["weight"] = [2.5] * table.rows
    arguments = ["performance", table.write(tmp_path, "parquet"), "--label", "label", "--score", "score"]
    result = by_id(ask(*arguments, "--weight", "weight"))["performance.roc_auc"]
    y, s, w = (np.array(table.columns[name], float) for name in ["label", "score", "weight"])
    sides = [(s[y == value], w[y == value]) for value in (1, 0)]
    (above, a), (below, b) = sides
    won = (above[:, None] > below) + (above[:, None] == below) / 2
    area = a @ won @ b / a.sum() / b.sum()
    parts = [(won @ b / b.sum() - area, a), (a @ won / a.sum() - area, b)]
    variance = sum(len(weight) / (len(weight) - 1) * ((weight * part) ** 2).sum() / weight.sum() ** 2 for part, weight in parts)
    half = scipy.stats.norm.ppf(0.975) * np.sqrt(variance) / (area * (1 - area))
    want = [1 / (1 + np.exp(-(np.log(area / (1 - area)) + sign * half))) for sign in (-1, 1)]
    interval = result["interval"]
    assert interval["method"] == "delong-weighted"
    assert (interval["low"], interval["high"]) == pytest.approx(want, rel=1e-9)
    if equal:
        plain = by_id(ask(*arguments))["performance.roc_auc"]["interval"]
        assert (plain["low"], plain["high"]) == pytest.approx(want, rel=1e-9)
    gaps = by_id(ask(
        "fairness", arguments[1], "--label", "label", "--prediction", "prediction", "--score", "score", "--sensitive", "group",
        "--measure", "roc_auc", "--weight", "weight"))
    gap = gaps["fairness.roc_auc_difference"]
    assert 0 <= gap["interval"]["low"] <= gap["value"] <= gap["interval"]["high"]


@pytest.mark.parametrize("classes", [2, 4])
def test_intervals_of_weighted_classes(classes, tmp_path):
    """Each row's influence on scikit-learn's own measure, by weighing the row a little more and a little less."""
    random = np.random.default_rng(classes)
    labels = random.integers(0, classes, 150)
    predictions = np.where(random.random(150) < 0.7, labels, random.integers(0, classes, 150))
    weights = random.integers(1, 5, 150) / 4
    names = np.array(["a", "b", "c", "d"])
    (tmp_path / "t.csv").write_text("y,p,w\n" + "".join(
        f"{names[y]},{names[p]},{w}\n" for y, p, w in zip(labels, predictions, weights)))
    results = by_id(ask("performance", tmp_path / "t.csv", "--label", "y", "--prediction", "p", "--weight", "w", "--task", "multiclass"))
    measures = {
        "f1_macro": lambda w: sklearn.metrics.f1_score(labels, predictions, average="macro", sample_weight=w),
        "balanced_accuracy": lambda w: sklearn.metrics.balanced_accuracy_score(labels, predictions, sample_weight=w),
        "cohen_kappa": lambda w: sklearn.metrics.cohen_kappa_score(labels, predictions, sample_weight=w),
        "mcc": lambda w: sklearn.metrics.matthews_corrcoef(labels, predictions, sample_weight=w),
    }
    effective = weights.sum() ** 2 / (weights**2).sum()
    for name, measure in measures.items():
        least = -1 if name in ("cohen_kappa", "mcc") else 0
        influence = []
        for row in range(len(weights)):
            step = np.zeros(len(weights))
            step[row] = 1e-4 * weights[row]
            influence.append((measure(weights + step) - measure(weights - step)) / 2e-4)
        error = np.sqrt(effective / (effective - 1) * np.square(influence).sum())
        value = measure(weights)
        share = (value - least) / (1 - least)
        half = scipy.stats.norm.ppf(0.975) * error / (1 - least) / (share * (1 - share))
        ends = [least + (1 - least) / (1 + np.exp(-(np.log(share / (1 - share)) + sign * half))) for sign in (-1, 1)]
        interval = results[f"performance.{name}"]["interval"]
        assert interval["method"] == "jackknife-logit"
        # Differences of steps of 1e-4 are right to about 1e-8 of the derivative, and those of a row and of its cell differ by as much.
        assert (interval["low"], interval["high"]) == pytest.approx(ends, abs=1e-6), name
    accuracy = results["performance.accuracy"]
    assert accuracy["interval"]["low"] < accuracy["value"] < accuracy["interval"]["high"]


def test_gaps_of_areas_and_scores_of_classes(tmp_path):
    table = make(rows=1500, seed=6)
    results = by_id(ask("fairness", table.write(tmp_path, "parquet"), "--label", "label", "--prediction", "prediction",
                        "--score", "score", "--sensitive", "group", "--measure", "roc_auc,f1,mcc,log_loss,ece"))
    for name in ["roc_auc", "f1", "mcc", "log_loss"]:
        for gap in ["difference", "ratio"]:
            result = results[f"fairness.{name}_{gap}"]
            assert 0 <= result["interval"]["low"] <= result["value"] <= result["interval"]["high"], (name, gap)
            assert gap == "difference" or result["interval"]["high"] <= 1
    assert results["fairness.ece_difference"]["interval"] is None


def test_the_same_question_has_the_same_answer(tmp_path):
    path = numbers(400, 7, groups="abcd").write(tmp_path, "parquet")
    arguments = ["fairness", path, "--label", "y", "--prediction", "p", "--task", "regression", "--sensitive", "group"]
    first, again = ask(*arguments), ask(*arguments)
    assert first["results"] == again["results"]
    assert by_id(first)["fairness.mae_difference"]["interval"]["method"] == "simultaneous-normal"


def effective(x, w):
    """Wilson's interval at the rows that would show the rate as well as these weighted ones."""
    rate = np.average(x, weights=w)
    variance = np.sum(w ** 2 * (x - rate) ** 2) / np.sum(w) ** 2
    n = rate * (1 - rate) / variance if 0 < rate < 1 else np.sum(w) ** 2 / np.sum(w ** 2)
    centre = (rate + Z ** 2 / (2 * n)) / (1 + Z ** 2 / n)
    half = Z / (1 + Z ** 2 / n) * np.sqrt((rate * (1 - rate) + Z ** 2 / (4 * n)) / n)
    return max(0, centre - half), min(1, centre + half)


def test_weighted_rates_have_the_interval_of_their_effective_rows(tmp_path):
    table = make(rows=700, seed=8, weights=True)
    path = table.write(tmp_path, "parquet")
    arguments = ["--label", "label", "--prediction", "prediction", "--weight", "weight"]
    results = by_id(ask("performance", path, *arguments))
    y, p, w = (np.array(table.columns[name], float) for name in ["label", "prediction", "weight"])
    parts = {"accuracy": (y == p, np.full(len(y), True)), "recall": (p == 1, y == 1), "precision": (y == 1, p == 1),
             "specificity": (p == 0, y == 0), "zero_one_loss": (y != p, np.full(len(y), True))}
    for name, (hit, taken) in parts.items():
        interval = results[f"performance.{name}"]["interval"]
        assert (interval["low"], interval["high"]) == pytest.approx(effective(hit[taken].astype(float), w[taken]), rel=1e-9), name
        assert interval["method"] == "wilson-effective"
    gaps = by_id(ask("fairness", path, *arguments, "--sensitive", "group", "--privileged", "group=a"))
    for name in ["fairness.demographic_parity_difference", "fairness.equalized_odds_ratio", "aif360.disparate_impact"]:
        interval = gaps[name]["interval"]
        assert interval["low"] <= gaps[name]["value"] <= interval["high"], name


def test_equal_weights_change_no_interval(tmp_path):
    table = make(rows=500, seed=9)
    table.columns["weight"] = [2.0] * 500
    path = table.write(tmp_path, "parquet")
    arguments = ["fairness", path, "--label", "label", "--prediction", "prediction", "--sensitive", "group"]
    plain, weighted = by_id(ask(*arguments)), by_id(ask(*arguments, "--weight", "weight"))
    for name, result in plain.items():
        # The effective rows are whole ones rounded down, so a rounding error may cost one row of them.
        for end in ["low", "high"] if result["interval"] else []:
            assert weighted[name]["interval"][end] == pytest.approx(result["interval"][end], abs=0.01), name
