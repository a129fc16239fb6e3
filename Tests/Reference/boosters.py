"""What the tests of XGBoost's and LightGBM's models share: rows, models trained by the libraries, and how answers are compared."""

import csv
import os
import subprocess
import sys

import lightgbm as lgb
import numpy as np
import pandas as pd
import pytest
import xgboost as xgb

BINARY = os.environ["ASSAY_BINARY"]


def run(*arguments, status=0):
    done = subprocess.run(
        [BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=120,
        env={**os.environ, "ASSAY_MODEL_PYTHON": sys.executable})
    assert done.returncode == status, (arguments, done.stdout[-2000:], done.stderr[-2000:])
    return done.stdout if status == 0 else done.stderr


def scored(model, frame, folder):
    """What `assay score` answers, without a Python in the path."""
    path = folder / "rows.csv"
    frame.to_csv(path, index=False, float_format="%.17g")
    rows = list(csv.DictReader(run("score", model, path, "--no-foreign").splitlines()))
    assert len(rows) == len(frame)
    return {name: np.array([float(row[name]) for row in rows]) for name in rows[0] if name == "prediction" or name.startswith("probability")}


def same(ours, theirs):
    """To the bit, as numbers of 64 bits that hold theirs."""
    theirs = np.asarray(theirs, dtype=np.float64)
    wrong = np.flatnonzero(ours != theirs)
    assert wrong.size == 0, (wrong[:5], ours[wrong[:5]], theirs[wrong[:5]])


def table(seed, rows=400, missing=True):
    """Numbers of all sizes, ties, a constant, a denormal, values just beside 32-bit ones, and missing ones."""
    draw = np.random.default_rng(seed)
    frame = pd.DataFrame({
        "a": draw.normal(size=rows), "b": np.round(draw.normal(size=rows), 1), "c": draw.integers(0, 4, rows).astype(float),
        "constant": 1.0, "tiny": draw.choice([0.0, 5e-324, 1e-45, 1e-40, -1e-40, 1e-36, 1e-35, 1.0000001e-35, 2e-35], rows),
        "beside": np.float64(np.float32(0.1)) + draw.choice([-1e-12, 0, 1e-12, 1e-3, -1e-3], rows),
        "large": draw.choice([-3e38, 3e38, 16777217.0, 16777216.0, 1e10], rows)})
    target = frame.a * frame.b + frame.c + 3 * (frame.tiny > 0) + (frame.beside > 0.1) + (frame.large > 1e9) + draw.normal(size=rows) / 4
    if missing:
        for name in ("a", "b", "c"):
            frame.loc[draw.random(rows) < 0.15, name] = np.nan
    return frame, target.to_numpy()


def classes(target, count):
    return pd.qcut(target, count, labels=False).astype(int)

POSITIVE = {"survival:aft", "count:poisson", "reg:gamma", "reg:tweedie", "reg:squaredlogerror", "survival:cox"}

OBJECTIVES = ["reg:squarederror", "reg:logistic", "reg:pseudohubererror", "reg:absoluteerror", "reg:squaredlogerror", "count:poisson", "reg:gamma",
              "reg:tweedie", "survival:cox", "binary:logistic", "binary:logitraw", "binary:hinge", "rank:pairwise", "rank:ndcg", "rank:map",
              "multi:softprob", "multi:softmax", "reg:quantileerror", "survival:aft"]


def xgboost_model(objective, frame, target, rounds=7, **parameters):
    if objective.startswith("binary") or objective == "reg:logistic":
        label = classes(target, 2)
    elif objective.startswith("multi"):
        label, parameters["num_class"] = classes(target, 3), 3
    elif objective.startswith("rank"):
        label = classes(target, 2 if objective == "rank:map" else 4)
    else:
        label = np.abs(target) + 0.1 if objective in POSITIVE else target
    if objective == "reg:quantileerror":
        parameters["quantile_alpha"] = 0.7
    data = xgb.DMatrix(frame, label, enable_categorical=True)
    if objective == "survival:aft":
        data.set_float_info("label_lower_bound", label)
        data.set_float_info("label_upper_bound", label)
    if objective.startswith("rank"):
        data.set_group([len(frame) // 4] * 4)
    return xgb.train({"objective": objective, "max_depth": 4, "seed": 1, "nthread": 2, **parameters}, data, rounds)


def beside(ours, model, frame):
    """The library's own answer: a number, the second class's probability, each class's, or the class."""
    theirs = model.predict(xgb.DMatrix(frame, enable_categorical=True))
    if theirs.ndim == 2:
        for place in range(theirs.shape[1]):
            same(ours[f"probability_{place}"], theirs[:, place])
        same(ours["prediction"], theirs.argmax(axis=1))
    elif "probability_1" in ours:
        if set(np.unique(theirs)) <= {0, 1, 2} and "probability_2.0" in ours:
            same(ours["prediction"], theirs)
        else:
            same(ours["probability_1"], theirs)
            same(ours["prediction"], theirs > 0.5)
    else:
        same(ours["prediction"], theirs)

SHAPES = [
    ("one tree", {"max_depth": 3}, 1), ("depth 1", {"max_depth": 1}, 5), ("depth 12", {"max_depth": 12, "min_child_weight": 0}, 5),
    ("nothing to split", {"gamma": 1e9}, 3), ("a forest", {"num_parallel_tree": 5, "subsample": 0.5}, 2),
    ("a guess", {"base_score": 0.25}, 4), ("400 rounds", {"max_depth": 2, "eta": 0.05}, 400), ("leaf by leaf", {"grow_policy": "lossguide", "max_leaves": 40}, 4),
    ("dart", {"booster": "dart", "rate_drop": 0.5, "one_drop": 1}, 12), ("exact", {"tree_method": "exact"}, 4)]


def turns(shapes, objectives, always):
    """Each shape with one objective in turn, and those that are named with all."""
    return [pytest.param(shape, objective, id=f"{shape[0]}, {objective}") for place, shape in enumerate(shapes)
            for turn, objective in enumerate(objectives) if shape[0] in always or place % len(objectives) == turn]


def categorical(seed, words=False, many=40, rows=500):
    draw = np.random.default_rng(seed)
    k, m = draw.integers(0, many, rows), draw.integers(0, 3, rows)
    frame = pd.DataFrame({"a": draw.normal(size=rows), "k": k.astype(float), "m": m.astype(float)})
    target = frame.a + (k % 3) * 2 + (m == 1) + draw.normal(size=rows) / 4
    frame.loc[draw.random(rows) < 0.1, "k"] = np.nan
    return frame, target.to_numpy()

LIGHTGBM = ["regression", "regression sqrt", "regression_l1", "huber", "fair", "quantile", "mape", "poisson", "gamma", "tweedie", "binary",
            "binary sigmoid", "cross_entropy", "cross_entropy_lambda", "multiclass", "multiclassova", "lambdarank", "rank_xendcg"]


def lightgbm_model(objective, frame, target, rounds=7, categories="auto", **parameters):
    name = objective.split()[0]
    label, group = target, None
    if name in ("poisson", "gamma", "tweedie") or "sqrt" in objective:
        label = np.abs(target) + 0.1
    elif name == "binary":
        label = classes(target, 2)
    elif name.startswith("cross"):
        label = 1 / (1 + np.exp(-target))
    elif name.startswith("multi"):
        label, parameters["num_class"] = classes(target, 3), 3
    elif name in ("lambdarank", "rank_xendcg"):
        label, group = classes(target, 4), [len(frame) // 4] * 4
    if "sqrt" in objective:
        parameters["reg_sqrt"] = True
    if "sigmoid" in objective:
        parameters["sigmoid"] = 0.7
    data = lgb.Dataset(frame, label, group=group, categorical_feature=categories, params={"verbose": -1, **parameters})
    return lgb.train({"objective": name, "num_leaves": 15, "min_data_in_leaf": 5, "verbose": -1, "seed": 1, "num_threads": 2, **parameters}, data, rounds)


def near(ours, theirs):
    """Within a unit in the last place of an exponential; sums and what is made of them without one are held to the bit by `same`."""
    np.testing.assert_allclose(ours, theirs, rtol=4.5e-16, atol=0)


def beside_lightgbm(ours, model, frame, compare=near):
    theirs = model.predict(frame)
    if theirs.ndim == 2:
        for place in range(theirs.shape[1]):
            compare(ours[f"probability_{place}"], theirs[:, place])
        same(ours["prediction"], theirs.argmax(axis=1))
    elif "probability_1" in ours:
        compare(ours["probability_1"], theirs)
        same(ours["prediction"], theirs > 0.5)
    else:
        compare(ours["prediction"], theirs)

LIGHTGBM_SHAPES = [
    ("one tree", {}, 1), ("stumps", {"num_leaves": 2}, 5), ("deep", {"num_leaves": 120, "min_data_in_leaf": 1}, 5),
    ("nothing to split", {"min_gain_to_split": 1e9}, 3), ("forest", {"boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.5}, 5),
    ("dart", {"boosting": "dart", "drop_rate": 0.5}, 12), ("zero as missing", {"zero_as_missing": True}, 7), ("no missing", {"use_missing": False}, 7),
    ("from nothing", {"boost_from_average": False}, 5), ("linear", {"linear_tree": True}, 6)]
