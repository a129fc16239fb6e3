"""AIF360's consistency and generalized rates, against AIF360 and scikit-learn, on seeded random tables."""

import json
import random

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from aif360.datasets import BinaryLabelDataset
from aif360.metrics import BinaryLabelDatasetMetric, ClassificationMetric

from tables import BLOCK, Table, ask, by_id, make, run, summed_tolerance

GENERALIZED = [f"generalized_{name}" for name in ["true_positive_rate", "false_positive_rate", "false_negative_rate",
                                                  "true_negative_rate"]]


def people(rows, seed, weights=False, missing=0.0):
    draw = random.Random(seed)
    columns = {name: [] for name in ["label", "prediction", "score", "sex", "age", "income", "weight"]}
    for _ in range(rows):
        truth = int(draw.random() < 0.5)
        score = min(1.0, max(0.0, draw.gauss(0.6 if truth else 0.4, 0.25)))
        columns["label"].append(truth)
        columns["prediction"].append(int(score > 0.5))
        columns["score"].append(score)
        columns["sex"].append(draw.randrange(2))
        # No two rows are alike, so that no choice among equally near ones is left.
        columns["age"].append(None if draw.random() < missing else draw.gauss(40, 12) + 5 * truth)
        columns["income"].append(draw.lognormvariate(2, 0.5))
        columns["weight"].append(draw.random() + 0.2 if weights else 1.0)
    kinds = {name: pa.float64() for name in ["score", "age", "income", "weight"]}
    return Table(columns, {name: kinds.get(name, pa.int64()) for name in columns})


def dataset(table, outcome, weights=False):
    frame = pd.DataFrame(table.columns)[["age", "income", "sex", outcome, "weight"]].rename(columns={outcome: "y"})
    return BinaryLabelDataset(df=frame.astype(float), label_names=["y"], protected_attribute_names=["sex"],
                              instance_weights_name="weight")


@pytest.mark.parametrize("rows", [5, 6, 300, 2000])
@pytest.mark.parametrize("neighbors", [1, 5])
@pytest.mark.parametrize("outcome", ["label", "prediction"])
def test_consistency_is_aif360s(rows, neighbors, outcome, tmp_path):
    table = people(rows, seed=rows + neighbors)
    data = dataset(table, outcome)
    want = BinaryLabelDatasetMetric(data, [{"sex": 0}], [{"sex": 1}]).consistency(n_neighbors=neighbors)[0]
    policy = tmp_path / "policy.yaml"
    named = ", prediction: prediction" if outcome == "prediction" else ", prediction: label"
    policy.write_text(
        "assay: policy/v1\nname: r\nversion: '1'\napplies-to: {models: ['*'], stages: [Production]}\n"
        f"data: {{dataset: table.parquet, predictions: dataset, label: label{named}}}\n"
        "accept: [supplied]\nchecks:\n"
        f"  - {{id: aif360.consistency, features: 'age,income,sex', n_neighbors: {neighbors}, min: 0}}\n")
    answer = run("check", policy, "--data", table.write(tmp_path, "parquet"), "--format", "json")
    assert answer.returncode == 0, answer.stderr + answer.stdout
    result = json.loads(answer.stdout)["results"][0]
    assert result["value"] == pytest.approx(want, rel=0, abs=1e-12)
    assert result["rows"] == rows


def test_consistency_of_labels_and_of_rows_that_miss_something(tmp_path):
    table = people(400, seed=7, missing=0.2)
    answer = ask("fairness", table.write(tmp_path, "csv"), "--label", "label", "--sensitive", "sex", "--features",
                 "age,income,sex")
    result = by_id(answer)["aif360.consistency"]
    keep = [row for row, age in enumerate(table.columns["age"]) if age is not None]
    complete = Table({name: [values[row] for row in keep] for name, values in table.columns.items()}, table.types)
    metric = BinaryLabelDatasetMetric(dataset(complete, "label"), [{"sex": 0}], [{"sex": 1}])
    assert result["value"] == pytest.approx(metric.consistency()[0], rel=0, abs=1e-12)
    assert result["rows"] == len(keep) and result["details"]["missing_features"] == 400 - len(keep)
    assert result["options"] == {"features": "age,income,sex", "n_neighbors": "5"}


def test_equally_near_rows_are_taken_in_order(tmp_path):
    columns = {"label": [1, 0, 0, 0, 0, 0, 1], "x": [0, 0, 0, 0, 0, 0, 9], "sex": [0, 1] * 3 + [0]}
    table = Table(columns, {name: pa.int64() for name in columns})
    result = by_id(ask("fairness", table.write(tmp_path, "csv"), "--label", "label", "--sensitive", "sex", "--features",
                       "x"))["aif360.consistency"]
    # The first five rows are everyone's neighbours, but that the last row is its own with the first four.
    gaps = [abs(1 - 0.2)] + [0.2] * 5 + [abs(1 - 0.4)]
    assert result["value"] == pytest.approx(1 - sum(gaps) / 7, abs=1e-15)


def test_few_rows_have_no_consistency(tmp_path):
    table = people(4, seed=9)
    result = by_id(ask("fairness", table.write(tmp_path, "csv"), "--label", "label", "--sensitive", "sex", "--features",
                       "age"))["aif360.consistency"]
    assert result["value"] is None and "fewer than 5 rows" in result["undefined"]


@pytest.mark.parametrize("rows, weights", [(1, False), (40, False), (500, True), (BLOCK + 1, True)])
def test_generalized_rates_are_aif360s(rows, weights, tmp_path):
    table = people(rows, seed=20 + rows, weights=weights)
    arguments = ["--weight", "weight"] if weights else []
    results = by_id(ask("fairness", table.write(tmp_path, "parquet"), "--label", "label", "--score", "score", "--sensitive",
                        "sex", "--privileged", "sex=1", *arguments))
    truth = dataset(table, "label")
    predicted = truth.copy()
    predicted.scores = np.array(table.columns["score"]).reshape(-1, 1)
    predicted.labels = np.array([float(score >= 0.5) for score in table.columns["score"]]).reshape(-1, 1)
    metric = ClassificationMetric(truth, predicted, [{"sex": 0}], [{"sex": 1}])
    tolerance = summed_tolerance(rows) + 1e-12
    for name in GENERALIZED:
        result = results[f"aif360.{name}"]
        sides = [result["value"]] + [group["value"] for group in result["groups"]]
        for privileged, value in zip([None, False, True], sides):
            with np.errstate(all="ignore"):
                want = getattr(metric, name)(privileged=privileged)
            if not np.isfinite(want):
                assert value is None
            else:
                assert value == pytest.approx(want, rel=0, abs=tolerance), (name, privileged)


def test_generalized_rates_need_probabilities(tmp_path):
    table = make(rows=50, seed=30)
    table.columns["score"] = [score * 3 for score in table.columns["score"]]
    results = by_id(ask("fairness", table.write(tmp_path, "csv"), "--label", "label", "--score", "score", "--sensitive", "group",
                        "--privileged", "group=a"))
    assert "no probabilities" in results["aif360.generalized_true_positive_rate"]["undefined"]
