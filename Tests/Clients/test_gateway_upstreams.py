"""An HTTP service behind the gateway: asked for a deployed version alone, believed in nothing, left alone while it fails."""

import http.server
import json
import subprocess
import threading
import time

import pytest
import requests
from house import BINARY, House, free_port
from test_gateway import POLICY, Gateway, eventually, log, promote


class Scorer:
    """Predicts 1 where a + b > 0, or does something else that it is told to."""

    def __init__(self):
        self.mode, self.seen, self.is_healthy = "well", [], True
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_GET(self):
                self.reply(200 if outer.is_healthy else 500, b"ok")

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.seen.append((self.path, self.headers.get("Authorization"), body))
                if outer.mode == "slow":
                    time.sleep(4)
                if outer.mode == "moved":
                    self.send_response(302)
                    self.send_header("Location", f"http://127.0.0.1:{outer.port}/elsewhere")
                    self.send_header("Content-Length", "0")
                    return self.end_headers()
                if outer.mode.isdigit():
                    return self.reply(int(outer.mode), b"private words")
                if "inputs" in body:
                    columns = {one["name"]: one["data"] for one in body["inputs"]}
                    rows = list(zip(columns["a"], columns["b"]))
                else:
                    rows = body["dataframe_split"]["data"]
                answers = [int((a or 0) + (b or 0) > 0) for a, b, *_ in rows]
                if outer.mode == "text":
                    return self.reply(200, b"<html>")
                value = {"few": answers[1:], "mixed": [1, "x"], "nan": [None] * len(answers), "lists": [[0.5, 0.5]] * len(answers),
                         "records": [{"y": one} for one in answers], "huge": [10 ** 400] * len(answers)}.get(outer.mode, answers)
                if "inputs" in body:
                    return self.reply(200, json.dumps({"outputs": [{"name": "predict", "shape": [len(value)], "datatype": "INT64", "data": value}]}).encode())
                self.reply(200, json.dumps({"predictions": value}).encode())

            def reply(self, status, data):
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture(scope="module")
def house():
    house = House()
    house.start()
    house.add("gate", "gateway")
    status, answer = house.http("POST", "/api/assay/v1/policies", {"policy": POLICY}, who="petra")
    assert status == 201, answer
    for name in ("loans", "cards"):
        log(house, name)
    log(house, "waiting")
    for name in ("loans", "cards"):
        promote(house, name, 1, {"stage": "Production"})
    yield house
    house.remove()


@pytest.fixture(scope="module")
def scorer():
    return Scorer()


@pytest.fixture(scope="module")
def gateway(house, scorer):
    manifest = house.http("GET", "/api/assay/v1/deployments", who="otto")[1]["deployments"][0]["manifest"]
    secret = house.folder / "token"
    secret.write_text("a-secret-of-the-upstream")
    secret.chmod(0o600)
    file = house.folder / "upstreams.yaml"
    file.write_text(f"""
assay: upstreams/v1
upstreams:
  - {{model: loans, version: 1, url: "http://127.0.0.1:{scorer.port}/invocations", protocol: mlflow, timeout-seconds: 2, health: /ping, token: "file:{secret}"}}
  - {{model: cards, manifest: {manifest}, url: "http://127.0.0.1:{scorer.port}/v2/models/cards/infer", protocol: v2}}
  - {{model: waiting, version: 1, url: "http://127.0.0.1:{scorer.port}/invocations", protocol: mlflow}}
""")
    file.chmod(0o600)
    with Gateway(house, "--upstreams", str(file), "--records", str(house.folder / "records"), "--jobs", str(house.folder / "jobs"), who="gate") as gateway:
        yield gateway


def test_rows_go_there_and_answers_are_marked(house, gateway, scorer):
    for name in ("loans", "cards"):
        answer = gateway.ask(f"/models/{name}/invocations", rows=[[1.0, 0.5], [-1.0, -0.5]])
        assert answer.status_code == 200 and answer.json() == {"predictions": [1, 0]}, answer.text
        assert answer.headers["Assay-Upstream"] == "unverified" and answer.headers["Assay-Model"] == f"{name}/1" and answer.headers["Assay-Record"]
    path, authorization, body = scorer.seen[-2]
    assert (path, authorization) == ("/invocations", "Bearer a-secret-of-the-upstream")
    assert body == {"dataframe_split": {"columns": ["a", "b"], "data": [[1.0, 0.5], [-1.0, -0.5]]}}
    path, authorization, body = scorer.seen[-1]
    assert (path, authorization) == ("/v2/models/cards/infer", None)
    assert body["inputs"][0] == {"name": "a", "shape": [2, 1], "datatype": "FP64", "data": [1.0, -1.0]}
    tensors = {"inputs": [{"name": name, "shape": [2], "datatype": "FP64", "data": [1.0, -2.0]} for name in "ab"]}
    answer = requests.post(f"{gateway.url}/v2/models/loans/infer", json=tensors, timeout=30)
    assert answer.json()["outputs"][0]["data"] == [1, 0] and answer.headers["Assay-Upstream"] == "unverified", answer.text
    # Without a place there is no statement, and without a statement nothing is sent.
    before = len(scorer.seen)
    assert gateway.ask("/models/waiting/invocations").status_code == 404 and len(scorer.seen) == before
    assert "a-secret" not in gateway.words and "a-secret" not in requests.get(gateway.url + "/models", timeout=30).text


