"""Scores of several classes and sets of labels, against scikit-learn, on seeded random tables.

Where scikit-learn warns and answers 0 or NaN, or raises, the value must be null with a reason.
"""

import json
import random
import warnings

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import sklearn.metrics as skm

from tables import BLOCK, UNICODE_GROUPS, Table, ask, by_id, counted_tolerance, run, summed_tolerance


def classes_table(rows, seed, names=("cat", "dog", "emu", "fox"), kind=pa.string(), missing=0.0, weights=False, levels=None,
                  rare=None, never=None):
    draw = random.Random(seed)
    scores = [f"p{i}" for i in range(len(names))]
    columns = {"label": [], **{name: [] for name in scores}, "group": [], "weight": []}
    for _ in range(rows):
        place = draw.choices(range(len(names)), weights=rare)[0]
        if names[place] == never:
            place = 0
        raw = np.array([draw.random() + (0.8 if i == place else 0) for i in range(len(names))])
        if levels:
            raw = np.ceil(raw * levels)
        raw = raw / raw.sum()
        columns["label"].append(None if draw.random() < missing else names[place])
        for name, value in zip(scores, raw):
            columns[name].append(None if draw.random() < missing / len(names) else float(value))
        columns["group"].append(draw.choice("ab"))
        columns["weight"].append(draw.choice([0.25, 1.0, 3.0]) + draw.random() if weights else 1.0)
    return Table(columns, {"label": kind, **{name: pa.float64() for name in scores}, "group": pa.string(),
                           "weight": pa.float64()})


CLASS_TABLES = {
    "one row": dict(rows=1, seed=2),
    "ten": dict(rows=10, seed=4),
    "missing": dict(rows=300, seed=5, missing=0.2),
    "three": dict(rows=150, seed=6, names=("a", "b", "c")),
    "a class without rows": dict(rows=200, seed=8, never="emu"),
    "rare": dict(rows=400, seed=9, rare=[100, 100, 1, 30]),
    "ties": dict(rows=300, seed=10, levels=2),
    "weights": dict(rows=300, seed=11, weights=True, missing=0.1),
    "integers": dict(rows=300, seed=12, names=(3, 1, 20, -4), kind=pa.int64()),
    "unicode": dict(rows=400, seed=13, names=tuple(UNICODE_GROUPS[:4] + UNICODE_GROUPS[5:])),
    "twenty": dict(rows=3000, seed=14, names=tuple(f"c{i:02}" for i in range(20))),
    "block + 1": dict(rows=BLOCK + 1, seed=16, weights=True, missing=0.01),
}


def peer(function, tolerates=False):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore" if tolerates else "error")
        try:
            value = float(function())
        except (ValueError, UserWarning, RuntimeWarning, ZeroDivisionError):
            return None
    return value if np.isfinite(value) else None


def compare(result, want, tolerance, what):
    if want is None:
        assert result["value"] is None and result["undefined"], what
        return
    assert result["undefined"] is None, f"{what}: {result['undefined']}, not {want}"
    assert result["value"] == pytest.approx(want, rel=0, abs=tolerance * max(1.0, abs(want))), what


def between_pairs(y, p, w, average):
    areas, shares = [], []
    for a in range(p.shape[1]):
        for b in range(a):
            keep = (y == a) | (y == b)
            areas.append(np.mean([skm.roc_auc_score(y[keep] == c, p[keep, c], sample_weight=w[keep]) for c in (a, b)]))
            shares.append(w[keep].sum() if average == "weighted" else 1)
    return np.average(areas, weights=shares)


