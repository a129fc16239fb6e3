"""Every operator of ONNX that is read, beside ONNX Runtime; tables of words; and graphs that look at several rows, which nobody scores."""

import pathlib
import re
import sys

import numpy as np
import onnx
import onnxruntime
import pandas as pd
import pytest
from onnx import TensorProto, helper, numpy_helper
from onnx_models import beside, graph, near, run, scored, session, theirs, value, written
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import StringTensorType
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

ROOT = pathlib.Path(__file__).parents[2]
GRAPHS = sorted((ROOT / "Tests/Fixtures/onnx").glob("*.onnx"))


def constant(name, array, kind=np.int64):
    return numpy_helper.from_array(np.asarray(array, kind), name)


def feeds_of(run_time, seed, missing):
    draw, feeds = np.random.default_rng(seed), {}
    for put in run_time.get_inputs():
        size = (40, put.shape[1])
        numbers = np.round(draw.normal(size=size) * 2, 1).astype(np.float32)
        if missing:
            numbers[draw.random(size) < 0.1] = np.nan
        feeds[put.name] = {"tensor(float)": numbers, "tensor(string)": draw.choice(["a", "b", "7", "other"], size).astype(object),
                           "tensor(int32)": draw.integers(-90000, 90000, size).astype(np.int32), "tensor(int64)": draw.integers(-90000, 90000, size)}[put.type]
    return feeds


@pytest.mark.parametrize("path", GRAPHS, ids=lambda path: path.stem)
def test_every_operator(path, tmp_path):
    feeds = feeds_of(session(path.read_bytes()), 1, path.stem in ("preparing", "labels_2", "labels_4", "trees", "trees_newest", "logic"))
    frame = pd.DataFrame({f"{name}{place}": column for name, table in feeds.items() for place, column in enumerate(table.T)})
    if path.stem == "logic":
        # What is no number is no answer, but may decide for one.
        frame = frame.fillna(0)
        feeds = {"X": frame.to_numpy(np.float32)}
    beside(path.read_bytes(), frame, tmp_path, feeds, compare=near)


def test_every_operator_is_tried():
    page = (ROOT / "docs/models.md").read_text().split("## ONNX", 1)[1].split("Elements are", 1)[0]
    named = set(re.findall(r"[A-Z][A-Za-z0-9]+", page)) - {"Operators", "Of"}
    tried = {node.op_type for path in GRAPHS for node in onnx.load(path).graph.node}
    assert named - tried == set() and tried - named == set()


# Tables of words


@pytest.mark.parametrize("words", ["abc", "123"], ids=["letters", "digits"])
def test_tables_of_words(words, tmp_path):
    draw = np.random.default_rng(5)
    frame = pd.DataFrame({name: draw.choice(list(words), 200) for name in "xyz"})
    label = (frame.x == words[0]).astype(int) + (frame.y == words[1])
    model = make_pipeline(OneHotEncoder(handle_unknown="ignore"), LogisticRegression()).fit(frame.to_numpy(), label)
    converted = convert_sklearn(model, initial_types=[("X", StringTensorType([None, 3]))], options={"zipmap": False})
    fresh = frame[::-1].reset_index(drop=True)
    fresh.loc[3, "y"] = "77"
    beside(converted, fresh, tmp_path, {"X": fresh.to_numpy(object)}, compare=near)
    (tmp_path / "none.csv").write_text("x,y,z\n")
    assert len(run("score", tmp_path / "model.onnx", tmp_path / "none.csv", "--no-foreign").splitlines()) == 1
    fresh.to_parquet(tmp_path / "rows.parquet")
    assert run("score", tmp_path / "model.onnx", tmp_path / "rows.parquet") == run("score", tmp_path / "model.onnx", written(fresh, tmp_path))
    # Numbers are no words: in Parquet their type says so.
    fresh.assign(x=1).to_parquet(tmp_path / "numbers.parquet")
    assert "'x" in run("score", tmp_path / "model.onnx", tmp_path / "numbers.parquet", status=2)


# Several rows at once


def node(kind, inputs, outputs, **attributes):
    return helper.make_node(kind, inputs.split(), outputs.split(), **attributes)


