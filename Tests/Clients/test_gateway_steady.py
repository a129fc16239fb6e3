"""What one model, one caller or one version does wrong keeps a gateway from nothing else."""

import http.server
import os
import re
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import requests
from house import House, free_port
from test_gateway import POLICY, Gateway, eventually, log, promote
from test_gateway_callers import ROWS, key


class Relay:
    """Stands between a gateway and the registry: counts what is asked for, refuses what it is told to, and can be slow about it."""

    def __init__(self, house):
        self.paths = []
        self.is_away = False
        # Of the method, path and body: a status instead of the registry's answer, or nothing.
        self.refuse = lambda method, path, body: None
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def give(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)) or None
                outer.paths.append(self.path)
                status = 503 if outer.is_away else outer.refuse(self.command, self.path, body or b"")
                if status:
                    return self.reply(status, b'{"error_code": "X", "message": "refused by the relay"}')
                request = urllib.request.Request(house.url + self.path, data=body, method=self.command)
                for name in ("Authorization", "Content-Type"):
                    if self.headers.get(name):
                        request.add_header(name, self.headers[name])
                try:
                    with urllib.request.urlopen(request, timeout=30) as answer:
                        self.reply(answer.status, answer.read())
                except urllib.error.HTTPError as error:
                    self.reply(error.code, error.read())

            def reply(self, status, data):
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = give

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{server.server_port}"

    def count(self, part):
        return sum(part in path for path in self.paths)


@pytest.fixture(scope="module")
def house():
    house = House()
    house.start()
    assert house.http("POST", "/api/assay/v1/policies", {"policy": POLICY}, who="petra")[0] == 201
    house.add("gate", "gateway")
    house.assay("role", "create", "records", "--verb", "read,read_sensitive", "--server", house.url, who="root")
    house.add("rita", "records")
    for name, seed in (("loans", 1), ("cards", 3), ("leases", 4)):
        log(house, name, seed=seed)
        promote(house, name, 1, {"stage": "Production"})
    yield house
    house.remove()


def number(gateway, name):
    return float(re.search(rf"^{name} (\S+)$", requests.get(gateway.url + "/metrics", timeout=30).text, re.M)[1])


def rows_of(house, model):
    listed = house.http("GET", f"/api/assay/v1/predictions?model={model}", who="rita")[1]["segments"]
    return sum(segment["rows"] for segment in listed)


def test_the_registry_is_asked_once_an_interval(house):
    relay = Relay(house)
    with Gateway(house, "--server", relay.url, "--model", "loans"):
        time.sleep(1)
        before = relay.count("/deployments")
        time.sleep(3.5)
        asked = relay.count("/deployments") - before
    assert 2 <= asked <= 5, asked


def test_records_of_one_model_that_are_refused_hold_up_no_others(house):
    relay = Relay(house)
    relay.refuse = lambda method, path, body: 403 if path.endswith("/predictions") and b"cards" in body[:64] else None
    with Gateway(house, "--server", relay.url, "--records", str(house.folder / "held"), who="gate") as gateway:
        assert gateway.ask("/models/cards/invocations").status_code == 200
        assert gateway.ask("/models/loans/invocations").status_code == 200
        eventually(lambda: rows_of(house, "loans") == 2)
        assert gateway.ask("/models/loans/invocations").status_code == 200
        eventually(lambda: rows_of(house, "loans") == 4)
        # They are kept, counted and tried again.
        assert rows_of(house, "cards") == 0 and number(gateway, "assay_gateway_records_waiting_bytes") > 0
        assert "does not take records of a model now" in gateway.words
        relay.refuse = lambda *_: None
        eventually(lambda: rows_of(house, "cards") == 2, 40)
        eventually(lambda: number(gateway, "assay_gateway_records_waiting_bytes") == 0)
    assert rows_of(house, "loans") == 4


def test_what_was_put_aside_is_sent_again_when_asked_for(house):
    relay = Relay(house)
    relay.refuse = lambda method, path, body: 400 if path.endswith("/predictions") else None
    folder = house.folder / "aside"
    with Gateway(house, "--server", relay.url, "--model", "leases", "--records", str(folder), who="gate") as gateway:
        assert gateway.ask("/models/leases/invocations").status_code == 200
        eventually(lambda: number(gateway, "assay_gateway_records_refused_bytes") > 0)
        assert number(gateway, "assay_gateway_records_waiting_bytes") == 0
    assert len(list(folder.glob("*.refused"))) == 1
    with Gateway(house, "--model", "leases", "--records", str(folder), who="gate") as gateway:
        assert number(gateway, "assay_gateway_records_refused_bytes") > 0
    with Gateway(house, "--model", "leases", "--records", str(folder), "--record-retry-refused", who="gate") as gateway:
        eventually(lambda: rows_of(house, "leases") == 2)
        eventually(lambda: number(gateway, "assay_gateway_records_refused_bytes") == 0)
    assert not list(folder.glob("*.refused"))


