"""`assay drift --estimate dle` against NannyML 0.13.1's direct loss estimation (answers recorded, as in test_estimates.py).

Its regression is LightGBM's with its defaults; ours follows the same algorithm in double precision. Of features of numbers the
estimates agree to 2e-3, half of them to 1e-4 (a rounding tips a split); of texts, which are split by other rules, they agree as
two estimates of one thing do.
"""

import json
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import mean_absolute_error, mean_absolute_percentage_error, mean_squared_log_error, root_mean_squared_error

from tables import run
from test_estimates import digest, write

RECORDED = Path(__file__).parents[1] / "Fixtures" / "estimates" / "nannyml_losses.json"
MEASURES = ["mae", "mape", "mse", "msle", "rmse", "rmsle"]


def table(rows, seed, shift=0.0, missing=False, texts=False, whole=False, signed=False, constant=False):
    """Numbers whose error grows with a feature."""
    draw = np.random.default_rng(seed)
    first, second = draw.beta(2, 2, rows) + shift, draw.gamma(2, 1, rows)
    if whole:
        first, second = np.round(first * 12), np.round(second)
    columns = {"first": first, "second": second, "third": draw.normal(0, 1, rows)}
    spread = 0.2 + (first / 12 if whole else first)
    if texts:
        group = draw.integers(0, 6, rows)
        columns["group"] = np.array(list("abcdef"))[group]
        spread = spread * (0.5 + group / 3)
    if constant:
        columns["constant"] = np.full(rows, 3.5)
    base = 5 + 2 * first + second
    columns["prediction"] = base - (9 if signed else 0)
    columns["label"] = base - (9 if signed else 0) + draw.normal(0, 1, rows) * spread
    if not signed:
        columns["label"] = np.abs(columns["label"])
    if missing:
        columns["second"] = np.where(draw.random(rows) < 0.3 * (first < 0.5), np.nan, columns["second"])
    return columns


# name: (reference, current)
TABLES = {
    "numbers": (dict(rows=5000, seed=1), dict(rows=3000, seed=2, shift=0.2)),
    "few rows": (dict(rows=90, seed=3), dict(rows=1, seed=4)),
    "too few to divide": (dict(rows=39, seed=5), dict(rows=20, seed=6)),
    "missing": (dict(rows=4000, seed=7, missing=True), dict(rows=2000, seed=8, missing=True, shift=-0.1)),
    "whole numbers": (dict(rows=3000, seed=9, whole=True), dict(rows=2500, seed=10, whole=True)),
    "below zero": (dict(rows=3000, seed=11, signed=True), dict(rows=2000, seed=12, signed=True, shift=0.1)),
    "a constant": (dict(rows=2000, seed=13, constant=True), dict(rows=700, seed=14, constant=True)),
    "texts": (dict(rows=6000, seed=15, texts=True), dict(rows=3000, seed=16, texts=True)),
}


def job(name):
    return {"kind": "losses", "features": [column for column in table(**TABLES[name][0]) if column not in ("label", "prediction")]}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("losses")
    return {name: tuple(write(folder / f"{index}-{side}.parquet", table(**arguments))
                        for side, arguments in enumerate(pair)) for index, (name, pair) in enumerate(TABLES.items())}


@pytest.fixture(scope="module")
def nannyml():
    recorded = json.loads(RECORDED.read_text())
    for name, pair in TABLES.items():
        assert recorded[name]["tables"] == [digest(table(**arguments)) for arguments in pair], f"{name} is another table now"
    return {name: one["answer"] for name, one in recorded.items()}


def estimates(reference, current, *arguments, status=(0, 1)):
    answer = run("drift", reference, current, "--estimate", "dle", "--label", "label", "--prediction", "prediction", "--format", "json",
                 *arguments)
    assert answer.returncode in status, answer.stderr
    return {result["id"].removeprefix("estimated."): result for result in json.loads(answer.stdout)["results"]
            if result["id"].startswith("estimated.")}


