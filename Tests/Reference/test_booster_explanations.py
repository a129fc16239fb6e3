"""Attributions of XGBoost's and LightGBM's models beside the libraries' own, shap's, and the definition over all subsets."""

import json

from boosters import LIGHTGBM_SHAPES, categorical, lightgbm_model, run, table, xgboost_model
import numpy as np
import pandas as pd
import pytest
import xgboost as xgb


def attributions(model, frame, folder, *more):
    path = folder / "explained.csv"
    frame.to_csv(path, index=False, float_format="%.17g")
    rows = json.loads(run("explain", model, path, "--no-foreign", "--format", "json", *more))["rows"]
    phi = np.array([np.atleast_2d(row["shap_values"]) for row in rows])
    return phi, np.array([np.atleast_1d(row["base_value"]) for row in rows])


def close_to_contributions(phi, base, theirs, scores, tolerance):
    """Beside a library's own array of attributions, the last column of which is what is expected."""
    theirs = np.asarray(theirs, dtype=float).reshape(len(phi), scores, -1)
    size = 1 + np.abs(theirs).sum(axis=2, keepdims=True)
    assert (np.abs(phi - theirs[:, :, :-1]) <= tolerance * size).all(), np.abs(phi - theirs[:, :, :-1]).max()
    assert (np.abs(base - theirs[:, :, -1]) <= tolerance * size[:, :, 0]).all()

# XGBoost computes its contributions in 32 bits: some hundred roundings of 2⁻²⁴ for a row.
FLOAT = 2.0**-24 * 200


@pytest.mark.parametrize("objective, depth", [("binary:logistic", 4), ("multi:softprob", 3), ("count:poisson", 12), ("reg:squarederror", 6)])
def test_xgboost_contributions(objective, depth, tmp_path):
    frame, target = table(21)
    model = xgboost_model(objective, frame, target, 6, max_depth=depth)
    model.save_model(tmp_path / "model.ubj")
    fresh, _ = table(104, rows=40)
    phi, base = attributions(tmp_path / "model.ubj", fresh, tmp_path, "--method", "tree-path")
    theirs = model.predict(xgb.DMatrix(fresh), pred_contribs=True)
    close_to_contributions(phi, base, theirs, phi.shape[1], FLOAT)
    margins = np.atleast_2d(model.predict(xgb.DMatrix(fresh), output_margin=True)).reshape(40, -1)
    np.testing.assert_allclose(base + phi.sum(axis=2), margins, rtol=2.0**-20, atol=2.0**-20)


@pytest.mark.parametrize("shape", [shape for shape in LIGHTGBM_SHAPES if shape[0] != "linear"], ids=lambda shape: shape[0])
def test_lightgbm_contributions(shape, tmp_path):
    name, parameters, rounds = shape
    objective = "multiclass" if name in ("deep", "stumps", "zero as missing") else "regression"
    frame, target = table(22)
    model = lightgbm_model(objective, frame, target, rounds, **parameters)
    model.save_model(tmp_path / "model.txt")
    fresh, _ = table(105, rows=30)
    phi, base = attributions(tmp_path / "model.txt", fresh, tmp_path, "--method", "tree-path")
    theirs = model.predict(fresh, pred_contrib=True)
    if name == "forest":
        # The library's contributions of a forest are the sum's, its answers the mean's.
        theirs = theirs / rounds
    close_to_contributions(phi, base, theirs, phi.shape[1], 1e-12)


def boosted_sets(library, tmp_path):
    """A model with many splits on categories, its file, and its raw sums as a function of rows."""
    frame, target = categorical(7, many=12)
    if library == "xgboost":
        kinds = ["float", "c", "c"]
        model = xgb.train({"max_depth": 5, "max_cat_to_onehot": 1}, xgb.DMatrix(frame, target, feature_types=kinds, enable_categorical=True), 6)
        path = tmp_path / "model.json"

        def matrix(rows):
            return xgb.DMatrix(pd.DataFrame(rows, columns=frame.columns), feature_types=kinds, enable_categorical=True)

        def contributions(rows):
            return model.predict(matrix(rows), pred_contribs=True)

        def raw(rows):
            return model.predict(matrix(rows), output_margin=True)
    else:
        model = lightgbm_model(
            "regression", frame, target, categories=["k", "m"], min_data_per_group=5, cat_smooth=1, max_cat_to_onehot=1, num_leaves=20)
        path = tmp_path / "model.txt"

        def contributions(rows):
            return model.predict(rows, pred_contrib=True)

        def raw(rows):
            return model.predict(pd.DataFrame(rows, columns=frame.columns), raw_score=True)

    model.save_model(path)
    return frame, path, contributions, raw


