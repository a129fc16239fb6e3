"""`assay mitigate threshold` and `apply` against Fairlearn's ThresholdOptimizer on seeded random tables.

Both do the same floating operations in the same order, so dictionaries and probabilities are compared for equality. The
only difference on purpose is a threshold between two scores that are neighbours among doubles, or whose sum overflows:
those tables are not drawn here, and ThresholdTests show them.
"""

import json
import os
import subprocess
import warnings

import numpy as np
import pandas as pd
import pytest
from fairlearn.postprocessing import ThresholdOptimizer
from sklearn.base import BaseEstimator

from tables import BLOCK, UNICODE_GROUPS, summed_tolerance

BINARY = os.environ["ASSAY_BINARY"]
CONSTRAINTS = [
    "selection_rate_parity", "demographic_parity", "false_positive_rate_parity", "false_negative_rate_parity",
    "true_positive_rate_parity", "true_negative_rate_parity", "equalized_odds",
]
OBJECTIVES = ["selection_rate", "true_positive_rate", "true_negative_rate", "accuracy_score", "balanced_accuracy_score"]


class Scores(BaseEstimator):
    """Answers the score that is its only feature."""

    def fit(self, X, y):
        return self

    def __sklearn_is_fitted__(self):
        return True

    def predict(self, X):
        return np.asarray(X)[:, 0]


