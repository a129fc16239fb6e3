"""What a policy says of a version while it is served: beyond its statement's end, and about explanations."""

import base64
import hashlib
import http.server
import json
import threading
import time
import urllib.error
import urllib.request

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from house import House
from test_gateway import Gateway, eventually, log, promote

POLICY = """
assay: policy/v1
name: {name}
version: "1"
applies-to: {{models: ["{name}"], stages: [Production]}}
approvals:
  - {{role: validator, count: 1}}
serving: {serving}
"""


class Between:
    """Stands between a gateway and the registry: signs statements anew that end soon, and can be away."""

    def __init__(self, house, seconds):
        self.is_away = False
        self.key = Ed25519PrivateKey.generate()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def give(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)) or None
                if outer.is_away:
                    return self.reply(503, b"{}")
                request = urllib.request.Request(house.url + self.path, data=body, method=self.command)
                for name in ("Authorization", "Content-Type"):
                    if self.headers.get(name):
                        request.add_header(name, self.headers[name])
                try:
                    with urllib.request.urlopen(request, timeout=30) as answer:
                        status, data = answer.status, answer.read()
                except urllib.error.HTTPError as error:
                    status, data = error.code, error.read()
                if "/statements/" in self.path and status == 200:
                    data = outer.signed(json.loads(data), seconds)
                self.reply(status, data)

            def reply(self, status, data):
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = give

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def signed(self, answer, seconds):
        if "payload" not in answer:
            raw = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
            identity = hashlib.sha256(b"between/evidence\n\x01" + raw).hexdigest()[:8]
            return json.dumps({"vkey": f"between/evidence+{identity}+" + base64.b64encode(b"\x01" + raw).decode()}).encode()
        statement = json.loads(base64.b64decode(answer["payload"]))
        end = time.gmtime(time.time() + seconds)
        statement["predicate"]["not_after"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", end)
        payload, kind = json.dumps(statement).encode(), answer["payloadType"].encode()
        message = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
        answer["payload"] = base64.b64encode(payload).decode()
        answer["signatures"] = [{"keyid": "", "sig": base64.b64encode(self.key.sign(message)).decode()}]
        return json.dumps(answer).encode()


@pytest.fixture(scope="module")
def house():
    house = House()
    house.start()
    for name, serving in [("lasting", "{when-offline: keep-serving, explanations: on-request}"), ("ending", "{explanations: never}"),
                          ("forest", "{explanations: always}")]:
        status, answer = house.http("POST", "/api/assay/v1/policies", {"policy": POLICY.format(name=name, serving=serving)}, who="petra")
        assert status == 201, answer
    for name in ("lasting", "ending"):
        log(house, name)
    log(house, "forest", model="RandomForestClassifier(5, max_depth=3, random_state=0)", more=", serialization_format='cloudpickle'")
    for name in ("lasting", "ending", "forest"):
        promote(house, name, 1, {"stage": "Production"})
    yield house
    house.remove()


def rules(house, name):
    status, envelope = house.http("GET", f"/api/assay/v1/statements/{name}/1", who="otto")
    assert status == 200, envelope
    return json.loads(base64.b64decode(envelope["payload"]))["predicate"]["rules"]


def test_the_statement_carries_what_the_policy_says(house):
    assert rules(house, "lasting") == {"when-offline": "keep-serving", "explanations": "on-request"}
    assert rules(house, "ending") == {"when-offline": "stop", "explanations": "never"}
    assert rules(house, "forest") == {"when-offline": "stop", "explanations": "always"}


def test_explanations_are_given_as_the_policy_says(house):
    with Gateway(house) as gateway:
        served = {one["model"]: one["versions"][0]["rules"] for one in requests.get(gateway.url + "/models", timeout=30).json()["models"]}
        assert served["ending"] == {"when-offline": "stop", "explanations": "never"}

        def explained(name, word=None):
            answer = gateway.ask(f"/models/{name}/invocations", headers={"Assay-Explanations": word} if word else {})
            assert answer.status_code == 200, answer.text
            return "explanations" in answer.json()

        assert not explained("lasting") and not explained("lasting", "no") and explained("lasting", "yes")
        assert not explained("ending") and not explained("ending", "yes")
        # Though the gateway was not told to explain models of this kind.
        assert explained("forest") and explained("forest", "no")
        answer = gateway.ask("/models/lasting/invocations", headers={"Assay-Explanations": "maybe"})
        assert answer.status_code == 400 and "yes or no" in answer.text

        tensors = {"inputs": [{"name": name, "shape": [1], "datatype": "FP64", "data": [1.0]} for name in "ab"],
                   "outputs": [{"name": "shap_values"}]}
        assert requests.post(f"{gateway.url}/v2/models/lasting/infer", json=tensors, timeout=30).status_code == 200
        answer = requests.post(f"{gateway.url}/v2/models/ending/infer", json=tensors, timeout=30)
        assert answer.status_code == 400 and "shap_values" in answer.json()["error"], answer.text
        outputs = requests.get(f"{gateway.url}/v2/models/ending", timeout=30).json()["outputs"]
        assert "shap_values" not in [output["name"] for output in outputs]


def test_beyond_the_statement_while_the_registry_is_away(house):
    between = Between(house, seconds=8)
    with Gateway(house, "--server", between.url, "--model", "lasting", "--model", "ending") as gateway:
        between.is_away = True
        for name in ("lasting", "ending"):
            answer = gateway.ask(f"/models/{name}/invocations")
            assert answer.status_code == 200 and "Assay-Offline-Since" not in answer.headers
        eventually(lambda: gateway.ask("/models/ending/invocations").status_code == 503)
        # Two statements end at two moments.
        eventually(lambda: "Assay-Offline-Since" in gateway.ask("/models/lasting/invocations").headers)
        answer = gateway.ask("/models/lasting/invocations")
        assert answer.status_code == 200 and answer.headers["Assay-Offline-Since"].startswith("20"), answer.headers
        assert requests.get(gateway.url + "/models/lasting/ping", timeout=30).status_code == 200
        numbers = requests.get(gateway.url + "/metrics", timeout=30).text
        assert 'assay_gateway_offline_answers_total{model="lasting",version="1",protocol="mlflow"} 2\n' in numbers, numbers
        assert 'offline_answers_total{model="ending"' not in numbers

        # Once the registry is back its word holds: first that all goes on, then that it does not.
        between.is_away = False
        eventually(lambda: gateway.ask("/models/ending/invocations").status_code == 200)
        eventually(lambda: "Assay-Offline-Since" not in gateway.ask("/models/lasting/invocations").headers)
        between.is_away = True
        status, answer = house.http("POST", "/api/2.0/mlflow/model-versions/transition-stage", {
            "name": "lasting", "version": "1", "stage": "Archived", "archive_existing_versions": False}, who="ana")
        assert status == 200, answer
        eventually(lambda: "Assay-Offline-Since" in gateway.ask("/models/lasting/invocations").headers)
        between.is_away = False
        eventually(lambda: gateway.ask("/models/lasting/invocations").status_code == 404)
