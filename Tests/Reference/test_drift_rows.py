"""Drift of errors and of whole rows: concept drift by label and prediction, and the energy distance, against scipy."""

import math

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest
from scipy import stats

from drift import ask
from tables import run


def write(folder, name, **columns):
    path = folder / f"{name}.parquet"
    pa.parquet.write_table(pa.table(columns), path)
    return path


def only(answer, identifier):
    found = [result for result in answer["results"] if result["id"] == identifier]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("kind", ["numbers", "texts"])
def test_concept_drift_compares_error_shares(tmp_path, kind):
    draw = np.random.default_rng(41)
    paths, wrong = [], []
    for name, rows, rate in (("R", 500, 0.1), ("C", 800, 0.2)):
        truth = draw.integers(0, 2, rows)
        miss = draw.random(rows) < rate
        guess = np.where(miss, 1 - truth, truth)
        wrong.append([int(miss.sum()), rows - int(miss.sum())])
        if kind == "texts":
            truth, guess = (np.array(["nein", "ja"])[values] for values in (truth, guess))
        paths.append(write(tmp_path, name, y=truth.tolist() + [None], p=guess.tolist() + [guess[0].item()]))
    answer = ask(*paths, "--label", "y", "--prediction", "p")
    result = only(answer, "drift.concept")
    want = stats.chi2_contingency(np.array(wrong), correction=False)
    assert result["value"] == pytest.approx(want.pvalue, rel=1e-9)
    assert result["details"]["reference_error"] == wrong[0][0] / 500
    assert result["excluded"]["missing_label"] == 2
    assert answer["status"] == 1
    assert {result["details"].get("role") for result in answer["results"][2:]} == {"label", "prediction"}


def test_concept_drift_compares_residuals(tmp_path):
    draw = np.random.default_rng(42)
    paths, residuals = [], []
    for name, rows, shift in (("R", 400, 0), ("C", 300, 0.1)):
        guess = draw.normal(size=rows)
        truth = guess + draw.normal(shift, 0.5, rows)
        residuals.append(truth - guess)
        paths.append(write(tmp_path, name, y=truth, p=guess))
    result = only(ask(*paths, "--label", "y", "--prediction", "p"), "drift.concept")
    assert result["value"] == pytest.approx(stats.ks_2samp(*residuals).pvalue, rel=1e-9)
    assert result["details"]["current_mean_residual"] == pytest.approx(residuals[1].mean(), rel=1e-12)


def test_whole_rows_show_what_no_column_does(tmp_path):
    draw = np.random.default_rng(43)
    paths = []
    for name, rows, sign in (("R", 400, 1), ("C", 450, -1), ("S", 420, 1)):
        a = draw.normal(size=rows)
        b = 0.9 * sign * a + math.sqrt(1 - 0.81) * draw.normal(size=rows)
        paths.append(write(tmp_path, name, a=a, b=b, c=draw.choice(["u", "v"], rows)))
    turned = ask(paths[0], paths[1], "--multivariate")
    assert only(turned, "drift.multivariate")["value"] == 0.001
    assert turned["results"][0]["details"]["drifted_columns"] == 0 and turned["status"] == 1
    same = ask(paths[0], paths[2], "--multivariate")
    assert only(same, "drift.multivariate")["value"] > 0.02 and same["status"] == 0
    assert same["results"] == ask(paths[0], paths[2], "--multivariate")["results"]


def test_the_energy_distance_of_one_column_is_scipys(tmp_path):
    draw = np.random.default_rng(44)
    sides = [draw.normal(size=120), draw.normal(0.5, 2, 90)]
    paths = [write(tmp_path, name, a=values) for name, values in zip("RC", sides)]
    result = only(ask(*paths, "--multivariate"), "drift.multivariate")
    deviation = np.concatenate(sides).std()
    assert result["details"]["statistic"] == pytest.approx(
        stats.energy_distance(*(side / deviation for side in sides)), rel=1e-9)
    assert result["value"] == 0.001


@pytest.mark.parametrize("extra, message", [
    (["--label", "y", "--prediction", "q"], "no column 'q'"),
    (["--label", "y", "--prediction", "p", "--mode", "evidently"], "strict only"),
])
def test_bad_roles_are_named(tmp_path, extra, message):
    path = write(tmp_path, "R", y=[0, 1, 1], p=[0, 1, 0])
    answer = run("drift", path, path, *extra)
    assert answer.returncode == 2 and message in answer.stderr