def test_a_job_goes_there_too(gateway):
    job = requests.post(gateway.url + "/models/loans/jobs", data="a,b\n1,0\n-1,0\n", headers={"Content-Type": "text/csv"}, timeout=30).json()
    eventually(lambda: requests.get(f"{gateway.url}/jobs/{job['id']}", timeout=30).json()["state"] == "succeeded")
    assert requests.get(f"{gateway.url}/jobs/{job['id']}/result", timeout=30).text.splitlines()[1].startswith("1,")


def test_rows_that_do_not_fit_are_refused_before(gateway, scorer):
    before = len(scorer.seen)
    answer = requests.post(gateway.url + "/models/loans/invocations", json={"dataframe_split": {"columns": ["a"], "data": [[1.0]]}}, timeout=30)
    assert answer.status_code == 400 and len(scorer.seen) == before
    answer = gateway.ask("/models/cards/invocations", rows=[[None, 1.0]])
    assert answer.status_code == 400 and "missing values" in answer.text and len(scorer.seen) == before
    assert gateway.ask("/models/loans/invocations", rows=[[None, 1.0]]).json()["predictions"] == [1]


@pytest.mark.parametrize("mode, status, words", [
    ("few", 500, "1 predictions for 2 rows"), ("text", 500, "no JSON"), ("mixed", 500, "one number"), ("nan", 500, "one number"), ("lists", 500, "one number"),
    ("huge", 500, ""), ("moved", 500, "not followed"), ("400", 400, "HTTP 400"), ("503", 503, "HTTP 503"), ("401", 503, "does not accept"), ("slow", 504, "2 seconds"),
])
def test_what_an_upstream_can_do(gateway, scorer, mode, status, words):
    scorer.mode = mode
    answer = gateway.ask("/models/loans/invocations")
    scorer.mode = "well"
    assert answer.status_code == status and words in answer.text and "private" not in answer.text, answer.text
    assert gateway.ask("/models/loans/invocations").status_code == 200
    assert "/elsewhere" not in [path for path, *_ in scorer.seen]


def test_records_of_one_column(gateway, scorer):
    scorer.mode = "records"
    assert gateway.ask("/models/loans/invocations").json()["predictions"] == [{"y": 1}, {"y": 0}]
    scorer.mode = "well"


def test_one_that_fails_is_left_alone_and_asked_again(gateway, scorer):
    scorer.mode = "500"
    for _ in range(5):
        assert gateway.ask("/models/cards/invocations").status_code == 503
    before = len(scorer.seen)
    answer = gateway.ask("/models/cards/invocations")
    assert answer.status_code == 503 and int(answer.headers["Retry-After"]) >= 1 and len(scorer.seen) == before
    assert requests.get(gateway.url + "/models/cards/ping", timeout=30).status_code == 503
    scorer.mode = "well"
    eventually(lambda: gateway.ask("/models/cards/invocations").status_code == 200)


def test_health_is_looked_at(gateway, scorer):
    scorer.is_healthy = False
    eventually(lambda: requests.get(gateway.url + "/models/loans/ping", timeout=30).status_code == 503)
    before = len(scorer.seen)
    assert gateway.ask("/models/loans/invocations").status_code == 503 and len(scorer.seen) == before
    scorer.is_healthy = True
    eventually(lambda: gateway.ask("/models/loans/invocations").status_code == 200)


def test_a_file_that_is_none(house, tmp_path):
    file = tmp_path / "upstreams.yaml"

    def start():
        done = subprocess.run([BINARY, "gateway", "--server", house.url, "--port", str(free_port()), "--upstreams", str(file)], capture_output=True,
                              text=True, env=house.environment("otto"), timeout=60)
        return done.returncode, done.stderr

    assert start()[0] == 2
    file.write_text("assay: upstreams/v1\nupstreams:\n  - {model: m, version: 1, url: 'http://u:p@h/x', protocol: mlflow}\n")
    file.chmod(0o600)
    status, words = start()
    assert status == 2 and "upstreams.yaml:3" in words and "without user" in words, words
    file.chmod(0o666)
    assert start()[0] == 2
