"""`assay fairness` with any measure, control columns and crossings against Fairlearn's MetricFrame; AIF360's named set; the
reference-group views. On seeded random tables; groups in which a measure is undefined are left out on both sides.
"""

import math
import random
import warnings

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import sklearn.metrics as skm
from fairlearn import metrics as fm

from tables import Table, ask, by_id, make, run, summed_tolerance

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from aif360.datasets import BinaryLabelDataset
    from aif360.metrics import BinaryLabelDatasetMetric, ClassificationMetric
    from aif360.sklearn import metrics as am

MEASURES = {
    "accuracy": skm.accuracy_score, "balanced_accuracy": skm.balanced_accuracy_score, "precision": skm.precision_score,
    "recall": skm.recall_score, "f1": skm.f1_score, "zero_one_loss": skm.zero_one_loss, "mcc": skm.matthews_corrcoef,
    "selection_rate": fm.selection_rate, "true_positive_rate": fm.true_positive_rate,
    "false_negative_rate": fm.false_negative_rate,
}
AGGREGATES = {
    "difference": lambda frame: frame.difference(method="between_groups"),
    "ratio": lambda frame: frame.ratio(method="between_groups"),
    "difference_to_overall": lambda frame: frame.difference(method="to_overall"),
    "ratio_to_overall": lambda frame: frame.ratio(method="to_overall"),
    "group_min": lambda frame: frame.group_min(),
    "group_max": lambda frame: frame.group_max(),
}


def people(rows, seed, weights=False):
    draw = random.Random(seed)
    table = make(rows=rows, seed=seed, weights=weights)
    table.columns["sex"] = [draw.choice(["f", "m"]) for _ in range(rows)]
    table.columns["site"] = [draw.choice([1, 2]) for _ in range(rows)]
    table.types.update(sex=pa.string(), site=pa.int64())
    return table


def close(value, want, tolerance, what):
    if want is None or not math.isfinite(want):
        assert value is None, what
    else:
        assert value is not None and value == pytest.approx(want, rel=0, abs=tolerance * max(1, abs(want))), what


@pytest.mark.parametrize("weighted", [False, True])
def test_any_measure_equals_metric_frame(weighted, tmp_path):
    table = people(900, 1, weighted)
    columns = table.columns
    arguments = ["--label", "label", "--prediction", "prediction", "--sensitive", "group", "--measure", ",".join(MEASURES)]
    arguments += ["--weight", "weight"] if weighted else []
    results = by_id(ask("fairness", table.write(tmp_path, "parquet"), *arguments))
    for name, function in MEASURES.items():
        frame = fm.MetricFrame(
            metrics=function, y_true=columns["label"], y_pred=columns["prediction"],
            sensitive_features=pd.Series(columns["group"]),
            sample_params={"sample_weight": columns["weight"]} if weighted else None)
        own = results[f"fairness.{name}"]
        close(own["value"], frame.overall, 1e-12, name)
        for group in own["groups"]:
            close(group["value"], frame.by_group[group["group"]], 1e-12, name)
        for aggregate, value in AGGREGATES.items():
            close(results[f"fairness.{name}_{aggregate}"]["value"], float(value(frame)), 1e-11, f"{name}_{aggregate}")


def test_crossings_and_controls_equal_metric_frame(tmp_path):
    table = people(1500, 2)
    columns = table.columns
    path = table.write(tmp_path, "csv")
    answer = ask("fairness", path, "--label", "label", "--prediction", "prediction", "--sensitive", "group,sex", "--intersect")
    crossed = by_id(answer, "group,sex")
    frame = fm.MetricFrame(metrics=fm.selection_rate, y_true=columns["label"], y_pred=columns["prediction"],
                           sensitive_features=pd.DataFrame({name: columns[name] for name in ["group", "sex"]}))
    groups = {tuple(group["group"].split(", ")): group["value"] for group in crossed["fairness.selection_rate"]["groups"]}
    assert groups == pytest.approx(dict(frame.by_group), abs=1e-12)
    close(crossed["fairness.demographic_parity_difference"]["value"], frame.difference(), 1e-12, "crossed")

    answer = by_id(ask("fairness", path, "--label", "label", "--prediction", "prediction", "--sensitive", "group",
                       "--control", "site", "--measure", "selection_rate,f1"))
    for name, function in [("selection_rate", fm.selection_rate), ("f1", skm.f1_score)]:
        frame = fm.MetricFrame(metrics=function, y_true=columns["label"], y_pred=columns["prediction"],
                               sensitive_features=pd.Series(columns["group"], name="group"),
                               control_features=pd.Series(columns["site"], name="site"))
        shown = run("fairness", path, "--label", "label", "--prediction", "prediction", "--sensitive", "group", "--control",
                    "site", "--measure", name)
        assert shown.returncode == 0 and "1, a" in shown.stdout, shown.stderr
        for aggregate, value in AGGREGATES.items():
            levels = {str(level): number for level, number in value(frame).items()}
            result = answer[f"fairness.{name}_{aggregate}"]
            assert {g["group"]: g["value"] for g in result["groups"]} == pytest.approx(levels, abs=1e-12), aggregate
            worst = min if "ratio" in aggregate or aggregate == "group_min" else max
            close(result["value"], worst(levels.values()), 1e-12, aggregate)


