"""Models, games and what `assay explain` says of them, for the tests of attributions."""

import itertools
import json
import math
import os
import subprocess
import sys
import warnings

import lightgbm
import numpy as np
import pandas as pd
import skops.io
import xgboost
from sklearn.datasets import make_classification
from sklearn.ensemble import GradientBoostingClassifier, GradientBoostingRegressor, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.tree import DecisionTreeRegressor

BINARY = os.environ.get("ASSAY_BINARY", ".build/debug/assay")
NAMES = list("abcdef")
warnings.filterwarnings("ignore")


def run(*arguments, status=0):
    environment = {**os.environ, "ASSAY_MODEL_PYTHON": sys.executable}
    done = subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=300, env=environment)
    assert done.returncode == status, done.stderr or done.stdout
    return done.stdout if status == 0 else done.stderr


def explain(model, frame, folder, *more):
    frame.to_csv(folder / "rows.csv", index=False)
    answer = json.loads(run("explain", model, folder / "rows.csv", "--format", "json", *more))
    def column(name):
        return np.array([row[name] for row in answer["rows"]]) if name in answer["rows"][0] else None
    return answer, column("shap_values"), column("base_value"), column("shap_interaction_values")


def data(seed, count=300, missing=False):
    draw = np.random.default_rng(seed)
    values, answer = make_classification(count, len(NAMES), n_informative=4, random_state=seed)
    frame = pd.DataFrame(values, columns=NAMES)
    if missing:
        frame = frame.mask(draw.random(frame.shape) < 0.1)
    return frame, answer, values[:, 0] * values[:, 1] + np.sin(values[:, 2] * 2) + draw.normal(size=count) * 0.1


def fitted(kind, folder, seed=3):
    frame, answer, number = data(seed, missing=kind == "hist")
    if kind == "boosting":
        model, path = GradientBoostingClassifier(n_estimators=30, max_depth=4, random_state=1).fit(frame, answer), folder / "m.skops"
    elif kind == "forest":
        # No leaf is certain.
        answer = np.where(np.random.default_rng(8).random(len(answer)) < 0.2, 1 - answer, answer)
        model, path = RandomForestClassifier(n_estimators=12, max_depth=6, min_samples_leaf=20, random_state=1).fit(frame, answer), folder / "m.skops"
    elif kind == "hist":
        model, path = HistGradientBoostingClassifier(max_iter=20, max_depth=4, random_state=1).fit(frame, answer), folder / "m.skops"
    elif kind == "number":
        model, path = GradientBoostingRegressor(n_estimators=30, max_depth=5, random_state=1).fit(frame, number), folder / "m.skops"
    elif kind == "deep":
        model, path = DecisionTreeRegressor(random_state=1, min_samples_leaf=1).fit(frame, number), folder / "m.skops"
    elif kind == "xgboost":
        model = xgboost.train({"max_depth": 5, "objective": "binary:logistic", "nthread": 1}, xgboost.DMatrix(frame, answer), 25)
        path = folder / "m.ubj"
    else:
        model = lightgbm.train({"objective": "binary", "num_leaves": 15, "verbosity": -1, "num_threads": 1}, lightgbm.Dataset(frame, answer), 25)
        path = folder / "m.txt"
    if path.suffix == ".skops":
        skops.io.dump(model, path)
    else:
        model.save_model(path)
    return model, path, frame, answer


def margin(model, frame):
    if isinstance(model, xgboost.Booster):
        return model.predict(xgboost.DMatrix(frame), output_margin=True).astype(float)
    if isinstance(model, lightgbm.Booster):
        return model.predict(frame, raw_score=True)
    if hasattr(model, "decision_function"):
        return model.decision_function(frame)
    return model.predict_proba(frame)[:, 1] if hasattr(model, "predict_proba") else model.predict(frame)


def game(answer, row, background, players):
    """v by the players' bits: the mean answer with these players' columns taken from the row."""
    return games(answer, row, background, players).mean(axis=1)


def games(answer, row, background, players):
    """The same against each background row alone."""
    mixed = []
    for mask in range(1 << len(players)):
        block = background.copy()
        for bit, columns in enumerate(players):
            if mask >> bit & 1:
                for column in columns:
                    block[column] = row[column]
        mixed.append(block)
    answers = answer(pd.concat(mixed, ignore_index=True))
    return answers.reshape(1 << len(players), -1)


def shapley(v):
    count = int(math.log2(len(v)))
    phi = np.zeros(count)
    for i in range(count):
        for mask in range(len(v)):
            if not mask >> i & 1:
                size = bin(mask).count("1")
                phi[i] += math.factorial(size) * math.factorial(count - size - 1) / math.factorial(count) * (v[mask | 1 << i] - v[mask])
    return phi


def interactions(v):
    count = int(math.log2(len(v)))
    matrix = np.zeros((count, count))
    for i, j in itertools.combinations(range(count), 2):
        for mask in range(len(v)):
            if not mask >> i & 1 and not mask >> j & 1:
                size = bin(mask).count("1")
                weight = math.factorial(size) * math.factorial(count - size - 2) / (2 * math.factorial(count - 1))
                matrix[i, j] += weight * (v[mask | 1 << i | 1 << j] - v[mask | 1 << i] - v[mask | 1 << j] + v[mask])
        matrix[j, i] = matrix[i, j]
    matrix[np.arange(count), np.arange(count)] = shapley(v) - matrix.sum(axis=1)
    return matrix


TREES = ["boosting", "forest", "hist", "number", "xgboost", "lightgbm"]
