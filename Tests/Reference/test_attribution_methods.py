"""Other ways of asking: columns that go together, permutations and Owen's values, beside definitions and shap (attributions.py has what all tests use)."""

import itertools
import pickle

import numpy as np
import pandas as pd
import shap
import skops.io
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from attributions import NAMES, data, explain, game, shapley


def conditional_expectations(weights, intercept, mean, covariance, z, players):
    """v by the players' bits: the expected score of a normal distribution, given the players' features."""
    v = []
    for mask in range(1 << len(players)):
        given = [f for bit, features in enumerate(players) if mask >> bit & 1 for f in features]
        rest = [f for f in range(len(weights)) if f not in given]
        value = intercept + weights[given] @ z[given] + weights[rest] @ mean[rest]
        if given and rest:
            value += weights[rest] @ covariance[np.ix_(rest, given)] @ np.linalg.pinv(covariance[np.ix_(given, given)], rcond=1e-9) @ (z - mean)[given]
        v.append(value)
    return np.array(v)


def correlated(seed, columns, count=400):
    draw = np.random.default_rng(seed)
    values = draw.normal(size=(count, columns)) @ draw.normal(size=(columns, columns))
    frame = pd.DataFrame(values, columns=[f"c{i}" for i in range(columns)])
    # One column that another determines, and one that says nothing.
    frame["twice"] = frame.c0 * 2
    frame["same"] = 3.0
    return frame, (values.sum(axis=1) + draw.normal(size=count) > 0).astype(int)


def test_columns_that_go_together_share_what_they_say(tmp_path):
    frame, answer = correlated(1, 4)
    frame["kind"] = np.random.default_rng(2).choice(["x", "y", "z"], len(frame))
    pipeline = make_pipeline(
        ColumnTransformer([("n", StandardScaler(), list(frame.columns[:-1])), ("k", OneHotEncoder(), ["kind"])]), LogisticRegression()).fit(frame, answer)
    skops.io.dump(pipeline, tmp_path / "m.skops")
    frame[100:].to_csv(tmp_path / "background.csv", index=False)
    said, phi, base, _ = explain(
        tmp_path / "m.skops", frame[:4], tmp_path, "--background", tmp_path / "background.csv", "--method", "linear-correlated")
    made, rows = pipeline[0].transform(frame[100:]), pipeline[0].transform(frame[:4])
    weights, intercept = pipeline[-1].coef_[0], pipeline[-1].intercept_[0]
    players = [[0], [1], [2], [3], [4], [5], [6, 7, 8]]
    covariance = np.cov(made.T)
    for place in range(4):
        expected = shapley(conditional_expectations(weights, intercept, made.mean(axis=0), covariance, rows[place], players))
        assert np.abs(phi[place] - expected).max() < 1e-9 * (1 + np.abs(expected).max())
    assert np.abs(base + phi.sum(axis=1) - pipeline.decision_function(frame[:4])).max() < 1e-12
    # The determined column shares with the one that determines it, whatever the weights say.
    assert np.abs(phi[:, 0] - phi[:, 4]).max() < 1e-9 and np.abs(phi[:, 5]).max() < 1e-12
    _, grouped, _, _ = explain(
        tmp_path / "m.skops", frame[:4], tmp_path, "--background", tmp_path / "background.csv", "--method", "linear-correlated", "--group", "g=c0,twice")
    assert grouped.shape == (4, 6)
    single = LogisticRegression().fit(frame[["c0", "c1", "c2", "c3"]], answer)
    skops.io.dump(single, tmp_path / "s.skops")
    _, phi, _, _ = explain(tmp_path / "s.skops", frame[["c0", "c1", "c2", "c3"]][:3], tmp_path, "--background", tmp_path / "background.csv",
                           "--method", "linear-correlated")
    numbers = frame[["c0", "c1", "c2", "c3"]][100:].to_numpy()
    masker = shap.maskers.Impute({"mean": numbers.mean(axis=0), "cov": np.cov(numbers.T)}, method="linear")
    theirs = shap.LinearExplainer(single, masker, nsamples=4000)
    values = theirs.shap_values(frame[["c0", "c1", "c2", "c3"]][:3].to_numpy())
    # shap draws its orders.
    assert np.abs(phi - values).max() < 0.05 * np.abs(values).max()


