"""Models of XGBoost and LightGBM read from their files: scores to the library's own bits, by objective, shape and category."""

from boosters import (
    LIGHTGBM, LIGHTGBM_SHAPES, OBJECTIVES, SHAPES, beside, beside_lightgbm, categorical,
    lightgbm_model, near, run, same, scored, table, turns, xgboost_model)
import numpy as np
import pandas as pd
import pytest
import xgboost as xgb


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_xgboost_objectives(objective, tmp_path):
    frame, target = table(OBJECTIVES.index(objective))
    model = xgboost_model(objective, frame, target)
    fresh, _ = table(100, rows=200)
    model.save_model(tmp_path / "model.json")
    model.save_model(tmp_path / "model.ubj")
    one, other = scored(tmp_path / "model.json", fresh, tmp_path), scored(tmp_path / "model.ubj", fresh, tmp_path)
    assert one.keys() == other.keys() and all((one[name] == other[name]).all() for name in one)
    beside(one, model, fresh)


@pytest.mark.parametrize("shape, objective", turns(SHAPES, ["binary:logistic", "multi:softprob", "reg:squarederror"], ["dart", "nothing to split"]))
def test_xgboost_shapes(shape, objective, tmp_path):
    _, parameters, rounds = shape
    frame, target = table(7)
    model = xgboost_model(objective, frame, target, rounds, **parameters)
    model.save_model(tmp_path / "model.ubj")
    fresh, _ = table(101, rows=150)
    beside(scored(tmp_path / "model.ubj", fresh, tmp_path), model, fresh)


def test_xgboost_categories(tmp_path):
    frame, target = categorical(1)
    data = xgb.DMatrix(frame, target, feature_types=["float", "c", "c"], enable_categorical=True)
    model = xgb.train({"max_depth": 5, "max_cat_to_onehot": 2}, data, 10)
    model.save_model(tmp_path / "model.json")
    fresh, _ = categorical(2, rows=200)
    fresh.loc[:7, "k"] = [-1.0, -0.5, 0.5, 39.9, 40.0, 1e7, 3e9, np.nan]
    theirs = model.predict(xgb.DMatrix(fresh, feature_types=["float", "c", "c"], enable_categorical=True))
    same(scored(tmp_path / "model.json", fresh, tmp_path)["prediction"], theirs)


def test_xgboost_words_for_categories(tmp_path):
    frame, target = categorical(3, many=5)
    words = np.array(["grosse", "b", "", "d e", "e"])
    named = frame.assign(k=pd.Categorical.from_codes(frame.k.fillna(-1).astype(int), words))
    model = xgb.train({"max_depth": 4, "max_cat_to_onehot": 1}, xgb.DMatrix(named, target, enable_categorical=True), 8)
    model.save_model(tmp_path / "model.json")
    theirs = model.predict(xgb.DMatrix(named, enable_categorical=True))
    # A column of numbers is codes, as a table without pandas' category type is to the library; "" is a missing value in CSV.
    same(scored(tmp_path / "model.json", frame, tmp_path)["prediction"], theirs)
    full = named[named.k != ""]
    same(scored(tmp_path / "model.json", full, tmp_path)["prediction"], theirs[(named.k != "").to_numpy()])
    full.assign(k="unseen").to_csv(tmp_path / "rows.csv", index=False)
    assert "'k'" in run("score", tmp_path / "model.json", tmp_path / "rows.csv", status=2)


def test_xgboost_numbers_for_categories_are_refused(tmp_path):
    frame, target = categorical(3, many=5)
    tens = frame.assign(k=pd.Categorical(10 * frame.k.fillna(0).astype(int)))
    model = xgb.train({}, xgb.DMatrix(tens, target, enable_categorical=True), 2)
    model.save_model(tmp_path / "model.json")
    frame.to_csv(tmp_path / "rows.csv", index=False)
    assert "'k'" in run("score", tmp_path / "model.json", tmp_path / "rows.csv", status=2)


