"""Interaction values, groups of columns, other ways of asking and other spaces, beside shap and beside definitions computed here from the library's own
predictions over all subsets of the columns.

The definitions' sums have at most 2**6 terms below A with roundings of u each: 1e-12 (1 + A). shap's interaction values come from differences of its
path-dependent recursion, which divides by shares: 1e-8 (1 + A) at six nodes deep. Its probabilities and losses are computed in 64 bits from tree
values it keeps in 64, its interventional ones in 32: 1e-6 (1 + A).
"""

import numpy as np
import pandas as pd
import pytest
import shap
import skops.io
import xgboost
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeRegressor

from attributions import NAMES, TREES, data, explain, fitted, game, interactions, margin, shapley


@pytest.mark.parametrize("kind", TREES)
def test_interactions_by_covers_are_shaps(kind, tmp_path):
    model, path, frame, _ = fitted(kind, tmp_path)
    rows = frame[:20]
    _, phi, _, ours = explain(path, rows, tmp_path, "--method", "tree-path", "--interactions")
    assert np.abs(ours.sum(axis=2) - phi).max() < 1e-12 * (1 + np.abs(phi).max())
    assert np.array_equal(ours, ours.transpose(0, 2, 1))
    if kind == "xgboost":
        theirs = model.predict(xgboost.DMatrix(rows), pred_interactions=True)[:, :-1, :-1]
        tolerance = 1e-4
    else:
        theirs = shap.TreeExplainer(model).shap_interaction_values(rows)
        theirs = theirs[..., 1] if kind == "forest" else theirs
        tolerance = 1e-8
    assert np.abs(ours - theirs).max() < tolerance * (1 + np.abs(theirs).max())


@pytest.mark.parametrize("kind", TREES + ["deep"])
def test_interactions_against_a_background_are_the_definitions(kind, tmp_path):
    model, path, frame, _ = fitted(kind, tmp_path)
    rows, background = frame[:3], frame[100:117]
    background.to_csv(tmp_path / "background.csv", index=False)
    _, phi, base, ours = explain(path, rows, tmp_path, "--background", tmp_path / "background.csv", "--interactions")
    tolerance = 1e-5 if kind == "xgboost" else 1e-12
    for place, (_, row) in enumerate(rows.iterrows()):
        v = game(lambda block: margin(model, block), row, background, [[name] for name in NAMES])
        assert np.abs(ours[place] - interactions(v)).max() < tolerance * (1 + np.abs(v).max())
        assert np.abs(phi[place] - shapley(v)).max() < tolerance * (1 + np.abs(v).max())


def test_interactions_of_a_deep_tree_add_up_and_are_the_definitions(tmp_path):
    draw = np.random.default_rng(5)
    frame = pd.DataFrame(draw.normal(size=(400, 10)), columns=[f"c{i}" for i in range(10)])
    model = DecisionTreeRegressor(random_state=0).fit(frame, draw.normal(size=400))
    assert model.get_depth() > 12
    skops.io.dump(model, tmp_path / "deep.skops")
    _, phi, base, ours = explain(tmp_path / "deep.skops", frame[:40], tmp_path, "--method", "tree-path", "--interactions")
    assert np.abs(ours.sum(axis=2) - phi).max() < 1e-12 and np.abs(base + phi.sum(axis=1) - model.predict(frame[:40])).max() < 1e-12
    assert np.abs(ours[4] - interactions(conditional_game(model.tree_, frame.iloc[4].to_numpy()))).max() < 1e-12


def test_interactions_thirty_columns_deep_add_up(tmp_path):
    # Each column cuts one row off, so that the last leaves ask all thirty.
    values = np.tril(np.ones((31, 30)), -1)[::-1]
    frame = pd.DataFrame(values, columns=[f"c{i}" for i in range(30)])
    model = DecisionTreeRegressor(random_state=0).fit(frame, 8.0 ** np.arange(31))
    assert model.get_depth() >= 25
    skops.io.dump(model, tmp_path / "deep.skops")
    frame[10:].to_csv(tmp_path / "background.csv", index=False)
    for more in (["--method", "tree-path"], ["--background", tmp_path / "background.csv"]):
        _, phi, base, ours = explain(tmp_path / "deep.skops", frame, tmp_path, "--interactions", *more)
        size = np.abs(phi).sum(axis=1).max()
        assert np.abs(ours.sum(axis=2) - phi).max() < 1e-12 * size
        assert np.abs(base + phi.sum(axis=1) - model.predict(frame)).max() < 1e-12 * size


