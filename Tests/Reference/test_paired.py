"""Two models on the same rows: `assay performance --against-prediction/--against-score` against scipy and DeLong by definition."""

import random

import numpy as np
import pyarrow as pa
import pytest
import scipy.stats
import sklearn.metrics as skm

from tables import Table, ask, by_id, run


def models(rows, seed, better=0.1, missing=0.0, levels=None):
    draw = random.Random(seed)
    columns = {name: [] for name in ["y", "p", "q", "s", "t"]}
    for _ in range(rows):
        truth = draw.random() < 0.4
        shared = draw.gauss(0, 0.15)
        s, t = (min(1, max(0, 0.5 + shared + (0.2 + gain) * (1 if truth else -1) + draw.gauss(0, 0.2))) for gain in (better, 0))
        if levels:
            s, t = round(s * levels) / levels, round(t * levels) / levels
        for name, value in [("y", int(truth)), ("p", int(s >= 0.5)), ("q", int(t >= 0.5)), ("s", s), ("t", t)]:
            columns[name].append(None if draw.random() < missing else value)
    return Table(columns, {"y": pa.int64(), "p": pa.int64(), "q": pa.int64(), "s": pa.float64(), "t": pa.float64()})


def delong(y, s, t):
    """The difference of areas with its standard error, from all pairs."""
    def wins(positive, negative):
        return (positive[:, None] > negative[None, :]) + 0.5 * (positive[:, None] == negative[None, :])
    y, s, t = np.array(y), np.array(s), np.array(t)
    d = wins(s[y == 1], s[y == 0]) - wins(t[y == 1], t[y == 0])
    m, n = d.shape
    return d.mean(), np.sqrt(d.mean(axis=1).var(ddof=1) / m + d.mean(axis=0).var(ddof=1) / n)


@pytest.mark.parametrize("settings", [
    dict(rows=40, seed=1), dict(rows=600, seed=2, missing=0.05), dict(rows=600, seed=3, levels=8), dict(rows=500, seed=4, better=0),
    dict(rows=3000, seed=5, better=0.4)])
def test_binary(settings, tmp_path):
    table = models(**settings)
    results = by_id(ask("performance", table.write(tmp_path, "parquet"), "--label", "y", "--prediction", "p", "--score", "s",
                        "--against-prediction", "q", "--against-score", "t"))
    rows = table.complete("y", "p", "q")
    y, p, q = rows["y"], rows["p"], rows["q"]
    gain = results["performance.accuracy_gain"]
    assert gain["rows"] == len(y)
    assert gain["value"] == pytest.approx(skm.accuracy_score(y, p) - skm.accuracy_score(y, q), abs=1e-12)
    assert gain["interval"]["low"] <= gain["value"] <= gain["interval"]["high"]
    b = sum(a == x != c for a, x, c in zip(y, p, q))
    c = sum(a == x != c for a, c, x in zip(y, p, q))
    want = scipy.stats.binomtest(b, b + c).pvalue if b + c else 1
    assert results["performance.mcnemar_p"]["value"] == pytest.approx(want, rel=1e-9)
    rows = table.complete("y", "s", "t")
    value, error = delong(rows["y"], rows["s"], rows["t"])
    area = results["performance.roc_auc_gain"]
    assert area["value"] == pytest.approx(value, abs=1e-12)
    assert area["value"] == pytest.approx(
        skm.roc_auc_score(rows["y"], rows["s"]) - skm.roc_auc_score(rows["y"], rows["t"]), abs=1e-12)
    assert area["interval"]["high"] == pytest.approx(min(1, value + 1.959963984540054 * error), abs=1e-12)


@pytest.mark.parametrize("missing", [0, 0.1])
def test_other_tasks(missing, tmp_path):
    draw = random.Random(6)
    truth = [draw.gauss(0, 1) for _ in range(300)]
    columns = {"y": truth, "p": [t + draw.gauss(0, 0.3) for t in truth], "q": [t + draw.gauss(0, 0.5) for t in truth]}
    columns = {name: [None if draw.random() < missing else v for v in values] for name, values in columns.items()}
    table = Table(columns, {name: pa.float64() for name in columns})
    results = by_id(ask("performance", table.write(tmp_path, "csv"), "--label", "y", "--prediction", "p",
                        "--against-prediction", "q"))
    rows = table.complete("y", "p", "q")
    for name, function in [("mae", skm.mean_absolute_error), ("mse", skm.mean_squared_error)]:
        result = results[f"performance.{name}_gain"]
        assert result["value"] == pytest.approx(function(rows["y"], rows["q"]) - function(rows["y"], rows["p"]), abs=1e-12)
        assert result["interval"]["method"] == "normal-paired" and result["interval"]["low"] > 0
    names = ["a", "b", "c"]
    y = [draw.choice(names) for _ in range(200)]
    p = [t if draw.random() < 0.8 else "a" for t in y]
    q = [t if draw.random() < 0.6 else "b" for t in y]
    table = Table({"y": y, "p": p, "q": q}, {name: pa.string() for name in "ypq"})
    result = by_id(ask("performance", table.write(tmp_path, "csv"), "--label", "y", "--prediction", "p",
                       "--against-prediction", "q"))["performance.accuracy_gain"]
    assert result["value"] == pytest.approx(skm.accuracy_score(y, p) - skm.accuracy_score(y, q), abs=1e-12)


def test_what_is_refused(tmp_path):
    table = models(30, 8)
    table.columns["w"] = [1.0] * 30
    table.types["w"] = pa.float64()
    path = table.write(tmp_path, "csv")
    common = ["performance", path, "--label", "y", "--prediction", "p"]
    for arguments, word in [(["--against-score", "t"], "--score"), (["--against-prediction", "q", "--weight", "w"], "weights"),
                            (["--against-prediction", "qq"], "'qq'")]:
        answer = run(*common, *arguments)
        assert answer.returncode == 2 and word in answer.stderr, answer.stderr
