"""Random models against scikit-learn and shap: `assay score` and `assay explain` must give their numbers.

Each case draws a table, a pipeline and its settings from a seed, saves it with mlflow.sklearn.save_model and
compares. Tolerances: a score's bound is 2 n u sum|w z| (see LinearHead); the drawn models have under 60 prepared
columns and standardised or small inputs, which keeps it under 1e-11 for scores and well under 1e-12 for
probabilities, whose derivative is at most 1/4. Attributions add the rounding of a mean.
"""

import csv
import json
import os
import pathlib
import subprocess
import warnings

import numpy as np
import pandas as pd
import pytest
import shap
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

mlflow = pytest.importorskip("mlflow")
BINARY = os.environ.get("ASSAY_BINARY", ".build/debug/assay")
warnings.filterwarnings("ignore")


def run(*arguments, status=0):
    done = subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=120)
    assert done.returncode == status, done.stderr
    return done.stdout if status == 0 else done.stderr


def table(rng, rows):
    frame = pd.DataFrame(
        {
            "n1": rng.normal(size=rows),
            "n2": rng.lognormal(size=rows),
            "i1": rng.integers(-3, 4, rows),
            "b1": rng.choice([True, False], rows),
            "s1": rng.choice(["a", "b", "ç", "d,e", 'f"g'], rows, p=[0.4, 0.3, 0.2, 0.06, 0.04]),
            "s2": rng.choice(["x", "y"], rows),
        }
    )
    for name in ("n2", "s1"):
        frame.loc[rng.random(rows) < 0.15, name] = np.nan
    return frame


def pipeline(rng, seed):
    def pick(*values):
        return values[rng.integers(len(values))]

    numbers = Pipeline(
        [
            ("impute", SimpleImputer(strategy=pick("mean", "median", "most_frequent", "constant"), add_indicator=pick(True, False))),
            ("scale", StandardScaler(with_mean=pick(True, False), with_std=pick(True, False))),
        ]
    )
    encoder = OneHotEncoder(
        drop=pick(None, "first", "if_binary"),
        handle_unknown=pick("ignore", "infrequent_if_exist"),
        min_frequency=pick(None, 8, 0.1),
        sparse_output=pick(True, False),
    )
    words = pick(
        Pipeline([("impute", SimpleImputer(strategy=pick("most_frequent", "constant"))), ("encode", encoder)]), encoder
    )
    transformer = ColumnTransformer(
        [("numbers", numbers, ["n1", "n2"]), ("words", words, pick(["s1"], ["s1", "s2"], ["s2", "b1", "i1"]))],
        remainder=pick("drop", "drop", StandardScaler()) if seed % 3 else "drop",
        transformer_weights=pick(None, {"numbers": 0.5}),
    )
    if transformer.remainder != "drop":
        transformer.set_params(transformers=[*transformer.transformers, ("rest", "drop", ["s2"])])
        transformer.transformers[1] = ("words", words, ["s1"])
    solver = pick("lbfgs", "newton-cg", "newton-cholesky")
    return Pipeline([("prepare", transformer), ("classify", LogisticRegression(solver=solver, C=float(rng.uniform(0.1, 5)), max_iter=500))])


def labels(rng, frame, seed):
    signal = frame.n1 + frame.i1 + rng.normal(size=len(frame))
    if seed % 4 == 0:
        return np.array(["lo", "mid", "hi"])[np.digitize(signal, [-1, 1])]
    if seed % 4 == 1:
        return signal > 0
    if seed % 4 == 2:
        return np.where(signal > 0, 7, -2)
    return np.where(signal > 0, "yes", "no")


@pytest.fixture(scope="module", params=range(12))
def case(request, tmp_path_factory):
    rng = np.random.default_rng([91, request.param])
    frame = table(rng, 300)
    model = pipeline(rng, request.param)
    target = labels(rng, frame, request.param)
    model.fit(frame, target)
    folder = tmp_path_factory.mktemp(f"model{request.param}") / "model"
    mlflow.sklearn.save_model(
        model, folder, signature=mlflow.models.infer_signature(frame, model.predict(frame)),
        skops_trusted_types=["numpy.dtype"], pip_requirements=["scikit-learn"],
    )
    rows = table(np.random.default_rng([92, request.param]), 400)
    data = folder.parent / "rows.parquet"
    rows.to_parquet(data)
    return model, folder, rows, data