def about_cards(path, body):
    """Whether a request is one of those that loading the model of that name begins with."""
    return "cards" in path or b"cards" in body


def test_a_version_that_cannot_be_loaded_is_left_alone_for_a_while(house):
    relay = Relay(house)
    relay.refuse = lambda method, path, body: 404 if about_cards(path, body) else None
    with Gateway(house, "--server", relay.url) as gateway:
        time.sleep(10)
        failures = gateway.words.count("a version is not served")
        assert 1 <= failures <= 3, gateway.words
        assert gateway.ask("/models/loans/invocations").status_code == 200 and gateway.ask("/models/cards/invocations").status_code == 404
        relay.refuse = lambda *_: None
        eventually(lambda: gateway.ask("/models/cards/invocations").status_code == 200)


def test_what_is_taken_away_does_not_wait_for_what_is_loaded(house):
    relay = Relay(house)

    def slow(method, path, body):
        if about_cards(path, body):
            time.sleep(6)

    relay.refuse = lambda method, path, body: 404 if about_cards(path, body) else None
    with Gateway(house, "--server", relay.url) as gateway:
        relay.is_away = True
        # The relay is slow from here on, and the version's next attempt falls into it.
        time.sleep(6)
        status, answer = house.http("POST", "/api/2.0/mlflow/model-versions/transition-stage",
                                    {"name": "leases", "version": "1", "stage": "Archived", "archive_existing_versions": False}, who="ana")
        assert status == 200, answer
        relay.refuse = slow
        relay.is_away = False
        begun = time.monotonic()
        eventually(lambda: gateway.ask("/models/leases/invocations").status_code == 404)
        taken = time.monotonic() - begun
        assert gateway.ask("/models/cards/invocations").status_code == 404
        assert taken < 5, taken
        eventually(lambda: gateway.ask("/models/cards/invocations").status_code == 200, 60)


def test_who_has_no_key_is_told_so_before_the_body(house, tmp_path):
    (text, digest), port = key("desk"), free_port()
    path = tmp_path / "callers.yaml"
    path.write_text(f"""
assay: callers/v1
callers:
  - {{name: desk, keys: ["{digest}"], models: [loans], limits: {{body-bytes: 5000, concurrent-requests: 1}}}}
""")
    path.chmod(0o600)
    with Gateway(house, "--model", "loans", "--grpc-port", str(port), "--callers", str(path)) as gateway:
        def begin(path, length, more=""):
            connection = socket.create_connection(("127.0.0.1", gateway.port), timeout=10)
            connection.sendall((f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{gateway.port}\r\nContent-Type: application/json\r\n{more}"
                                f"Content-Length: {length}\r\n\r\n").encode())
            return connection

        # Nothing of the body is sent: whoever waited for it would not answer.
        for where in ("/models/loans/invocations", "/v2/models/loans/infer"):
            with begin(where, 4_000) as connection:
                assert connection.recv(4096).startswith(b"HTTP/1.1 401"), where
            with begin(where, 6_000, f"Authorization: Bearer {text}\r\n") as connection:
                answer = connection.recv(4096)
                assert answer.startswith(b"HTTP/1.1 400") and b"5000 bytes" in answer, answer
        # A body that is on its way takes the caller's place.
        with begin("/models/loans/invocations", 4_000, f"Authorization: Bearer {text}\r\n"):
            time.sleep(1)
            answer = requests.post(gateway.url + "/models/loans/invocations", json=ROWS, timeout=30, headers={"Authorization": f"Bearer {text}"})
            assert answer.status_code == 429, answer.text
        eventually(lambda: requests.post(gateway.url + "/models/loans/invocations", json=ROWS, timeout=30,
                                         headers={"Authorization": f"Bearer {text}"}).status_code == 200)
        chunked = requests.post(gateway.url + "/models/loans/invocations", data=iter([b"x" * 3_000] * 2), timeout=30,
                                headers={"Authorization": f"Bearer {text}", "Content-Type": "application/json"})
        assert chunked.status_code == 400 and "5000 bytes" in chunked.text

        # Over gRPC too: what is no message at all is not looked at before the key is.
        script = tmp_path / "bare.py"
        script.write_text("""
import grpc, sys
channel = grpc.insecure_channel(sys.argv[1])
call = channel.unary_unary("/inference.GRPCInferenceService/ModelInfer", request_serializer=bytes, response_deserializer=bytes)
try:
    call(b"\\xff\\xff\\xff\\xff", timeout=30)
except grpc.RpcError as error:
    print(error.code().name)
""")
        python = os.environ.get("ASSAY_INFERENCE_PYTHON")
        if not python or not Path(python).exists():
            pytest.fail("ASSAY_INFERENCE_PYTHON names no interpreter with grpc; run scripts/setup")
        said = subprocess.run([python, script, f"127.0.0.1:{port}"], capture_output=True, text=True, timeout=60)
        assert said.stdout == "UNAUTHENTICATED\n", said
