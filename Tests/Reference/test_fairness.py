"""`assay fairness` against Fairlearn and AIF360, on seeded random tables.

Fairlearn's functions and AIF360's metrics are asked on the rows that miss nothing. Where every group has what a rate needs the
numbers must be equal; where a group has not, Fairlearn counts its rate as 0 and we leave the group out: then the
expectation is built from Fairlearn's own rates of the other groups.
"""

import math
import warnings

import pandas as pd
import pyarrow as pa
import pytest
import sklearn.metrics as skm
from fairlearn import metrics as fm

from tables import (BLOCK, LABELS, UNICODE_GROUPS, Table, ask, binary, by_id, counted_tolerance, make, run,
                    summed_tolerance)

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from aif360.datasets import BinaryLabelDataset
    from aif360.metrics import BinaryLabelDatasetMetric, ClassificationMetric

RATES = {
    "fairness.selection_rate": fm.selection_rate,
    "fairness.true_positive_rate": fm.true_positive_rate,
    "fairness.false_positive_rate": fm.false_positive_rate,
    "fairness.true_negative_rate": fm.true_negative_rate,
    "fairness.false_negative_rate": fm.false_negative_rate,
    "fairness.accuracy": skm.accuracy_score,
}
GAPS = {
    "fairness.demographic_parity_difference": (fm.demographic_parity_difference, ["selection_rate"]),
    "fairness.demographic_parity_ratio": (fm.demographic_parity_ratio, ["selection_rate"]),
    "fairness.equalized_odds_difference":
        (fm.equalized_odds_difference, ["true_positive_rate", "false_positive_rate"]),
    "fairness.equalized_odds_ratio": (fm.equalized_odds_ratio, ["true_positive_rate", "false_positive_rate"]),
    "fairness.equal_opportunity_difference": (fm.equal_opportunity_difference, ["true_positive_rate"]),
    "fairness.equal_opportunity_ratio": (fm.equal_opportunity_ratio, ["true_positive_rate"]),
}
# Labels that a rate's rows must have.
CONDITION = {"true_positive_rate": 1, "false_negative_rate": 1, "false_positive_rate": 0, "true_negative_rate": 0}

TABLES = {
    "empty": dict(rows=0, seed=1),
    "one row": dict(rows=1, seed=2),
    "two rows": dict(rows=2, seed=3),
    "ten": dict(rows=10, seed=4),
    "one group": dict(rows=60, seed=5, groups=("only",)),
    "one class": dict(rows=60, seed=6, one_class=True),
    "missing": dict(rows=400, seed=7, missing=0.15),
    "all missing": dict(rows=20, seed=8, missing=1.0),
    "rare": dict(rows=300, seed=9, positive_rate=0.02, skew=[10, 1, 1]),
    "weights": dict(rows=300, seed=10, weights=True),
    "weights, missing": dict(rows=300, seed=11, weights=True, missing=0.1),
    "unicode": dict(rows=600, seed=12, groups=tuple(UNICODE_GROUPS)),
    "integer groups": dict(rows=200, seed=13, groups=(30, 4, -1), group_type=pa.int64()),
    "float groups": dict(rows=200, seed=14, groups=(0.5, 1.0, 1e-7), group_type=pa.float64(), missing=0.1),
    "boolean groups": dict(rows=200, seed=15, groups=(True, False), group_type=pa.bool_()),
    "many groups": dict(rows=2000, seed=16, groups=tuple(f"g{i:02}" for i in range(20))),
    **{f"{label} labels": dict(rows=150, seed=30 + i, label=label, missing=0.05) for i, label in enumerate(LABELS)},
    "block - 1": dict(rows=BLOCK - 1, seed=40),
    "block + 1": dict(rows=BLOCK + 1, seed=41, weights=True, missing=0.01),
}


def name_of(group):
    """How a group is written: text as it is, numbers in their shortest form, true as 1."""
    if isinstance(group, str):
        return group
    if float(group).is_integer():
        return str(int(group))
    return repr(group).replace("e-0", "e-")


def close(value, want, tolerance, what):
    if want is None or math.isnan(want):
        assert value is None, what
    else:
        assert value == pytest.approx(want, rel=0, abs=tolerance), what


