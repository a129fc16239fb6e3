"""The curves of `assay performance --curves` against scikit-learn, on seeded random tables."""

import numpy as np
import pytest
import sklearn.metrics as skm
from sklearn.calibration import calibration_curve

from tables import BLOCK, ask, binary, by_id, make, run, summed_tolerance

TABLES = {
    "two rows": dict(rows=2, seed=3),
    "ten": dict(rows=10, seed=5),
    "missing": dict(rows=400, seed=6, missing=0.2),
    "rare": dict(rows=900, seed=9, positive_rate=0.01),
    "ties": dict(rows=500, seed=10, score_levels=5),
    "constant": dict(rows=90, seed=14, score_levels=0.01),
    "weights": dict(rows=500, seed=11, weights=True),
    "weights, ties": dict(rows=500, seed=12, weights=True, score_levels=40),
    "one class": dict(rows=50, seed=8, one_class=True),
    "block + 1": dict(rows=BLOCK + 1, seed=32),
    "block, weights": dict(rows=BLOCK, seed=33, weights=True, missing=0.01),
}


def curve(results, measure, name):
    points = results[f"performance.{measure}"]["details"].get(name)
    return points


def check_kept(points, x, y, thresholds, tolerance):
    """Every point is one of the peer's, found by its threshold; both ends are there; there are few."""
    assert len(points) <= max(200, 3)
    place = {threshold: index for index, threshold in enumerate(thresholds)}
    for point in points:
        index = place[point.get("threshold", np.inf)]
        assert point["x"] == pytest.approx(x[index], rel=0, abs=tolerance)
        assert point["y"] == pytest.approx(y[index], rel=0, abs=tolerance)
    if len(thresholds) <= 200:
        assert len(points) == len(thresholds)
    ends = {points[0].get("threshold", np.inf), points[-1].get("threshold", np.inf)}
    assert ends == {max(thresholds), min(thresholds)}


@pytest.mark.parametrize("name", TABLES)
def test_curves_are_scikit_learns(name, tmp_path):
    settings = TABLES[name]
    table = make(**settings)
    weighted = settings.get("weights", False)
    results = by_id(ask("performance", table.write(tmp_path, "parquet"), "--label", "label", "--score", "score", "--curves",
                        *(["--weight", "weight"] if weighted else [])))
    rows = table.complete("label", "score")
    truth, score = np.array(rows["label"]), np.array(rows["score"])
    weights = np.array(rows["weight"]) if weighted else None
    tolerance = 4 * summed_tolerance(len(truth)) if weighted else 0

    if len(set(truth)) < 2:
        assert "roc_curve" not in results["performance.roc_auc"].get("details", {})
    else:
        fpr, tpr, thresholds = skm.roc_curve(truth, score, sample_weight=weights, drop_intermediate=False)
        points = curve(results, "roc_auc", "roc_curve")
        check_kept(points, fpr, tpr, thresholds, tolerance)
        # What was left out lies close to what is drawn.
        drawn = skm.auc([point["x"] for point in points], [point["y"] for point in points])
        assert drawn == pytest.approx(skm.auc(fpr, tpr), abs=0.001)

    precision, recall, thresholds = skm.precision_recall_curve(truth, score, sample_weight=weights)
    check_kept(curve(results, "average_precision", "precision_recall_curve"), recall, precision,
               np.append(thresholds, np.inf), tolerance)

    order = np.argsort(-score, kind="stable")
    masses = np.ones(len(score)) if weights is None else weights
    taken = np.cumsum(masses[order]) / masses.sum()
    found = np.cumsum((masses * truth)[order]) / (masses * truth).sum()
    last = np.flatnonzero(np.append(np.diff(score[order]) != 0, True))
    by_score = {score[order][i]: (taken[i], found[i]) for i in last}
    for point in curve(results, "gain_at_10", "gains_curve")[1:]:
        assert (point["x"], point["y"]) == pytest.approx(by_score[point["threshold"]], rel=0, abs=1e-11)
    for point in curve(results, "lift_at_10", "lift_curve"):
        share, positives = by_score[point["threshold"]]
        assert point["y"] == pytest.approx(positives / share, rel=1e-9)

    for strategy in ["uniform", "quantile"]:
        points = curve(results, "ece", f"calibration_curve_{strategy}")
        assert sum(point["rows"] for point in points) == len(truth)
        if weighted:
            continue
        share, mean = calibration_curve(truth, score, n_bins=10, strategy=strategy)
        assert [p["x"] for p in points] == pytest.approx(list(mean), rel=summed_tolerance(len(truth)), abs=1e-15)
        assert [p["y"] for p in points] == pytest.approx(list(share), rel=1e-15)


def test_curves_are_given_when_asked_for(tmp_path):
    path = make(rows=300, seed=40).write(tmp_path, "parquet")
    plain = ask("performance", path, "--label", "label", "--score", "score")
    drawn = ask("performance", path, "--label", "label", "--score", "score", "--curves")
    assert not any("details" in result for result in plain["results"])
    assert drawn["predicate"]["parameters"]["curves"] is True
    assert [r["value"] for r in plain["results"]] == [r["value"] for r in drawn["results"]]


def test_curves_need_scores(tmp_path):
    path = make(rows=30, seed=41).write(tmp_path, "csv")
    answer = run("performance", path, "--label", "label", "--prediction", "prediction", "--curves")
    assert answer.returncode == 2 and "--score" in answer.stderr


def test_scores_that_are_no_probabilities_have_no_calibration_curve(tmp_path):
    table = make(rows=60, seed=42)
    table.columns["score"] = [score * 7 - 3 for score in table.columns["score"]]
    results = by_id(ask("performance", table.write(tmp_path, "csv"), "--label", "label", "--score", "score", "--curves"))
    assert "details" not in results["performance.ece"]
    assert binary(table.columns["label"], 1) and results["performance.roc_auc"]["details"]["roc_curve"]
