"""Registered models served on their signed statements, and models of runs without one."""

import base64
import hashlib
import http.server
import json
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time
import urllib.parse

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from serving import BINARY, FIXTURES, ROW, Assay, free_port
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

mlflow = pytest.importorskip("mlflow")


# A server that signs deployment statements, small enough to be wrong in every way one at a time.


def vkey(private, name="assay/test/evidence"):
    raw = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    identity = hashlib.sha256(name.encode() + b"\n\x01" + raw).hexdigest()[:8]
    return f"{name}+{identity}+{base64.b64encode(bytes([1]) + raw).decode()}"


class Registry:
    """One frozen version, `loan/3`, behind MLflow's and Assay's routes."""

    def __init__(self, *, not_after="2999-01-01T00:00:00Z", model="loan", version=3, tamper=None, drop_file=False, signer=None,
        digest=None, tables=(), folder=FIXTURES / "folder-loan", explanations=None):
        self.key = Ed25519PrivateKey.generate()
        self.signer = signer or self.key
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
                "tables": [
                    {"path": path, "sha256": hashlib.sha256(data).hexdigest(), "size": len(data)} for path, data in tables],
                "places": [], "rules": {"when-offline": "stop", **({"explanations": explanations} if explanations else {})}, "issued_at": "2026-01-01T00:00:00Z", "not_after": not_after,
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


def test_a_governed_version_is_decided_by_approved_thresholds_only(tmp_path):
    operation = {"operator": ">", "threshold": 0.5}
    thresholds = json.dumps({
        "assay": "thresholds/v1", "constraint": "demographic_parity", "objective": "accuracy_score", "grid_size": 10, "flip": False,
        "form": "deterministic", "label": "y", "positive": "1", "score": "p", "sensitive": "race",
        "data": {"name": "t", "rows": 1, "digest": {"sha256": "0" * 64}},
        "groups": [{"group": "a", "p0": 0, "operation0": operation, "p1": 1, "operation1": operation}]}).encode()
    (tmp_path / "t.json").write_bytes(thresholds)
    with Registry(tables=[("thresholds.json", thresholds)]) as registry:
        options = ["--server", registry.url, "--key", vkey(registry.key), "--thresholds"]
        with Assay("models:/loan/3", *options, tmp_path / "t.json") as ours:
            answer = ours.post("/invocations", {"dataframe_records": [{**ROW, "race": "a"}]})
            assert answer.status_code == 200, answer.text
            assert answer.headers["Assay-Governance"] == "statement"
            assert answer.headers["Assay-Thresholds"] == "sha256:" + hashlib.sha256(thresholds).hexdigest()
        (tmp_path / "other.json").write_bytes(thresholds + b"\n")
        done = subprocess.run(
            [BINARY, "serve", "models:/loan/3", *options, str(tmp_path / "other.json")], capture_output=True, text=True, timeout=60)
        assert done.returncode in (1, 2) and "none of the files that were approved" in done.stderr, (done.returncode, done.stderr)


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


def test_the_statement_says_which_answers_are_explained():
    wishes = {"nothing": "", "yes": "?explain=true", "no": "?explain=false"}
    wanted = {"always": {"nothing", "yes", "no"}, "on-request": {"yes"}, "never": set(), None: {"nothing", "yes"}}
    for word, explained in wanted.items():
        with Registry(explanations=word) as registry:
            options = ["--server", registry.url, "--key", vkey(registry.key)]
            with Assay("models:/loan/3", *options) as ours:
                found = {
                    wish for wish, query in wishes.items()
                    if "explanations" in ours.post("/invocations" + query, {"dataframe_records": [ROW]}).json()}
            assert found == explained, word
            against = {"always": "--no-explanations", "on-request": "--no-explanations", "never": "--explanations"}.get(word)
            if against:
                done = subprocess.run([BINARY, "serve", "models:/loan/3", *options, against], capture_output=True, text=True, timeout=60)
                assert done.returncode in (1, 2) and f"leave {against} out" in done.stderr, (word, done.returncode, done.stderr)