def run(*arguments, check=0):
    done = subprocess.run([BINARY, "mitigate", *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == check, done.stderr
    return done


def table(rows, seed, groups=("a", "b"), weights=None, levels=None, scale=1.0):
    """Scores that tell labels apart, by different amounts in each group; every group has both labels."""
    random = np.random.default_rng(seed)
    places = random.choice(len(groups), rows, p=weights)
    places[: 2 * len(groups)] = np.arange(2 * len(groups)) % len(groups)
    labels = (random.random(rows) < 0.3 + 0.1 * places).astype(int)
    labels[: 2 * len(groups)] = np.arange(2 * len(groups)) // len(groups)
    scores = 1 / (1 + np.exp(-(random.normal(size=rows) + (0.5 + 0.4 * places) * (2 * labels - 1) - 0.2 * places)))
    if levels:
        scores = np.round(scores * levels) / levels
    return pd.DataFrame({"g": np.array(groups, dtype=object)[places], "y": labels, "s": scores * scale})


TABLES = {
    "small": dict(rows=24, seed=1),
    "ties": dict(rows=400, seed=2, groups=("a", "b", "c"), levels=10),
    "binary score": dict(rows=150, seed=3, levels=1),
    "five groups": dict(rows=900, seed=4, groups=tuple("abcde")),
    "unbalanced": dict(rows=2_000, seed=5, groups=("many", "few"), weights=[0.97, 0.03]),
    "unicode": dict(rows=700, seed=6, groups=UNICODE_GROUPS[:5], levels=50),
    "huge": dict(rows=300, seed=7, scale=1e300),
    "tiny": dict(rows=300, seed=8, scale=1e-300),
}


def fairlearn(frame, constraint, objective, **more):
    peer = ThresholdOptimizer(
        estimator=Scores(), constraints=constraint, objective=objective, prefit=True, predict_method="predict", **more)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return peer.fit(frame[["s"]], frame["y"], sensitive_features=frame["g"])


def number(threshold):
    return {"Infinity": np.inf, "-Infinity": -np.inf}.get(threshold, threshold)


def assert_same_rules(found, peer):
    expected = peer.interpolated_thresholder_.interpolation_dict
    assert [group["group"] for group in found["groups"]] == list(expected)
    for group in found["groups"]:
        rule = expected[group["group"]]
        assert group["p0"] == rule.p0 and group["p1"] == rule.p1
        for name in ("operation0", "operation1"):
            operation = rule[name]
            assert (group[name]["operator"], number(group[name]["threshold"])) == (operation.operator, operation.threshold)
        assert group.get("p_ignore") == rule.get("p_ignore")
        assert group.get("prediction_constant") == rule.get("prediction_constant")


@pytest.mark.parametrize("constraint", CONSTRAINTS)
@pytest.mark.parametrize("name", list(TABLES))
def test_rules_are_fairlearns(tmp_path, constraint, name):
    frame = table(**TABLES[name])
    frame.to_csv(tmp_path / "t.csv", index=False)
    draw = np.random.default_rng(len(name) * 31 + CONSTRAINTS.index(constraint))
    objectives = ["accuracy_score", "balanced_accuracy_score"] if constraint == "equalized_odds" else OBJECTIVES
    if frame["s"].nunique() > 30:
        # The peer takes seconds for each where scores are many; in turn, every constraint meets every objective.
        turn = list(TABLES).index(name) + CONSTRAINTS.index(constraint)
        objectives = [objectives[turn % len(objectives)]]
    for objective in objectives:
        flip = bool(draw.integers(2))
        grid = int(draw.choice([1, 2, 7, 100, 1000]))
        tolerance = None if constraint == "equalized_odds" else draw.choice([None, 0, 0.013, 0.1, 1])
        options = ["--grid-size", grid] + (["--flip"] if flip else [])
        options += ["--tolerance", tolerance] if tolerance is not None else []
        peer = fairlearn(frame, constraint, objective, flip=flip, grid_size=grid, tol=tolerance)
        answer = json.loads(run(
            "threshold", tmp_path / "t.csv", "--label", "y", "--score", "s", "--sensitive", "g", "--cutoff", frame["s"].median(),
            "--constraint", constraint, "--objective", objective, *options, "--format", "json").stdout)
        assert_same_rules(answer["thresholds"], peer)
        assert answer["optimum"]["objective"] == peer._y_best


@pytest.mark.parametrize("rows", [BLOCK - 1, BLOCK, BLOCK + 1])
def test_many_rows_and_what_they_come_to(tmp_path, rows):
    frame = table(rows, rows, groups=("a", "b", "c"))
    frame.to_csv(tmp_path / "t.csv", index=False)
    for constraint in ("demographic-parity", "equalized-odds"):
        peer = fairlearn(frame, constraint.replace("-", "_"), "accuracy_score")
        answer = json.loads(run(
            "threshold", tmp_path / "t.csv", "--label", "y", "--score", "s", "--sensitive", "g", "--constraint", constraint, "--out",
            tmp_path / "t.json", "--format", "json").stdout)
        assert answer["thresholds"] == json.loads((tmp_path / "t.json").read_text())
        assert_same_rules(answer["thresholds"], peer)
        run("apply", tmp_path / "t.json", tmp_path / "t.csv", "--decisions", tmp_path / "d.csv")
        decided = pd.read_csv(tmp_path / "d.csv")
        expected = peer._pmf_predict(frame[["s"]], sensitive_features=frame["g"])[:, 1]
        assert (decided["probability"] == expected).all()
        # The report's rates after are the means of these.
        for group in answer["groups"]:
            mask = frame["g"] == group["group"]
            for rate, rest in (("selection_rate", mask), ("true_positive_rate", mask & (frame["y"] == 1)),
                               ("false_positive_rate", mask & (frame["y"] == 0))):
                assert group[rate]["after"] == pytest.approx(expected[rest].mean(), rel=summed_tolerance(rows), abs=1e-15)
                assert group[rate]["before"] == pytest.approx((frame["s"][rest] >= 0.5).mean(), rel=1e-12)
        # Each decision is drawn with its probability: five standard deviations of their sum.
        deviation = np.sqrt((expected * (1 - expected)).sum())
        assert abs(decided["prediction"].sum() - expected.sum()) <= 5 * deviation
        assert (decided["prediction"][expected == 0] == 0).all() and (decided["prediction"][expected == 1] == 1).all()


def test_gaps_before_and_after(tmp_path):
    frame = table(3_000, 12, groups=("a", "b", "c"))
    frame["p"] = (frame["s"] > 0.4).astype(int)
    frame.to_csv(tmp_path / "t.csv", index=False)
    arguments = [tmp_path / "t.csv", "--label", "y", "--score", "s", "--sensitive", "g"]
    for constraint, check in (
        ("demographic_parity", "fairness.demographic_parity_difference"),
        ("equalized_odds", "fairness.equalized_odds_difference"),
        ("true_positive_rate_parity", "fairness.equal_opportunity_difference"),
        ("false_positive_rate_parity", "fairness.false_positive_rate_difference"),
    ):
        answer = json.loads(run(
            "threshold", *arguments, "--prediction", "p", "--constraint", constraint, "--format", "json").stdout)
        result = next(result for result in answer["results"] if result["id"] == check)
        before = json.loads(subprocess.run(
            [BINARY, "fairness", *map(str, arguments[:3]), "--prediction", "p", "--sensitive", "g", "--format", "json", *(
                ["--measure", "false_positive_rate"] if "false_positive" in check else [])],
            capture_output=True, text=True).stdout)
        assert result["details"]["before"] == next(r["value"] for r in before["results"] if r["id"] == check)
        assert result["details"]["before"] > 0.05 and result["value"] < 1e-12
        # One threshold a group misses one rate by no more than its steps. Of two rates it may miss more: a group that reaches
        # more than the others cannot give that up without ignoring scores.
        single = json.loads(run(
            "threshold", *arguments, "--constraint", constraint, "--deterministic", "--format", "json").stdout)
        limit = result["details"]["before"] if constraint == "equalized_odds" else 0.02
        assert next(r["value"] for r in single["results"] if r["id"] == check) < limit
        assert all(group["p0"] in (0, 1) for group in single["thresholds"]["groups"])


def test_deterministic_decisions_are_the_nearest(tmp_path):
    frame = table(120, 13, levels=20)
    frame.to_csv(tmp_path / "t.csv", index=False)
    arguments = [tmp_path / "t.csv", "--label", "y", "--score", "s", "--sensitive", "g", "--format", "json"]
    drawn = json.loads(run("threshold", *arguments).stdout)
    single = json.loads(run("threshold", *arguments, "--deterministic").stdout)
    target = drawn["optimum"]["rates"][0]
    for group in single["groups"]:
        scores = frame["s"][frame["g"] == group["group"]]
        reachable = [(scores > threshold).mean() for threshold in [-1, *scores]]
        assert abs(group["selection_rate"]["after"] - target) == pytest.approx(min(abs(r - target) for r in reachable), abs=1e-12)


def test_same_key_same_decision(tmp_path):
    frame = table(500, 21, levels=4)
    frame["id"] = [f"r{i}" for i in range(len(frame))]
    frame.to_csv(tmp_path / "t.csv", index=False)
    frame.sample(frac=1, random_state=3).to_csv(tmp_path / "mixed.csv", index=False)
    run("threshold", tmp_path / "t.csv", "--label", "y", "--score", "s", "--sensitive", "g", "--out", tmp_path / "t.json")
    decisions = {}
    for name, seed in (("t", 5), ("mixed", 5), ("t", 6)):
        run("apply", tmp_path / "t.json", tmp_path / f"{name}.csv", "--key", "id", "--seed", seed, "--decisions", tmp_path / "d.csv")
        decided = pd.read_csv(tmp_path / "d.csv")["prediction"]
        decisions[name, seed] = pd.Series(decided.to_numpy(), pd.read_csv(tmp_path / f"{name}.csv")["id"]).sort_index()
    assert (decisions["t", 5] == decisions["mixed", 5]).all() and (decisions["t", 5] != decisions["t", 6]).any()


def test_apply_with_labels_says_what_was_decided(tmp_path):
    frame = table(800, 22)
    frame.to_csv(tmp_path / "t.csv", index=False)
    run("threshold", tmp_path / "t.csv", "--label", "y", "--score", "s", "--privileged", "g=a", "--out", tmp_path / "t.json")
    answer = json.loads(run(
        "apply", tmp_path / "t.json", tmp_path / "t.csv", "--label", "y", "--decisions", tmp_path / "d.csv", "--format", "json").stdout)
    decided = pd.read_csv(tmp_path / "d.csv")["prediction"]
    for group, value in (("privileged", "a"), ("unprivileged", "b")):
        found = next(g for g in answer["groups"] if g["group"] == group)
        assert found["selection_rate"]["after"] == pytest.approx(decided[frame["g"] == value].mean(), rel=1e-12)
    accuracy = next(r for r in answer["results"] if r["id"] == "performance.accuracy")
    assert accuracy["value"] == pytest.approx((decided == frame["y"]).mean(), rel=1e-12) and accuracy["interval"] is not None


def test_rows_without_a_decision(tmp_path):
    rows = [(0, 0.2), (1, 0.8), (1, 0.4), (0, 0.1)]
    (tmp_path / "fit.csv").write_text("g,y,s\n" + "".join(f"{g},{y},{s}\n" for g in "ab" for y, s in rows))
    (tmp_path / "new.csv").write_text("g,s\na,0.9\nzz,0.9\n,0.9\nb,\nb,0.1\n")
    run("threshold", tmp_path / "fit.csv", "--label", "y", "--score", "s", "--sensitive", "g", "--out", tmp_path / "t.json")
    done = run("apply", tmp_path / "t.json", tmp_path / "new.csv", "--decisions", tmp_path / "d.csv", "--format", "json")
    assert json.loads(done.stdout)["undecided"] == {"missing_score": 1, "missing_group": 1, "unknown_group": 1}
    assert (tmp_path / "d.csv").read_text() == "prediction,probability\n1,1\n,\n,\n,\n0,0\n"
    text = run("apply", tmp_path / "t.json", tmp_path / "new.csv", "--decisions", tmp_path / "d.csv").stdout
    assert "1 with a group without thresholds" in " ".join(text.split()) and max(map(len, text.splitlines())) <= 80


def test_missing_rows_are_left_out(tmp_path):
    frame = table(300, 30, levels=20)
    full = frame.copy()
    extra = pd.DataFrame({"g": ["a", None, "b", "c"], "y": [None, 1, 1, None], "s": [0.5, 0.5, None, 0.1]})
    pd.concat([frame, extra]).to_csv(tmp_path / "t.csv", index=False)
    answer = json.loads(run("threshold", tmp_path / "t.csv", "--label", "y", "--score", "s", "--sensitive", "g", "--format", "json").stdout)
    assert_same_rules(answer["thresholds"], fairlearn(full, "demographic_parity", "accuracy_score"))
    assert answer["results"][0]["excluded"] == {"missing_group": 1, "missing_label": 2, "missing_prediction": 1}


def test_every_form_of_report(tmp_path):
    frame = table(400, 31, groups=UNICODE_GROUPS[:3])
    frame.to_csv(tmp_path / "t.csv", index=False)
    arguments = ["threshold", tmp_path / "t.csv", "--label", "y", "--score", "s", "--sensitive", "g", "--constraint", "equalized_odds"]
    text = run(*arguments).stdout
    assert "gap: equalized odds" in text and max(map(len, text.splitlines())) <= 80
    for form in ("html", "markdown", "junit", "sarif"):
        assert run(*arguments, "--format", form).stdout
    page = run(*arguments, "--format", "html", "-o", tmp_path / "page.html")
    assert page.stdout == "" and "café" in (tmp_path / "page.html").read_text()


@pytest.mark.parametrize(
    ("content", "options", "words"),
    [
        ("g,y,s\na,1,.5\na,0,.4\n", [], "fewer than two groups"),
        ("g,y,s\na,1,.5\na,0,.4\nb,1,.3\n", [], "'b' of g has not rows of both labels (1 positive, 0 negative)"),
        ("g,y,s\na,1,5\na,0,.4\nb,1,.3\nb,0,.1\n", [], "is no probability"),
        ("g,y,s\na,1,inf\na,0,.4\nb,1,.3\nb,0,.1\n", [], "row 0 (counted from 0) is infinite"),
        ("g,y,s\na,1,x\na,0,.4\nb,1,.3\nb,0,.1\n", [], "numbers are wanted"),
        ("g,y,s\n", [], "fewer than two groups"),
        ("g,y\na,1\n", [], "no column 's'"),
        ("g,y,s\na,1,.5\n", ["--constraint", "equalized_odds", "--objective", "selection_rate"], "equalized_odds takes the objectives"),
        ("g,y,s\na,1,.5\n", ["--constraint", "equalized_odds", "--tolerance", "0.1"], "no tolerance"),
        ("g,y,s\na,1,.5\n", ["--tolerance", "2"], "from 0 to 1"),
        ("g,y,s\na,1,.5\n", ["--grid-size", "0"], "1 to 1,000,000"),
        ("g,y,s\na,1,.5\n", ["--prediction", "y", "--cutoff", "0.4"], "leave one of the two out"),
        ("g,y,s\na,1,.5\n", ["--privileged", "g=a"], "name the groups once"),
    ],
)
def test_what_cannot_be_done_is_said(tmp_path, content, options, words):
    (tmp_path / "t.csv").write_text(content)
    done = run(
        "threshold", tmp_path / "t.csv", "--label", "y", "--score", "s", "--sensitive", "g", *options, "--out", tmp_path / "o.json",
        check=2)
    assert words in done.stderr and done.stdout == "" and not (tmp_path / "o.json").exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: d.update(assay="thresholds/v9"), "is thresholds/v9, and thresholds/v1 is wanted here"),
        (lambda d: d.pop("assay"), "is neither thresholds nor a reduction"),
        (lambda d: d["groups"][0].update(p0=2), "no number from 0 to 1"),
        (lambda d: d["groups"][0].update(p0=0.2, p1=0.2), "do not add up to 1"),
        (lambda d: d["groups"][0]["operation0"].update(operator=">="), "no operator > or <"),
        (lambda d: d["groups"][0]["operation1"].update(threshold="1"), "threshold that is no number"),
        (lambda d: d["groups"].append(d["groups"][0]), "stands there twice"),
        (lambda d: d.update(groups=[]), "lists 1 to"),
        (lambda d: d.update(constraint="fair"), "none that go together"),
        (lambda d: d.update(form="deterministic"), "leaves something to chance"),
        (lambda d: d.update(privileged="g=a"), "says what the groups are"),
    ],
)
def test_documents_are_validated(tmp_path, change, words):
    table(100, 40, levels=3).to_csv(tmp_path / "t.csv", index=False)
    run("threshold", tmp_path / "t.csv", "--label", "y", "--score", "s", "--sensitive", "g", "--out", tmp_path / "t.json")
    document = json.loads((tmp_path / "t.json").read_text())
    change(document)
    (tmp_path / "t.json").write_text(json.dumps(document))
    done = run("apply", tmp_path / "t.json", tmp_path / "t.csv", "--decisions", tmp_path / "d.csv", check=2)
    assert words in done.stderr and not (tmp_path / "d.csv").exists()