def test_scores_are_scikit_learns(case):
    model, folder, rows, data = case
    lines = list(csv.DictReader(run("score", folder, data).splitlines()))
    assert [line["prediction"] for line in lines] == [str(p) for p in model.predict(rows)]
    expected = model.predict_proba(rows)
    names = [f"probability_{c}" for c in model.classes_]
    got = np.array([[float(line[name]) for name in names] for line in lines])
    np.testing.assert_allclose(got, expected, rtol=1e-11, atol=1e-12)


def test_attributions_are_shaps(case):
    model, folder, rows, data = case
    background = data.parent / "background.parquet"
    chosen = rows.iloc[:50]
    chosen.to_parquet(background)
    answer = json.loads(run("explain", folder, data, "--background", background, "--format", "json"))
    assert answer["background"] == str(background)
    prepare, classify = model.steps[0][1], model.steps[1][1]
    dense = lambda f: np.asarray(prepare.transform(f).todense() if hasattr(prepare.transform(f), "todense") else prepare.transform(f),
        dtype=float)
    explainer = shap.LinearExplainer(classify, shap.maskers.Independent(dense(chosen), max_samples=50))
    phi = explainer.shap_values(dense(rows))
    phi = phi[:, :, None] if phi.ndim == 2 else phi
    base = np.atleast_1d(explainer.expected_value)
    decision = np.asarray(model.decision_function(rows)).reshape(len(rows), -1)
    for index, row in enumerate(answer["rows"]):
        values = np.atleast_2d(np.array(row["shap_values"]))
        ours = np.atleast_1d(row["base_value"])
        np.testing.assert_allclose(ours, base, atol=1e-9)
        # Grouping by column keeps the total; the groups themselves are held by the committed models.
        np.testing.assert_allclose(values.sum(axis=1), phi[index].sum(axis=0), atol=1e-9)
        np.testing.assert_allclose(ours + values.sum(axis=1), decision[index], atol=1e-9)
    shares = {r["column"]: r["value"] for r in answer["results"]}
    assert list(shares) == list(rows.columns)
    assert abs(sum(shares.values()) - 1) < 1e-12


def test_csv_and_parquet_score_alike(case):
    model, folder, rows, data = case
    as_csv = data.parent / "rows.csv"
    rows.to_csv(as_csv, index=False)
    assert run("score", folder, as_csv) == run("score", folder, data)


def test_a_model_that_is_a_pickle_is_refused_by_name(tmp_path):
    frame = pd.DataFrame({"x": [0.0, 1.0, 2.0, 3.0]})
    model = LogisticRegression().fit(frame, [0, 0, 1, 1])
    mlflow.sklearn.save_model(model, tmp_path / "model", serialization_format="cloudpickle", pip_requirements=["scikit-learn"])
    frame.to_parquet(tmp_path / "rows.parquet")
    message = run("score", tmp_path / "model", tmp_path / "rows.parquet", "--no-foreign", status=2)
    assert "saved as cloudpickle" in message and "skops" in message


def test_an_unknown_class_is_refused_by_name(tmp_path):
    from sklearn.neighbors import NearestCentroid

    frame = pd.DataFrame({"x": [0.0, 1.0, 2.0, 3.0]})
    mlflow.sklearn.save_model(
        NearestCentroid().fit(frame, [0, 0, 1, 1]), tmp_path / "model", skops_trusted_types=["numpy.dtype"], pip_requirements=["scikit-learn"]
    )
    frame.to_parquet(tmp_path / "rows.parquet")
    message = run("score", tmp_path / "model", tmp_path / "rows.parquet", "--no-foreign", status=2)
    assert "sklearn.neighbors._nearest_centroid.NearestCentroid" in message and "supported: LogisticRegression" in message


def test_bad_arguments_end_with_2_and_one_sentence(tmp_path):
    for arguments in (
        ("score", tmp_path / "nothing", tmp_path / "rows.csv"),
        ("score", "s3://bucket/model", tmp_path / "rows.csv"),
        ("score", "models:/x", tmp_path / "rows.csv"),
        ("serve", "runs:/abc/model", "--server", "http://127.0.0.1:9"),
    ):
        message = run(*arguments, status=2)
        assert message.startswith("assay: ") and len(message.strip().splitlines()) == 1, message
