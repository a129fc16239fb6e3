"""Clusterings against scikit-learn, on seeded random tables."""

import random

import numpy as np
import pyarrow as pa
import pytest
import sklearn.metrics as skm

from tables import Table, ask, by_id, run


def clusters(rows, seed, count=3, kind="int", missing=0.0, groups="fm"):
    draw = random.Random(seed)
    columns = {name: [] for name in ["cluster", "again", "x", "y", "group"]}
    for _ in range(rows):
        own = draw.randrange(count)
        columns["cluster"].append(own if kind == "int" else f"c{own}")
        columns["again"].append(own + 10 if draw.random() < 0.8 else draw.randrange(count))
        columns["x"].append(None if draw.random() < missing else draw.gauss(4 * own, 1.5))
        columns["y"].append(draw.gauss(-own, 1.0))
        columns["group"].append(draw.choices(groups, weights=[1 + own, 2])[0])
    return Table(columns, {"cluster": pa.int64() if kind == "int" else pa.string(), "again": pa.int64(), "x": pa.float64(),
                           "y": pa.float64(), "group": pa.string()})


def measure(path, *arguments):
    return by_id(ask("performance", path, "--label", "cluster", "--features", "x,y", *arguments))


@pytest.mark.parametrize("settings", [dict(rows=4, seed=1, count=2), dict(rows=60, seed=2), dict(rows=900, seed=3, count=7),
                                      dict(rows=300, seed=4, kind="text", missing=0.1)])
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_silhouettes_are_scikit_learns(settings, kind, tmp_path):
    table = clusters(**settings)
    result = measure(table.write(tmp_path, kind))["performance.silhouette"]
    rows = table.complete("x")
    points, labels = np.array([rows["x"], rows["y"]]).T, rows["cluster"]
    assert result["value"] == pytest.approx(skm.silhouette_score(points, labels), abs=1e-7)
    samples = skm.silhouette_samples(points, labels)
    own = {str(c): np.mean([s for s, l in zip(samples, labels) if l == c]) for c in sorted(set(labels))}
    assert {group["group"]: group["value"] for group in result["groups"]} == pytest.approx(own, abs=1e-7)
    assert result["rows"] == len(labels)


@pytest.mark.parametrize("labels, word", [([1] * 8, "fewer than two clusters"), (list(range(8)), "cluster of its own")])
def test_a_clustering_without_silhouette_is_told(labels, word, tmp_path):
    table = clusters(8, seed=5)
    table.columns["cluster"] = labels
    result = measure(table.write(tmp_path, "csv"))["performance.silhouette"]
    assert result["value"] is None and word in result["undefined"]


@pytest.mark.parametrize("rows, count", [(2, 2), (50, 2), (3000, 9)])
def test_agreement_is_scikit_learns(rows, count, tmp_path):
    table = clusters(rows, seed=rows, count=count)
    result = measure(table.write(tmp_path, "parquet"), "--against-prediction", "again")["performance.adjusted_rand"]
    assert result["value"] == pytest.approx(skm.adjusted_rand_score(table.columns["cluster"], table.columns["again"]), abs=1e-15)


def test_composition_of_clusters(tmp_path):
    table = clusters(700, seed=8)
    result = measure(table.write(tmp_path, "parquet"), "--slice", "group")["fairness.cluster_balance"]
    pairs = list(zip(table.columns["cluster"], table.columns["group"]))
    least = 1.0
    for cluster in range(3):
        size = sum(c == cluster for c, _ in pairs)
        for group in "fm":
            within = pairs.count((cluster, group)) / size
            ratio = within / (sum(g == group for _, g in pairs) / len(pairs))
            least = min(least, ratio, 1 / ratio)
            found = next(g for g in result["groups"] if g["group"] == f"{cluster}, {group}")
            assert found["value"] == pytest.approx(within, rel=1e-12) and found["count"] == pairs.count((cluster, group))
    assert result["value"] == pytest.approx(least, rel=1e-12)


def test_clusters_take_no_predictions(tmp_path):
    path = clusters(20, seed=9).write(tmp_path, "csv")
    answer = run("performance", path, "--label", "cluster", "--features", "x", "--prediction", "again")
    assert answer.returncode == 2 and "--features" in answer.stderr