def options(names):
    return ["--task", "multiclass", "--label", "label", "--score", ",".join(f"{n}=p{i}" for i, n in enumerate(names))]


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize("name", CLASS_TABLES)
def test_scores_of_classes_equal_scikit_learn(name, kind, tmp_path):
    settings = CLASS_TABLES[name]
    table = classes_table(**settings)
    names = settings.get("names", ("cat", "dog", "emu", "fox"))
    weighted = settings.get("weights", False)
    results = by_id(ask("performance", table.write(tmp_path, kind), *options(names),
                        *(["--weight", "weight"] if weighted else [])))
    order = sorted(range(len(names)), key=lambda i: names[i].encode() if isinstance(names[i], str) else names[i])
    labels = list(range(len(names)))
    rows = table.complete("label", *(f"p{i}" for i in range(len(names))))
    place = {names[index]: rank for rank, index in enumerate(order)}
    y = np.array([place[value] for value in rows["label"]])
    p = np.array([rows[f"p{index}"] for index in order]).T
    w = np.array(rows["weight"]) if weighted else None
    everyone = len(set(y)) == len(names)
    tolerance = 4 * summed_tolerance(len(y) * len(names)) + counted_tolerance()

    for average in ["macro", "weighted", "micro"]:
        want = peer(lambda: skm.roc_auc_score(y, p, multi_class="ovr", average=average, labels=labels, sample_weight=w))
        compare(results[f"performance.roc_auc_ovr_{average}"], want if everyone else None, tolerance, average)
    for average in ["macro", "weighted"]:
        want = peer(lambda: skm.roc_auc_score(y, p, multi_class="ovo", average=average, labels=labels))
        if weighted:
            # scikit-learn takes no weights here, so its areas of two classes are averaged one by one.
            want = between_pairs(y, p, w, average)
        result = results[f"performance.roc_auc_ovo_{average}"]
        compare(result, want if everyone else None, tolerance, average)
    compare(results["performance.log_loss_multiclass"], peer(lambda: skm.log_loss(y, p, labels=labels, sample_weight=w)),
            tolerance, "log loss")
    compare(results["performance.brier_multiclass"],
            peer(lambda: skm.brier_score_loss(y, p, labels=labels, sample_weight=w)), tolerance, "Brier")
    for k in [2, 3, 5]:
        want = peer(lambda: skm.top_k_accuracy_score(y, p, k=k, labels=labels, sample_weight=w))
        compare(results[f"performance.top_{k}_accuracy"], want, tolerance, f"top {k}")
    assert results["performance.log_loss_multiclass"]["rows"] == len(y)


def test_scores_of_classes_by_group(tmp_path):
    table = classes_table(rows=600, seed=21)
    names = ("cat", "dog", "emu", "fox")
    path = table.write(tmp_path, "parquet")
    answer = ask("fairness", path, *options(names), "--sensitive", "group", "--measure", "roc_auc_ovr_macro,top_2_accuracy")
    results = by_id(answer)
    by_group = {}
    for group in "ab":
        keep = [i for i, value in enumerate(table.columns["group"]) if value == group]
        y = [names.index(table.columns["label"][i]) for i in keep]
        p = [[table.columns[f"p{c}"][i] for c in range(4)] for i in keep]
        by_group[group] = skm.roc_auc_score(y, p, multi_class="ovr")
    found = {g["group"]: g["value"] for g in results["fairness.roc_auc_ovr_macro"]["groups"]}
    assert found == pytest.approx(by_group, abs=1e-12)
    assert results["fairness.roc_auc_ovr_macro_difference"]["value"] == pytest.approx(
        abs(by_group["a"] - by_group["b"]), abs=1e-12)
    assert results["fairness.top_2_accuracy_difference"]["interval"] is not None


def test_a_label_without_scores_is_named(tmp_path):
    path = classes_table(rows=50, seed=22).write(tmp_path, "csv")
    results = by_id(ask("performance", path, *options(("cat", "dog", "emu"))))
    for result in results.values():
        assert result["value"] is None and "class has no scores" in result["undefined"]


@pytest.mark.parametrize("score, word", [("cat=p0,cat=p1", "class"), ("p0,p1", "CLASS=COLUMN"), ("cat=p0,dog=none", "none")])
def test_bad_class_scores_are_named(score, word, tmp_path):
    path = classes_table(rows=50, seed=23).write(tmp_path, "csv")
    answer = run("performance", path, "--task", "multiclass", "--label", "label", "--score", score)
    assert answer.returncode == 2 and word in answer.stderr and answer.stdout == ""