class Expectation:
    """What the peers say about the rows that miss nothing."""

    def __init__(self, table, positive, weighted):
        rows = table.complete("label", "prediction", "group")
        self.truth = binary(rows["label"], positive)
        self.predicted = binary(rows["prediction"], positive)
        self.weights = rows["weight"] if weighted else None
        self.groups = [name_of(group) for group in rows["group"]]
        self.names = sorted(set(self.groups), key=lambda name: name.encode())

    def frame(self, function):
        parameters = {} if self.weights is None else {"sample_weight": self.weights}
        return fm.MetricFrame(metrics=function, y_true=self.truth, y_pred=self.predicted,
                              sensitive_features=pd.Series(self.groups, dtype=object), sample_params=parameters)

    def trials(self, name, group=None):
        want = CONDITION.get(name)
        weights = self.weights or [1.0] * len(self.truth)
        return sum(weight for truth, other, weight in zip(self.truth, self.groups, weights)
                   if group in (None, other) and want in (None, truth))

    def rate(self, identifier):
        """The rate overall and by group; None where there are no rows for it."""
        name = identifier.removeprefix("fairness.")
        if not self.truth:
            return None, {}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            frame = self.frame(RATES["fairness." + name])
        overall = float(frame.overall) if self.trials(name) > 0 else None
        return overall, {group: float(frame.by_group[group]) if self.trials(name, group) > 0 else None
                         for group in self.names}

    def gap(self, identifier):
        function, names = GAPS[identifier]
        values = []
        for name in names:
            rates = [rate for rate in self.rate(name)[1].values() if rate is not None]
            if len(rates) < 2:
                return None
            if identifier.endswith("ratio"):
                if max(rates) == 0:
                    return None
                values.append(min(rates) / max(rates))
            else:
                values.append(max(rates) - min(rates))
        value = min(values) if identifier.endswith("ratio") else max(values)
        if all(self.trials(name, group) > 0 for name in names for group in self.names):
            # Every group has the rates: Fairlearn's own function must say the same.
            own = function(self.truth, self.predicted, sensitive_features=pd.Series(self.groups, dtype=object),
                           sample_weight=self.weights)
            assert own == pytest.approx(value, abs=1e-12)
        return value


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize("name", TABLES)
def test_equals_fairlearn(name, kind, tmp_path):
    settings = TABLES[name]
    table = make(**settings)
    _, positive, _, needs_positive = LABELS[settings.get("label", "integer")]
    arguments = ["--label", "label", "--prediction", "prediction", "--sensitive", "group"]
    if needs_positive:
        arguments += ["--positive", positive]
    weighted = settings.get("weights", False)
    if weighted:
        arguments += ["--weight", "weight"]
    results = by_id(ask("fairness", table.write(tmp_path, kind), *arguments), column="group")
    assert set(results) == set(RATES) | set(GAPS)

    expectation = Expectation(table, positive, weighted)
    count = len(expectation.truth)
    tolerance = counted_tolerance() + (summed_tolerance(count) if weighted else 0)
    for identifier in RATES:
        result = results[identifier]
        overall, groups = expectation.rate(identifier)
        close(result["value"], overall, tolerance, identifier)
        given = {group["group"]: group for group in result["groups"] if group["count"] > 0}
        assert [group["group"].encode() for group in result["groups"] if group["count"] > 0
                ] == [group.encode() for group in sort_groups(groups, settings)]
        for group, rate in groups.items():
            close(given[group]["value"], rate, tolerance, (identifier, group))
            assert given[group]["count"] == expectation.groups.count(group)
        assert result["rows"] == count
        assert result["rows"] + sum(result["excluded"].values()) == table.rows
    for identifier in GAPS:
        result = results[identifier]
        close(result["value"], expectation.gap(identifier), tolerance, identifier)
        assert (result["value"] is None) == (result["undefined"] is not None)
        if result["value"] is None:
            assert result["interval"] is None
        elif result["interval"] is not None:
            assert 0 <= result["interval"]["low"] <= result["value"] + 1e-12
            assert result["value"] - 1e-12 <= result["interval"]["high"] <= 1