@pytest.fixture(scope="module")
def pickled(tmp_path_factory):
    """A folder whose model only its own library reads."""
    from sklearn.tree import DecisionTreeClassifier

    iris = load_iris(as_frame=True)
    model = DecisionTreeClassifier(max_depth=3, random_state=0).fit(iris.data, iris.target)
    folder = tmp_path_factory.mktemp("pickled") / "model"
    mlflow.sklearn.save_model(
        model, folder, serialization_format="cloudpickle", signature=mlflow.models.infer_signature(iris.data, iris.target),
        pip_requirements=["scikit-learn"])
    return folder, model, iris.data


def test_a_registered_pickle_is_served_by_its_own_library_on_its_statement(pickled, monkeypatch):
    monkeypatch.setenv("ASSAY_MODEL_PYTHON", sys.executable)
    folder, model, rows = pickled
    with Registry(folder=folder) as registry:
        options = ["--server", registry.url, "--key", vkey(registry.key)]
        with Assay("models:/loan/3", *options) as ours:
            answer = ours.post("/invocations", {"dataframe_split": json.loads(rows.to_json(orient="split"))})
            assert answer.json() == {"predictions": model.predict(rows).tolist()}
            assert (answer.headers["Assay-Governance"], answer.headers["Assay-Model"]) == ("statement", "loan/3")
        assert "let through by the gate" in ours.errors and "confined by" in ours.errors
    # A file that is not the approved one is given to nobody.
    with Registry(folder=folder, tamper="model.pkl") as registry:
        done = subprocess.run(
            [BINARY, "serve", "models:/loan/3", "--server", registry.url, "-p", str(free_port())], capture_output=True, text=True, timeout=60)
        assert done.returncode == 1 and "file 'model.pkl' of loan version 3 is not the one that was approved" in done.stderr


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
            "--backend-store-uri", f"sqlite:///{folder}/mlflow.db", "--artifacts-destination", str(folder / "artifacts"),
            "--serve-artifacts",
        ],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 120
    try:
        while True:
            try:
                if requests.get(url + "/health", timeout=10).ok:
                    break
            except requests.RequestException:
                pass
            assert time.monotonic() < deadline and process.poll() is None
            time.sleep(0.3)
        yield url
    finally:
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


def test_a_runs_pickle_is_scored_explained_and_served(tracking, pickled, tmp_path, monkeypatch):
    monkeypatch.setenv("ASSAY_MODEL_PYTHON", sys.executable)
    _, model, rows = pickled
    mlflow.set_tracking_uri(tracking)
    try:
        with mlflow.start_run() as run:
            mlflow.sklearn.log_model(
                model, name="model", serialization_format="cloudpickle", input_example=rows[::10], pip_requirements=["scikit-learn"])
    finally:
        mlflow.set_tracking_uri(None)
    address, options = f"runs:/{run.info.run_id}/model", ["--server", tracking]
    rows[:4].to_csv(tmp_path / "rows.csv", index=False)

    def command(name, *more):
        done = subprocess.run(
            [BINARY, name, address, str(tmp_path / "rows.csv"), *options, *more], capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert [line.split(",")[0] for line in command("score").splitlines()] == ["prediction", *map(str, model.predict(rows[:4]))]
    explained = json.loads(command("explain", "--format", "json"))
    assert explained["background"] == "input_example.json" and explained["kernel"]["background_rows"] == 15
    assert explained["predicate"]["scorer"]["kind"] == "foreign" and explained["subject"]
    for row, chances in zip(explained["rows"], model.predict_proba(rows[:4])):
        for base, phi, chance in zip(row["base_value"], row["shap_values"], chances):
            assert base + sum(phi) == pytest.approx(chance, abs=1e-12)
    with Assay(address, *options) as ours:
        answer = ours.post("/invocations", {"dataframe_split": json.loads(rows[:4].to_json(orient="split"))})
        assert answer.json() == {"predictions": model.predict(rows[:4]).tolist()}