def test_xgboost_refuses_what_is_infinite(tmp_path):
    frame, target = table(1)
    xgboost_model("reg:squarederror", frame, target).save_model(tmp_path / "model.json")
    for value in (np.inf, 1e39):
        frame.assign(b=value).to_csv(tmp_path / "rows.csv", index=False)
        assert "'b'" in run("score", tmp_path / "model.json", tmp_path / "rows.csv", status=2)


def test_xgboost_without_names_binds_by_position(tmp_path):
    frame, target = table(5)
    model = xgb.train({}, xgb.DMatrix(frame.to_numpy(), target), 3)
    model.save_model(tmp_path / "model.json")
    same(scored(tmp_path / "model.json", frame.rename(columns=str.upper), tmp_path)["prediction"], model.predict(xgb.DMatrix(frame.to_numpy())))


@pytest.mark.parametrize("objective", LIGHTGBM)
def test_lightgbm_objectives(objective, tmp_path):
    frame, target = table(50 + LIGHTGBM.index(objective))
    model = lightgbm_model(objective, frame, target)
    model.save_model(tmp_path / "model.txt")
    fresh, _ = table(102, rows=200)
    exponentials = ("poisson", "gamma", "tweedie", "binary", "cross", "multi")
    beside_lightgbm(scored(tmp_path / "model.txt", fresh, tmp_path), model, fresh, near if objective.startswith(exponentials) else same)


@pytest.mark.parametrize("shape, objective", turns(LIGHTGBM_SHAPES, ["regression", "binary", "multiclass"], ["linear", "forest", "zero as missing"]))
def test_lightgbm_shapes(shape, objective, tmp_path):
    name, parameters, rounds = shape
    frame, target = table(11)
    if name == "linear":
        frame["large"] = np.clip(frame.large, -5, 5)
    if name in ("zero as missing", "no missing"):
        frame.loc[::3, "a"] = 0.0
    model = lightgbm_model(objective, frame, target, rounds, **parameters)
    model.save_model(tmp_path / "model.txt")
    fresh, _ = table(103, rows=150)
    fresh.loc[:3, "a"] = [0.0, -0.0, 1e-36, -1e-36]
    if name != "linear":
        fresh.loc[4:9, "b"] = [np.inf, -np.inf, 1e308, -1e308, np.nan, 0.0]
    else:
        fresh["large"] = np.clip(fresh.large, -5, 5)
    beside_lightgbm(scored(tmp_path / "model.txt", fresh, tmp_path), model, fresh, same if objective == "regression" else near)


def test_lightgbm_categories(tmp_path):
    frame, target = categorical(4, many=90)
    model = lightgbm_model("regression", frame, target, categories=["k", "m"], min_data_per_group=5, cat_smooth=1, max_cat_to_onehot=1)
    assert "num_cat=0" not in model.model_to_string() or "num_cat=1" in model.model_to_string()
    model.save_model(tmp_path / "model.txt")
    fresh, _ = categorical(5, many=90, rows=200)
    fresh.loc[:9, "k"] = [-1.0, -0.5, 0.5, 89.9, 90.0, 1e7, 3e9, np.nan, 5e9, -3.0]
    same(scored(tmp_path / "model.txt", fresh, tmp_path)["prediction"], model.predict(fresh))


@pytest.mark.parametrize("words", [["größe", "b", "x", "d e", "e"], [10, 20, 30, 40, 50], [0.5, 1.5, 2.5, 3.5, 4.5]])
def test_lightgbm_categories_of_a_data_frame(words, tmp_path):
    frame, target = categorical(6, many=5)
    named = frame.assign(k=pd.Categorical.from_codes(frame.k.fillna(-1).astype(int), words))
    model = lightgbm_model("regression", named, target, min_data_per_group=5, cat_smooth=1, max_cat_to_onehot=1)
    model.save_model(tmp_path / "model.txt")
    same(scored(tmp_path / "model.txt", named, tmp_path)["prediction"], model.predict(named))
    # An unseen category is a missing value to the library.
    unseen = named.assign(k="zzz" if isinstance(words[0], str) else 77)
    theirs = model.predict(named.assign(k=pd.Categorical([None] * len(named), words)))
    same(scored(tmp_path / "model.txt", unseen, tmp_path)["prediction"], theirs)
