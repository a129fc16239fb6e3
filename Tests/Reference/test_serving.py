"""`assay serve` beside MLflow's own scoring server: the same folders, the same bodies, the same predictions and statuses.

Kept differences are the cases marked so: bodies that MLflow refuses and we take (`data`, rows without names), and
values that MLflow changes in silence and we refuse.
"""

import json
import subprocess

import numpy as np
import pandas as pd
import pytest
import requests
import shap
from serving import BINARY, COLUMNS, FIXTURES, ROW, VALUES, Assay, Peer, changed
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

mlflow = pytest.importorskip("mlflow")

LOAN_BODIES = [
    {"dataframe_split": {"columns": COLUMNS, "data": [VALUES, VALUES]}},
    {"dataframe_split": {"columns": COLUMNS[::-1], "data": [VALUES[::-1]]}},
    {"dataframe_records": [ROW, changed(income=None), changed(city=None), changed(term=None)]},
    {"instances": [ROW, changed(age=12)]},
    {"inputs": {name: [value] * 3 for name, value in ROW.items()}},
    {"inputs": ROW},
    {"inputs": [ROW]},
    {"dataframe_records": [ROW], "params": {"temperature": 1}},
    {"dataframe_records": [changed(zzz=1)]},
    {"dataframe_records": [changed(age="41.5", dependents="3")]},
    {"dataframe_records": [{k: v for k, v in ROW.items() if k != "age"}]},
    {"dataframe_records": [changed(age="abc")]},
    {"dataframe_records": [changed(dependents=None)]},
    {"dataframe_records": {"a": 1}},
    {"dataframe_split": [1]},
    {"dataframe_split": {"columns": ["a"]}},
    {"dataframe_split": {"columns": ["a", "b"], "data": [[1]]}},
    {"dataframe_split": {"columns": COLUMNS, "data": [VALUES]}, "instances": []},
    {},
    "[1]",
    "{",
    "",
    b"\xff",
    '{"dataframe_records": [' + json.dumps(changed(income=float("nan"))) + "]}",
]


@pytest.fixture(scope="module")
def loan():
    with Assay(FIXTURES / "folder-loan") as ours:
        yield ours, Peer(FIXTURES / "folder-loan")


@pytest.fixture(scope="module")
def array():
    with Assay("-m", FIXTURES / "folder-array") as ours:
        yield ours, Peer(FIXTURES / "folder-array")


@pytest.mark.parametrize("body", LOAN_BODIES, ids=lambda body: str(body)[:60])
def test_answers_as_mlflows_server(loan, body):
    ours, peer = loan
    mine, theirs = ours.post("/invocations", body), peer.post(body)
    assert mine.status_code == theirs.status_code, (mine.text, theirs.text)
    if theirs.status_code == 200:
        assert mine.json()["predictions"] == theirs.json()["predictions"]
    else:
        for key in ("error_code", "sqlstate", "error_class"):
            assert mine.json()[key] == theirs.json()[key], (mine.text, theirs.text)


@pytest.mark.parametrize(
    "body",
    [
        {"inputs": [[41.6, 1, 24], [30, 2, 12]]},
        {"instances": [[41.6, 1, 24]]},
        {"instances": [[41.6, 1]]},
        {"inputs": [41.6, 1, 24]},
        {"dataframe_split": {"data": [[41.6, 1, 24]]}},
        {"dataframe_split": {"columns": ["a", "b", "c"], "data": [[41.6, 1, 24]]}},
        {"dataframe_split": {"columns": ["a", "b"], "data": [[41.6, 1]]}},
        {"inputs": [["x", 1, 24]]},
        {"inputs": [[1, 2, 3], [1, 2]]},
    ],
    ids=lambda body: str(body)[:60],
)
def test_tensor_signatures_answer_as_mlflows_server(array, body):
    ours, peer = array
    mine, theirs = ours.post("/invocations", body), peer.post(body)
    assert mine.status_code == theirs.status_code, (mine.text, theirs.text)
    if theirs.status_code == 200:
        assert mine.json()["predictions"] == theirs.json()["predictions"]