def conditional_game(tree, row):
    """The path-dependent game: columns outside of the coalition are followed by the training rows' shares."""
    def value(mask, node=0):
        left, right, feature = tree.children_left[node], tree.children_right[node], tree.feature[node]
        if left < 0:
            return tree.value[node][0, 0]
        if mask >> feature & 1:
            return value(mask, left if np.float32(row[feature]) <= tree.threshold[node] else right)
        weight = tree.n_node_samples
        return (value(mask, left) * weight[left] + value(mask, right) * weight[right]) / weight[node]
    return np.array([value(mask) for mask in range(1 << len(row))])


GROUPS = (["first=a,c", "second=b,f"], [["a", "c"], ["b", "f"], ["d"], ["e"]], ["first", "second", "d", "e"])


@pytest.mark.parametrize("kind", ["boosting", "forest", "xgboost"])
def test_groups_are_explained_as_one(kind, tmp_path):
    model, path, frame, _ = fitted(kind, tmp_path)
    rows, background = frame[:3], frame[100:117]
    background.to_csv(tmp_path / "background.csv", index=False)
    groups = [word for group in GROUPS[0] for word in ("--group", group)]
    answer, phi, base, pairs = explain(path, rows, tmp_path, "--background", tmp_path / "background.csv", "--interactions", *groups)
    assert answer["feature_names"] == GROUPS[2]
    asked, kernel, _, kernel_pairs = explain(path, rows, tmp_path, "--background", tmp_path / "background.csv", "--method", "exact", "--interactions", *groups)
    assert asked["feature_names"] == GROUPS[2] and asked["kernel"]["exact_rows"] == 3
    tolerance = 1e-5 if kind == "xgboost" else 1e-12
    for place, (_, row) in enumerate(rows.iterrows()):
        v = game(lambda block: margin(model, block), row, background, GROUPS[1])
        for own in (phi, kernel):
            assert np.abs(own[place] - shapley(v)).max() < tolerance * (1 + np.abs(v).max())
        for own in (pairs, kernel_pairs):
            assert np.abs(own[place] - interactions(v)).max() < tolerance * (1 + np.abs(v).max())
    _, covers, _, _ = explain(path, rows, tmp_path, "--method", "tree-path", *groups)
    assert covers.shape == (3, 4)


def test_commas_of_names_have_a_backslash(tmp_path):
    frame, answer, _ = data(4)
    frame = frame.rename(columns={"a": "size, in m", "c": "x=y"})
    skops.io.dump(LogisticRegression().fit(frame, answer), tmp_path / "m.skops")
    frame[100:150].to_csv(tmp_path / "background.csv", index=False)
    common = [tmp_path / "m.skops", frame[:5], tmp_path, "--background", tmp_path / "background.csv"]
    _, single, base, _ = explain(*common)
    said, grouped, other, _ = explain(*common, "--group", r"first=size\, in m,x=y,b", "--group", "second=d,e")
    assert said["feature_names"] == ["first", "second", "f"] and np.array_equal(base, other)
    assert np.abs(grouped[:, 0] - single[:, :3].sum(axis=1)).max() < 1e-14 and np.abs(grouped[:, 1] - single[:, 3:5].sum(axis=1)).max() < 1e-14


def test_groups_of_a_linear_model_are_sums(tmp_path):
    frame, answer, _ = data(4)
    skops.io.dump(LogisticRegression().fit(frame, answer), tmp_path / "m.skops")
    frame[100:150].to_csv(tmp_path / "background.csv", index=False)
    _, single, base, _ = explain(tmp_path / "m.skops", frame[:5], tmp_path, "--background", tmp_path / "background.csv")
    answer, grouped, other, pairs = explain(
        tmp_path / "m.skops", frame[:5], tmp_path, "--background", tmp_path / "background.csv", "--group", "first=a,c", "--interactions")
    assert answer["feature_names"] == ["first", "b", "d", "e", "f"] and np.array_equal(base, other)
    assert np.abs(grouped[:, 0] - single[:, 0] - single[:, 2]).max() < 1e-14 and np.array_equal(grouped[:, 1], single[:, 1])
    assert np.array_equal(pairs, np.array([np.diag(row) for row in grouped]))
