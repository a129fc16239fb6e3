"""`assay drift --estimate cbpe` for labels of several classes against NannyML 0.13.1 (answers recorded, as in test_estimates.py)."""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from sklearn.metrics import accuracy_score, f1_score, roc_auc_score

from tables import run
from test_estimates import MEASURES, digest, write

RECORDED = Path(__file__).parents[1] / "Fixtures" / "estimates" / "nannyml_classes.json"


def table(rows, seed, classes=("high", "low", "middle"), power=1.0, shift=0.0, predictions=False, rare=False):
    """Scores of each class that add up to 1, and labels that come with probabilities proportional to score ** power."""
    draw = np.random.default_rng(seed)
    weights = np.linspace(1.5, 3, len(classes))
    if rare:
        weights[-1] = 0.15
    score = draw.dirichlet(weights, rows)
    score[:, 0] += shift
    score /= score.sum(axis=1, keepdims=True)
    chances = score ** power
    chances /= chances.sum(axis=1, keepdims=True)
    label = (draw.random((rows, 1)) > np.cumsum(chances, axis=1)).sum(axis=1).clip(0, len(classes) - 1)
    predicted = score.argmax(axis=1)
    if predictions:
        predicted = np.where(draw.random(rows) < 0.2, draw.integers(0, len(classes), rows), predicted)
    names = np.array(classes)
    return {f"p_{name}": score[:, index].copy() for index, name in enumerate(classes)} | {
        "label": names[label], "prediction": names[predicted]}


# name: (reference, current)
TABLES = {
    "three classes": (dict(rows=5000, seed=1), dict(rows=4000, seed=2, shift=0.2)),
    "overconfident": (dict(rows=4000, seed=3, power=0.4), dict(rows=3000, seed=4, power=0.4, shift=0.3)),
    "seven classes": (dict(rows=6000, seed=5, classes=tuple("abcdefg"), power=2), dict(rows=2000, seed=6, classes=tuple("abcdefg"))),
    "predictions of their own": (dict(rows=3000, seed=7, power=1.7, predictions=True), dict(rows=3000, seed=8, predictions=True)),
    "a rare class": (dict(rows=8000, seed=9, rare=True), dict(rows=1500, seed=10, rare=True)),
    "four classes": (dict(rows=2500, seed=11, classes=tuple("wxyz"), power=2), dict(rows=900, seed=12, classes=tuple("wxyz"))),
}


def classes(name):
    return TABLES[name][0].get("classes", ("high", "low", "middle"))


def job(name):
    return {"kind": "classes", "classes": list(classes(name))}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("classes")
    return {name: tuple(write(folder / f"{index}-{side}.parquet", table(**arguments))
                        for side, arguments in enumerate(pair)) for index, (name, pair) in enumerate(TABLES.items())}


def estimates(name, pair, *arguments, prediction=True):
    scores = ",".join(f"{one}=p_{one}" for one in reversed(classes(name)))
    answer = run("drift", *pair, "--estimate", "cbpe", "--label", "label", "--score", scores, "--format", "json",
                 *(["--prediction", "prediction"] if prediction else []), *arguments)
    assert answer.returncode in (0, 1), answer.stderr
    return {result["id"].removeprefix("estimated."): result for result in json.loads(answer.stdout)["results"]
            if result["id"].startswith("estimated.")}


@pytest.mark.parametrize("name", TABLES)
def test_estimates_are_nannymls(name, files):
    recorded = json.loads(RECORDED.read_text())[name]
    assert recorded["tables"] == [digest(table(**arguments)) for arguments in TABLES[name]], "another table now"
    want = recorded["answer"]
    found = estimates(name, files[name])
    assert list(found) == MEASURES
    rows = TABLES[name][1]["rows"]
    for measure, result in found.items():
        assert sorted(result["details"]["calibrated_classes"]) == sorted(want["calibrated"]), measure
        # NannyML rounds each running sum behind the area to five decimals.
        tolerance = 1e-5 * 20 / rows if measure == "roc_auc" else 1e-9
        assert result["value"] == pytest.approx(want[measure], abs=tolerance), measure
        assert result["rows"] == rows and result["details"]["average"] == "macro"


def test_both_decisions_are_covered():
    counts = {(len(one["answer"]["calibrated"]) > 0, len(one["answer"]["calibrated"]) < len(classes(name)))
              for name, one in json.loads(RECORDED.read_text()).items()}
    assert {True, False} <= {first for first, _ in counts} | {not second for _, second in counts}