@pytest.mark.parametrize(
    "kind,body",
    [
        ("text/csv", pd.DataFrame([ROW, changed(income=None)]).to_csv(index=False)),
        ("text/csv", "a,b\n1,2\n"),
        ("text/csv", pd.DataFrame([ROW]).to_csv(index=False).replace("40.0", "abc")),
        ("text/csv", ""),
        ("text/plain", "x"),
        ("application/json; charset=latin-1", "{}"),
        ("application/json; foo=bar", "{}"),
        ("application/json; charset=UTF-8", json.dumps({"dataframe_records": [ROW]})),
    ],
)
def test_media_types_answer_as_mlflows_server(loan, kind, body):
    ours, peer = loan
    mine = requests.post(ours.url + "/invocations", data=body, headers={"Content-Type": kind}, timeout=30)
    theirs = peer.post(body, kind)
    assert mine.status_code == theirs.status_code, (mine.text, theirs.text)
    if theirs.status_code == 200:
        assert mine.json()["predictions"] == theirs.json()["predictions"]
    assert mine.headers["Content-Type"].split(";")[0] == theirs.headers["Content-Type"].split(";")[0]


def test_parquet_bodies(loan, tmp_path):
    ours, peer = loan
    pd.DataFrame([ROW, changed(city=None)]).to_parquet(tmp_path / "rows.parquet")
    body = (tmp_path / "rows.parquet").read_bytes()
    kind = "application/vnd.apache.parquet"
    mine = requests.post(ours.url + "/invocations", data=body, headers={"Content-Type": kind}, timeout=30)
    assert mine.status_code == 200, mine.text
    assert mine.json()["predictions"] == peer.post(body, kind).json()["predictions"]


@pytest.mark.parametrize(
    "body,theirs_takes",
    [
        ({"data": [VALUES]}, False),
        ({"instances": [VALUES]}, False),
        ({"dataframe_split": {"data": [VALUES]}}, False),
        # Values that MLflow would change in silence.
        ({"dataframe_records": [changed(dependents=1.5)]}, True),
        ({"dataframe_records": [changed(owner="x")]}, True),
        ({"dataframe_records": [changed(city=5)]}, True),
    ],
    ids=lambda value: str(value)[:60],
)
def test_kept_differences(loan, body, theirs_takes):
    ours, peer = loan
    assert peer.post(body).status_code == (200 if theirs_takes else 400)
    mine = ours.post("/invocations", body)
    assert mine.status_code == (400 if theirs_takes else 200), mine.text
    if not theirs_takes:
        assert mine.json()["predictions"] == [1]


def test_strictness_brings_mlflows_errors_back():
    with Assay(FIXTURES / "folder-loan", "--strict-mlflow", "--no-explanations") as ours:
        for body in ({"data": [VALUES]}, {"instances": [VALUES]}, {"dataframe_split": {"data": [VALUES]}}):
            assert ours.post("/invocations", body).status_code == 400
        assert ours.post("/invocations", {"dataframe_records": [ROW]}).json() == {"predictions": [1]}


def test_the_iris_request_of_a_newcomer(tmp_path):
    """The model of MLflow's own quick start, the request as people write it."""
    iris = load_iris()
    model = LogisticRegression(max_iter=500).fit(iris.data, iris.target)
    mlflow.sklearn.save_model(
        model, tmp_path / "model", signature=mlflow.models.infer_signature(iris.data, model.predict(iris.data)),
        input_example=iris.data[:20], pip_requirements=["scikit-learn"],
    )
    with Assay("-m", tmp_path / "model") as ours:
        answer = ours.post("/invocations", {"data": [[5.1, 3.5, 1.4, 0.2]]})
        assert answer.status_code == 200, answer.text
        body = answer.json()
        assert body["predictions"] == [0]
        explanations = body["explanations"]
        assert explanations["background"] == "input_example.json"
        explainer = shap.LinearExplainer(model, shap.maskers.Independent(iris.data[:20], max_samples=20))
        phi = explainer.shap_values(np.array([[5.1, 3.5, 1.4, 0.2]]))
        np.testing.assert_allclose(np.array(explanations["shap_values"]), phi.transpose(0, 2, 1), atol=1e-9)
        np.testing.assert_allclose(explanations["base_value"], explainer.expected_value, atol=1e-9)
        share = np.abs(phi[0, :, 0])
        np.testing.assert_allclose(explanations["feature_importance"], share / share.sum(), atol=1e-9)
        single = ours.post("/predict", {"features": [5.1, 3.5, 1.4, 0.2]}).json()
        assert single == {"prediction": 0, "shap_values": explanations["shap_values"][0]}
    with Assay("-m", tmp_path / "model", "--strict-mlflow") as strict:
        assert strict.post("/invocations", {"data": [[5.1, 3.5, 1.4, 0.2]]}).status_code == 400