def sets_table(rows, seed, labels=3, missing=0.0, weights=False, share=0.5, kind=pa.int64(), full=False):
    draw = random.Random(seed)
    names = [f"y{i}" for i in range(labels)] + [f"q{i}" for i in range(labels)]
    columns = {name: [] for name in names + ["group", "weight"]}
    for _ in range(rows):
        truth = [int(draw.random() < share) for _ in range(labels)]
        guess = [int((t if draw.random() < 0.7 else draw.random() < share)) for t in truth]
        if full:
            truth[0] = guess[0] = 1
        for name, value in zip(names, truth + guess):
            columns[name].append(None if draw.random() < missing else bool(value) if kind == pa.bool_() else value)
        columns["group"].append(draw.choice("ab"))
        columns["weight"].append(draw.choice([0.25, 1.0, 3.0]) + draw.random() if weights else 1.0)
    return Table(columns, {**{name: kind for name in names}, "group": pa.string(), "weight": pa.float64()})


SET_TABLES = {
    "empty": dict(rows=0, seed=1),
    "one row": dict(rows=1, seed=2),
    "ten": dict(rows=10, seed=3),
    "some rows have none": dict(rows=300, seed=4),
    "every row has one": dict(rows=300, seed=5, full=True),
    "missing": dict(rows=300, seed=6, missing=0.1, full=True),
    "weights": dict(rows=300, seed=7, weights=True, full=True),
    "flags": dict(rows=300, seed=8, kind=pa.bool_(), labels=5, full=True),
    "floats": dict(rows=300, seed=9, kind=pa.float64(), share=0.1),
    "never": dict(rows=60, seed=10, share=0.0),
    "one label": dict(rows=60, seed=11, labels=1, full=True),
    "block + 1": dict(rows=BLOCK + 1, seed=12, weights=True, full=True),
}


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize("name", SET_TABLES)
def test_sets_of_labels_equal_scikit_learn(name, kind, tmp_path):
    settings = SET_TABLES[name]
    table = sets_table(**settings)
    count = settings.get("labels", 3)
    weighted = settings.get("weights", False)
    ys, qs = [f"y{i}" for i in range(count)], [f"q{i}" for i in range(count)]
    results = by_id(ask("performance", table.write(tmp_path, kind), "--task", "multilabel", "--label", ",".join(ys),
                        "--prediction", ",".join(qs), *(["--weight", "weight"] if weighted else [])))
    rows = table.complete(*ys, *qs)
    y = np.array([rows[name] for name in ys], dtype=int).T.reshape(-1, count)
    q = np.array([rows[name] for name in qs], dtype=int).T.reshape(-1, count)
    w = np.array(rows["weight"]) if weighted else None
    tolerance = summed_tolerance(len(y)) * 4 + counted_tolerance()
    many = count > 1

    def want(function):
        return peer(function) if len(y) else None

    compare(results["performance.subset_accuracy"], want(lambda: skm.accuracy_score(y, q, sample_weight=w)), tolerance, name)
    compare(results["performance.multilabel_hamming_loss"], want(lambda: skm.hamming_loss(y, q, sample_weight=w)), tolerance,
            name)
    functions = {"precision": skm.precision_score, "recall": skm.recall_score, "f1": skm.f1_score, "jaccard": skm.jaccard_score}
    for score, function in functions.items():
        for average in ["micro", "macro", "weighted", "samples"]:
            result = results[f"performance.multilabel_{score}_{average}"]
            if not many:
                # scikit-learn takes one column for a binary problem; the label's own value is every average's.
                if average != "samples":
                    compare(result, want(lambda: function(y[:, 0], q[:, 0])), tolerance, f"{score} {average}")
                continue
            # A label that no row has weighs nothing, and scikit-learn warns of it in vain.
            in_vain = average == "weighted" and result["value"] is not None
            number = peer(lambda: function(y, q, average=average, sample_weight=w), in_vain) if len(y) else None
            compare(result, number, tolerance, f"{score} {average}")
    assert results["performance.subset_accuracy"]["rows"] == len(y)