def sort_groups(groups, settings):
    """Numbers by value, text by its bytes."""
    if settings.get("group_type", pa.string()) == pa.string():
        return sorted(groups, key=lambda name: name.encode())
    return sorted(groups, key=float)


def aif_frame(truth, protected, weights):
    return pd.DataFrame({"label": [float(value) for value in truth], "protected": [float(value) for value in protected],
                         "weight": weights or [1.0] * len(truth)})


def aif_dataset(frame):
    return BinaryLabelDataset(df=frame, label_names=["label"], protected_attribute_names=["protected"],
                              instance_weights_name="weight", favorable_label=1.0, unfavorable_label=0.0)


PRIVILEGED = dict(privileged_groups=[{"protected": 1.0}], unprivileged_groups=[{"protected": 0.0}])

AIF_TABLES = {
    "equality": (dict(rows=300, seed=60), "group=b", lambda group: group == "b"),
    "missing": (dict(rows=300, seed=61, missing=0.1), "group=a", lambda group: group == "a"),
    "weights": (dict(rows=300, seed=62, weights=True), "group=a", lambda group: group == "a"),
    "greater": (dict(rows=400, seed=63, groups=(18, 30, 31, 65), group_type=pa.int64()), "group>30", lambda g: g > 30),
    "at least": (dict(rows=400, seed=63, groups=(18, 30, 31, 65), group_type=pa.int64()), "group>=30",
                 lambda g: g >= 30),
    "less": (dict(rows=400, seed=64, groups=(0.1, 0.25, 0.5), group_type=pa.float64()), "group<0.25",
             lambda g: g < 0.25),
    "integer as float": (dict(rows=200, seed=65, groups=(0, 1), group_type=pa.int64()), "group=1.0", lambda g: g == 1),
    "unicode": (dict(rows=300, seed=66, groups=tuple(UNICODE_GROUPS)), "group=caf\u00e9", lambda g: g == "caf\u00e9"),
}


@pytest.mark.parametrize("name", AIF_TABLES)
def test_equals_aif360(name, tmp_path):
    settings, rule, holds = AIF_TABLES[name]
    table = make(**settings)
    weighted = settings.get("weights", False)
    arguments = ["--label", "label", "--sensitive", "group", "--privileged", rule]
    if weighted:
        arguments += ["--weight", "weight"]
    path = table.write(tmp_path, "csv")
    results = by_id(ask("fairness", path, *arguments, "--prediction", "prediction"))
    bias = by_id(ask("fairness", path, *arguments))

    rows = table.complete("label", "prediction", "group")
    weights = rows["weight"] if weighted else None
    protected = [holds(group) for group in rows["group"]]
    truth = aif_dataset(aif_frame(rows["label"], protected, weights))
    predicted = aif_dataset(aif_frame(rows["prediction"], protected, weights))
    peer = ClassificationMetric(truth, predicted, **PRIVILEGED)
    tolerance = counted_tolerance() + (summed_tolerance(len(protected)) if weighted else 0)
    for identifier, want in {
        "aif360.statistical_parity_difference": peer.statistical_parity_difference(),
        "aif360.disparate_impact": peer.disparate_impact(),
        "aif360.average_odds_difference": peer.average_odds_difference(),
        "aif360.equal_opportunity_difference": peer.equal_opportunity_difference(),
    }.items():
        result = results[identifier]
        close(result["value"], want, tolerance * max(1, abs(want)), identifier)
        assert result["privileged"] == rule
        assert [group["group"] for group in result["groups"]] == ["unprivileged", "privileged"]
        assert [group["count"] for group in result["groups"]] == [protected.count(False), protected.count(True)]
        if identifier == "aif360.average_odds_difference":
            assert result["interval"] is None
        else:
            assert result["interval"]["low"] <= result["value"] <= result["interval"]["high"]

    rows = table.complete("label", "group")
    weights = rows["weight"] if weighted else None
    peer = BinaryLabelDatasetMetric(
        aif_dataset(aif_frame(rows["label"], [holds(group) for group in rows["group"]], weights)), **PRIVILEGED)
    assert "aif360.average_odds_difference" not in bias
    for identifier, want in {
        "aif360.statistical_parity_difference": peer.statistical_parity_difference(),
        "aif360.disparate_impact": peer.disparate_impact(),
    }.items():
        close(bias[identifier]["value"], want, tolerance * max(1, abs(want)), identifier)
        assert bias[identifier]["measure"] == "base_rate"


