"""The gateway: what holds a place by the gate's leave is served, verified and exchanged without losing a request; nothing else is."""

import json
import os
import random
import signal
import struct
import subprocess
import threading
import time
from pathlib import Path

import pytest
import requests
from house import BINARY, House, free_port

POLICY = """
assay: policy/v1
name: people
version: "1"
applies-to: {models: ["*"], stages: [Production], aliases: [champion, shadow]}
approvals:
  - {role: validator, count: 1}
separation-of-duties: true
"""

TRAINING = """
import mlflow, numpy, pandas
from mlflow.models import infer_signature
from sklearn.linear_model import LogisticRegression
from sklearn.ensemble import RandomForestClassifier
draw = numpy.random.default_rng({seed})
rows = pandas.DataFrame({{"a": draw.normal(size=200), "b": draw.normal(size=200)}})
answer = (rows.a {sign} draw.normal(size=200) * 0.1 > 0).astype(int)
model = {model}.fit(rows, answer)
mlflow.set_experiment("gateway")
with mlflow.start_run():
    mlflow.sklearn.log_model(model, name="model", pip_requirements=["scikit-learn"], registered_model_name="{name}",
                             signature=infer_signature(rows, answer),
                             input_example=rows[:5]{more})
"""


# Prometheus's own parser, by the interpreter that has it.
PARSER = """
import json, sys
from prometheus_client.parser import text_string_to_metric_families
print(json.dumps([(sample.name, sample.labels, sample.value)
                  for family in text_string_to_metric_families(sys.stdin.read()) for sample in family.samples]))
"""


class Gateway:
    def __init__(self, house, *arguments, who="otto"):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = open(house.folder / f"gateway-{self.port}.log", "wb")
        self.process = subprocess.Popen(
            [BINARY, "gateway", "--server", house.url, "--port", str(self.port), "--refresh-seconds", "1", *arguments],
            stdout=subprocess.PIPE, stderr=self.log, text=True, env=house.environment(who))
        self.announcement = self.process.stdout.readline()

    @property
    def words(self):
        return open(self.log.name).read()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(30) == 0, self.words

    def ask(self, path, rows=((1.0, 0.0), (-1.0, 0.0)), **more):
        return requests.post(self.url + path, json={"dataframe_split": {"columns": ["a", "b"], "data": rows}}, timeout=60, **more)


