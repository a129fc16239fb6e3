"""ONNX models by trees and weighted sums, read from their bytes: answers beside ONNX Runtime's, attributions beside the definition.

Tree ensembles are held to ONNX Runtime's bits. Weighted sums are added in 64 bits here and in 32 there: k of them differ by at most
(k + 2) 2^-24 (sum |w x| + |b|), under 1e-6 of the numbers drawn here.
"""

import itertools
import json
import math

import lightgbm as lgb
import numpy as np
import onnxmltools
import pandas as pd
import pytest
import xgboost as xgb
from onnx import TensorProto, helper, numpy_helper
from onnxmltools.convert.common.data_types import FloatTensorType
from onnx_models import NAMES, attempt, beside, classes, graph, near, rows, run, same, scored, session, sums_bound, target, theirs, value, written
from skl2onnx import to_onnx
from skl2onnx.common.data_types import StringTensorType
from skl2onnx.common.data_types import FloatTensorType as Float32
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (ExtraTreesClassifier, GradientBoostingClassifier, GradientBoostingRegressor, RandomForestClassifier,
                              RandomForestRegressor)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge, RidgeClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, OrdinalEncoder, StandardScaler
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

mlflow = pytest.importorskip("mlflow")

TREES = {
    "tree": (DecisionTreeClassifier(max_depth=5, random_state=0), 2), "tree-three": (DecisionTreeClassifier(random_state=0), 3),
    "tree-number": (DecisionTreeRegressor(random_state=0), 0), "leaf": (DecisionTreeRegressor(max_depth=1, min_samples_leaf=200), 0),
    "forest": (RandomForestClassifier(30, random_state=0), 2), "forest-three": (RandomForestClassifier(30, max_depth=6, random_state=0), 3),
    "forest-words": (ExtraTreesClassifier(20, max_depth=6, random_state=0), "words"),
    "forest-number": (RandomForestRegressor(30, max_depth=7, random_state=0), 0),
    "boosting": (GradientBoostingClassifier(n_estimators=40, random_state=0), 2),
    "boosting-three": (GradientBoostingClassifier(n_estimators=15, random_state=0), 3),
    "boosting-exponential": (GradientBoostingClassifier(n_estimators=20, loss="exponential", random_state=0), 2),
    "boosting-number": (GradientBoostingRegressor(n_estimators=60, max_depth=5, random_state=0), 0),
}


def labels(numbers, kind):
    if kind == 0:
        return numbers
    if kind == "words":
        return np.array(["low", "größer", "high"])[classes(numbers, 3)]
    return classes(numbers, kind)


@pytest.mark.parametrize("zipmap", [True, False], ids=["zipmap", "table"])
@pytest.mark.parametrize("name", TREES)
def test_trees_of_scikit_learn(name, zipmap, tmp_path):
    model, kind = TREES[name]
    frame = rows(list(TREES).index(name)).clip(-3e38, 3e38)
    model.fit(frame.to_numpy(), labels(target(frame), kind))
    options = {} if kind == 0 else {type(model): {"zipmap": zipmap}}
    converted = to_onnx(model, frame.to_numpy()[:1], options=options)
    beside(converted, rows(100, 4500 if name == "forest" else 400), tmp_path, compare=near if name == "boosting-exponential" else same)


@pytest.mark.parametrize("objective", ["binary:logistic", "multi:softprob", "reg:squarederror", "reg:logistic", "count:poisson"])
def test_xgboost_by_onnxmltools(objective, tmp_path):
    # The converter reads XGBoost's dump, which writes infinite thresholds that are no JSON.
    frame = rows(3, missing=True).assign(e=0)
    numbers = target(frame)
    kinds = {"binary:logistic": (xgb.XGBClassifier, classes(numbers, 2)), "multi:softprob": (xgb.XGBClassifier, classes(numbers, 3)),
             "reg:squarederror": (xgb.XGBRegressor, numbers), "reg:logistic": (xgb.XGBRegressor, classes(numbers, 2) * 1.0),
             "count:poisson": (xgb.XGBRegressor, np.abs(numbers))}
    kind, label = kinds[objective]
    model = kind(n_estimators=20, max_depth=4, objective=objective).fit(frame.to_numpy(), label)
    converted = onnxmltools.convert_xgboost(model, initial_types=[("X", FloatTensorType([None, len(NAMES)]))])
    beside(converted, rows(101, missing=True).assign(e=0), tmp_path, compare=near if objective == "count:poisson" else same)


