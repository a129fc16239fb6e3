"""ONNX graphs of dense operators: answers beside ONNX Runtime's, with errors bounded by what is added, and explained by asking.

A layer of k inputs is added in 64 bits here and in 32 there: its outputs differ by at most (k + 1) 2^-24 sum |w x|, which the next layers pass on by their
weights. Weights drawn here keep that under 1e-5 of the answers.
"""

import json

import numpy as np
import pandas as pd
import pytest
from onnx import TensorProto, helper, numpy_helper
from onnx_models import beside, classes, graph, near, rows, run, scored, session, target, theirs, value, written
from skl2onnx import to_onnx
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import AdaBoostClassifier, RandomForestClassifier, StackingClassifier
from sklearn.linear_model import LogisticRegression, PoissonRegressor, SGDClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Normalizer, PolynomialFeatures, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

COLUMNS = list("abcdf")


def close(ours, other):
    np.testing.assert_allclose(ours, other, rtol=1e-5, atol=2e-6)


def constant(name, array, kind=np.float32):
    return numpy_helper.from_array(np.asarray(array, kind), name)


def data(seed, count=300):
    return rows(seed, count)[COLUMNS]


ZOO = {
    "mlp": (MLPClassifier((8, 5), max_iter=60, random_state=0), 2), "mlp-three": (MLPClassifier((8,), activation="tanh", max_iter=60, random_state=0), 3),
    "mlp-logistic": (MLPClassifier((6,), activation="logistic", max_iter=60, random_state=0), 3),
    "mlp-number": (MLPRegressor(hidden_layer_sizes=(8, 4), max_iter=60, random_state=0), 0), "bayes": (GaussianNB(), 3), "sgd": (SGDClassifier(loss="log_loss", random_state=0), 3),
    "poisson": (PoissonRegressor(), "positive"), "polynomial": (make_pipeline(PolynomialFeatures(2), StandardScaler(), LogisticRegression(max_iter=300)), 2),
    "norms": (make_pipeline(Normalizer(), LogisticRegression()), 2), "calibrated": (CalibratedClassifierCV(RandomForestClassifier(5, max_depth=4, random_state=0), cv=2), 2),
    "ada": (AdaBoostClassifier(DecisionTreeClassifier(max_depth=2), n_estimators=5, random_state=0), 3),
    "stack": (StackingClassifier([("a", LogisticRegression()), ("b", RandomForestClassifier(4, max_depth=3, random_state=0))]), 2),
}


@pytest.mark.parametrize("name", ZOO)
def test_graphs_of_scikit_learn(name, tmp_path):
    model, kind = ZOO[name]
    frame = data(50 + list(ZOO).index(name))
    numbers = target(frame.assign(e=0))
    label = np.abs(numbers) if kind == "positive" else numbers if kind == 0 else classes(numbers, kind)
    model.fit(frame.to_numpy(), label)
    beside(to_onnx(model, frame.to_numpy()[:1]), data(110), tmp_path, compare=close)


ACTIVATIONS = {"Relu": {}, "Sigmoid": {}, "Tanh": {}, "LeakyRelu": {"alpha": 0.2}, "Elu": {"alpha": 0.7}, "Selu": {}, "Softplus": {}, "Softsign": {},
               "HardSigmoid": {}, "Erf": {}, "Abs": {}, "Neg": {}, "Exp": {}, "Sqrt": {}, "Log": {}, "Floor": {}, "Ceil": {}, "Round": {}, "Sign": {},
               "Gelu": {}, "Reciprocal": {}}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations(name, tmp_path):
    draw = np.random.default_rng(list(ACTIVATIONS).index(name))
    positive = name in ("Sqrt", "Log", "Reciprocal")
    nodes = [helper.make_node("Gemm", ["X", "W", "B"], ["H"], transB=1), *([helper.make_node("Abs", ["H"], ["P"]), helper.make_node("Add", ["P", "one"], ["Q"])] if positive else []),
             helper.make_node(name, ["Q" if positive else "H"], ["A"], **ACTIVATIONS[name]), helper.make_node("ReduceMean", ["A"], ["Y"], axes=[1], keepdims=1)]
    if name == "Gelu":
        nodes[-1] = helper.make_node("ReduceMean", ["A", "axes"], ["Y"], keepdims=1)
    made = graph(nodes, [value("Y", TensorProto.FLOAT, 1)], 5,
                 [constant("W", draw.normal(size=(7, 5))), constant("B", draw.normal(size=7)), constant("one", 0.5), constant("axes", [1], np.int64)],
                 opset=20 if name == "Gelu" else 17)
    # Steps: beside whole numbers a rounding decides.
    beside(made, data(111), tmp_path, compare=close if name not in ("Floor", "Ceil", "Round", "Sign") else lambda a, b: near(a, b))