def test_data_set_bias_of_a_loan_table(tmp_path):
    """Case T24: a data set's disparate impact by gender, without any prediction; 1 means parity."""
    table = make(rows=500, seed=70, groups=(0, 1), group_type=pa.int64(), missing=0.02)
    table.columns = {"loan_default": table.columns["label"], "gender": table.columns["group"]}
    table.types = {"loan_default": pa.int64(), "gender": pa.int64()}
    answer = ask("fairness", table.write(tmp_path, "csv"), "--label", "loan_default", "--sensitive", "gender",
                 "--privileged", "gender=1")
    rows = table.complete("loan_default", "gender")
    peer = BinaryLabelDatasetMetric(aif_dataset(aif_frame(rows["loan_default"], rows["gender"], None)), **PRIVILEGED)
    results = by_id(answer)
    assert results["aif360.disparate_impact"]["value"] == pytest.approx(peer.disparate_impact(), abs=1e-12)
    assert answer["predicate"]["parameters"]["outcome"] == "label"

    # Parity by construction: the same rows for both genders.
    table.columns = {"loan_default": [0, 1, 1, 0] * 20, "gender": [0] * 40 + [1] * 40}
    results = by_id(ask("fairness", table.write(tmp_path, "csv"), "--label", "loan_default", "--sensitive", "gender",
                        "--privileged", "gender=1"))
    assert results["aif360.disparate_impact"]["value"] == 1
    assert results["aif360.statistical_parity_difference"]["value"] == 0


def test_the_gate_snippets_number(tmp_path):
    """Cases T09, T11, T23: the number a Fairlearn gate compares with 0.1, and the frame it prints beside."""
    table = make(rows=1000, seed=71, groups=("f", "m"))
    results = by_id(ask("fairness", table.write(tmp_path, "parquet"), "--label", "label", "--prediction", "prediction",
                        "--sensitive", "group"))
    truth, predicted, groups = (table.columns[name] for name in ["label", "prediction", "group"])
    gap = fm.demographic_parity_difference(truth, predicted, sensitive_features=groups)
    assert results["fairness.demographic_parity_difference"]["value"] == pytest.approx(gap, abs=1e-12)
    frame = fm.MetricFrame(metrics={"selection_rate": fm.selection_rate, "count": fm.count}, y_true=truth,
                           y_pred=predicted, sensitive_features=groups).by_group
    for group in results["fairness.selection_rate"]["groups"]:
        assert group["count"] == frame.loc[group["group"], "count"]
        assert group["value"] == pytest.approx(frame.loc[group["group"], "selection_rate"], abs=1e-12)


def test_canonically_equivalent_groups_stay_two(tmp_path):
    table = Table({"label": [0, 1, 0, 1], "prediction": [0, 1, 1, 1],
                   "group": ["caf\u00e9", "caf\u00e9", "cafe\u0301", "cafe\u0301"]},
                  {"label": pa.int64(), "prediction": pa.int64(), "group": pa.string()})
    for kind in ["csv", "parquet"]:
        results = by_id(ask("fairness", table.write(tmp_path, kind), "--label", "label", "--prediction", "prediction",
                            "--sensitive", "group"))
        assert [(group["group"], group["count"]) for group in results["fairness.selection_rate"]["groups"]] == [
            ("cafe\u0301", 2), ("caf\u00e9", 2)]


