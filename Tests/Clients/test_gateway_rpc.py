"""The Open Inference Protocol over gRPC, asked by Triton's own client: the same numbers as over REST, to the bit, and typed errors."""

import json
import os
import random
import subprocess
from pathlib import Path

import pytest
import requests
from house import BINARY, House, free_port
from test_gateway import POLICY, Gateway, log, promote
from test_gateway_callers import key


@pytest.fixture(scope="module")
def house():
    house = House()
    house.start()
    assert house.http("POST", "/api/assay/v1/policies", {"policy": POLICY}, who="petra")[0] == 201
    log(house, "loans")
    promote(house, "loans", 1, {"stage": "Production"})
    yield house
    house.remove()


def hear(port, rows, *more):
    python = os.environ.get("ASSAY_INFERENCE_PYTHON")
    if not python or not os.path.exists(python):
        pytest.fail("ASSAY_INFERENCE_PYTHON names no interpreter with tritonclient; run scripts/setup")
    done = subprocess.run([python, Path(__file__).with_name("rpc_client.py"), f"127.0.0.1:{port}", json.dumps(rows), *more],
                          capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_tritons_client_is_answered_as_over_rest(house):
    port = free_port()
    draw = random.Random(6)
    rows = [[draw.gauss(0, 1), draw.gauss(0, 1)] for _ in range(40)]
    with Gateway(house, "--grpc-port", str(port)) as gateway:
        assert f"gRPC at port {port}" in gateway.announcement
        heard = hear(port, rows)
        expected = gateway.ask("/models/loans/invocations", rows=rows).json()
        assert heard["live"] is True and heard["ready"] is True and heard["server"][0] == "assay" and heard["model ready"] is True
        assert heard["metadata"]["versions"] == ["1"] and heard["metadata"]["inputs"] == [["a", "FP64", [-1, 1]], ["b", "FP64", [-1, 1]]]
        assert {output[0] for output in heard["metadata"]["outputs"]} == {"predict", "predict_proba", "shap_values", "base_values"}
        infer, typed = heard["infer"], heard["typed"]
        assert infer["id"] == "r" and infer["model"] == ["loans", "1"]
        assert infer["predict"] == [[label] for label in expected["predictions"]]
        assert infer["shap_values"] == expected["explanations"]["shap_values"]
        assert infer["base_values"] == [expected["explanations"]["base_value"]]
        assert all(abs(sum(row) - 1) < 1e-12 for row in infer["predict_proba"])
        assert typed["id"] == "t" and typed["raw"] == 0 and typed["predict"] == expected["predictions"]
        assert typed["shape"] == [40, 2] and typed["shap_values"] == [value for row in infer["shap_values"] for value in row]
        for case, code, words in [
            ("nobody", "NOT_FOUND", "not served"), ("version", "NOT_FOUND", "Version 99"), ("no number", "INVALID_ARGUMENT", "no version's number"),
            ("odds", "INVALID_ARGUMENT", "odds"), ("uneven", "INVALID_ARGUMENT", "rows"), ("cube", "INVALID_ARGUMENT", "column of shape"),
            ("garbage", "INVALID_ARGUMENT", "protobuf"), ("empty", "INVALID_ARGUMENT", "names no model"),
            ("unknown", "UNIMPLEMENTED", ""), ("no model", "INVALID_ARGUMENT", "names no model"),
        ]:
            assert heard[case][0] == f"StatusCode.{code}" and words in heard[case][1], (case, heard[case])
        # The transport resets the stream of a message beyond the limit while it is still being sent.
        assert heard["long"][0] in ("StatusCode.RESOURCE_EXHAUSTED", "StatusCode.CANCELLED"), heard["long"]
        assert heard["still"]["predict"] == infer["predict"] == heard["default"]["predict"]
        # What came by gRPC is counted as what came by REST.
        text = requests.get(gateway.url + "/metrics", timeout=30).text
        assert 'assay_gateway_requests_total{model="loans",version="1",protocol="grpc",code="200"}' in text


def test_callers_and_limits_hold_over_grpc_too(house, tmp_path):
    port, (text, digest), (other, small) = free_port(), key("desk"), key("small")
    path = tmp_path / "callers.yaml"
    path.write_text(f"""
assay: callers/v1
callers:
  - {{name: desk, keys: ["{digest}"], models: [loans]}}
  - {{name: small, keys: ["{small}"], models: [loans], limits: {{rows-per-request: 2}}}}
""")
    path.chmod(0o600)
    rows = [[1.0, 0.0], [-1.0, 0.0], [0.5, 0.5]]
    with Gateway(house, "--grpc-port", str(port), "--callers", str(path)) as gateway:
        nameless = hear(port, rows)
        assert nameless["live"] is True
        for case in ("model ready", "metadata", "infer", "typed"):
            assert nameless[case][0] == "StatusCode.UNAUTHENTICATED", (case, nameless[case])
        assert hear(port, rows, text[:-1] + "x")["infer"][0] == "StatusCode.UNAUTHENTICATED"
        known = hear(port, rows, text)
        assert known["infer"]["predict"][:2] == [[1], [0]] and known["nobody"][0] == "StatusCode.PERMISSION_DENIED"
        limited = hear(port, rows, other)
        assert limited["infer"][0] == "StatusCode.INVALID_ARGUMENT" and "at most 2" in limited["infer"][1]
        assert text not in gateway.words and other not in gateway.words


def test_a_port_that_is_taken(house):
    import socket

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        done = subprocess.run([BINARY, "gateway", "--server", house.url, "--port", str(free_port()), "--grpc-port", str(port)],
                              capture_output=True, text=True, env=house.environment("otto"), timeout=60)
        assert done.returncode != 0 and "--grpc-port" in done.stderr, done.stderr
    done = subprocess.run([BINARY, "gateway", "--port", "8080", "--grpc-port", "8080"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2 and "of its own" in done.stderr
