"""`assay serve` beside MLflow's own scoring server: the same folders, the same bodies, the same predictions and statuses.

Kept differences are the cases marked so: bodies that MLflow refuses and we take (`data`, rows without names), and
values that MLflow changes in silence and we refuse.
"""

import base64
import hashlib
import http.server
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse

import numpy as np
import pandas as pd
import pytest
import requests
import shap
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

mlflow = pytest.importorskip("mlflow")
BINARY = os.environ.get("ASSAY_BINARY", ".build/debug/assay")
FIXTURES = pathlib.Path(__file__).parent.parent / "Fixtures" / "models"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Assay:
    """`assay serve` as a process; the port is chosen here and tried again if somebody else takes it first."""

    def __init__(self, *arguments):
        for _ in range(5):
            self.port = free_port()
            self.process = subprocess.Popen(
                [BINARY, "serve", *map(str, arguments), "-p", str(self.port)],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            )
            line = self.process.stdout.readline()
            if "answers /invocations" in line:
                break
        else:
            raise AssertionError(self.process.stderr.read())
        self.url = f"http://127.0.0.1:{self.port}"

    def post(self, path, body, **headers):
        data = body if isinstance(body, (str, bytes)) else json.dumps(body)
        return requests.post(self.url + path, data=data, headers={"Content-Type": "application/json", **headers}, timeout=30)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.errors = self.process.communicate(timeout=20)[1]


class Peer:
    """MLflow's scoring application in this process."""

    def __init__(self, folder):
        import uvicorn
        from mlflow.pyfunc import load_model
        from mlflow.pyfunc.scoring_server import init

        self.port = free_port()
        server = uvicorn.Server(uvicorn.Config(init(load_model(str(folder))), port=self.port, log_level="critical"))
        threading.Thread(target=server.run, daemon=True).start()
        deadline = time.monotonic() + 30
        while not server.started:
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def post(self, body, kind="application/json"):
        data = body if isinstance(body, (str, bytes)) else json.dumps(body)
        return requests.post(f"http://127.0.0.1:{self.port}/invocations", data=data, headers={"Content-Type": kind}, timeout=30)


ROW = {"age": 40.0, "income": 3000.5, "dependents": 2, "city": "Ulm", "owner": True, "term": 12.0, "code": 3}
COLUMNS, VALUES = list(ROW), list(ROW.values())


def changed(**values):
    return {**ROW, **values}


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


# A server that signs deployment statements, small enough to be wrong in every way one at a time.


def vkey(private, name="assay/test/evidence"):
    raw = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    identity = hashlib.sha256(name.encode() + b"\n\x01" + raw).hexdigest()[:8]
    return f"{name}+{identity}+{base64.b64encode(bytes([1]) + raw).decode()}"