def test_rows_without_a_group_can_be_a_group(tmp_path):
    table = make(rows=300, seed=72, missing=0.1)
    path = table.write(tmp_path, "csv")
    arguments = ["--label", "label", "--prediction", "prediction", "--sensitive", "group"]
    left_out = by_id(ask("fairness", path, *arguments))["fairness.selection_rate"]
    kept = by_id(ask("fairness", path, *arguments, "--missing-group", "not stated"))["fairness.selection_rate"]
    assert left_out["excluded"]["missing_group"] > 0 and kept["excluded"]["missing_group"] == 0
    assert [group["group"] for group in kept["groups"]] == ["a", "b", "c", "not stated"]
    rows = table.complete("label", "prediction")
    frame = fm.MetricFrame(metrics=fm.selection_rate, y_true=rows["label"], y_pred=rows["prediction"],
                           sensitive_features=["not stated" if group is None else group for group in rows["group"]])
    for group in kept["groups"]:
        assert group["value"] == pytest.approx(frame.by_group[group["group"]], abs=1e-12)
    clash = run("fairness", path, *arguments, "--missing-group", "a")
    assert clash.returncode == 2 and "already" in clash.stderr


def test_two_columns_in_one_pass(tmp_path):
    table = make(rows=400, seed=73)
    table.columns["region"] = [("north", "south")[row % 2] for row in range(400)]
    table.types["region"] = pa.string()
    path = table.write(tmp_path, "parquet")
    arguments = ["--label", "label", "--prediction", "prediction"]
    both = ask("fairness", path, *arguments, "--sensitive", "group,region")
    for column in ["group", "region"]:
        alone = ask("fairness", path, *arguments, "--sensitive", column)
        assert by_id(both, column) == by_id(alone, column)


def test_the_answer_is_the_same_every_time(tmp_path):
    path = make(rows=500, seed=74).write(tmp_path, "csv")
    arguments = ["fairness", path, "--label", "label", "--prediction", "prediction", "--sensitive", "group",
                 "--privileged", "group=a"]
    first, second = ask(*arguments), ask(*arguments)
    assert first["results"] == second["results"]
    assert first["results"] == first["predicate"]["results"]


def test_text_fits_a_terminal(tmp_path):
    path = make(rows=500, seed=75, missing=0.1, groups=("a", "b", "a rather long name of a group")).write(tmp_path, "csv")
    answer = run("fairness", path, "--label", "label", "--prediction", "prediction", "--sensitive", "group",
                 "--privileged", "group=a")
    assert answer.returncode == 0
    assert all(len(line) <= 80 for line in answer.stdout.splitlines()), answer.stdout
    assert "Rows left out" in answer.stdout and "aif360.disparate_impact" in answer.stdout


def test_bad_input_is_named(tmp_path):
    path = make(rows=50, seed=76).write(tmp_path, "csv")
    base = ["fairness", path, "--label", "label", "--prediction", "prediction"]
    for arguments, words in [
        ([*base, "--sensitive", "gruop"], ["gruop", "group"]),
        ([*base, "--sensitive", "group,"], ["empty column"]),
        ([*base, "--sensitive", "group", "--privileged", "white"], ["COLUMN=VALUE"]),
        ([*base, "--sensitive", "group", "--privileged", "group>3"], ["text", "order"]),
        ([*base, "--sensitive", "group", "--privileged", "rase=a"], ["rase"]),
        ([*base], ["--sensitive"]),
    ]:
        answer = run(*arguments)
        assert answer.returncode == 2 and answer.stdout == "", (arguments, answer.stderr)
        for word in words:
            assert word in answer.stderr, answer.stderr


def test_a_measured_quantity_is_no_group(tmp_path):
    count = 12_000
    table = Table({"label": [row % 2 for row in range(count)], "prediction": [row % 3 % 2 for row in range(count)],
                   "income": [row + 0.5 for row in range(count)]},
                  {"label": pa.int64(), "prediction": pa.int64(), "income": pa.float64()})
    path = table.write(tmp_path, "parquet")
    base = ["fairness", path, "--label", "label", "--prediction", "prediction", "--sensitive", "income"]
    answer = run(*base)
    assert answer.returncode == 2 and "income" in answer.stderr and "distinct" in answer.stderr
    results = by_id(ask(*base, "--privileged", "income>6000"))
    assert results["aif360.disparate_impact"]["value"] is not None
    assert results["fairness.selection_rate"]["value"] is None