def test_sets_of_labels_by_slice_and_group(tmp_path):
    table = sets_table(rows=500, seed=30, full=True)
    path = table.write(tmp_path, "parquet")
    arguments = ["--task", "multilabel", "--label", "y0,y1,y2", "--prediction", "q0,q1,q2"]
    by_group = {}
    for group in "ab":
        keep = [i for i, value in enumerate(table.columns["group"]) if value == group]
        y = np.array([[table.columns[f"y{c}"][i] for c in range(3)] for i in keep])
        q = np.array([[table.columns[f"q{c}"][i] for c in range(3)] for i in keep])
        by_group[group] = skm.f1_score(y, q, average="samples")
    sliced = by_id(ask("performance", path, *arguments, "--slice", "group"), column="group")
    found = {g["group"]: g["value"] for g in sliced["performance.multilabel_f1_samples"]["groups"]}
    assert found == pytest.approx(by_group, abs=1e-12)
    fair = by_id(ask("fairness", path, *arguments, "--sensitive", "group", "--measure", "multilabel_f1_samples"))
    assert fair["fairness.multilabel_f1_samples_difference"]["value"] == pytest.approx(
        abs(by_group["a"] - by_group["b"]), abs=1e-12)


@pytest.mark.parametrize("arguments, word", [
    (["--label", "y0,y1", "--prediction", "q0"], "2 columns"),
    (["--label", "y0,y0", "--prediction", "q0,q1"], "twice"),
    (["--label", "y0,group", "--prediction", "q0,q1"], "group"),
    (["--label", "y0,weight", "--prediction", "q0,q1"], "neither 0 nor 1"),
])
def test_bad_sets_are_named(arguments, word, tmp_path):
    path = sets_table(rows=20, seed=31, weights=True).write(tmp_path, "parquet")
    answer = run("performance", path, "--task", "multilabel", *arguments)
    assert answer.returncode == 2 and word in answer.stderr and answer.stdout == "", answer.stderr


def test_policies_with_scores_of_several_classes(tmp_path):
    """One check of AUC and one of log loss over three classes: the numbers of `assay performance`, judged."""
    draw = np.random.default_rng(12)
    labels = draw.integers(0, 3, 400)
    scores = draw.dirichlet([1, 1, 1], 400) + 0.8 * np.eye(3)[labels]
    scores /= scores.sum(axis=1, keepdims=True)
    names = np.array(["low", "mid", "high"])
    frame = pd.DataFrame({"y": names[labels], "p_low": scores[:, 0], "p_mid": scores[:, 1], "p_high": scores[:, 2]})
    frame.to_csv(tmp_path / "t.csv", index=False)
    auc = skm.roc_auc_score(labels, scores, multi_class="ovr")
    loss = skm.log_loss(labels, scores)
    mapping = "scores: {high: p_high, low: p_low, mid: p_mid}"
    head = 'assay: policy/v1\nname: n\nversion: "1"\naccept: [supplied]\ndata: {label: y, %s}\nchecks:\n'

    def judge(mapping, *checks):
        (tmp_path / "p.yaml").write_text(head % mapping + "".join(f"  - {{id: {check}}}\n" for check in checks))
        return run("check", tmp_path / "p.yaml", "--data", tmp_path / "t.csv", "--format", "json")

    checks = [f"performance.roc_auc_ovr_macro, min: {auc - 1e-6}", f"performance.log_loss_multiclass, max: {loss + 1e-6}"]
    done = judge(mapping, *checks)
    assert done.returncode == 0, done.stdout + done.stderr
    values = [result["value"] for result in json.loads(done.stdout)["results"]]
    assert values == pytest.approx([auc, loss], rel=1e-12)
    assert judge(mapping, f"performance.roc_auc_ovr_macro, min: {auc + 1e-6}").returncode == 1
    for bad, words in [
        ("scores: {low: p_low}", "two classes or more"), ("scores: {low: p_low, high: p_low}", "twice"),
        (mapping + ", positive: low", "leave one side out"), ("scores: {low: p_low, mid: p_mid}", "has no scores"),
    ]:
        done = judge(bad, *checks)
        assert done.returncode in (1, 2) and words in done.stderr + done.stdout, bad