class Registry:
    """One frozen version, `loan/3`, behind MLflow's and Assay's routes."""

    def __init__(self, *, not_after="2999-01-01T00:00:00Z", model="loan", version=3, tamper=None, drop_file=False, signer=None, digest=None):
        self.key = Ed25519PrivateKey.generate()
        self.signer = signer or self.key
        folder = FIXTURES / "folder-loan"
        self.files = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
        listed = [
            {"path": name, "sha256": hashlib.sha256(data).hexdigest(), "size": len(data)} for name, data in sorted(self.files.items())
        ]
        manifest = json.dumps({"files": listed, "format": "assay/manifest/v1"}, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
        digest = digest or hashlib.sha256(manifest.encode()).hexdigest()
        statement = {
            "_type": "https://in-toto.io/Statement/v1",
            "subject": [{"name": f"{model}/{version}", "digest": {"sha256": digest}}],
            "predicateType": "urn:assay:deployment:v1",
            "predicate": {
                "model": model, "version": version, "files": listed[:-1] if drop_file else listed, "manifest_digest": digest,
                "places": [], "rules": {"when-offline": "stop"}, "issued_at": "2026-01-01T00:00:00Z", "not_after": not_after,
            },
        }
        payload = json.dumps(statement).encode()
        kind = "application/vnd.in-toto+json"
        message = b"DSSEv1 %d %s %d " % (len(kind), kind.encode(), len(payload)) + payload
        self.envelope = {
            "payloadType": kind, "payload": base64.b64encode(payload).decode(),
            "signatures": [{"keyid": "", "sig": base64.b64encode(self.signer.sign(message)).decode()}],
        }
        if tamper:
            data = bytearray(self.files[tamper])
            data[len(data) // 2] ^= 1
            self.files[tamper] = bytes(data)
        self.tokens = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def answer(self, body, status=200):
                data = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def do_GET(self):
                outer.tokens.append(self.headers.get("Authorization"))
                path, _, query = self.path.partition("?")
                query = urllib.parse.parse_qs(query)
                prefix = "/api/2.0/mlflow-artifacts/artifacts/versions/abc/"
                if path == "/api/assay/v1/statements/key":
                    self.answer({"vkey": vkey(outer.key)})
                elif path == "/api/assay/v1/statements/loan/3":
                    self.answer(outer.envelope)
                elif path == "/api/2.0/mlflow/registered-models/alias" and query == {"name": ["loan"], "alias": ["champion"]}:
                    self.answer({"model_version": {"name": "loan", "version": "3"}})
                elif path == "/api/2.0/mlflow/model-versions/get-download-uri":
                    self.answer({"artifact_uri": "mlflow-artifacts:/versions/abc"})
                elif path.startswith(prefix) and path[len(prefix):] in outer.files:
                    self.answer(outer.files[path[len(prefix):]])
                else:
                    self.answer({"error_code": "RESOURCE_DOES_NOT_EXIST", "message": f"nothing at {path}"}, 404)

            def do_POST(self):
                length = int(self.headers["Content-Length"])
                body = json.loads(self.rfile.read(length))
                if self.path == "/api/2.0/mlflow/registered-models/get-latest-versions" and body["stages"] == ["Production"]:
                    self.answer({"model_versions": [{"name": "loan", "version": "3"}]})
                else:
                    self.answer({})

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()


@pytest.mark.parametrize("address", ["models:/loan/3", "models:/loan@champion", "models:/loan/Production"])
def test_a_registered_model_is_served_on_its_statement(address, monkeypatch):
    monkeypatch.setenv("ASSAY_TOKEN", "assay_user_x_y")
    with Registry() as registry:
        with Assay(address, "--server", registry.url, "--key", vkey(registry.key)) as ours:
            answer = ours.post("/invocations", {"dataframe_records": [ROW]})
            assert answer.status_code == 200, answer.text
            assert answer.headers["Assay-Governance"] == "statement"
            assert answer.headers["Assay-Model"] == "loan/3"
        assert "UNGOVERNED" not in ours.errors and "2999-01-01" in ours.errors
        assert set(registry.tokens) == {"Bearer assay_user_x_y"}
        with Assay(address, "--server", registry.url) as ours:
            pass
        assert "pin it with --key" in ours.errors


@pytest.mark.parametrize(
    "wrong,sentence",
    [
        ({"tamper": "model.skops"}, "file 'model.skops' of loan version 3 is not the one that was approved"),
        ({"tamper": "MLmodel"}, "file 'MLmodel' of loan version 3 is not the one that was approved"),
        ({"not_after": "2026-01-02T00:00:00Z"}, "ended at 2026-01-02T00:00:00Z"),
        ({"not_after": "tomorrow"}, "not_after in another form"),
        ({"model": "other"}, "deployment statement of another model or version"),
        ({"version": 2}, "deployment statement of another model or version"),
        ({"drop_file": True}, "lists files that are not its manifest's"),
        ({"digest": "00" * 32}, "lists files that are not its manifest's"),
        ({"signer": Ed25519PrivateKey.generate()}, "is not signed by the key that is trusted"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_statement_that_does_not_hold_is_refused(wrong, sentence):
    with Registry(**wrong) as registry:
        done = subprocess.run(
            [BINARY, "serve", "models:/loan/3", "--server", registry.url, "-p", str(free_port())],
            capture_output=True, text=True, timeout=60,
        )
        assert done.returncode in (1, 2)
        assert sentence in done.stderr, done.stderr
        assert len(done.stderr.strip().splitlines()) == 1
        pinned = subprocess.run(
            [BINARY, "serve", "models:/loan/3", "--server", registry.url, "--key", vkey(Ed25519PrivateKey.generate())],
            capture_output=True, text=True, timeout=60,
        )
        assert "is not signed by the key that is trusted" in pinned.stderr


def test_absent_versions_and_statements_say_so():
    with Registry() as registry:
        for address, sentence in (
            ("models:/loan/4", "nothing at /api/assay/v1/statements/loan/4"),
            ("models:/loan@nobody", "nothing at /api/2.0/mlflow/registered-models/alias"),
            ("models:/loan/Staging", "nothing holds that stage or alias"),
        ):
            done = subprocess.run([BINARY, "serve", address, "--server", registry.url], capture_output=True, text=True, timeout=60)
            assert done.returncode == 2 and sentence in done.stderr, done.stderr


@pytest.fixture(scope="module")
def tracking(tmp_path_factory):
    """MLflow's own tracking server, so that runs: addresses are found as its clients find them."""
    folder = tmp_path_factory.mktemp("mlflow")
    port = free_port()
    process = subprocess.Popen(
        [
            str(pathlib.Path(sys.executable).parent / "mlflow"), "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1",
            "--backend-store-uri", f"sqlite:///{folder}/mlflow.db", "--artifacts-destination", str(folder / "artifacts"), "--serve-artifacts",
        ],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 120
    while True:
        try:
            if requests.get(url + "/health", timeout=2).ok:
                break
        except requests.ConnectionError:
            pass
        assert time.monotonic() < deadline and process.poll() is None
        time.sleep(0.3)
    yield url
    os.killpg(process.pid, signal.SIGTERM)
    process.wait(timeout=30)


def test_a_runs_model_is_served_ungoverned(tracking):
    iris = load_iris()
    model = LogisticRegression(max_iter=500).fit(iris.data, iris.target)
    mlflow.set_tracking_uri(tracking)
    try:
        with mlflow.start_run() as run:
            mlflow.sklearn.log_model(
                model, name="model", signature=mlflow.models.infer_signature(iris.data, model.predict(iris.data)),
                pip_requirements=["scikit-learn"],
            )
        with mlflow.start_run() as other:
            mlflow.log_param("nothing", 1)
    finally:
        mlflow.set_tracking_uri(None)
    with Assay("-m", f"runs:/{run.info.run_id}/model", "--server", tracking) as ours:
        answer = ours.post("/invocations", {"inputs": iris.data[:5].tolist()})
        assert answer.json()["predictions"] == model.predict(iris.data[:5]).tolist()
        assert answer.headers["Assay-Governance"] == "ungoverned"
    done = subprocess.run(
        [BINARY, "serve", f"runs:/{other.info.run_id}/model", "--server", tracking], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2 and "logged no model under 'model'" in done.stderr
