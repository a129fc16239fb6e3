"""What the tests of ONNX models share: rows, graphs by hand and by the converters, and how answers are compared with ONNX Runtime's."""

import csv
import io
import os
import subprocess
import sys

import numpy as np
import onnx
import onnxruntime
import pandas as pd
from onnx import TensorProto, helper

BINARY = os.environ["ASSAY_BINARY"]
NAMES = list("abcdef")


def run(*arguments, status=0, environment=None):
    done = subprocess.run(
        [BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=300,
        env={**os.environ, "ASSAY_MODEL_PYTHON": sys.executable, **(environment or {})})
    assert done.returncode == status, (arguments, done.stdout[-2000:], done.stderr[-2000:])
    return done.stdout if status == 0 else done.stderr


def written(frame, folder, name="rows.csv"):
    path = folder / name
    frame.to_csv(path, index=False, float_format="%.17g")
    return path


def scored(model, frame, folder, *more):
    """What `assay score` answers by itself, a column a name; numbers as numbers."""
    text = run("score", model, written(frame, folder), "--no-foreign", *more)
    answers = pd.DataFrame(csv.DictReader(io.StringIO(text)))
    for name in answers:
        # Numbers of 17 digits, which not every reader rounds right.
        if name != "prediction" or "probability_" not in text.split("\n", 1)[0]:
            try:
                answers[name] = [float(cell) for cell in answers[name]]
            except ValueError:
                pass
    assert len(answers) == len(frame)
    return answers


def attempt(model, frame, folder):
    """The answers, or what is said where there are none."""
    done = subprocess.run([BINARY, "score", str(model), str(written(frame, folder)), "--no-foreign"], capture_output=True, text=True, timeout=300)
    assert done.returncode in (0, 2), done.stderr
    return pd.read_csv(io.StringIO(done.stdout), keep_default_na=False) if done.returncode == 0 else done.stderr


def session(model):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    content = model if isinstance(model, bytes) else model.SerializeToString()
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def theirs(model, values):
    """ONNX Runtime's outputs with one thread, a list of ZipMap's maps as a table in the classes' order."""
    run = session(model)
    feeds = values if isinstance(values, dict) else {run.get_inputs()[0].name: values}
    outputs = []
    for output in run.run(None, feeds):
        if isinstance(output, list):
            output = np.array([[row[key] for key in output[0]] for row in output], dtype=np.float32)
        outputs.append(output)
    return outputs


def beside(model, frame, folder, values=None, compare=None, name="model.onnx", more=()):
    """Scores by both, labels equal and numbers by `compare`; ours is returned."""
    path = folder / name
    path.write_bytes(model if isinstance(model, bytes) else model.SerializeToString())
    ours = scored(path, frame, folder, *more)
    values = frame.to_numpy(np.float32) if values is None else values
    outputs = [np.asarray(output) for output in theirs(model, values)]
    labels = [o for o in outputs if o.dtype.kind in "iUO" and o.size == len(frame)]
    numbers = [o for o in outputs if o.dtype.kind == "f"]
    compare = compare or same
    if labels:
        told = labels[0].ravel()
        assert (ours["prediction"].astype(float).to_numpy() == told if told.dtype.kind == "i" else ours["prediction"].to_numpy() == told.astype(str)).all()
    shares = [column for column in ours if column.startswith("probability_")]
    if shares:
        table = next(o for o in numbers if o.ndim == 2 and o.shape[1] == len(shares))
        # Sums of shares that end a rounding outside of 0 to 1 are cut to it.
        compare(ours[shares].to_numpy(np.float64), np.clip(table.astype(np.float64), 0, 1))
    elif not labels:
        compare(ours["prediction"].to_numpy(np.float64), numbers[0].ravel().astype(np.float64))
    return ours


def same(ours, other):
    wrong = np.flatnonzero(ours.ravel() != other.ravel())
    assert wrong.size == 0, (wrong[:5], ours.ravel()[wrong[:5]], other.ravel()[wrong[:5]])


def near(ours, other, bound=0):
    """Within 1e-6 of each other, or within a bound that follows from how many 32-bit numbers are added."""
    np.testing.assert_allclose(ours, other, rtol=1e-6, atol=1e-6 + bound)


def sums_bound(model, values):
    """(k + 2) 2^-24 (sum |w x| + |b|) of a linear model, the largest over rows and scores."""
    weights, values = np.atleast_2d(model.coef_), np.abs(np.asarray(values, np.float64))
    sizes = values @ np.abs(weights).T + np.abs(model.intercept_)
    return (values.shape[1] + 2) * 2.0**-24 * np.nanmax(sizes)


def rows(seed, count=300, missing=False):
    """32-bit numbers of many sizes with ties, values just beside others, and where asked missing ones."""
    draw = np.random.default_rng(seed)
    frame = pd.DataFrame(draw.normal(size=(count, len(NAMES))).astype(np.float32), columns=NAMES)
    frame["b"] = np.round(frame["b"], 1).astype(np.float32)
    frame["c"] = draw.integers(0, 5, count).astype(np.float32)
    frame["d"] = (np.float32(0.1) + draw.choice([-1e-8, 0, 1e-8, 1e-3], count)).astype(np.float32)
    frame["e"] = draw.choice([0.0, -0.0, 1e-40, 3e38, -3e38, 16777217], count).astype(np.float32)
    if missing:
        frame = frame.mask(draw.random(frame.shape) < 0.1)
    return frame


def target(frame, seed=0):
    draw = np.random.default_rng([seed, 7])
    filled = frame.fillna(0)
    return (filled.a * filled.b + filled.c + (filled.d > 0.1) + (filled.e > 0) + draw.normal(size=len(frame)) / 4).to_numpy()


def classes(values, count):
    return pd.qcut(values, count, labels=False).astype(int)


def graph(nodes, outputs, width=None, constants=(), inputs=None, opset=18, ml=3):
    inputs = inputs or [helper.make_tensor_value_info("X", TensorProto.FLOAT, [None, width])]
    made = helper.make_graph(nodes, "g", inputs, outputs, list(constants))
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", opset), helper.make_opsetid("ai.onnx.ml", ml)], ir_version=8)


def value(name, kind, *shape):
    return helper.make_tensor_value_info(name, kind, [None, *shape])


def answers(text):
    return list(csv.DictReader(text.splitlines()))