@pytest.mark.parametrize("kind", [2, 3, 0, "poisson", "categories"])
def test_lightgbm_by_onnxmltools(kind, tmp_path):
    frame = rows(4, missing=kind != "categories").drop(columns="e")
    numbers = target(frame.assign(e=0))
    more = {"n_estimators": 20, "min_child_samples": 5, "verbose": -1}
    if kind in (2, 3):
        model = lgb.LGBMClassifier(**more).fit(frame.to_numpy(), classes(numbers, kind))
    elif kind == "categories":
        model = lgb.LGBMRegressor(min_data_per_group=5, cat_smooth=1, max_cat_to_onehot=1, **more).fit(
            frame.to_numpy(), numbers, categorical_feature=[2])
    else:
        model = lgb.LGBMRegressor(objective="poisson" if kind == "poisson" else None, **more).fit(frame.to_numpy(), np.abs(numbers))
    converted = onnxmltools.convert_lightgbm(model, initial_types=[("X", FloatTensorType([None, frame.shape[1]]))])
    fresh = rows(102, missing=kind != "categories").drop(columns="e")
    if kind == "categories":
        fresh.loc[:5, "c"] = [1.5, -1, 7, 4096, 2.0000002, 0]
    beside(converted, fresh, tmp_path, compare=near if kind == "poisson" else same)


def ensemble(draw, targets, modes, single, missing, deep=4, trees=7, integers=False):
    """Random trees: nodes of all modes, leaves that add to one target or to several."""
    lists = {name: [] for name in ("treeids", "nodeids", "featureids", "modes", "values", "truenodeids", "falsenodeids", "missing")}
    weights = []
    for tree in range(trees):
        count = itertools.count()
        only = int(draw.integers(targets))

        def node(depth):
            own, place = next(count), len(lists["nodeids"])
            for name, item in zip(lists, (tree, own, 0, "LEAF", 0.0, 0, 0, 0)):
                lists[name].append(item)
            if depth == 0 or (depth < deep and draw.random() < 0.2):
                for score in ([only] if single else range(targets)):
                    weights.append((tree, own, score, float(np.float32(draw.normal()))))
                return own
            mode = str(draw.choice(modes))
            number = float(draw.integers(0, 5)) if integers or mode in ("BRANCH_EQ", "BRANCH_NEQ") else float(np.float32(draw.normal()))
            lists["modes"][place], lists["values"][place] = mode, number
            lists["featureids"][place] = int(draw.integers(len(NAMES)))
            lists["missing"][place] = int(draw.integers(2)) if missing else 0
            lists["truenodeids"][place], lists["falsenodeids"][place] = node(depth - 1), node(depth - 1)
            return own
        node(deep)
    lists["missing_value_tracks_true"] = lists.pop("missing")
    return {f"nodes_{name}": items for name, items in lists.items()}, weights


MODES = ["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ"]


def odd_rows(seed, missing):
    frame = rows(seed, 300, missing)
    frame.loc[:3, "a"] = [np.inf, -np.inf, 0.0, -0.0]
    frame["f"] = np.round(frame["f"]).astype(np.float32) + np.random.default_rng(seed).choice([0, 0.5], len(frame)).astype(np.float32)
    return frame


@pytest.mark.parametrize("seed", range(16))
def test_random_classifiers(seed, tmp_path):
    draw = np.random.default_rng([5, seed])
    count, missing = int(draw.choice([2, 2, 3, 4])), bool(draw.integers(2))
    only = [0] if seed % 4 == 0 else [1] if seed % 4 == 1 else range(count)
    modes = MODES[:1] if seed % 3 == 0 else MODES
    nodes, weights = ensemble(draw, len(only), modes, bool(draw.integers(2)), missing)
    if seed % 5 == 0:
        weights = [(t, n, s, abs(w)) for t, n, s, w in weights]
    post = str(draw.choice(["NONE", "LOGISTIC", "SOFTMAX", "SOFTMAX_ZERO"]))
    base = {} if seed % 2 else {"base_values": [float(np.float32(v)) for v in draw.normal(size=1 if count == 2 and len(only) == 1 else count)]}
    words = {"classlabels_strings": [f"k{c}" for c in range(count)]} if seed % 3 == 1 and len(only) == 1 else {"classlabels_int64s": list(range(count))}
    made = helper.make_node(
        "TreeEnsembleClassifier", ["X"], ["L", "P"], domain="ai.onnx.ml", post_transform=post, class_treeids=[w[0] for w in weights],
        class_nodeids=[w[1] for w in weights], class_ids=[list(only)[w[2]] for w in weights], class_weights=[w[3] for w in weights],
        **nodes, **base, **words)
    kind = TensorProto.STRING if "classlabels_strings" in words else TensorProto.INT64
    model = graph([made], [helper.make_tensor_value_info("L", kind, [None]), value("P", TensorProto.FLOAT, count)], len(NAMES))
    frame = odd_rows(seed, missing)
    outputs = theirs(model, frame.to_numpy(np.float32))
    if outputs[1].min() < -1e-6 or outputs[1].max() > 1 + 1e-5 or np.isnan(outputs[1]).any():
        # Numbers that are no probabilities: the labels alone, or a refusal that says so.
        (tmp_path / "m.onnx").write_bytes(model.SerializeToString())
        done = attempt(tmp_path / "m.onnx", frame, tmp_path)
        if isinstance(done, str):
            assert "no probabilities" in done or "not finite" in done
        else:
            assert list(done) == ["prediction"] and (done["prediction"].astype(str) == outputs[0].astype(str)).all()
        return
    beside(model, frame, tmp_path)