ROWS = [node("Shape", "X", "s", end=1)]
MIXED = {
    "the rows' number": [*ROWS, node("Cast", "s", "f", to=TensorProto.FLOAT), node("Add", "X f", "M")],
    "the rows' number, compared": [*ROWS, node("Cast", "s", "i", to=TensorProto.INT64), node("Equal", "i five", "e"), node("Where", "e X two", "M")],
    "sums over rows": [*ROWS, node("Concat", "s s", "ss", axis=0), node("ConstantOfShape", "ss", "O", value=numpy_helper.from_array(np.float32([1]))),
        node("MatMul", "O X", "M")],
    "the first row": [*ROWS, node("ConstantOfShape", "s", "O", value=numpy_helper.from_array(np.array([0]))), node("Gather", "X O", "M", axis=0)],
    "a row that a row names": [node("Slice", "X zero one one", "S"), node("Cast", "S", "I", to=TensorProto.INT64), node("Squeeze", "I one", "J"),
        node("Gather", "X J", "M", axis=-2)],
    "a softmax over rows": [node("Softmax", "X", "M", axis=0)], "the first rows": [node("Slice", "X zero three zero", "M")],
    "a mean over rows": [node("ReduceMean", "X", "m", axes=[0], keepdims=1), node("Sub", "X m", "M")],
}


@pytest.mark.parametrize("kind", MIXED)
def test_rows_are_taken_alone(kind, tmp_path):
    made = graph([*MIXED[kind], node("ReduceSum", "M one", "Y", keepdims=1)], [value("Y", TensorProto.FLOAT, 1)], 2,
                 [constant("zero", [0]), constant("one", [1]), constant("three", [3]), constant("five", [5]), constant("two", 2, np.float32)], opset=17)
    frame = pd.DataFrame({"a": [0.0, 1, 0], "b": [5.0, 7, 11]})
    (tmp_path / "m.onnx").write_bytes(made.SerializeToString())
    # ONNX Runtime takes it, and gives the first row another answer alone; it is there, and is not asked.
    assert theirs(made, frame.to_numpy(np.float32))[0].size
    message = run("score", tmp_path / "m.onnx", written(frame, tmp_path), "--python", sys.executable, status=2)
    assert "does not take each row by itself" in message and "ONNX Runtime is not asked" in message


@pytest.mark.parametrize("kind", ["softmax", "numbers", "words"])
def test_rows_that_are_turned_are_asked_alone(kind, tmp_path):
    """Of rows along another axis nothing says what becomes of them: ONNX Runtime is asked for one at a time."""
    turned = {"softmax": [node("Transpose", "X", "t"), node("Softmax", "t", "u", axis=-1), node("Transpose", "u", "M"),
        node("ReduceSum", "M one", "Y", keepdims=1)],
              "numbers": [node("Transpose", "X", "t"), node("Transpose", "t", "M"), node("ReduceSum", "M one", "Y", keepdims=1)],
              "words": [node("Transpose", "X", "t"), node("ReduceMax", "t", "m", axes=[0], keepdims=0), node("Greater", "m six", "g"),
                  node("Where", "g big small", "Y")]}
    words = kind == "words"
    made = graph(turned[kind], [helper.make_tensor_value_info("Y", TensorProto.STRING, [None]) if words else value("Y", TensorProto.FLOAT, 1)], 2,
                 [constant("one", [1]), constant("six", 6, np.float32), *[helper.make_tensor(name, TensorProto.STRING, [1],
                     [name.encode()]) for name in ("big", "small")]], opset=17)
    frame = pd.DataFrame({"a": [0.0, 1, 0], "b": [5.0, 7, 11]})
    (tmp_path / "m.onnx").write_bytes(made.SerializeToString())
    alone = [theirs(made, frame.to_numpy(np.float32)[row:row + 1])[0].ravel()[0] for row in range(3)]
    told = run("score", tmp_path / "m.onnx", written(frame, tmp_path), "--python", sys.executable).split()[1:]
    assert [word if words else float(word) for word in told] == alone
    assert "by itself" in run("score", tmp_path / "m.onnx", written(frame, tmp_path), "--no-foreign", status=2)


def test_shapes_of_as_many_rows(tmp_path):
    """What exporters do with the number of rows: they give values a shape by it."""
    made = graph(
        [*ROWS, node("Concat", "s two", "w", axis=0), node("ConstantOfShape", "w", "z", value=numpy_helper.from_array(np.float32([0.5]))),
            node("Add", "X z", "a"),
         node("Reshape", "a w", "M"), node("ReduceSum", "M one", "Y", keepdims=1)], [value("Y", TensorProto.FLOAT, 1)], 2,
             [constant("two", [2]), constant("one", [1])], opset=17)
    frame = pd.DataFrame({"a": [0.0, 1, 0], "b": [5.0, 7, 11]})
    beside(made, frame, tmp_path)
    beside(made, frame[:1], tmp_path)