def test_the_background_of_a_folder_and_of_the_command(tmp_path):
    import shutil

    shutil.copytree(FIXTURES / "folder-loan", tmp_path / "model")
    rows = pd.DataFrame([ROW, changed(age=20.0), changed(city="Åre")])
    (tmp_path / "model" / "explain").mkdir()
    rows.to_parquet(tmp_path / "model" / "explain" / "background.parquet")
    rows.to_csv(tmp_path / "other.csv", index=False)
    with Assay(tmp_path / "model") as ours:
        first = ours.post("/invocations", {"dataframe_records": [ROW]}).json()["explanations"]
    with Assay(tmp_path / "model", "--background", tmp_path / "other.csv") as ours:
        second = ours.post("/invocations", {"dataframe_records": [ROW]}).json()["explanations"]
    assert first["background"] == "explain/background.parquet"
    assert second["background"] == str(tmp_path / "other.csv")
    assert first["shap_values"] == second["shap_values"]


def test_health_governance_and_browser_rules(array):
    ours, _ = array
    for path in ("/ping", "/health"):
        answer = requests.get(ours.url + path, timeout=10)
        assert (answer.status_code, answer.text) == (200, "\n")
        assert answer.headers["Assay-Governance"] == "ungoverned"
    assert requests.get(ours.url + "/version", timeout=10).text.strip() == mlflow.__version__
    answer = ours.post("/invocations", {"data": [[41.6, 1, 24]]})
    assert answer.headers["Assay-Governance"] == "ungoverned"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert ours.post("/invocations", {"data": [[1, 1, 1]]}, Origin="https://elsewhere.example").status_code == 403
    assert ours.post("/invocations", {"data": [[1, 1, 1]]}, Host="elsewhere.example").status_code == 403
    assert requests.get(ours.url + "/nope", timeout=10).status_code == 404
    assert requests.get(ours.url + "/invocations", timeout=10).status_code == 405


def test_beyond_this_machine_only_behind_a_proxy():
    folder = FIXTURES / "folder-array"
    done = subprocess.run([BINARY, "serve", folder, "--host", "0.0.0.0"], capture_output=True, text=True, timeout=30)
    assert done.returncode == 2 and "--trusted-proxy" in done.stderr
    with Assay(folder, "--host", "0.0.0.0", "--trusted-proxy", "--allow-host", "models.example") as ours:
        body, forwarded = {"data": [[41.6, 1, 24]]}, {"X-Forwarded-For": "10.1.2.3"}
        assert ours.post("/invocations", body, Host="models.example", **forwarded).status_code == 200
        assert ours.post("/invocations", body, Host="other.example", **forwarded).status_code == 403


def test_a_port_in_use_is_one_sentence(array):
    ours, _ = array
    done = subprocess.run(
        [BINARY, "serve", FIXTURES / "folder-array", "-p", str(ours.port)], capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 2
    assert f"Port {ours.port} on 127.0.0.1 is in use" in done.stderr


def test_ungoverned_models_are_announced():
    with Assay(FIXTURES / "folder-array") as ours:
        pass
    assert "UNGOVERNED" in ours.errors