@pytest.mark.parametrize("seed", range(10))
def test_random_regressors(seed, tmp_path):
    draw = np.random.default_rng([6, seed])
    missing = bool(draw.integers(2))
    nodes, weights = ensemble(draw, 1, MODES[:1] if seed % 3 == 0 else MODES, True, missing, deep=6, trees=30)
    base = {} if seed % 2 else {"base_values": [float(np.float32(draw.normal()))]}
    made = helper.make_node(
        "TreeEnsembleRegressor", ["X"], ["P"], domain="ai.onnx.ml", n_targets=1, aggregate_function=["SUM", "SUM", "SUM", "AVERAGE", "MIN", "MAX"][seed % 6],
        target_treeids=[w[0] for w in weights], target_nodeids=[w[1] for w in weights], target_ids=[w[2] for w in weights],
        target_weights=[w[3] for w in weights], **nodes, **base)
    beside(graph([made], [value("P", TensorProto.FLOAT, 1)], len(NAMES)), odd_rows(seed, missing), tmp_path)


def test_thresholds_of_64_bits(tmp_path):
    frame = pd.DataFrame(np.random.default_rng(8).normal(size=(300, 6)), columns=NAMES)
    nodes, weights = ensemble(np.random.default_rng(9), 1, MODES[:4], True, False, trees=5)
    # Thresholds that 32 bits cannot tell from the rows.
    values = np.where(np.array(nodes.pop("nodes_values")) != 0, frame.to_numpy()[np.arange(len(nodes["nodes_nodeids"])), nodes["nodes_featureids"]], 0.0)
    made = helper.make_node(
        "TreeEnsembleRegressor", ["X"], ["P"], domain="ai.onnx.ml", n_targets=1, target_treeids=[w[0] for w in weights], target_nodeids=[w[1] for w in weights],
        target_ids=[0] * len(weights), target_weights_as_tensor=numpy_helper.from_array(np.array([w[3] for w in weights])),
        nodes_values_as_tensor=numpy_helper.from_array(values), **nodes)
    model = graph([made], [value("P", TensorProto.FLOAT, 1)], inputs=[helper.make_tensor_value_info("X", TensorProto.DOUBLE, [None, 6])])
    beside(model, frame, tmp_path, frame.to_numpy())


@pytest.mark.parametrize("members", [False, True])
def test_the_newest_operator_for_trees(members, tmp_path):
    # x <= 0.5 ? (c in {1, 3} or c == 2 ? 2 : -1) : 0.25, in two trees, the second a leaf.
    def tensor(numbers, kind=np.float32):
        return numpy_helper.from_array(np.array(numbers, kind))
    made = helper.make_node(
        "TreeEnsemble", ["X"], ["P"], domain="ai.onnx.ml", n_targets=1, aggregate_function=1, post_transform=0, tree_roots=[0, 2],
        nodes_featureids=[0, 2, 0], nodes_modes=tensor([0, 6 if members else 4, 0], np.uint8), nodes_splits=tensor([0.5, 2, 0]),
        nodes_truenodeids=[1, 0, 3], nodes_trueleafs=[0, 1, 1], nodes_falsenodeids=[2, 1, 3], nodes_falseleafs=[1, 1, 1],
        leaf_targetids=[0, 0, 0, 0], leaf_weights=tensor([2, -1, 0.25, 0.125]), **({"membership_values": tensor([1, 3, np.nan])} if members else {}))
    model = graph([made], [value("P", TensorProto.FLOAT, 1)], len(NAMES), opset=21, ml=5)
    beside(model, odd_rows(3, False), tmp_path)


