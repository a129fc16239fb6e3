"""Probabilities, responses and losses, beside shap's rule from its definition, and what cannot be explained (attributions.py has what all tests use)."""

import lightgbm
import numpy as np
import pandas as pd
import pytest
import shap
import skops.io
import xgboost
from sklearn.ensemble import GradientBoostingClassifier, GradientBoostingRegressor

from attributions import NAMES, data, explain, fitted, game, games, interactions, margin, run, shapley


@pytest.mark.parametrize("kind", ["boosting", "hist", "xgboost", "lightgbm", "forest"])
@pytest.mark.parametrize("space", ["probability", "log-loss"])
def test_other_spaces_are_shaps(kind, space, tmp_path):
    if (kind, space) == ("forest", "probability"):
        pytest.skip("a forest's margin is its probability")
    model, path, frame, answer = fitted(kind, tmp_path)
    rows, background = frame[:8].copy(), frame[100:150]
    background.to_csv(tmp_path / "background.csv", index=False)
    rows["label"] = answer[:8]
    more = ["--label", "label"] if space == "log-loss" else []
    said, phi, base, pairs = explain(path, rows, tmp_path, "--background", tmp_path / "background.csv", "--output-space", space, "--interactions", *more)
    assert said["space"] == space
    f, others = margin(model, rows[NAMES]), margin(model, background)
    if kind == "forest":
        chance = lambda value: value
    else:
        chance = lambda value: 1 / (1 + np.exp(-value))
    losses = lambda value, label: -np.log(np.where(label, chance(value), 1 - chance(value)))
    if space == "log-loss":
        top, bottom = losses(f, rows.label == 1), np.array([losses(others, label == 1).mean() for label in rows.label])
    else:
        top, bottom = chance(f), np.full(8, chance(others).mean())
    tolerance = 1e-6 if kind == "xgboost" else 1e-12
    assert np.abs(base - bottom).max() < tolerance * 10 and np.abs(base + phi.sum(axis=1) - top).max() < tolerance * 10
    # The definition, from the margin's own attributions against each background row alone.
    for place in range(2):
        total, pair = np.zeros(6), np.zeros((6, 6))
        for v in games(lambda block: margin(model, block), rows[NAMES].iloc[place], background, [[name] for name in NAMES]).T:
            g = (lambda value: losses(value, rows.label.iloc[place] == 1)) if space == "log-loss" else chance
            factor = (g(v[-1]) - g(v[0])) / (v[-1] - v[0]) if v[-1] != v[0] else 0
            total += shapley(v) * factor
            pair += interactions(v) * factor
        assert np.abs(phi[place] - total / len(background)).max() < (1e-5 if kind == "xgboost" else 1e-11)
        assert np.abs(pairs[place] - pair / len(background)).max() < (1e-5 if kind == "xgboost" else 1e-11)
        assert np.abs(pair - np.diag(np.diag(pair))).max() > 1e-3 * len(background) * np.abs(phi[place]).max()
    assert np.array_equal(pairs, pairs.transpose(0, 2, 1)) and np.abs(pairs.sum(axis=2) - phi).max() < 1e-12 * (1 + np.abs(pairs).max())
    # Nothing but matrices is added to what is said without them.
    assert np.array_equal(phi, explain(path, rows, tmp_path, "--background", tmp_path / "background.csv", "--output-space", space, *more)[1])
    if kind in (("boosting", "lightgbm") if space == "probability" else ("xgboost",)):
        explainer = shap.TreeExplainer(model, background, feature_perturbation="interventional", model_output=space.replace("-", "_"))
        theirs = explainer.shap_values(rows[NAMES], rows.label) if space == "log-loss" else explainer.shap_values(rows[NAMES])
        assert np.abs(phi - np.asarray(theirs)).max() < (1e-4 if kind == "xgboost" else 1e-6) * (1 + np.abs(phi).max())