@pytest.mark.parametrize("library", ["xgboost", "lightgbm"])
def test_splits_on_categories_are_attributed(library, tmp_path):
    frame, path, contributions, raw = boosted_sets(library, tmp_path)
    rows, background = frame.head(20).copy(), frame.tail(30)
    rows.loc[:2, "k"] = [50.0, -1.0, np.nan]
    phi, base = attributions(path, rows, tmp_path, "--method", "tree-path")
    close_to_contributions(phi, base, contributions(rows), 1, FLOAT if library == "xgboost" else 1e-12)
    # Against a background: the definition, over all subsets of the three columns.
    background.to_csv(tmp_path / "background.csv", index=False)
    phi, base = attributions(path, rows, tmp_path, "--method", "tree", "--background", tmp_path / "background.csv")
    mixed = np.tile(background.to_numpy(), (len(rows), 8, 1, 1))
    for place, row in enumerate(rows.to_numpy()):
        for subset in range(8):
            for column in range(3):
                if subset >> column & 1:
                    mixed[place, subset, :, column] = row[column]
    values = raw(mixed.reshape(-1, 3)).astype(float).reshape(len(rows), 8, -1).mean(axis=2)
    for place, value in enumerate(values):
        for column in range(3):
            bit = 1 << column
            rest = [1 << other for other in range(3) if other != column]
            wanted = (value[bit] - value[0]) / 3 + (value[7] - value[7 - bit]) / 3
            wanted += sum(value[bit | one] - value[one] for one in rest) / 6
            assert phi[place, 0, column] == pytest.approx(wanted, abs=2e-6 if library == "xgboost" else 1e-12)
        assert base[place, 0] == pytest.approx(value[0], abs=2e-6 if library == "xgboost" else 1e-12)


@pytest.mark.parametrize("library", ["xgboost", "lightgbm"])
def test_interventional_beside_shap(library, tmp_path):
    import shap

    frame, target = table(30, missing=False)
    # Numbers that shap keeps in 32 bits without moving them over a threshold.
    frame = frame[["a", "b", "c"]].astype(np.float32).astype(float)
    if library == "xgboost":
        model, path = xgboost_model("reg:squarederror", frame, target, 8), tmp_path / "model.ubj"
    else:
        model, path = lightgbm_model("regression", frame, target, 8), tmp_path / "model.txt"
    model.save_model(path)
    rows, background = frame.head(20), frame.tail(40)
    background.to_csv(tmp_path / "background.csv", index=False, float_format="%.17g")
    phi, base = attributions(path, rows, tmp_path, "--background", tmp_path / "background.csv")
    theirs = shap.TreeExplainer(model, background, feature_perturbation="interventional")
    # shap keeps 32-bit numbers.
    np.testing.assert_allclose(phi[:, 0], theirs.shap_values(rows), atol=2e-6)
    np.testing.assert_allclose(base[:, 0], theirs.expected_value, atol=2e-6)


def test_linear_trees_are_explained_by_kernel_alone(tmp_path):
    frame, target = table(31, missing=False)
    frame = frame[["a", "b", "c"]]
    model = lightgbm_model("regression", frame, target, 5, linear_tree=True)
    model.save_model(tmp_path / "model.txt")
    frame.head(10).to_csv(tmp_path / "rows.csv", index=False, float_format="%.17g")
    refused = run("explain", tmp_path / "model.txt", tmp_path / "rows.csv", "--background", tmp_path / "rows.csv", status=2)
    assert "linear_tree" in refused and "--method kernel" in refused
    phi, base = attributions(tmp_path / "model.txt", frame.head(5), tmp_path, "--method", "kernel", "--background", tmp_path / "rows.csv")
    np.testing.assert_allclose(base[:, 0] + phi[:, 0].sum(axis=1), model.predict(frame.head(5)), rtol=1e-9)