FAIRLEARN = ["true_positive_rate", "true_negative_rate", "false_positive_rate", "false_negative_rate", "selection_rate"]
GENERATED = [f"{name}_{form}" for name in FAIRLEARN for form in ["difference", "ratio"]] + [
    "accuracy_score_difference", "accuracy_score_ratio", "accuracy_score_group_min", "zero_one_loss_difference",
    "zero_one_loss_ratio", "zero_one_loss_group_max", "balanced_accuracy_score_group_min", "precision_score_group_min",
    "recall_score_group_min", "f1_score_group_min"]


def test_fairlearns_generated_names(tmp_path):
    """Each by a policy, since that is where people write names down."""
    table = people(700, 3)
    path = table.write(tmp_path, "parquet")
    checks = "\n".join(f"  - {{id: fairness.{name}, column: group, between: [0, 1]}}" for name in GENERATED)
    policy = tmp_path / "policy.yaml"
    policy.write_text(
        "assay: policy/v1\nname: names\nversion: '1'\napplies-to: {models: ['*'], stages: [Production]}\n"
        "data: {dataset: table.parquet, predictions: dataset, label: label, prediction: prediction}\n"
        f"accept: [supplied]\nchecks:\n{checks}\n")
    answer = run("check", policy, "--data", path, "--format", "json")
    assert answer.returncode == 0, answer.stderr + answer.stdout
    import json
    results = {result["id"]: result["value"] for result in json.loads(answer.stdout)["results"]}
    for name in GENERATED:
        want = getattr(fm, name)(table.columns["label"], table.columns["prediction"],
                                 sensitive_features=pd.Series(table.columns["group"]))
        close(results[f"fairness.{name}"], want, 1e-12, name)


def test_scores_by_group(tmp_path):
    table = people(900, 4)
    results = by_id(ask("fairness", table.write(tmp_path, "csv"), "--label", "label", "--score", "score", "--sensitive",
                        "group", "--measure", "roc_auc,log_loss"))
    y, s, g = (np.array(table.columns[name]) for name in ["label", "score", "group"])
    for name, function in [("roc_auc", skm.roc_auc_score), ("log_loss", skm.log_loss)]:
        want = {group: function(y[g == group], s[g == group]) for group in "abc"}
        got = {group["group"]: group["value"] for group in results[f"fairness.{name}"]["groups"]}
        assert got == pytest.approx(want, abs=1e-11)
        close(results[f"fairness.{name}_difference"]["value"], max(want.values()) - min(want.values()), 1e-11, name)


@pytest.mark.parametrize("task", ["multiclass", "regression"])
def test_other_tasks_by_group(task, tmp_path):
    draw = random.Random(5)
    groups = [draw.choice("ab") for _ in range(500)]
    if task == "multiclass":
        label = [draw.choice("xyz") for _ in groups]
        prediction = [t if draw.random() < 0.7 else draw.choice("xyz") for t in label]
        kind, functions = pa.string(), {"accuracy": skm.accuracy_score, "f1_macro": lambda y, p: skm.f1_score(y, p, average="macro")}
    else:
        label = [draw.gauss(0, 1) for _ in groups]
        prediction = [t + draw.gauss(0.1, 0.5) for t in label]
        kind, functions = pa.float64(), {"rmse": skm.root_mean_squared_error, "r2": skm.r2_score, "mae": skm.mean_absolute_error}
    table = Table({"y": label, "p": prediction, "g": groups}, {"y": kind, "p": kind, "g": pa.string()})
    results = by_id(ask("fairness", table.write(tmp_path, "parquet"), "--label", "y", "--prediction", "p", "--sensitive",
                        "g", "--task", task))
    for name, function in functions.items():
        frame = fm.MetricFrame(metrics=function, y_true=label, y_pred=prediction, sensitive_features=pd.Series(groups))
        close(results[f"fairness.{name}"]["value"], frame.overall, 1e-12, name)
        for aggregate, value in AGGREGATES.items():
            close(results[f"fairness.{name}_{aggregate}"]["value"], float(value(frame)), 1e-11, f"{name}_{aggregate}")


