"""Files and folders of XGBoost and LightGBM: served, handed to their library where they are not read, and refused where they are damaged."""

import csv
import json
import struct

from boosters import classes, lightgbm_model, run, same, scored, table, xgboost_model
import numpy as np
import pytest
from serving import Assay
import xgboost as xgb


def test_served_with_and_without_explanations(tmp_path):
    frame, target = table(32, missing=False)
    frame = frame[["a", "b", "c"]]
    body = {"dataframe_split": {"columns": list(frame.columns), "data": frame.head(3).to_numpy().tolist()}}
    model = xgboost_model("binary:logistic", frame, target, 5)
    model.save_model(tmp_path / "model.ubj")
    with Assay(tmp_path / "model.ubj") as ours:
        answer = ours.post("/invocations", body).json()
    same(np.array(answer["predictions"]), model.predict(xgb.DMatrix(frame.head(3))))
    explanations = answer["explanations"]
    sums = np.array(explanations["shap_values"]).reshape(3, 3).sum(axis=1) + explanations["base_value"]
    np.testing.assert_allclose(sums, model.predict(xgb.DMatrix(frame.head(3)), output_margin=True), rtol=2.0**-20, atol=2.0**-20)
    assert "xgboost model (UBJSON)" in ours.errors
    linear = lightgbm_model("regression", frame, target, 5, linear_tree=True)
    linear.save_model(tmp_path / "model.txt")
    with Assay(tmp_path / "model.txt") as ours:
        assert ours.post("/invocations", body).json() == {"predictions": linear.predict(frame.head(3)).tolist()}
    assert "not explained" in ours.errors and "linear_tree" in ours.errors
    assert "linear_tree" in run("serve", tmp_path / "model.txt", "--explanations", "-p", "1", status=2)


@pytest.fixture(scope="module")
def mlflow():
    return pytest.importorskip("mlflow")


def wrappers():
    frame, target = table(40)
    frame = frame.drop(columns="constant")
    held, wanted = table(41)
    held = held.drop(columns="constant")
    yield "XGBClassifier", xgb.XGBClassifier(n_estimators=5, max_depth=3).fit(frame, classes(target, 2)), frame
    yield "three classes", xgb.XGBClassifier(n_estimators=4, max_depth=3).fit(frame, classes(target, 3)), frame
    yield "stopped early", xgb.XGBClassifier(n_estimators=60, max_depth=6, early_stopping_rounds=2).fit(
        frame, classes(target, 2), eval_set=[(held, np.random.default_rng(0).permutation(classes(wanted, 2)))], verbose=False), frame
    yield "XGBRegressor", xgb.XGBRegressor(n_estimators=5, max_depth=3).fit(frame, target), frame
    yield "forest", xgb.XGBRFClassifier(n_estimators=5, max_depth=3).fit(frame, classes(target, 2)), frame
    yield "dart", xgb.XGBClassifier(n_estimators=8, booster="dart", rate_drop=0.5).fit(frame, classes(target, 2)), frame
    yield "XGBRanker", xgb.XGBRanker(n_estimators=4).fit(frame, classes(target, 4), qid=np.repeat(range(4), 100)), frame
    yield "Booster", xgboost_model("binary:logistic", frame, target), frame
    yield "LightGBM", lightgbm_model("binary", frame, target), frame


@pytest.mark.parametrize("form", ["json", "ubj"])
def test_folders_of_mlflow(mlflow, form, tmp_path):
    for name, model, frame in wrappers():
        folder = tmp_path / name
        if name == "LightGBM":
            mlflow.lightgbm.save_model(model, folder, pip_requirements=[])
        else:
            mlflow.xgboost.save_model(model, folder, model_format=form, pip_requirements=[])
        ours = scored(folder, frame, tmp_path)
        theirs = np.asarray(mlflow.pyfunc.load_model(str(folder)).predict(frame))
        if name in ("Booster", "LightGBM"):
            same(ours["probability_1"], theirs)
            theirs = theirs > 0.5
        elif hasattr(model, "predict_proba"):
            probabilities = model.predict_proba(frame)
            for place in range(probabilities.shape[1]):
                if probabilities.shape[1] == 2 and place == 0:
                    np.testing.assert_allclose(ours["probability_0"], probabilities[:, 0], atol=2.0**-24)
                else:
                    same(ours[f"probability_{place}"], probabilities[:, place])
        same(ours["prediction"], theirs)
        if name == "stopped early":
            assert model.best_iteration + 1 < model.get_booster().num_boosted_rounds()