@pytest.mark.parametrize("name", ["three classes", "overconfident"])
def test_the_reference_is_measured_and_the_highest_score_predicts(name, files):
    columns = table(**TABLES[name][0])
    score = np.column_stack([columns[f"p_{one}"] for one in classes(name)])
    guess = np.array(classes(name))[score.argmax(axis=1)]
    measured = {measure: result["groups"][0]["value"] for measure, result in estimates(name, files[name], prediction=False).items()}
    assert measured["accuracy"] == pytest.approx(accuracy_score(columns["label"], guess), abs=1e-12)
    assert measured["f1"] == pytest.approx(f1_score(columns["label"], guess, average="macro"), abs=1e-12)
    area = roc_auc_score(columns["label"], score, multi_class="ovr", average="macro", labels=list(classes(name)))
    assert measured["roc_auc"] == pytest.approx(area, abs=1e-12)


def test_intervals_hold_the_measured_value(tmp_path):
    """Labels drawn from the scores themselves: of 100 drawings the interval should miss 5; 14 would be one in 2,000."""
    reference = write(tmp_path / "reference.parquet", table(600, 1))
    columns = table(500, 2)
    current = write(tmp_path / "current.parquet", columns)
    found = estimates("three classes", (reference, current), "--calibration", "never")
    score = np.column_stack([columns[f"p_{one}"] for one in classes("three classes")])
    draw, names = np.random.default_rng(3), np.array(classes("three classes"))
    misses = dict.fromkeys(("roc_auc", "f1", "accuracy"), 0)
    for _ in range(100):
        label = names[(draw.random((len(score), 1)) > np.cumsum(score, axis=1)).sum(axis=1).clip(0, 2)]
        measured = {"accuracy": accuracy_score(label, columns["prediction"]),
                    "f1": f1_score(label, columns["prediction"], average="macro"),
                    "roc_auc": roc_auc_score(label, score, multi_class="ovr", labels=list(names))}
        for measure, value in measured.items():
            interval = found[measure]["interval"]
            misses[measure] += not interval["low"] <= value <= interval["high"]
    assert all(count <= 14 for count in misses.values()), misses
    assert any(count > 0 for count in misses.values()), "intervals that never miss are too wide"


def test_a_label_without_a_score_is_refused(files):
    reference, current = files["three classes"]
    answer = run("drift", reference, current, "--estimate", "cbpe", "--label", "label", "--score", "high=p_high,low=p_low",
                 "--prediction", "prediction")
    assert answer.returncode == 2 and "middle" in answer.stderr


def test_a_class_nobody_predicts_has_no_precision(tmp_path):
    columns = {"p_a": [0.6, 0.7, 0.8, 0.5], "p_b": [0.3, 0.2, 0.1, 0.3], "p_c": [0.1, 0.1, 0.1, 0.2], "label": list("abca")}
    path = write(tmp_path / "t.parquet", columns)
    answer = run("drift", path, path, "--estimate", "cbpe", "--label", "label", "--score", "a=p_a,b=p_b,c=p_c", "--format", "json")
    found = {result["id"]: result for result in json.loads(answer.stdout)["results"]}
    precision = found["estimated.precision"]
    assert precision["value"] is None and "no row is predicted" in precision["undefined"]
    assert found["estimated.accuracy"]["value"] == pytest.approx(0.65)


def test_missing_scores_are_left_out(tmp_path):
    rows = {"p_a": [0.6, None, 0.2, 0.5], "p_b": [0.4, 0.4, 0.8, 0.5], "label": ["a", "b", "b", None]}
    path = tmp_path / "t.parquet"
    pa.parquet.write_table(pa.table(rows), path)
    answer = run("drift", path, path, "--estimate", "cbpe", "--label", "label", "--score", "a=p_a,b=p_b", "--format", "json")
    accuracy = next(one for one in json.loads(answer.stdout)["results"] if one["id"] == "estimated.accuracy")
    assert accuracy["rows"] == 3 and accuracy["groups"][0]["count"] == 2
    assert accuracy["excluded"]["missing_label"] == 1 and accuracy["excluded"]["missing_prediction"] == 2
    assert accuracy["value"] == pytest.approx((0.6 + 0.8 + 0.5) / 3)