def torch_net(draw, sizes, last):
    """A net as PyTorch writes it: Gemm with transposed weights, activations, batch normalisation, dropout."""
    nodes, constants, name = [], [], "X"
    for layer, (before, after) in enumerate(zip(sizes, sizes[1:])):
        constants += [constant(f"w{layer}", draw.normal(size=(after, before)) / np.sqrt(before)), constant(f"b{layer}", draw.normal(size=after))]
        nodes.append(helper.make_node("Gemm", [name, f"w{layer}", f"b{layer}"], [f"g{layer}"], alpha=1.0, beta=1.0, transB=1))
        name = f"g{layer}"
        if layer < len(sizes) - 2:
            constants += [constant(f"{part}{layer}", draw.random(after) + 0.5) for part in ("scale", "mean", "var")] + [constant(f"shift{layer}", draw.normal(size=after))]
            nodes.append(helper.make_node("BatchNormalization", [name, f"scale{layer}", f"shift{layer}", f"mean{layer}", f"var{layer}"], [f"n{layer}"], epsilon=1e-5))
            nodes.append(helper.make_node("Relu", [f"n{layer}"], [f"r{layer}"]))
            nodes.append(helper.make_node("Dropout", [f"r{layer}"], [f"d{layer}"]))
            name = f"d{layer}"
    nodes.append(helper.make_node(last, [name], ["Y"], **({"axis": 1} if last == "Softmax" else {})))
    return graph(nodes, [value("Y", TensorProto.FLOAT, sizes[-1])], sizes[0], constants, opset=17)


@pytest.mark.parametrize("sizes, last", [([5, 16, 8, 1], "Sigmoid"), ([5, 12, 3], "Softmax"), ([5, 64, 64, 1], "Identity"), ([5, 4, 2], "Softmax")])
def test_nets_as_pytorch_writes_them(sizes, last, tmp_path):
    made = torch_net(np.random.default_rng(len(sizes) * sizes[-1]), sizes, last)
    frame = data(112)
    if last == "Softmax":
        (tmp_path / "m.onnx").write_bytes(made.SerializeToString())
        ours = scored(tmp_path / "m.onnx", frame, tmp_path)
        table = theirs(made, frame.to_numpy(np.float32))[0]
        close(ours[[f"probability_{c}" for c in range(sizes[-1])]].to_numpy(), table)
        assert (ours["prediction"].astype(float) == table.argmax(axis=1)).all()
    else:
        beside(made, frame, tmp_path, compare=close)