def test_what_is_not_read_goes_to_its_library(mlflow, tmp_path):
    frame, target = table(42)
    frame = frame[["a", "b", "c"]]
    model = xgb.XGBRegressor(n_estimators=3, booster="gblinear").fit(frame.fillna(0), target)
    mlflow.xgboost.save_model(model, tmp_path / "model", pip_requirements=[])
    frame.fillna(0).to_csv(tmp_path / "rows.csv", index=False, float_format="%.17g")
    refused = run("score", tmp_path / "model", tmp_path / "rows.csv", "--no-foreign", status=2)
    assert "gblinear" in refused and "gbtree and dart" in refused
    rows = list(csv.DictReader(run("score", tmp_path / "model", tmp_path / "rows.csv").splitlines()))
    np.testing.assert_allclose([float(row["prediction"]) for row in rows], model.predict(frame.fillna(0)), rtol=1e-6)
    model.save_model(tmp_path / "model.json")
    assert "gblinear" in run("score", tmp_path / "model.json", tmp_path / "rows.csv", status=2)


def damaged(path, change):
    """The model's JSON with one thing changed."""
    document = json.loads(path.read_text())
    change(document["learner"], document["learner"]["gradient_booster"]["model"])
    bad = path.parent / "bad.json"
    bad.write_text(json.dumps(document))
    return bad

HOSTILE = {
    "comes to a node twice": lambda learner, model: model["trees"][1]["left_children"].__setitem__(1, 0),
    "trees[0].left_children[0] is 999999": lambda learner, model: model["trees"][0]["left_children"].__setitem__(0, 999999),
    "trees[0].split_indices[0] is 99": lambda learner, model: model["trees"][0]["split_indices"].__setitem__(0, 99),
    "trees[2].split_conditions[0] is not a number": lambda learner, model: model["trees"][2]["split_conditions"].__setitem__(0, float("nan")),
    "trees[0].sum_hessian has 1 numbers": lambda learner, model: model["trees"][0].__setitem__("sum_hessian", [1.0]),
    "num_nodes is not a whole number from 0": lambda learner, model: model["trees"][0]["tree_param"].__setitem__("num_nodes", "99999999999"),
    "tree_info[1] is 7": lambda learner, model: model["tree_info"].__setitem__(1, 7),
    "base_score is not a number": lambda learner, model: learner["learner_model_param"].__setitem__("base_score", "[half]"),
    "num_feature is not a whole number": lambda learner, model: learner["learner_model_param"].__setitem__("num_feature", "-1"),
    "feature_names has 1 names for 7 columns": lambda learner, model: learner.__setitem__("feature_names", ["a"]),
    "an objective whose answers": lambda learner, model: learner["objective"].__setitem__("name", "reg:new"),
    "several targets": lambda learner, model: learner["learner_model_param"].__setitem__("num_target", "3"),
    "learner has no 'gradient_booster'": lambda learner, model: learner.pop("gradient_booster"),
}