# Kinds of numbers


def test_whole_numbers_of_32_bits(tmp_path):
    operations = [node("Mul", "X X", "a"), node("Add", "a X", "b"), node("Sub", "k b", "c"), node("Neg", "c", "d"), node("Abs", "d", "e"),
        node("ReduceSum", "e one", "f", keepdims=1),
                  node("Cast", "f", "Y", to=TensorProto.DOUBLE)]
    frame = pd.DataFrame({"a": [100000, -2147483648, 3], "b": [2147483647, 46341, -5]})
    for kind, own in ((TensorProto.INT32, np.int32), (TensorProto.INT64, np.int64)):
        made = graph(operations, [value("Y", TensorProto.DOUBLE, 1)], constants=[constant("one", [1]), constant("k", [7, 9], own)],
                     inputs=[helper.make_tensor_value_info("X", kind, [None, 2])], opset=17)
        beside(made, frame, tmp_path, frame.to_numpy(own))


def test_casts_to_32_bits(tmp_path):
    floats = pd.DataFrame({"a": [1.9, 3e9, -3e9, 2147483648.0, 1e20], "b": [-1.9, 2.0, 3.0, -2147483648.0, 0.5]}).astype(np.float32)
    whole = pd.DataFrame({"a": [3000000000, -3000000000, 2**40 + 5], "b": [1, 2, 3]})
    cast = [node("Cast", "X", "a", to=TensorProto.INT32), node("Cast", "a", "b", to=TensorProto.DOUBLE), node("ReduceSum", "b one", "Y", keepdims=1)]
    for frame, kind in ((floats, TensorProto.FLOAT), (whole, TensorProto.INT64)):
        made = graph(cast, [value("Y", TensorProto.DOUBLE, 1)], constants=[constant("one", [1])], inputs=[helper.make_tensor_value_info("X", kind, [None, 2])],
            opset=17)
        beside(made, frame, tmp_path, frame.to_numpy())


def test_what_is_no_number_stays_none(tmp_path):
    nodes = [node("HardSigmoid", "X", "h"), node("IsNaN", "h", "n"), node("Cast", "n", "f", to=TensorProto.FLOAT), node("ReduceSum", "f one", "Y", keepdims=1)]
    made = graph(nodes, [value("Y", TensorProto.FLOAT, 1)], 2, [constant("one", [1])], opset=17)
    ours = beside(made, pd.DataFrame({"a": [np.nan, 1.0], "b": [0.0, np.nan]}, dtype=np.float32), tmp_path)
    assert ours["prediction"].tolist() == [1, 1]


# ONNX Runtime is given what it was asked


def test_nothing_is_changed_on_its_way_to_onnx_runtime(tmp_path):
    # CumSum is not read here.
    whole = graph([node("CumSum", "X one", "c"), node("Cast", "c", "f", to=TensorProto.DOUBLE), node("ReduceSum", "f ax", "Y", keepdims=1)],
        [value("Y", TensorProto.DOUBLE, 1)],
                  constants=[constant("one", 1), constant("ax", [1])], inputs=[helper.make_tensor_value_info("X", TensorProto.INT32, [None, 2])], opset=17)
    (tmp_path / "m.onnx").write_bytes(whole.SerializeToString())

    def score(frame, status=0):
        frame.to_parquet(tmp_path / "rows.parquet")
        return run("score", tmp_path / "m.onnx", tmp_path / "rows.parquet", "--python", sys.executable, status=status)
    assert float(score(pd.DataFrame({"a": [-2147483648], "b": [5]})).split()[1]) == -2 * 2147483648 + 5
    for number in (2147483648, -2147483649, 2**53 + 1, 0.5):
        assert "OnnxRuntimeError" in score(pd.DataFrame({"a": [number], "b": [5]}), 2)
    words = graph([node("CumSum", "ax one", "c"), node("Identity", "X", "Y")], [helper.make_tensor_value_info("Y", TensorProto.STRING, [None])],
                  constants=[constant("one", 0), constant("ax", [1])], inputs=[helper.make_tensor_value_info("X", TensorProto.STRING, [None])], opset=17)
    (tmp_path / "m.onnx").write_bytes(words.SerializeToString())
    assert score(pd.DataFrame({"X": ["ab", "c"]})).split()[1:] == ["ab", "c"]
    # A word ends for the library where a NUL stands.
    assert "OnnxRuntimeError" in score(pd.DataFrame({"X": ["a\0b", "c"]}), 2)