def test_pairs_of_groups_and_of_deep_trees_are_rescaled(tmp_path):
    generator = np.random.default_rng(3)
    frame = pd.DataFrame(generator.normal(size=(400, 6)), columns=NAMES)
    answer = (frame["a"] * frame["b"] + frame["c"] * frame["d"] > generator.normal(size=400) / 3).astype(int)
    model = GradientBoostingClassifier(n_estimators=6, max_depth=14, random_state=0).fit(frame, answer)
    skops.io.dump(model, tmp_path / "deep.skops")
    background = frame[200:230]
    background.to_csv(tmp_path / "background.csv", index=False)
    players = [["a", "c"], ["b"], ["d"], ["e"], ["f"]]
    said, phi, _, pairs = explain(
        tmp_path / "deep.skops", frame[:3], tmp_path, "--background", tmp_path / "background.csv", "--output-space", "probability", "--interactions",
        "--group", "both=a,c")
    order = [said["feature_names"].index(name) for name in ("both", "b", "d", "e", "f")]
    for place in range(3):
        total = np.zeros((5, 5))
        for v in games(model.decision_function, frame.iloc[place], background, players).T:
            chance = 1 / (1 + np.exp(-v))
            # Few deep trees give many rows one margin; then the slope is the factor.
            total += interactions(v) * ((chance[-1] - chance[0]) / (v[-1] - v[0]) if abs(v[-1] - v[0]) > 1e-9 else chance[0] * (1 - chance[0]))
        assert np.abs(pairs[place][np.ix_(order, order)] - total / 30).max() < 1e-12


def test_a_response_is_explained(tmp_path):
    frame, _, number = data(6)
    model = lightgbm.train({"objective": "poisson", "verbosity": -1, "num_threads": 1}, lightgbm.Dataset(frame, np.abs(number)), 20)
    model.save_model(tmp_path / "m.txt")
    frame[100:120].to_csv(tmp_path / "background.csv", index=False)
    said, phi, base, _ = explain(tmp_path / "m.txt", frame[:5], tmp_path, "--background", tmp_path / "background.csv", "--output-space", "response")
    assert said["space"] == "response"
    assert np.abs(base + phi.sum(axis=1) - model.predict(frame[:5])).max() < 1e-12
    kernel, exact, _, _ = explain(
        tmp_path / "m.txt", frame[:5], tmp_path, "--background", tmp_path / "background.csv", "--output-space", "response", "--method", "exact")
    v = game(model.predict, frame.iloc[0], frame[100:120], [[name] for name in NAMES])
    assert np.abs(exact[0] - shapley(v)).max() < 1e-12 and kernel["space"] == "raw"


def test_a_probability_is_explained_by_asking(tmp_path):
    model, path, frame, _ = fitted("boosting", tmp_path)
    frame[100:120].to_csv(tmp_path / "background.csv", index=False)
    said, phi, _, _ = explain(path, frame[:2], tmp_path, "--background", tmp_path / "background.csv", "--output-space", "probability", "--method", "exact")
    v = game(lambda block: model.predict_proba(block)[:, 1], frame.iloc[0], frame[100:120], [[name] for name in NAMES])
    assert said["space"] == "probability" and np.abs(phi[0] - shapley(v)).max() < 1e-12


def test_what_cannot_be_is_told(tmp_path):
    model, path, frame, answer = fitted("boosting", tmp_path)
    rows = tmp_path / "rows.csv"
    frame[:3].assign(label=answer[:3], other=[0, 1, 7]).to_csv(rows, index=False)
    frame[100:120].to_csv(tmp_path / "background.csv", index=False)
    ask = lambda *more, status=2: run("explain", path, rows, "--background", tmp_path / "background.csv", *more, status=status)
    assert "names column 'z', which the model does not have" in ask("--group", "g=a,z")
    assert "column 'a' stands in groups 'g' and 'h'" in ask("--group", "g=a,b", "--group", "h=a")
    assert "names column 'a' twice" in ask("--group", "g=a,a")
    assert "called 'c'" in ask("--group", "c=a,b")
    for bad in ("abc", "=a", "g=", "g=a,", "g=,a", "=a=b"):
        assert "is NAME=COLUMN,COLUMN" in ask("--group", bad), bad
    assert "add --label" in ask("--output-space", "log-loss")
    assert "neither of the model's two classes" in ask("--output-space", "log-loss", "--label", "other")
    assert "has no column 'nothing'" in ask("--output-space", "log-loss", "--label", "nothing")
    assert "by --method tree" in run("explain", path, rows, "--method", "tree-path", "--output-space", "probability", status=2)
    assert "name some with --group" in ask("--method", "owen")
    assert "leave --samples out" in ask("--method", "exact", "--samples", 10)
    assert "need every coalition" in ask("--method", "permutation", "--interactions")
    wide = pd.DataFrame(np.random.default_rng(0).normal(size=(60, 18)), columns=[f"c{i}" for i in range(18)])
    skops.io.dump(GradientBoostingRegressor(n_estimators=40).fit(wide, wide.sum(axis=1)), tmp_path / "wide.skops")
    wide[:2].to_csv(rows, index=False)
    wide.to_csv(tmp_path / "background.csv", index=False)
    told = run("explain", tmp_path / "wide.skops", rows, "--background", tmp_path / "background.csv", "--method", "exact", status=2)
    assert "18 columns vary in a row" in told