def test_hostile_xgboost_files(tmp_path):
    frame, target = table(43)
    xgboost_model("reg:squarederror", frame, target, 3).save_model(tmp_path / "model.json")
    frame.to_csv(tmp_path / "rows.csv", index=False)
    for words, change in HOSTILE.items():
        said = run("score", damaged(tmp_path / "model.json", change), tmp_path / "rows.csv", status=2)
        assert words.replace("several targets", "3 targets") in said, (words, said)
    for name in ("model.json", "model.ubj"):
        xgboost_model("reg:squarederror", frame, target, 3).save_model(tmp_path / name)
        whole = (tmp_path / name).read_bytes()
        for size in (0, 1, 2, 100, len(whole) // 2, len(whole) - 1):
            (tmp_path / f"cut{name[5:]}").write_bytes(whole[:size])
            run("score", tmp_path / f"cut{name[5:]}", tmp_path / "rows.csv", status=2)
    (tmp_path / "cut.json").write_text("[" * 100_000)
    assert "" != run("score", tmp_path / "cut.json", tmp_path / "rows.csv", status=2)
    (tmp_path / "cut.json").write_text('{"a":' * 1000)
    assert "deeper" in run("score", tmp_path / "cut.json", tmp_path / "rows.csv", status=2)
    (tmp_path / "cut.json").write_text('{"learner":{},"learner":{}}')
    assert "twice" in run("score", tmp_path / "cut.json", tmp_path / "rows.csv", status=2)
    # An array that says it holds 2⁶² numbers.
    (tmp_path / "cut.ubj").write_bytes(b"{i\x01a[$d#L" + struct.pack(">q", 1 << 62))
    assert "truncated" in run("score", tmp_path / "cut.ubj", tmp_path / "rows.csv", status=2)


def test_hostile_lightgbm_files(tmp_path):
    frame, target = table(44)
    lightgbm_model("regression", frame, target, 3).save_model(tmp_path / "model.txt")
    whole = (tmp_path / "model.txt").read_text()
    frame.to_csv(tmp_path / "rows.csv", index=False)
    # Sizes are of the unchanged file.
    plain = "\n".join(line for line in whole.split("\n") if not line.startswith("tree_sizes"))

    def first(name, value):
        lines = plain.split("\n")
        place = next(index for index, line in enumerate(lines) if line.startswith(name + "="))
        lines[place] = f"{name}=" + " ".join([value, *lines[place].split("=")[1].split(" ")[1:]])
        return "\n".join(lines)

    cases = {
        "tree 0 does not begin where": whole.replace("Tree=0\n", "Tree=1\n"),
        "left_child[0]": first("left_child", "500"), "twice": first("left_child", "0"), "feature 99 of": first("split_feature", "99"),
        "threshold[0]": first("threshold", "nan"), "leaf_value[0]": first("leaf_value", "inf"), "num_leaves": first("num_leaves", "99999999999"),
        "numbers in 'leaf_value'": first("leaf_value", "1 2"), "has the version 'v9'": plain.replace("version=v4", "version=v9"),
        "'feature_names' twice": plain.replace("max_feature_idx=", "feature_names=a\nmax_feature_idx="),
        "another number of columns": plain.replace("feature_names=a ", "feature_names="),
        "the objective 'new'": plain.replace("objective=regression", "objective=new"),
        "truncated": whole[:len(whole) // 4], "neither XGBoost's": "no model", "is no model of LightGBM's": "trees",
    }
    for words, text in cases.items():
        (tmp_path / "bad.txt").write_text(text)
        said = run("score", tmp_path / "bad.txt", tmp_path / "rows.csv", status=2)
        assert words in said, (words, said)


def test_wrong_columns_are_named(tmp_path):
    frame, target = table(45)
    xgboost_model("reg:squarederror", frame, target).save_model(tmp_path / "model.json")
    frame.drop(columns="b").to_csv(tmp_path / "rows.csv", index=False)
    assert "'b'" in run("score", tmp_path / "model.json", tmp_path / "rows.csv", status=2)
    frame.assign(b="word").to_csv(tmp_path / "rows.csv", index=False)
    assert "'b'" in run("score", tmp_path / "model.json", tmp_path / "rows.csv", status=2)
    other = frame[reversed(frame.columns)]
    same(scored(tmp_path / "model.json", other, tmp_path)["prediction"], scored(tmp_path / "model.json", frame, tmp_path)["prediction"])