@pytest.mark.parametrize("name", TABLES)
def test_estimates_are_nannymls(name, files, nannyml):
    found, want = estimates(*files[name]), nannyml[name]
    assert list(found) == MEASURES
    for measure, result in found.items():
        if result["value"] is None:
            assert measure in ("msle", "rmsle") and "below 0" in result["undefined"] and name == "below zero"
            assert want[measure] is None
            continue
        tolerance = 0.02 if name == "texts" else 2e-3
        assert result["value"] == pytest.approx(want[measure]["estimated"], rel=tolerance), measure
        # NannyML divides by the label as it is, whose sign it loses.
        if not (measure == "mape" and name == "below zero"):
            assert result["details"]["sampling_error"] == pytest.approx(want[measure]["sampling_error"], rel=1e-9), measure


def test_half_of_the_estimates_agree_closely(files, nannyml):
    gaps = []
    for name in TABLES:
        if name == "texts":
            continue
        for measure, result in estimates(*files[name]).items():
            if result["value"] is not None:
                want = nannyml[name][measure]["estimated"]
                gaps.append(abs(result["value"] - want) / want)
    assert np.median(gaps) < 1e-4 and min(gaps) < 1e-8, sorted(gaps)


@pytest.mark.parametrize("name", ["numbers", "texts"])
def test_the_estimate_follows_the_loss(name, files):
    """What was measured before misses the later loss; the estimate is within four deviations of it."""
    columns = table(**TABLES[name][1])
    label, prediction = columns["label"], columns["prediction"]
    realized = {"mae": mean_absolute_error(label, prediction), "rmse": root_mean_squared_error(label, prediction)}
    for measure, value in realized.items():
        result = estimates(*files[name])[measure]
        deviation = result["details"]["sampling_error"]
        assert abs(result["value"] - value) < 4 * deviation
        if name == "numbers":
            assert abs(result["groups"][0]["value"] - value) > 6 * deviation


def test_the_reference_is_measured(files):
    columns = table(**TABLES["numbers"][0])
    label, prediction = columns["label"], columns["prediction"]
    measured = {measure: result["groups"][0]["value"] for measure, result in estimates(*files["numbers"]).items()}
    assert measured["mae"] == pytest.approx(mean_absolute_error(label, prediction), rel=1e-12)
    assert measured["mape"] == pytest.approx(mean_absolute_percentage_error(label, prediction), rel=1e-12)
    assert measured["rmse"] == pytest.approx(root_mean_squared_error(label, prediction), rel=1e-12)
    assert measured["msle"] == pytest.approx(mean_squared_log_error(label, prediction), rel=1e-12)


def test_features_are_chosen_by_name(files):
    some = estimates(*files["numbers"], "--columns", "second")["mae"]
    assert some["details"]["features"] == ["second", "prediction"]
    every = estimates(*files["numbers"])["mae"]
    assert every["details"]["features"] == ["first", "second", "third", "prediction"] and some["value"] != every["value"]


def test_rows_without_numbers_are_counted(tmp_path):
    rows = "x,label,prediction\n1,2,3\n2,,3\n3,1,\n4,1,inf\n5,2,2\n"
    reference, current = tmp_path / "r.csv", tmp_path / "c.csv"
    reference.write_text(rows)
    current.write_text("x,prediction\n1,2\n2,\n")
    mae = estimates(reference, current)["mae"]
    assert mae["groups"][0] == {"group": "reference", "count": 2, "value": 0.5}
    assert mae["rows"] == 1 and mae["value"] == 0.5
    assert mae["excluded"]["missing_label"] == 1 and mae["excluded"]["missing_prediction"] == 3


@pytest.mark.parametrize("arguments, message", [
    (["--label", "label"], "--prediction"),
    (["--prediction", "prediction"], "--label"),
    (["--label", "label", "--prediction", "prediction", "--score", "first"], "--score"),
    (["--label", "label", "--prediction", "label"], "named twice"),
])
def test_what_is_missing_is_said(files, arguments, message):
    answer = run("drift", *files["numbers"], "--estimate", "dle", *arguments)
    assert answer.returncode == 2 and message in answer.stderr


def test_text_in_one_data_set_only_is_refused(tmp_path):
    left = write(tmp_path / "l.parquet", {"x": ["a", "b"], "label": [1.0, 2.0], "prediction": [1.0, 1.0]})
    right = write(tmp_path / "r.parquet", {"x": [1.0, 2.0], "prediction": [1.0, 1.0]})
    answer = run("drift", left, right, "--estimate", "dle", "--label", "label", "--prediction", "prediction")
    assert answer.returncode == 2 and "'x'" in answer.stderr.replace('"', "'")