def test_beyond_twelve_columns_orders_are_drawn(tmp_path):
    frame, answer = correlated(3, 12)
    model = LogisticRegression(max_iter=500).fit(frame, answer)
    skops.io.dump(model, tmp_path / "m.skops")
    frame[100:].to_csv(tmp_path / "background.csv", index=False)
    said, phi, base, _ = explain(tmp_path / "m.skops", frame[:2], tmp_path, "--background", tmp_path / "background.csv", "--method", "linear-correlated")
    assert np.abs(base + phi.sum(axis=1) - model.decision_function(frame[:2])).max() < 1e-9
    numbers = frame[100:].to_numpy()
    expected = shapley(conditional_expectations(
        model.coef_[0], model.intercept_[0], numbers.mean(axis=0), np.cov(numbers.T), frame.iloc[0].to_numpy(), [[i] for i in range(14)]))
    assert np.abs(phi[0] - expected).max() < 0.1 * np.abs(expected).max()


def network(folder, seed=2):
    frame, answer, _ = data(seed)
    model = MLPClassifier((8,), max_iter=60, random_state=0).fit(frame, answer)
    (folder / "m.pkl").write_bytes(pickle.dumps(model))
    frame[100:112].to_csv(folder / "background.csv", index=False)
    return model, frame, frame[100:112]


def test_permutations_are_shaps(tmp_path):
    model, frame, background = network(tmp_path)
    function = lambda values: model.predict_proba(pd.DataFrame(values, columns=NAMES))[:, 1]
    rows = frame[:3]
    answer, phi, base, _ = explain(
        tmp_path / "m.pkl", rows, tmp_path, "--background", tmp_path / "background.csv", "--method", "permutation", "--samples", 40, "--seed", 9)
    for place in range(3):
        explainer = shap.PermutationExplainer(function, background.to_numpy(), seed=9)
        theirs = explainer(rows.to_numpy()[place:place + 1], max_evals=40, silent=True)
        assert np.abs(phi[place] - theirs.values[0]).max() < 1e-12
    assert np.abs(base + phi.sum(axis=1) - function(rows.to_numpy())).max() < 1e-14
    assert answer["kernel"]["sampled_rows"] == 3 and answer["kernel"]["evaluations"] <= 12 + 3 + 3 * 12 * 3 * 12
    # Ten orders without a word, and the more the nearer to the game's own values.
    v = [shapley(game(lambda block: function(block.to_numpy()), row, background, [[name] for name in NAMES])) for _, row in rows.iterrows()]
    _, many, _, _ = explain(tmp_path / "m.pkl", rows, tmp_path, "--background", tmp_path / "background.csv", "--method", "permutation", "--samples", 2000)
    assert np.abs(many - v).max() < np.abs(phi - v).max() / 3


def test_owens_values_are_averages_over_the_orders_that_groups_allow(tmp_path):
    model, frame, background = network(tmp_path)
    function = lambda block: model.predict_proba(block)[:, 1]
    answer, phi, base, _ = explain(
        tmp_path / "m.pkl", frame[:2], tmp_path, "--background", tmp_path / "background.csv", "--method", "owen", "--group", "g=a,d,f", "--group", "h=b,c")
    assert answer["feature_names"] == NAMES
    unions = [[0, 3, 5], [1, 2], [4]]
    for place in range(2):
        v = game(function, frame.iloc[place], background, [[name] for name in NAMES])
        total, orders = np.zeros(6), 0
        for outer in itertools.permutations(unions):
            for inner in itertools.product(*(list(itertools.permutations(union)) for union in outer)):
                mask, orders = 0, orders + 1
                for player in itertools.chain(*inner):
                    total[player] += v[mask | 1 << player] - v[mask]
                    mask |= 1 << player
        assert np.abs(phi[place] - total / orders).max() < 1e-12
    _, grouped, _, _ = explain(
        tmp_path / "m.pkl", frame[:2], tmp_path, "--background", tmp_path / "background.csv", "--method", "exact", "--group", "g=a,d,f", "--group", "h=b,c")
    assert np.abs(phi[:, [0, 3, 5]].sum(axis=1) - grouped[:, 0]).max() < 1e-12