def eventually(holds, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return
        time.sleep(0.2)
    assert holds()


def log(house, name, sign="+", seed=1, model="LogisticRegression()", more=""):
    house.python(TRAINING.format(name=name, sign=sign, seed=seed, model=model, more=more), who="ana")


def promote(house, name, version, target, who="vera"):
    asked = house.http("POST", "/api/assay/v1/requests", {"model": name, "version": version, "target": target}, who="ana")[1]
    status, answer = house.http("POST", "/api/assay/v1/approvals", {"request": asked["id"]}, who=who)
    assert status == 201, answer
    if "stage" in target:
        call, body = "model-versions/transition-stage", {"stage": target["stage"], "archive_existing_versions": True}
    else:
        call, body = "registered-models/alias", {"alias": target["alias"]}
    status, answer = house.http("POST", f"/api/2.0/mlflow/{call}", {"name": name, "version": str(version), **body}, who="ana")
    assert status == 200, answer


@pytest.fixture(scope="module")
def house():
    house = House()
    house.start()
    status, answer = house.http("POST", "/api/assay/v1/policies", {"policy": POLICY}, who="petra")
    assert status == 201, answer
    log(house, "loans")
    log(house, "loans", sign="-", seed=2)
    log(house, "trees", model="RandomForestClassifier(5, max_depth=3, random_state=0)", more=", serialization_format='cloudpickle'")
    promote(house, "loans", 1, {"stage": "Production"})
    promote(house, "trees", 1, {"alias": "champion"})
    yield house
    house.remove()


@pytest.fixture(scope="module")
def gateway(house):
    with Gateway(house) as gateway:
        assert "serves 2 models" in gateway.announcement, gateway.words
        yield gateway


def test_places_are_served_and_nothing_else(house, gateway):
    answer = gateway.ask("/models/loans/invocations")
    assert answer.status_code == 200 and answer.json()["predictions"] == [1, 0], answer.text
    assert answer.headers["Assay-Governance"] == "statement" and answer.headers["Assay-Model"] == "loans/1"
    assert len(answer.json()["explanations"]["shap_values"]) == 2
    for path in ("/models/loans/stages/production", "/models/loans/versions/1", "/models/trees", "/models/trees/aliases/champion"):
        assert gateway.ask(path + "/invocations").status_code == 200, path
        assert requests.get(gateway.url + path + "/ping", timeout=30).status_code == 200
    for path, words in [("/models/loans/versions/2", "stage Production (version 1)"), ("/models/loans/aliases/champion", "not served"),
                        ("/models/nobody", "not served"), ("/models/loans/versions/x", "no version's number")]:
        answer = gateway.ask(path + "/invocations")
        assert answer.status_code in (400, 404) and words in answer.text, answer.text
    listed = requests.get(gateway.url + "/models", timeout=30).json()["models"]
    assert [(one["model"], one["versions"][0]["places"]) for one in listed] == [("loans", ["stage Production"]), ("trees", ["alias champion"])]
    scored = {one["model"]: one["versions"][0]["scored"] for one in listed}
    assert scored["loans"] == {"by": "assay"} and scored["trees"]["by"] == "the model's own library" and "pickle" in scored["trees"]["reason"], scored
    assert {one["model"]: one["versions"][0]["is_explained"] for one in listed} == {"loans": True, "trees": False}


def test_the_open_inference_protocol(house, gateway):
    get = lambda path: requests.get(gateway.url + path, timeout=30)
    assert get("/v2").json()["name"] == "assay"
    assert get("/v2/health/live").status_code == 200 and get("/v2/health/ready").json() == {"ready": True}
    metadata = get("/v2/models/loans").json()
    assert metadata["name"] == "loans" and metadata["versions"] == ["1"]
    assert metadata["inputs"] == [{"name": "a", "datatype": "FP64", "shape": [-1, 1]}, {"name": "b", "datatype": "FP64", "shape": [-1, 1]}]
    assert {output["name"] for output in metadata["outputs"]} == {"predict", "predict_proba", "shap_values", "base_values"}
    assert get("/v2/models/loans/versions/1/ready").json() == {"name": "loans", "ready": True}

    def infer(inputs, path="/v2/models/loans", **more):
        return requests.post(gateway.url + path + "/infer", json={"id": "7", "inputs": inputs, **more}, timeout=60)

    columns = [{"name": "b", "shape": [2], "datatype": "FP64", "data": [0, 0.0]}, {"name": "a", "shape": [2, 1], "datatype": "FP32", "data": [[1.0], [-1]]}]
    answer = infer(columns)
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"model_name": "loans", "model_version": "1", "id": "7",
                             "outputs": [{"name": "predict", "shape": [2, 1], "datatype": "INT64", "data": [1, 0]}]}
    matrix = [{"name": "whatever", "shape": [2, 2], "datatype": "FP64", "data": [1.0, 0.0, -1.0, 0.0]}]
    outputs = [{"name": name} for name in ("predict_proba", "shap_values", "base_values")]
    whole = infer(matrix, outputs=outputs, path="/v2/models/loans/versions/1").json()["outputs"]
    explained = gateway.ask("/models/loans/invocations").json()["explanations"]
    assert [output["shape"] for output in whole] == [[2, 2], [2, 2], [1]]
    assert whole[1]["data"] == [value for row in explained["shap_values"] for value in row]
    assert whole[2]["data"] == [explained["base_value"]]
    assert abs(sum(whole[0]["data"][:2]) - 1) < 1e-12
    assert infer(columns, path="/v2/models/trees").json()["outputs"][0]["data"] == [1, 0]
    for inputs, words in [
        ([], "empty"), ([{"name": "a", "shape": [1], "datatype": "FP64", "data": [1, 2]}], "its shape has 1"),
        ([{"name": "a", "shape": [1], "datatype": "FP65", "data": [1]}], "datatype"),
        ([{"name": "a", "shape": [-1], "datatype": "FP64", "data": []}], "negative"),
        ([{"name": "a", "shape": [1], "datatype": "INT8", "data": [200]}], "INT8"),
        ([{"name": "a", "shape": [1], "datatype": "FP64", "data": ["x"]}], "FP64"),
        (columns[:1] + columns[:1], "twice"), (columns[:1] + [{"name": "a", "shape": [1], "datatype": "FP64", "data": [1]}], "rows"),
        (columns[:1], "missing inputs"), (matrix[:1] + columns[:1], "column of shape"),
    ]:
        answer = infer(inputs)
        assert answer.status_code == 400 and words in answer.json()["error"], (inputs, answer.text)
    assert infer(columns, outputs=[{"name": "odds"}]).status_code == 400
    assert requests.post(gateway.url + "/v2/models/nobody/infer", json={}, timeout=30).json()["error"].count("not served") == 1
    assert requests.post(gateway.url + "/v2/models/loans/infer", data="{", timeout=30).status_code == 400


