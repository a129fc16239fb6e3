"""Files and tables that could be one model here and another to the library: refused, or read as it reads them."""

import json
import os
import subprocess
import sys

from boosters import classes, lightgbm_model, run, same, scored, table, xgboost_model
import lightgbm as lgb
import numpy as np
import pandas as pd
import pytest
import skops.io
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeRegressor
import xgboost as xgb


def inner(document):
    return document["learner"]["gradient_booster"]["model"]


def parameters(document):
    return document["learner"]["learner_model_param"]


def exchange(document):
    trees = inner(document)["trees"]
    trees[0]["id"], trees[2]["id"] = trees[2]["id"], trees[0]["id"]


CHANGES = {
    "iteration_indptr does not go from 0": lambda document: inner(document).update(iteration_indptr=[3, 6, 9]),
    "iteration_indptr does not go from 0 ": lambda document: inner(document).update(iteration_indptr=[0, 3]),
    "iteration_indptr does not go from 0  ": lambda document: inner(document).update(iteration_indptr=[0, 6, 3, 9]),
    "trees[0].id is not its place": exchange,
    "trees[1] has no 'id'": lambda document: inner(document)["trees"][1].pop("id"),
    "num_trees is another number": lambda document: inner(document)["gbtree_model_param"].update(num_trees="6"),
    "0 nodes were deleted": lambda document: inner(document)["trees"][0]["tree_param"].update(num_deleted="2"),
    "base_score is not a number": lambda document: parameters(document).update(base_score="0x10"),
    "weights of trees": lambda document: inner(document).update(weight_drop=[1.0] * 9),
}


@pytest.mark.parametrize("words", CHANGES)
def test_xgboost_files_that_readers_take_apart(words, tmp_path):
    frame, target = table(50, 60)
    frame.to_csv(tmp_path / "rows.csv", index=False)
    xgboost_model("multi:softprob", frame, target, 3).save_model(tmp_path / "model.json")
    document = json.loads((tmp_path / "model.json").read_text())
    CHANGES[words](document)
    (tmp_path / "changed.json").write_text(json.dumps(document))
    said = run("score", tmp_path / "changed.json", tmp_path / "rows.csv", status=2)
    assert words.strip() in said and "changed.json" in said, said


@pytest.mark.parametrize("booster", ["gbtree", "dart"])
def test_rounds_that_were_not_trained(booster, tmp_path):
    frame, target = table(51, 60)
    frame.to_csv(tmp_path / "rows.csv", index=False)
    for objective, more in [("reg:squarederror", {}), ("multi:softprob", {}), ("binary:logistic", {"base_score": 0.2})]:
        model = xgboost_model(objective, frame, target, 0, booster=booster, **more)
        model.save_model(tmp_path / "model.json")
        ours, theirs = scored(tmp_path / "model.json", frame, tmp_path), model.predict(xgb.DMatrix(frame))
        same(ours[{"reg:squarederror": "prediction", "multi:softprob": "probability_2", "binary:logistic": "probability_1"}[objective]],
             theirs[:, 2] if theirs.ndim == 2 else theirs)
    for objective in ("binary:logistic", "count:poisson"):
        xgboost_model(objective, frame, target, 0, booster=booster).save_model(tmp_path / "model.json")
        assert "first guess that no tree was trained on" in run("score", tmp_path / "model.json", tmp_path / "rows.csv", status=2)


def test_lightgbm_reads_decimal_digits_alone(tmp_path):
    frame, target = table(52, 60)
    frame.to_csv(tmp_path / "rows.csv", index=False)
    model = lightgbm_model("multiclass", frame, target, 2)
    whole = model.model_to_string()
    plain = "\n".join(line for line in whole.split("\n") if not line.startswith("tree_sizes"))
    first = plain.index("leaf_value=") + len("leaf_value=")
    for text, words in [(plain[:first] + "0x1p3 " + plain[first:].split(" ", 1)[1], "'leaf_value' with something else"),
                        (whole.replace("num_class=3", "num_class=4", 1), "other than so many classes"),
                        (whole.replace("num_class:3", "num_class:2", 1), "other than so many classes")]:
        (tmp_path / "model.txt").write_text(text)
        assert words in run("score", tmp_path / "model.txt", tmp_path / "rows.csv", status=2)


