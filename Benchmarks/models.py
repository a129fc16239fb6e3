"""Scoring and explaining by trees, against the libraries that people use for it.

    python3 Benchmarks/models.py [score] [path] [interventional] [deep]

Models are scikit-learn's gradient boosting and forests, which shap explains and ONNX Runtime scores, and XGBoost's and LightGBM's own, read from their
files. Kernel rows: data and model in memory on both sides, the best of the
repetitions; attributions include finding the score again and checking that they add up to it. Process rows: the whole process from the same
Parquet file, imports included. Answers of the same model are compared value by value.
"""

import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy

from measuring import measure

FEATURES = 30
THREADS = os.cpu_count()


def data(rows, seed=1):
    draw = numpy.random.default_rng(seed)
    values = draw.normal(size=(rows, FEATURES))
    answer = values[:, 0] * values[:, 1] + numpy.sin(values[:, 2]) + values[:, 3:8].sum(axis=1) * 0.3 + draw.normal(size=rows) * 0.5
    return values, (answer > 0).astype(int)


def fit(name):
    values, answer = data(20_000, 7)
    if name == "boosting":
        from sklearn.ensemble import GradientBoostingClassifier
        return GradientBoostingClassifier(n_estimators=200, max_depth=6, subsample=0.5, max_features=6, random_state=1).fit(values, answer)
    if name == "small":
        from sklearn.ensemble import GradientBoostingClassifier
        return GradientBoostingClassifier(n_estimators=200, max_depth=5, subsample=0.5, max_features=6, random_state=1).fit(values, answer)
    from sklearn.ensemble import RandomForestClassifier
    return RandomForestClassifier(n_estimators=20, max_depth=int(name.removeprefix("forest")), max_features=8, random_state=1, n_jobs=2).fit(
        values[:8000], answer[:8000])


def keep(folder, name, model):
    import skops.io
    path = os.path.join(folder, f"{name}.skops")
    skops.io.dump(model, path)
    return path


def parquet(path, values):
    import pandas
    pandas.DataFrame(values, columns=[f"f{i}" for i in range(FEATURES)]).to_parquet(path)
    return path


def best(body, repetitions=3):
    seconds, answer = [], None
    for _ in range(repetitions):
        start = time.perf_counter()
        answer = body()
        seconds.append(time.perf_counter() - start)
    return min(seconds), answer


def ours(folder, model, rows, work, threads=1, background=None, repetitions=5):
    """Seconds, seconds of making ready, MiB, and the values."""
    results = os.path.join(folder, "results.bin")
    command = [os.environ["ASSAY_BINARY"], "kernel-timing", "models", model, rows, "--work", work, "--threads", str(threads), "--repetitions",
               str(repetitions), "--results", results]
    if background:
        command += ["--background", background, "--background-rows", "1000"]
    _, memory, printed = measure(command)
    return min(printed["seconds"]), min(printed.get("build_seconds", [0])), memory, numpy.fromfile(results), printed.get("base_values")


def line(what, own, other, peer, note=""):
    print(f"{what:46}{own * 1000:11.1f} ms{other * 1000:13.1f} ms  {peer:34}{other / own:8.1f}x  {note}", flush=True)


def agree(ours, theirs, tolerance, what):
    apart = numpy.abs(numpy.asarray(ours) - numpy.asarray(theirs)).max()
    assert apart <= tolerance, f"{what}: {apart} apart"
    return f"at most {apart:.1e} apart"