LINEAR = {
    "two": (LogisticRegression(), 2), "three": (LogisticRegression(), 3), "words": (LogisticRegression(), "words"), "number": (LinearRegression(), 0),
    "ridge": (Ridge(), 0), "prepared": (make_pipeline(SimpleImputer(), StandardScaler(), LogisticRegression()), 2),
    "ranges": (make_pipeline(MinMaxScaler(), LogisticRegression()), 3), "vectors": (LinearSVC(), 3), "ridge-classes": (RidgeClassifier(), 2),
}


@pytest.mark.parametrize("name", LINEAR)
def test_weighted_sums_of_scikit_learn(name, tmp_path):
    model, kind = LINEAR[name]
    frame = rows(20, missing=name == "prepared").drop(columns="e")
    model.fit(frame.to_numpy(), labels(target(frame.assign(e=0)), kind))
    fresh = rows(103, missing=name == "prepared").drop(columns="e")
    last, prepared = model, fresh.to_numpy(np.float64)
    if hasattr(model, "steps"):
        last, prepared = model.steps[-1][1], model[:-1].transform(prepared)
    bound = sums_bound(last, prepared)
    beside(to_onnx(model, frame.to_numpy()[:1]), fresh, tmp_path, compare=lambda ours, other: near(ours, other, bound))


def people(seed, count=300):
    draw = np.random.default_rng(seed)
    frame = pd.DataFrame({
        "age": draw.integers(18, 90, count).astype(float), "income": draw.lognormal(8, 1, count),
        "home": draw.choice(["rent", "own", "größe", "x,y"], count), "reason": draw.choice(["car", "new"], count)})
    return frame, frame.age / 40 + np.log(frame.income) / 4 + (frame.home == "own") + (frame.reason == "car") + draw.normal(size=count) / 3


@pytest.mark.parametrize("head", [LogisticRegression(max_iter=500), RandomForestClassifier(15, max_depth=5, random_state=0)], ids=["linear", "forest"])
@pytest.mark.parametrize("encoder", [OneHotEncoder(handle_unknown="ignore"), OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)],
                         ids=["one-hot", "ordinal"])
def test_columns_of_their_own(head, encoder, tmp_path):
    frame, score = people(1)
    model = make_pipeline(ColumnTransformer([("n", StandardScaler(), ["age", "income"]), ("w", encoder, ["home", "reason"])]), head)
    model.fit(frame, (score > score.median()).astype(int))
    types = [(name, (StringTensorType if frame[name].dtype.kind not in "if" else Float32)([None, 1])) for name in frame]
    converted = to_onnx(model, initial_types=types)
    fresh, _ = people(2)
    fresh.loc[:4, "home"] = "unseen"
    feeds = {name: fresh[[name]].to_numpy(np.float32 if fresh[name].dtype.kind in "if" else object) for name in fresh}
    beside(converted, fresh[["reason", "home", "income", "age"]], tmp_path, feeds, compare=near)
    # Each column's values come under the graph's own names, wherever they stand.
    assert "'home'" in run("score", tmp_path / "model.onnx", written(fresh.drop(columns="home"), tmp_path), status=2)
    assert "'age'" in run("score", tmp_path / "model.onnx", written(fresh.assign(age="old"), tmp_path), status=2)


# Explanations


def definition(value, columns):
    """Shapley values of a game over all subsets."""
    values = {}
    for size in range(columns + 1):
        for subset in itertools.combinations(range(columns), size):
            values[frozenset(subset)] = value(subset)
    result = np.zeros(columns)
    for column in range(columns):
        for subset, amount in values.items():
            if column not in subset:
                weight = math.factorial(len(subset)) * math.factorial(columns - len(subset) - 1) / math.factorial(columns)
                result[column] += weight * (values[subset | {column}] - amount)
    return values[frozenset()], result