SIDED = ["statistical_parity_difference", "disparate_impact", "average_odds_difference", "average_abs_odds_difference",
         "equalized_odds_difference", "average_predictive_value_difference", "equal_opportunity_difference",
         "true_positive_rate_difference", "false_positive_rate_difference", "false_negative_rate_difference",
         "false_omission_rate_difference", "false_discovery_rate_difference", "error_rate_difference",
         "false_positive_rate_ratio", "false_negative_rate_ratio", "false_omission_rate_ratio",
         "false_discovery_rate_ratio", "error_rate_ratio"]
# AIF360 leaves row weights out of these.
UNWEIGHTED = ["generalized_entropy_index", "theil_index", "coefficient_of_variation",
              "between_group_generalized_entropy_index", "between_group_theil_index",
              "between_group_coefficient_of_variation", "between_all_groups_generalized_entropy_index",
              "between_all_groups_theil_index", "between_all_groups_coefficient_of_variation"]
GROUPS = ["differential_fairness_bias_amplification"]


@pytest.mark.parametrize("rows,seed,weighted,rate", [(40, 6, False, 0.5), (700, 7, False, 0.5), (700, 8, True, 0.3)])
def test_aif360s_named_set(rows, seed, weighted, rate, tmp_path):
    table = make(rows=rows, seed=seed, weights=weighted, groups=(0, 1, 2), group_type=pa.int64(), positive_rate=rate)
    columns = table.columns
    frame = pd.DataFrame({"label": columns["label"], "group": columns["group"], "w": columns["weight"]})
    # AIF360's protected attribute has two sides; the third group is unprivileged by our rule, so it is by its list.
    data = BinaryLabelDataset(df=frame, label_names=["label"], protected_attribute_names=["group"],
                              privileged_protected_attributes=[[1]], unprivileged_protected_attributes=[[0, 2]],
                              instance_weights_name="w")
    predicted = data.copy()
    predicted.labels = np.array(columns["prediction"], dtype=float).reshape(-1, 1)
    metric = ClassificationMetric(data, predicted, unprivileged_groups=[{"group": 0}, {"group": 2}],
                                  privileged_groups=[{"group": 1}])
    arguments = ["--label", "label", "--prediction", "prediction", "--sensitive", "group", "--privileged", "group=1"]
    arguments += ["--weight", "weight"] if weighted else []
    results = by_id(ask("fairness", table.write(tmp_path, "parquet"), *arguments))
    for name in SIDED + GROUPS + ([] if weighted else UNWEIGHTED):
        with np.errstate(all="ignore"):
            want = float(getattr(metric, name)())
        close(results[f"aif360.{name}"]["value"], want, 1e-11, name)
    # Ours is of the outcome that is judged, as statistical parity is; AIF360's classification metric takes the labels.
    outcome = BinaryLabelDatasetMetric(predicted, unprivileged_groups=[{"group": 0}, {"group": 2}],
                                       privileged_groups=[{"group": 1}])
    close(results["aif360.smoothed_empirical_differential_fairness"]["value"],
          float(outcome.smoothed_empirical_differential_fairness()), 1e-11, "smoothed edf")
    index = pd.MultiIndex.from_arrays([columns["group"]], names=["group"])
    y, p = pd.Series(columns["label"], index=index), pd.Series(columns["prediction"], index=index)
    weight = np.array(columns["weight"]) if weighted else None
    want = am.conditional_demographic_disparity(y, p, prot_attr="group", sample_weight=weight)
    close(results["aif360.conditional_demographic_disparity"]["value"], float(want), 1e-11, "cdd")
    two = [int(group == 1) for group in columns["group"]]
    index = pd.MultiIndex.from_arrays([two], names=["group"])
    y, p = pd.Series(columns["label"], index=index), pd.Series(columns["prediction"], index=index)
    want = am.class_imbalance(y, p, prot_attr="group", sample_weight=weight)
    close(results["aif360.class_imbalance"]["value"], float(want), 1e-11, "class_imbalance")
    want = am.kl_divergence(y, p, prot_attr="group", sample_weight=weight)
    close(results["aif360.kl_divergence"]["value"], float(want), 1e-11, "kl_divergence")


def test_bias_of_the_data_without_a_model(tmp_path):
    table = make(rows=500, seed=9, groups=(0, 1), group_type=pa.int64())
    frame = pd.DataFrame({name: table.columns[name] for name in ["label", "group"]})
    data = BinaryLabelDataset(df=frame, label_names=["label"], protected_attribute_names=["group"])
    metric = BinaryLabelDatasetMetric(data, unprivileged_groups=[{"group": 0}], privileged_groups=[{"group": 1}])
    results = by_id(ask("fairness", table.write(tmp_path, "csv"), "--label", "label", "--sensitive", "group", "--privileged",
                        "group=1"))
    for name in ["disparate_impact", "statistical_parity_difference", "smoothed_empirical_differential_fairness"]:
        close(results[f"aif360.{name}"]["value"], float(getattr(metric, name)()), 1e-12, name)