def score(folder):
    import onnxruntime
    import skl2onnx
    model = fit("small")
    path = keep(folder, "small", model)
    values, _ = data(20_000, 5)
    rows = parquet(os.path.join(folder, "score.parquet"), values)
    own = ours(folder, path, rows, "score")
    note = agree(own[3], model.decision_function(values), 0, "scores")
    print("scoring, gradient boosting of 200 trees of depth 5, 20,000 rows of 30 columns")
    line("kernel, one thread", own[0], best(lambda: model.decision_function(values))[0], "scikit-learn", note)
    session = onnxruntime.SessionOptions()
    session.intra_op_num_threads = session.inter_op_num_threads = 1
    graph = skl2onnx.to_onnx(model, values[:1].astype(numpy.float32), options={"zipmap": False}, target_opset=17).SerializeToString()
    runtime = onnxruntime.InferenceSession(graph, session, providers=["CPUExecutionProvider"])
    floats = values.astype(numpy.float32)
    seconds, answer = best(lambda: runtime.run(None, {"X": floats}), 5)
    chances = 1 / (1 + numpy.exp(-own[3]))
    line("", own[0], seconds, "ONNX Runtime, one thread", agree(chances, answer[1][:, 1], 1e-5, "probabilities"))
    import xgboost
    train, labels = data(20_000, 7)
    for depth in (5, 6):
        booster = xgboost.train({"max_depth": depth, "nthread": 2, "objective": "binary:logistic"}, xgboost.DMatrix(train, labels), 200)
        # A matrix remembers what was predicted of it; arrays do not.
        booster.set_param({"nthread": 2})
        seconds, answer = best(lambda: booster.inplace_predict(values, predict_type="margin"), 5)
        booster.save_model(os.path.join(folder, f"x{depth}.ubj"))
        both = ours(folder, os.path.join(folder, f"x{depth}.ubj"), rows, "score", threads=THREADS)
        line(f"kernel, two threads, depth {depth}", both[0], seconds, "XGBoost, two threads", agree(both[3], answer, 0, "margins"))
    one = ours(folder, path, parquet(os.path.join(folder, "one.parquet"), values[:1]), "score", repetitions=2000)
    seconds, _ = best(lambda: runtime.run(None, {"X": floats[:1]}), 2000)
    print(f"one row in process: {one[0] * 1e6:.1f} us; ONNX Runtime {seconds * 1e6:.1f} us, called from Python")


def deepest(node):
    return 1 + max(deepest(node["left_child"]), deepest(node["right_child"])) if "left_child" in node else 0


def path_dependent(folder):
    import shap
    import xgboost
    values, _ = data(20_000, 5)
    rows = parquet(os.path.join(folder, "path.parquet"), values)
    model = fit("boosting")
    path = keep(folder, "boosting-path", model)
    own = ours(folder, path, rows, "tree-path", repetitions=3)
    both = ours(folder, path, rows, "tree-path", threads=THREADS, repetitions=3)
    assert numpy.array_equal(own[3], both[3]), "the values depend on the threads"
    print(f"path-dependent, 200 trees of depth 6, 20,000 rows of 30 columns; made ready in {own[1]:.2f} s, {own[2]:.0f} MiB")
    explainer = shap.TreeExplainer(model)
    seconds, answer = best(lambda: explainer.shap_values(values[:2000]), 1)
    note = agree(own[3].reshape(20_000, FEATURES)[:2000], answer, 1e-9, "attributions")
    line("kernel, one thread", own[0], seconds * 10, "shap (2,000 rows, times ten)", note)
    train, labels = data(20_000, 7)
    booster = xgboost.train({"max_depth": 6, "nthread": 2, "objective": "binary:logistic"}, xgboost.DMatrix(train, labels), 200)
    booster.save_model(os.path.join(folder, "contribs.ubj"))
    both = ours(folder, os.path.join(folder, "contribs.ubj"), rows, "tree-path", threads=THREADS, repetitions=3)
    matrix = xgboost.DMatrix(values)
    seconds, answer = best(lambda: booster.predict(matrix, pred_contribs=True), 1)
    # Its values are sums of 200 trees in 32 bits.
    line("kernel, two threads", both[0], seconds, "XGBoost pred_contribs, two threads",
         agree(both[3].reshape(20_000, FEATURES), answer[:, :-1], 2e-4, "attributions") + f"; {seconds / (both[0] + both[1]):.1f}x with making ready")
    import lightgbm
    booster = lightgbm.train({"num_leaves": 63, "objective": "binary", "num_threads": 2, "verbosity": -1}, lightgbm.Dataset(train, labels), 200)
    booster.save_model(os.path.join(folder, "leaves.txt"))
    depth = max(tree["tree_structure"] and deepest(tree["tree_structure"]) for tree in booster.dump_model()["tree_info"])
    own = ours(folder, os.path.join(folder, "leaves.txt"), rows, "tree-path", threads=THREADS, repetitions=3)
    print(f"path-dependent, LightGBM 200 x 63 leaves, depth {depth}; made ready in {own[1]:.2f} s, {own[2]:.0f} MiB")
    start = time.perf_counter()
    answer = booster.predict(values[:4000], pred_contrib=True)
    line("kernel, two threads", own[0], (time.perf_counter() - start) * 5, "LightGBM pred_contrib (4,000, x5)",
         agree(own[3].reshape(20_000, FEATURES)[:4000], answer[:, :-1], 1e-9, "attributions"))