@pytest.mark.parametrize("kind", ["forest", "boosting", "prepared", "linear"])
def test_attributions_are_the_definitions(kind, tmp_path):
    frame = rows(30).drop(columns="e")
    labels = classes(target(frame.assign(e=0)), 2)
    head = {"forest": RandomForestClassifier(8, max_depth=4, random_state=0), "boosting": GradientBoostingClassifier(n_estimators=8, random_state=0),
            "prepared": make_pipeline(StandardScaler(), RandomForestClassifier(8, max_depth=4, random_state=0)),
            "linear": make_pipeline(StandardScaler(), LogisticRegression())}[kind]
    head.fit(frame.to_numpy(), labels)
    converted = to_onnx(head, frame.to_numpy()[:1], options={type(head if not hasattr(head, "steps") else head.steps[-1][1]): {"zipmap": False}})
    (tmp_path / "m.onnx").write_bytes(converted.SerializeToString())
    background, asked = rows(31, 12).drop(columns="e"), rows(32, 6).drop(columns="e")
    answer = json.loads(run("explain", tmp_path / "m.onnx", written(asked, tmp_path), "--background", written(background, tmp_path, "b.csv"), "--format", "json"))
    runtime = session(converted)
    column = {"forest": 0, "prepared": 0, "boosting": 1, "linear": 1}[kind]

    def output(values):
        share = runtime.run(None, {"X": values.astype(np.float32)})[1][:, 1].astype(np.float64)
        return share if column == 0 else np.log(share / (1 - share))
    assert answer["space"] == ("probability" if column == 0 else "log-odds")
    for row, told in zip(asked.to_numpy(np.float32), answer["rows"]):
        def value(subset):
            mixed = background.to_numpy(np.float32).copy()
            mixed[:, list(subset)] = row[list(subset)]
            return output(mixed).mean()
        base, phi = definition(value, frame.shape[1])
        # Their answers are 32-bit numbers, and the logarithm divides by what is left of them.
        np.testing.assert_allclose(told["base_value"], base, atol=2e-5)
        np.testing.assert_allclose(told["shap_values"], phi, atol=2e-5)


def test_tree_paths_need_counts_that_the_file_has_not(tmp_path):
    frame = rows(33)
    model = RandomForestRegressor(3, max_depth=3, random_state=0).fit(frame.to_numpy(), target(frame))
    (tmp_path / "m.onnx").write_bytes(to_onnx(model, frame.to_numpy()[:1]).SerializeToString())
    assert "--background" in run("explain", tmp_path / "m.onnx", written(frame, tmp_path), "--method", "tree-path", status=2)


# MLflow's folders


def test_folders_of_mlflow(tmp_path):
    frame = rows(40).drop(columns="e")
    model = GradientBoostingClassifier(n_estimators=10, random_state=0).fit(frame.to_numpy(), classes(target(frame.assign(e=0)), 2))
    converted = to_onnx(model, frame.to_numpy()[:1], options={"zipmap": False})
    mlflow.onnx.save_model(converted, tmp_path / "model", signature=mlflow.models.infer_signature(frame, np.zeros(3)), pip_requirements=["onnxruntime"])
    shuffled = rows(104)[["f", "d", "c", "b", "a"]]
    ours = scored(tmp_path / "model", shuffled, tmp_path)
    labels, shares = theirs(converted, shuffled[list("abcdf")].to_numpy(np.float32))
    same(ours["prediction"].to_numpy(float), labels)
    same(ours[["probability_0", "probability_1"]].to_numpy(), shares.astype(np.float64))
    assert "'a'" in run("score", tmp_path / "model", written(shuffled.drop(columns="a"), tmp_path), status=2)


def test_constants_in_files_beside_the_model(tmp_path):
    draw = np.random.default_rng(9)
    first, second = draw.normal(size=(5, 400)).astype(np.float32), draw.normal(size=(400, 1)).astype(np.float32)
    model = graph(
        [helper.make_node("MatMul", ["X", "A"], ["H"]), helper.make_node("Tanh", ["H"], ["T"]), helper.make_node("MatMul", ["T", "B"], ["Y"])],
        [value("Y", TensorProto.FLOAT, 1)], 5, [numpy_helper.from_array(first, "A"), numpy_helper.from_array(second, "B")])
    content = model.SerializeToString()
    frame = rows(41)[list("abcdf")]
    mlflow.onnx.save_model(model, tmp_path / "model", signature=mlflow.models.infer_signature(frame.to_numpy(np.float32), np.zeros(3)),
                           pip_requirements=["onnxruntime"])
    assert list((tmp_path / "model").glob("*.data"))
    ours = scored(tmp_path / "model", frame, tmp_path)
    size = np.abs(np.tanh(frame.to_numpy(np.float64) @ first)) @ np.abs(second.astype(np.float64))
    near(ours["prediction"].to_numpy(), theirs(content, frame.to_numpy(np.float32))[0].ravel(), 402 * 2.0**-24 * size.max())
    message = run("score", tmp_path / "model" / "model.onnx", written(frame, tmp_path), "--no-foreign", status=2)
    assert "in another file" in message