def nameless(folder):
    """Models that know no names, with the library's answers by position."""
    frame, target = table(53, 80, missing=False)
    values = frame[["a", "b", "c"]].to_numpy()
    booster = xgb.train({"max_depth": 3}, xgb.DMatrix(values, target), 4)
    booster.save_model(folder / "model.json")
    yield folder / "model.json", values, booster.predict(xgb.DMatrix(values)), "x0"
    trees = lgb.train({"verbose": -1, "min_data_in_leaf": 3}, lgb.Dataset(values, target), 4)
    trees.save_model(folder / "model.txt")
    yield folder / "model.txt", values, trees.predict(values), "Column_0"
    model = LogisticRegression().fit(values, classes(target, 3))
    skops.io.dump(model, folder / "model.skops")
    yield folder / "model.skops", values, model.predict(values), "x0"


def test_names_that_are_ours_bind_nothing(tmp_path):
    for model, values, wanted, first in nameless(tmp_path):
        for order in ([0, 1, 2], [2, 0, 1]):
            frame = pd.DataFrame(values, columns=[first[:-1] + str(place) for place in order])
            same(scored(model, frame, tmp_path)["prediction"], wanted)
        said = frame.assign(more=1.0)
        said.to_csv(tmp_path / "rows.csv", index=False)
        assert "the data has 4" in run("score", model, tmp_path / "rows.csv", "--no-foreign", status=2)


def beyond(count=64):
    """Whole numbers that 64 bits round up to half of what 32 bits tell apart, and only once rounded fall below."""
    draw = np.random.default_rng(3)
    step = np.int64(1) << 37
    middle = (np.int64(1) << 60) + step * draw.integers(0, 8, count) + (step >> 1)
    return middle + draw.choice([-1, 1], count)


@pytest.mark.parametrize("mixed", [False, True])
def test_whole_numbers_beyond_64_bits_of_fraction(mixed, tmp_path):
    frame = pd.DataFrame({"n": beyond(), "m": (np.arange(64) / 4 if mixed else np.arange(64))})
    target = frame.n.astype(np.float32).rank().to_numpy()
    frame.to_parquet(tmp_path / "rows.parquet")

    def ours(name):
        run("score", tmp_path / name, tmp_path / "rows.parquet", "--no-foreign", "-o", tmp_path / "out.parquet")
        return pd.read_parquet(tmp_path / "out.parquet")["prediction"].to_numpy()

    booster = xgb.train({"max_depth": 6, "min_child_weight": 0, "lambda": 0, "tree_method": "exact"}, xgb.DMatrix(frame, target), 3)
    booster.save_model(tmp_path / "model.json")
    same(ours("model.json"), booster.predict(xgb.DMatrix(frame)))
    model = DecisionTreeRegressor(random_state=0).fit(frame, target)
    skops.io.dump(model, tmp_path / "model.skops")
    same(ours("model.skops"), model.predict(frame))
    assert not mixed or (frame.n.astype(np.float32) != frame.n.astype(float).astype(np.float32)).any()


def test_paths_that_lead_to_no_model(tmp_path):
    (tmp_path / "rows.csv").write_text("a\n1\n")
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "link.json").symlink_to("rows.csv")
    (tmp_path / "lost.json").symlink_to("nowhere")
    (tmp_path / "loop.json").symlink_to("loop.json")
    for name, words in [("none.json", "there is no such file or folder"), ("none", "there is no such file or folder"), ("pipe.json", "neither a file nor a folder"),
                        ("link.json", "it is a symbolic link; give the file"), ("lost.json", "leads nowhere"), ("loop.json", "leads to itself"),
                        ("rows.csv/model.json", "a part of its path is no folder")]:
        done = subprocess.run([os.environ["ASSAY_BINARY"], "score", tmp_path / name, tmp_path / "rows.csv"], capture_output=True, text=True, timeout=20,
                              env={**os.environ, "ASSAY_MODEL_PYTHON": sys.executable})
        assert done.returncode == 2 and words in done.stderr and str(tmp_path / name) in done.stderr, (name, done.stderr)