def test_tritons_client_is_answered_as_mlflows(house, gateway):
    """Bytes and JSON, both ways, in every combination: the same numbers as /invocations, to the bit."""
    python = os.environ.get("ASSAY_INFERENCE_PYTHON")
    if not python or not os.path.exists(python):
        pytest.fail("ASSAY_INFERENCE_PYTHON names no interpreter with tritonclient; run scripts/setup")
    draw = random.Random(5)
    rows = [[draw.gauss(0, 1), draw.gauss(0, 1)] for _ in range(50)]
    done = subprocess.run([python, Path(__file__).with_name("inference_client.py"), f"127.0.0.1:{gateway.port}", json.dumps(rows)],
                          capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout)
    expected = gateway.ask("/models/loans/invocations", rows=rows).json()
    assert len(answers) == 4
    for answer in answers:
        assert answer["predict"] == [[label] for label in expected["predictions"]]
        assert answer["shap_values"] == expected["explanations"]["shap_values"]


def test_bytes_that_are_no_tensors(house, gateway):
    head = {"inputs": [{"name": "m", "shape": [1, 2], "datatype": "FP64", "parameters": {"binary_data_size": 16}}]}

    def send(tail, length=None, **tensor):
        text = json.dumps({"inputs": [{**head["inputs"][0], **tensor}]}).encode()
        return requests.post(gateway.url + "/v2/models/loans/infer", data=text + tail, timeout=60,
                             headers={"Inference-Header-Content-Length": str(len(text) if length is None else length)})

    assert send(struct.pack("<2d", 1, 0)).json()["outputs"][0]["data"] == [1]
    assert send(struct.pack("<2f", 1, 0), datatype="FP32", parameters={"binary_data_size": 8}).json()["outputs"][0]["data"] == [1]
    assert send(struct.pack("<2e", 1, 0), datatype="FP16", parameters={"binary_data_size": 4}).json()["outputs"][0]["data"] == [1]
    assert send(struct.pack("<2b", -1, 0), datatype="INT8", parameters={"binary_data_size": 2}).json()["outputs"][0]["data"] == [0]
    for answer, words in [
        (send(b""), "follow"), (send(b"x" * 17), "no input's"), (send(b"x" * 8, parameters={"binary_data_size": 8}), "takes 2 values"),
        (send(b"", length=10**9), "Content-Length"), (send(b"", length="x"), "Content-Length"), (send(b"", length=-1), "Content-Length"),
        (send(struct.pack("<2d", float("inf"), 0)), "FP64"), (send(b"x" * 16, shape=[1 << 40, 1 << 40]), "more values"),
        (send(b"x" * 16, shape=[1 << 61]), "values"), (send(b"\xff" * 16, datatype="BYTES"), "texts"),
    ]:
        assert answer.status_code == 400 and words in answer.json()["error"], answer.text


def test_an_exchange_loses_no_request(house, gateway):
    """Requests go on while the place changes hands; each is answered by the version that held it then."""
    seen, failed, stop = [], [], threading.Event()

    def keep_asking():
        session = requests.Session()
        while not stop.is_set():
            answer = session.post(gateway.url + "/models/loans/invocations",
                                  json={"dataframe_split": {"columns": ["a", "b"], "data": [[1.0, 0.0]]}}, timeout=60)
            if answer.status_code != 200:
                failed.append(answer.text)
            seen.append(answer.headers.get("Assay-Model"))

    askers = [threading.Thread(target=keep_asking) for _ in range(4)]
    for asker in askers:
        asker.start()
    promote(house, "loans", 2, {"stage": "Production"})
    eventually(lambda: seen and seen[-1] == "loans/2")
    time.sleep(0.5)
    stop.set()
    for asker in askers:
        asker.join()
    assert not failed and set(seen) == {"loans/1", "loans/2"}, (failed[:3], set(seen))
    assert seen.index("loans/2") > 0
    # The other one holds no place any more.
    assert gateway.ask("/models/loans/versions/1/invocations").status_code == 404