def test_moving_elements(tmp_path):
    """Slices, splits, gathers, transposes, shapes, choices and comparisons, to a single number."""
    nodes = [
        helper.make_node("Slice", ["X", "from", "to", "axis"], ["S"]), helper.make_node("Split", ["X", "sizes"], ["P", "Q"], axis=1),
        helper.make_node("Gather", ["X", "picks"], ["G"], axis=1), helper.make_node("Concat", ["S", "P", "G"], ["C"], axis=-1),
        helper.make_node("Reshape", ["C", "pairs"], ["R"]), helper.make_node("Transpose", ["R"], ["T"], perm=[0, 2, 1]), helper.make_node("Flatten", ["T"], ["F"]),
        helper.make_node("Greater", ["F", "zero"], ["M"]), helper.make_node("IsNaN", ["F"], ["N"]), helper.make_node("Not", ["N"], ["O"]),
        helper.make_node("And", ["M", "O"], ["A"]), helper.make_node("Where", ["A", "F", "zero"], ["W"]), helper.make_node("Clip", ["W", "zero", "two"], ["K"]),
        helper.make_node("Unsqueeze", ["K", "axis"], ["U"]), helper.make_node("Squeeze", ["U", "axis"], ["V"]), helper.make_node("Cast", ["M"], ["D"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["V", "D"], ["E"]), helper.make_node("Pow", ["E", "two"], ["H"]), helper.make_node("Max", ["H", "D"], ["I"]),
        helper.make_node("ReduceMax", ["I"], ["J"], axes=[1], keepdims=0), helper.make_node("ReduceSum", ["I", "axis"], ["L"], keepdims=0),
        helper.make_node("Sub", ["L", "J"], ["Y"])]
    constants = [constant("from", [1], np.int64), constant("to", [4], np.int64), constant("axis", [1], np.int64), constant("sizes", [3, 2], np.int64),
                 constant("picks", [4, 0], np.int64), constant("pairs", [-1, 4, 2], np.int64), constant("zero", 0.0), constant("two", 2.0)]
    beside(graph(nodes, [value("Y", TensorProto.FLOAT)], 5, constants, opset=17), data(113), tmp_path, compare=close)


def test_nets_are_explained_by_asking(tmp_path):
    made = torch_net(np.random.default_rng(1), [5, 8, 1], "Sigmoid")
    (tmp_path / "m.onnx").write_bytes(made.SerializeToString())
    frame, background = data(114, 4), data(115, 8)
    answer = json.loads(run("explain", tmp_path / "m.onnx", written(frame, tmp_path), "--background", written(background, tmp_path, "b.csv"), "--format", "json"))
    assert answer["space"] == "raw" and answer["kernel"]["exact_rows"] == 4
    runtime = session(made)
    theirs_all = runtime.run(None, {"X": frame.to_numpy(np.float32)})[0].ravel()
    for row, told, other in zip(answer["rows"], theirs_all, range(4)):
        assert abs(row["base_value"] + sum(row["shap_values"]) - told) < 1e-6
    assert "--method kernel" in run("explain", tmp_path / "m.onnx", written(frame, tmp_path), "--method", "tree", status=2)


# What is refused, and ONNX Runtime


def test_what_is_refused_is_named(tmp_path):
    def refusal(made, frame=None):
        (tmp_path / "m.onnx").write_bytes(made if isinstance(made, bytes) else made.SerializeToString())
        return run("score", tmp_path / "m.onnx", written(data(116) if frame is None else frame, tmp_path), "--no-foreign", status=2)
    out = [value("Y", TensorProto.FLOAT, 5)]
    message = refusal(graph([helper.make_node("CumSum", ["X", "axis"], ["Y"], name="adds")], out, 5, [constant("axis", 1, np.int64)]))
    assert "'adds' (CumSum of ai.onnx)" in message and "operator set 18" in message
    assert "across the rows" in refusal(graph([helper.make_node("Softmax", ["X"], ["Y"], axis=0)], out, 5))
    assert "by itself" in refusal(graph([helper.make_node("ReduceMean", ["X"], ["Y"], axes=[0])], out, 5, opset=17))
    assert "Softmax" in refusal(graph([helper.make_node("Relu", ["X"], ["Y"])], out, 5))
    assert "custom.domain" in refusal(helper.make_model(helper.make_graph(
        [helper.make_node("Thing", ["X"], ["Y"], domain="custom.domain")], "g", [helper.make_tensor_value_info("X", TensorProto.FLOAT, [None, 5])], out),
        opset_imports=[helper.make_opsetid("", 18), helper.make_opsetid("custom.domain", 1)]))
    assert "float16" in refusal(graph([helper.make_node("Identity", ["X"], ["Y"])], out, inputs=[helper.make_tensor_value_info("X", TensorProto.FLOAT16, [None, 5])]))
    good = graph([helper.make_node("ReduceSum", ["X", "axis"], ["Y"])], [value("Y", TensorProto.FLOAT, 1)], 5, [constant("axis", [1], np.int64)])
    content = good.SerializeToString()
    for cut in (1, 20, len(content) // 2, len(content) - 1):
        assert refusal(content[:cut]).startswith("assay: m.onnx")
    assert "5 columns" in refusal(good, data(117).drop(columns="a"))
    assert "not finite" in refusal(good, data(118).assign(a=np.nan))


@pytest.fixture(scope="module")
def neighbours(tmp_path_factory):
    frame = data(60)
    model = KNeighborsClassifier(3).fit(frame.to_numpy(), classes(target(frame.assign(e=0)), 3))
    folder = tmp_path_factory.mktemp("neighbours")
    converted = to_onnx(model, frame.to_numpy()[:1], options={"zipmap": False})
    (folder / "m.onnx").write_bytes(converted.SerializeToString())
    return folder, converted


def library():
    import pathlib

    import onnxruntime

    return next(pathlib.Path(onnxruntime.__file__).parent.glob("capi/libonnxruntime.so*"))


def test_other_graphs_are_scored_by_onnx_runtime(neighbours, tmp_path):
    import subprocess
    import sys

    from onnx_models import BINARY

    folder, converted = neighbours
    fresh = data(119)
    labels = theirs(converted, fresh.to_numpy(np.float32))[0]
    path = written(fresh, tmp_path)
    for more in (["--python", sys.executable], ["--onnxruntime", str(library())]):
        done = subprocess.run([BINARY, "score", folder / "m.onnx", path, *more], capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr
        assert [int(line) for line in done.stdout.split()[1:]] == list(labels)
        # Never in silence.
        assert "ONNX Runtime" in done.stderr and "Scan of ai.onnx" in done.stderr
    refused = subprocess.run([BINARY, "score", folder / "m.onnx", path, "--onnxruntime", "/nonexistent.so"], capture_output=True, text=True)
    assert refused.returncode == 2 and "/nonexistent.so" in refused.stderr
    refused = subprocess.run([BINARY, "score", folder / "m.onnx", path, "--python", "/bin/true"], capture_output=True, text=True, env={"PATH": "/nonexistent"})
    assert refused.returncode == 2 and "Scan of ai.onnx" in refused.stderr and "--onnxruntime" in refused.stderr
    refused = subprocess.run([BINARY, "score", folder / "m.onnx", path, "--no-foreign"], capture_output=True, text=True)
    assert refused.returncode == 2 and "Scan of ai.onnx" in refused.stderr


def test_what_onnx_runtime_scored_is_said_in_results(neighbours, tmp_path):
    import sys

    folder, _ = neighbours
    answer = json.loads(run("explain", folder / "m.onnx", written(data(120, 2), tmp_path), "--background", written(data(121, 5), tmp_path, "b.csv"),
                            "--python", sys.executable, "--format", "json"))
    scorer = answer["predicate"]["scorer"]
    assert scorer["loader"] == "onnxruntime" and scorer["libraries"]["onnxruntime"] and "landlock" in scorer["confinement"]


def test_support_vectors_by_onnx_runtime(tmp_path):
    frame = data(61)
    model = SVC(random_state=0).fit(frame.to_numpy(), classes(target(frame.assign(e=0)), 2))
    converted = to_onnx(model, frame.to_numpy()[:1], options={"zipmap": False})
    (tmp_path / "m.onnx").write_bytes(converted.SerializeToString())
    import sys

    text = run("score", tmp_path / "m.onnx", written(frame, tmp_path), "--python", sys.executable)
    assert [int(line) for line in text.split()[1:]] == list(theirs(converted, frame.to_numpy(np.float32))[0])