@pytest.mark.parametrize("selected,passes", [(80, True), (120, True), (79, False), (121, False), (100, True)])
def test_limits_hold_from_a_raw_numeric_column(selected, passes, tmp_path):
    """Privileged are those above 30; 0.8 and 1.2 are within the limits, 0.79 and 1.21 beyond, to the digit."""
    old = [(1, 31 + i % 40) for i in range(100)] + [(0, 60) for _ in range(200)]
    young = [(1, 18 + i % 13) for i in range(selected)] + [(0, 30) for _ in range(300 - selected)]
    rows = old + young
    path = tmp_path / "people.csv"
    path.write_text("approved,prediction,age\n" + "".join(f"{p},{p},{age}\n" for p, age in rows))
    policy = tmp_path / "policy.yaml"
    policy.write_text(
        "assay: policy/v1\nname: ages\nversion: '1'\napplies-to: {models: ['*'], stages: [Production]}\n"
        "data: {dataset: people.csv, predictions: dataset, label: approved, prediction: prediction}\n"
        "accept: [supplied]\nchecks:\n"
        "  - {id: aif360.disparate_impact, column: age, privileged: '> 30', between: [0.8, 1.2]}\n")
    answer = run("check", policy, "--data", path)
    assert answer.returncode == (0 if passes else 1), answer.stdout + answer.stderr


def test_reference_groups(tmp_path):
    table = make(rows=900, seed=10, skew=[5, 2, 2])
    y, p, g = (np.array(table.columns[name]) for name in ["label", "prediction", "group"])
    path = table.write(tmp_path, "parquet")
    policy = tmp_path / "policy.yaml"
    ids = ["aequitas.pprev_disparity", "aequitas.fpr_disparity", "aequitas.for_disparity", "ll144.impact_ratio"]
    policy.write_text(
        "assay: policy/v1\nname: r\nversion: '1'\napplies-to: {models: ['*'], stages: [Production]}\n"
        "data: {dataset: table.parquet, predictions: dataset, label: label, prediction: prediction, score: score}\n"
        "accept: [supplied]\nchecks:\n"
        + "".join(f"  - {{id: {name}, column: group, min: 0}}\n" for name in ids + ["ll144.scoring_impact_ratio"]))
    import json
    answer = run("check", policy, "--data", path, "--format", "json")
    assert answer.returncode == 0, answer.stderr + answer.stdout
    results = {result["id"]: result for result in json.loads(answer.stdout)["results"]}

    def rate(name, group):
        mine = g == group
        if name == "fpr":
            return p[mine & (y == 0)].mean()
        if name == "for":
            return y[mine & (p == 0)].mean()
        return p[mine].mean()

    largest = max("abc", key=lambda group: (g == group).sum())
    for name in ["pprev", "fpr", "for"]:
        want = {group: rate(name, group) / rate(name, largest) for group in "abc"}
        got = {group["group"]: group["value"] for group in results[f"aequitas.{name}_disparity"]["groups"]}
        assert got == pytest.approx(want, abs=1e-12)
        close(results[f"aequitas.{name}_disparity"]["value"], min(min(v, 1 / v) for v in want.values()), 1e-12, name)
    rates = {group: p[g == group].mean() for group in "abc"}
    close(results["ll144.impact_ratio"]["value"], min(rates.values()) / max(rates.values()), 1e-12, "impact ratio")
    s = np.array(table.columns["score"])
    above = {group: (s[g == group] > np.median(s)).mean() for group in "abc"}
    close(results["ll144.scoring_impact_ratio"]["value"], min(above.values()) / max(above.values()), 1e-12, "scoring")


def test_mistakes_are_named(tmp_path):
    table = people(60, 11)
    path = table.write(tmp_path, "csv")
    common = ["fairness", path, "--label", "label", "--prediction", "prediction", "--sensitive"]
    for arguments, words in [
            (["group", "--control", "group"], ["'group'", "control"]), (["group", "--intersect"], ["--sensitive"]),
            (["group", "--measure", "f11"], ["fairness.f11", "did you mean"]), (["group", "--control", "sit"], ["site"]),
            (["group", "--measure", "rmse", "--task", "binary"], ["regression"]), (["group,"], ["--sensitive", "empty"])]:
        answer = run(*common, *arguments)
        assert answer.returncode == 2 and all(word in answer.stderr for word in words), answer.stderr