def test_what_leaves_its_place_is_served_no_more(house, gateway):
    promote(house, "loans", 1, {"alias": "shadow"})
    eventually(lambda: gateway.ask("/models/loans/aliases/shadow/invocations").status_code == 200)
    status, answer = house.http("DELETE", "/api/2.0/mlflow/registered-models/alias", {"name": "loans", "alias": "shadow"}, who="ana")
    assert status == 200, answer
    eventually(lambda: gateway.ask("/models/loans/aliases/shadow/invocations").status_code == 404)
    assert gateway.ask("/models/loans/invocations").headers["Assay-Model"] == "loans/2"


def test_a_foreign_model_that_crashes_is_its_own_trouble(house, gateway):
    with open(f"/proc/{gateway.process.pid}/task/{gateway.process.pid}/children") as file:
        children = [int(child) for child in file.read().split()]
    for thread in os.listdir(f"/proc/{gateway.process.pid}/task"):
        with open(f"/proc/{gateway.process.pid}/task/{thread}/children") as file:
            children += [int(child) for child in file.read().split()]
    for child in set(children):
        os.kill(child, signal.SIGKILL)
    assert gateway.ask("/models/loans/invocations").status_code == 200
    eventually(lambda: gateway.ask("/models/trees/invocations").status_code == 200)


def test_while_the_registry_is_away_everything_goes_on(house, gateway):
    house.stop()
    try:
        time.sleep(2.5)
        assert gateway.ask("/models/loans/invocations").headers["Assay-Model"] == "loans/2"
        assert gateway.ask("/models/trees/invocations").status_code == 200
        assert "cannot be asked" in gateway.words
        done = subprocess.run([BINARY, "gateway", "--server", house.url, "--port", str(free_port())], capture_output=True, text=True,
                              env=house.environment("otto"), timeout=60)
        assert done.returncode != 0 and "cannot be reached" in done.stderr, done.stderr
    finally:
        house.start()
    eventually(lambda: gateway.ask("/models/loans/invocations").status_code == 200)


def test_numbers_for_prometheus(house):
    def numbers(gateway):
        answer = requests.get(gateway.url + "/metrics", timeout=30)
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        done = subprocess.run([os.environ["ASSAY_INFERENCE_PYTHON"], "-c", PARSER], input=answer.text, capture_output=True, text=True, check=True)
        return {(name, tuple(sorted(labels.items()))): value for name, labels, value in json.loads(done.stdout)}

    def of(name, **labels):
        return f"assay_gateway_{name}", tuple(sorted(labels.items()))

    with Gateway(house, "--model", "loans") as gateway:
        assert numbers(gateway)[of("unserved_requests_total")] == 0
        for _ in range(3):
            assert gateway.ask("/models/loans/invocations").status_code == 200
        assert requests.post(gateway.url + "/models/loans/invocations", data="{", timeout=30).status_code in (400, 415)
        assert gateway.ask("/models/trees/invocations").status_code == 404
        assert gateway.ask("/models/a%22b%5C%0A/invocations").status_code == 404
        requests.get(gateway.url + "/models/loans/ping", timeout=30)
        found = numbers(gateway)
        (version,) = {dict(labels)["version"] for (name, labels) in found if name == "assay_gateway_place"}
        which = {"model": "loans", "version": version, "protocol": "mlflow"}
        assert found[of("requests_total", code="200", **which)] == 3
        assert sum(value for (name, labels), value in found.items() if name == "assay_gateway_requests_total") == 4
        assert found[of("unserved_requests_total")] == 2
        assert found[of("request_duration_seconds_count", **which)] == 4 == found[of("request_duration_seconds_bucket", le="+Inf", **which)]
        assert 0 < found[of("request_duration_seconds_sum", **which)] < 60
        assert found[of("statement_end_timestamp_seconds", model="loans", version=version)] > time.time()


def test_another_key_than_the_pinned_one_is_not_believed(house):
    vkey = house.http("GET", "/api/assay/v1/statements/key", who="otto")[1]["vkey"]
    with Gateway(house, "--key", vkey, "--model", "loans") as pinned:
        assert "serves 1 model at" in pinned.announcement
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    import base64
    import hashlib
    raw = b"\x01" + Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    name = vkey.split("+")[0]
    mark = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4].hex()
    other = f"{name}+{mark}+{base64.b64encode(raw).decode()}"
    with Gateway(house, "--key", other) as strict:
        assert "serves 0 models" in strict.announcement
        assert strict.ask("/models/loans/invocations").status_code == 404
        assert "not signed by the key that is trusted" in strict.words
