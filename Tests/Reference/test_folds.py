"""`assay performance --folds` against scikit-learn by fold and scipy's Student distribution."""

import random
import statistics

import pyarrow as pa
import pytest
import scipy.stats
import sklearn.metrics as skm

from tables import ask, by_id, make, run


def folded(rows, seed, folds, **settings):
    table = make(rows=rows, seed=seed, **settings)
    draw = random.Random(seed + 1)
    table.columns["fold"] = [draw.choice(folds) for _ in range(rows)]
    table.types["fold"] = pa.int64() if isinstance(folds[0], int) else pa.string()
    return table


@pytest.mark.parametrize("folds", [[0, 1, 2, 3, 4], ["a", "b"], list(range(10))])
@pytest.mark.parametrize("weights", [False, True])
def test_folds_are_measured_apart(folds, weights, tmp_path):
    table = folded(900, 3, folds, weights=weights)
    answer = ask("performance", table.write(tmp_path, "parquet"), "--label", "label", "--prediction", "prediction", "--score",
                 "score", "--folds", "fold", *(["--weight", "weight"] if weights else []))
    results = by_id(answer, column="fold")
    functions = {"accuracy": (skm.accuracy_score, "prediction"), "roc_auc": (skm.roc_auc_score, "score"),
                 "f1": (skm.f1_score, "prediction"), "log_loss": (skm.log_loss, "score")}
    for name, (function, column) in functions.items():
        values = []
        for fold in folds:
            keep = [i for i, value in enumerate(table.columns["fold"]) if value == fold]
            values.append(function([table.columns["label"][i] for i in keep], [table.columns[column][i] for i in keep],
                                   sample_weight=[table.columns["weight"][i] for i in keep] if weights else None))
        result = results[f"performance.{name}_over_folds"]
        assert [group["value"] for group in result["groups"]] == pytest.approx(values, rel=1e-12)
        assert result["value"] == pytest.approx(statistics.fmean(values), rel=1e-12)
        details = result["details"]
        assert details["folds"] == len(folds)
        assert details["standard_deviation"] == pytest.approx(statistics.stdev(values), rel=1e-9)
        assert details["spread"] == pytest.approx(max(values) - min(values), rel=1e-9)
        k = len(folds)
        half = scipy.stats.t.ppf(0.975, k - 1) * statistics.stdev(values) * (1 / k + 1 / (k - 1)) ** 0.5
        assert result["interval"]["low"] == pytest.approx(result["value"] - half, rel=1e-9)
        assert result["interval"]["high"] == pytest.approx(result["value"] + half, rel=1e-9)
        assert result["interval"]["method"] == "nadeau-bengio"


def test_one_fold_has_no_spread(tmp_path):
    table = folded(50, 4, [7])
    result = by_id(ask("performance", table.write(tmp_path, "csv"), "--label", "label", "--prediction", "prediction",
                       "--folds", "fold"), column="fold")["performance.accuracy_over_folds"]
    assert result["interval"] is None and "standard_deviation" not in result["details"] and result["details"]["spread"] == 0


def test_a_fold_without_a_value_is_named(tmp_path):
    table = folded(200, 5, ["one", "two"])
    table.columns["label"] = [0 if fold == "two" else label
                              for fold, label in zip(table.columns["fold"], table.columns["label"])]
    result = by_id(ask("performance", table.write(tmp_path, "csv"), "--label", "label", "--prediction", "prediction",
                       "--folds", "fold"), column="fold")["performance.recall_over_folds"]
    assert result["value"] is None and "in fold two no row is labelled positive" == result["undefined"]


def test_folds_are_told_to_people(tmp_path):
    path = folded(300, 6, [1, 2, 3]).write(tmp_path, "csv")
    answer = run("performance", path, "--label", "label", "--prediction", "prediction", "--folds", "fold")
    assert answer.returncode == 0, answer.stderr
    assert "3 folds by fold" in answer.stdout and "not independent" in answer.stdout