def interventional(folder):
    import pandas
    import shap
    values, _ = data(5_000, 5)
    background, _ = data(1_000, 6)
    rows = parquet(os.path.join(folder, "inter.parquet"), values)
    compared = parquet(os.path.join(folder, "background.parquet"), background)
    model = fit("boosting")
    path = keep(folder, "boosting-inter", model)
    own = ours(folder, path, rows, "tree", background=compared, repetitions=3)
    print(f"interventional, 5,000 rows, 1,000 of background; made ready in {own[1]:.2f} s, {own[2]:.0f} MiB")
    explainer = shap.TreeExplainer(model, data=background[:100], feature_perturbation="interventional")
    seconds, _ = best(lambda: explainer.shap_values(values[:200]), 1)
    line("kernel, one thread, with making ready", own[0] + own[1], seconds * 25 * 10, "shap (200 x 100, times 250)")
    small = parquet(os.path.join(folder, "small.parquet"), background[:100])
    checked = ours(folder, path, parquet(os.path.join(folder, "few.parquet"), values[:200]), "tree", background=small, repetitions=1)
    print("  values: " + agree(checked[3].reshape(200, FEATURES), explainer.shap_values(values[:200]), 1e-5, "attributions")
          + " from shap's, which keeps 32 bits")
    try:
        import woodelf
    except ImportError:
        print("  woodelf: not installed here")
        return
    names = [f"f{i}" for i in range(FEATURES)]
    frame, other = pandas.DataFrame(values, columns=names), pandas.DataFrame(background, columns=names)

    def theirs():
        # It draws its progress.
        with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
            return woodelf.WoodelfExplainer(model, other).shap_values(frame)

    try:
        seconds, answer = best(theirs, 2)
    except Exception as error:
        print(f"  woodelf: not measured; {type(error).__name__}: {error}")
        return
    line("", own[0] + own[1], seconds, "woodelf, with making ready", agree(own[3].reshape(5_000, FEATURES), answer, 1e-6, "attributions"))


def deep(folder):
    import shap
    values, _ = data(2_000, 5)
    rows = parquet(os.path.join(folder, "deep.parquet"), values)
    for depth in (12, 15):
        model = fit(f"forest{depth}")
        path = keep(folder, f"forest{depth}", model)
        leaves = sum(tree.tree_.n_leaves for tree in model.estimators_)
        own = ours(folder, path, rows, "tree-path", repetitions=1)
        explainer = shap.TreeExplainer(model)
        seconds, answer = best(lambda: explainer.shap_values(values[:200]), 1)
        note = agree(own[3].reshape(2_000, -1)[:200], numpy.asarray(answer)[..., 1], 1e-9, "attributions")
        print(f"path-dependent, forest of 20 trees of depth {depth}, {leaves:,} leaves, 2,000 rows; made ready in {own[1]:.2f} s, {own[2]:.0f} MiB")
        line("kernel, one thread", own[0], seconds * 10, "shap (200 rows, times ten)", note)


def main():
    parts = {"score": score, "path": path_dependent, "interventional": interventional, "deep": deep}
    chosen = sys.argv[1:] or list(parts)
    with tempfile.TemporaryDirectory() as folder:
        print(f"{'':46}{'assay':>14}{'peer':>16}")
        for name in chosen:
            parts[name](folder)


if __name__ == "__main__":
    sys.exit(main())
