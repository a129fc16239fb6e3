"""Callers of a gateway and their limits, and what hostile clients get: a typed refusal each time, and a gateway that goes on answering."""

import re
import socket
import struct
import subprocess
import time

import pytest
import requests
from house import BINARY, House, free_port
from test_gateway import POLICY, Gateway, eventually, log, promote

ROWS = {"dataframe_split": {"columns": ["a", "b"], "data": [[1.0, 0.0], [-1.0, 0.0]]}}


def key(name):
    """The key, and what stands of it in the file."""
    printed = subprocess.run([BINARY, "gateway-key", name], capture_output=True, text=True, check=True).stdout
    return re.search(r"assay_caller_[0-9a-f]{16}_[0-9a-f]{64}", printed)[0], re.search(r"sha256:[0-9a-f]{64}", printed)[0]


@pytest.fixture(scope="module")
def house():
    house = House()
    house.start()
    assert house.http("POST", "/api/assay/v1/policies", {"policy": POLICY}, who="petra")[0] == 201
    log(house, "loans")
    log(house, "cards", seed=3)
    promote(house, "loans", 1, {"stage": "Production"})
    promote(house, "cards", 1, {"stage": "Production"})
    yield house
    house.remove()


@pytest.fixture(scope="module")
def keys():
    return {name: key(name) for name in ("desk", "slow", "small")}


@pytest.fixture(scope="module")
def gateway(house, keys):
    path = house.folder / "callers.yaml"
    path.write_text(f"""
assay: callers/v1
callers:
  - {{name: desk, keys: ["{keys['desk'][1]}"], models: [loans]}}
  - {{name: slow, keys: ["{keys['slow'][1]}"], models: ["*"], limits: {{requests-per-second: 1, request-burst: 2}}}}
  - {{name: small, keys: ["{keys['small'][1]}"], models: ["*"], limits: {{rows-per-request: 3, body-bytes: 2000, rows-per-second: 1, row-burst: 4}}}}
""")
    path.chmod(0o600)
    with Gateway(house, "--metrics-callers", "--callers", str(path)) as gateway:
        assert "serves 2 models" in gateway.announcement, gateway.words
        yield gateway


def send(gateway, name_or_key, path="/models/loans/invocations", value=ROWS, keys=None, **more):
    headers = {} if name_or_key is None else {"Authorization": f"Bearer {keys[name_or_key][0] if keys else name_or_key}"}
    return requests.post(gateway.url + path, json=value, headers={**headers, **more.pop("headers", {})}, timeout=60, **more)


def test_who_has_no_key_is_not_answered(gateway, keys):
    for sent in (None, "", "assay_caller_00_00", keys["desk"][0][:-1] + "x"):
        answer = send(gateway, sent)
        assert answer.status_code == 401 and answer.json()["error_code"] == "UNAUTHENTICATED", answer.text
    for path in ("/models", "/v2/models/loans", "/v2/models/loans/ready", "/models/loans/ping"):
        assert requests.get(gateway.url + path, timeout=30).status_code == 401, path
    # Whoever looks after the machine may see that it runs.
    for path in ("/health", "/metrics", "/v2/health/ready"):
        assert requests.get(gateway.url + path, timeout=30).status_code == 200, path
    assert send(gateway, "desk", keys=keys).json()["predictions"] == [1, 0]


def test_models_are_held(gateway, keys):
    answer = send(gateway, "desk", "/models/cards/invocations", keys=keys)
    assert answer.status_code == 403 and answer.json()["error_code"] == "PERMISSION_DENIED"
    answer = send(gateway, "desk", "/v2/models/cards/infer", {"inputs": []}, keys=keys)
    assert answer.status_code == 403 and "cards" in answer.json()["error"]
    # What is not served is not told from what is.
    assert send(gateway, "desk", "/models/nobody/invocations", keys=keys).status_code == 403
    listed = requests.get(gateway.url + "/models", headers={"Authorization": f"Bearer {keys['desk'][0]}"}, timeout=30).json()
    assert [model["model"] for model in listed["models"]] == ["loans"]


def test_too_many_requests_are_told_when_to_come_back(gateway, keys):
    statuses = [send(gateway, "slow", keys=keys) for _ in range(4)]
    refused = [answer for answer in statuses if answer.status_code == 429]
    assert refused and statuses[0].status_code == 200
    assert refused[0].json()["error_code"] == "REQUEST_LIMIT_EXCEEDED" and 1 <= int(refused[0].headers["Retry-After"]) <= 2
    assert send(gateway, "desk", keys=keys).status_code == 200
    answer = send(gateway, "slow", "/v2/models/loans/infer", {"inputs": []}, keys=keys)
    assert answer.status_code == 429 and "Retry-After" in answer.headers and "error" in answer.json()
    time.sleep(int(refused[-1].headers["Retry-After"]) + 1)
    assert send(gateway, "slow", keys=keys).status_code == 200


def test_rows_and_bytes_are_held(gateway, keys):
    many = {"dataframe_split": {"columns": ["a", "b"], "data": [[1.0, 0.0]] * 4}}
    answer = send(gateway, "small", value=many, keys=keys)
    assert answer.status_code == 400 and "at most 3" in answer.text
    many = {"inputs": [{"name": "m", "shape": [4, 2], "datatype": "FP64", "data": [0.0] * 8}]}
    assert "at most 3" in send(gateway, "small", "/v2/models/loans/infer", many, keys=keys).json()["error"]
    long = {"dataframe_split": {"columns": ["a", "b"], "data": [[1.0, 0.0]]}, "note": "x" * 3000}
    answer = send(gateway, "small", value=long, keys=keys)
    assert answer.status_code == 400 and "2000 bytes" in answer.text
    # Four rows at once are there, and come back at one a second.
    spent = [send(gateway, "small", keys=keys).status_code for _ in range(4)]
    assert spent[0] == 200 and spent[-1] == 429, spent


def test_what_callers_did_is_counted(gateway, keys):
    text = requests.get(gateway.url + "/metrics", timeout=30).text
    counted = dict(re.findall(r'^(assay_gateway_caller_\S+) (\d+)$', text, re.M))
    assert int(counted['assay_gateway_caller_requests_total{caller="desk",outcome="denied"}']) >= 3
    assert int(counted['assay_gateway_caller_requests_total{caller="slow",outcome="refused"}']) >= 1
    assert int(counted['assay_gateway_caller_rows_total{caller="desk"}']) >= 4
    # An explained row costs four.
    assert int(counted['assay_gateway_caller_cost_total{caller="desk"}']) >= 16
    assert not re.search(r"assay_caller_[0-9a-f]{16}_", text + gateway.words)


def test_a_file_of_callers_that_is_none(house, keys, tmp_path):
    path = tmp_path / "callers.yaml"

    def start():
        return subprocess.run([BINARY, "gateway", "--server", house.url, "--port", str(free_port()), "--callers", str(path)],
                              capture_output=True, text=True, env=house.environment("otto"), timeout=60)

    for text, mode, words in [
        (None, 0o600, "no file"),
        ("assay: callers/v1\ncallers: []\n", 0o644, "chmod 600"),
        ("assay: callers/v1\ncallers:\n  - {name: a, keys: [\"" + keys["desk"][0] + "\"], models: [m]}\n", 0o600, ":3:22: error:"),
        ("assay: callers/v1\ncallers:\n  - {nme: a}\n", 0o600, "did you mean"),
    ]:
        if text is not None:
            path.write_text(text)
            path.chmod(mode)
        done = start()
        assert done.returncode == 2 and words in done.stderr, (done.returncode, done.stderr)
        assert keys["desk"][0] not in done.stderr
    done = subprocess.run([BINARY, "gateway", "--callers", "x", "--requests-per-second", "5"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2 and "limits of --callers" in done.stderr
    for name in ("", "a b", "../x", "-x", "x" * 65):
        assert subprocess.run([BINARY, "gateway-key", "--", name], capture_output=True, timeout=60).returncode == 2, name


# Hostile clients, who have a key.


def test_rows_that_do_not_fit_the_signature(gateway, keys):
    def split(columns, data):
        return send(gateway, "desk", value={"dataframe_split": {"columns": columns, "data": data}}, keys=keys)

    for answer, status, words in [
        (split(["a"], [[1.0]]), 400, "missing inputs"),
        (split(["a", "b", "c"], [[1.0, 2.0, 3.0]]), 200, None),
        (split(["a", "b"], [["one", 2.0]]), 400, "Failed to convert column a"),
        (split(["a", "b"], [[{"x": 1}, 2.0]]), 400, "Failed to convert column a"),
        (split(["a", "b"], [[1.0]]), 400, "columns passed"),
        (split(["a", "a"], [[1.0, 2.0]]), 400, "twice"),
        (split(["a", "b"], [["x" * 1_000_000, 1.0]]), 400, "Failed to convert column a"),
        (split(["a" * 100_000, "b"], [[1.0, 1.0]]), 400, "missing inputs"),
        (split([], []), 400, None), (split(["a", "b"], "rows"), 400, "not a list"),
    ]:
        assert answer.status_code == status and (words is None or words in answer.text), (answer.status_code, answer.text[:300])
        assert len(answer.content) < 250_000

    def raw(body, **headers):
        headers = {"Authorization": f"Bearer {keys['desk'][0]}", "Content-Type": "application/json", **headers}
        return requests.post(gateway.url + "/models/loans/invocations", data=body, headers=headers, timeout=60)

    # NaN is a missing value, of which this model has no use; infinity is no number of JSON.
    assert raw('{"dataframe_split": {"columns": ["a", "b"], "data": [[Infinity, 1]]}}').status_code == 400
    assert raw('{"dataframe_split": {"columns": ["a", "b"], "data": [[1e999, 1]]}}').status_code == 400
    answer = raw('{"dataframe_split": {"columns": ["a", "b"], "data": [[NaN, 1]]}}')
    assert answer.status_code == 400 and "predictions" not in answer.text
    assert raw('{"dataframe_split": {"columns": ["a", "b"], "data": [[1e308, 1e308]]}}').status_code in (200, 400)
    assert raw("[" * 100_000).status_code == 400
    assert raw('{"a":' * 5_000 + "1" + "}" * 5_000).status_code == 400
    assert raw(b"\xff\xfe{}").status_code == 400
    assert raw("").status_code == 400
    assert raw("a,b\n1,2\n", **{"Content-Type": "text/csv"}).status_code == 200
    assert raw("PAR1" + "x" * 100, **{"Content-Type": "application/vnd.apache.parquet"}).status_code in (400, 415)
    assert raw("{}", **{"Content-Type": "application/xml"}).status_code == 415
    assert send(gateway, "desk", keys=keys).status_code == 200


def test_a_small_body_of_very_many_rows(gateway, keys, tmp_path):
    import pyarrow
    import pyarrow.parquet

    table = pyarrow.table({"a": pyarrow.array([0.5] * 1_500_000), "b": pyarrow.array([0.5] * 1_500_000)})
    pyarrow.parquet.write_table(table, tmp_path / "many.parquet")
    body = (tmp_path / "many.parquet").read_bytes()
    assert len(body) < 1 << 20
    headers = {"Authorization": f"Bearer {keys['desk'][0]}", "Content-Type": "application/x-parquet"}
    answer = requests.post(gateway.url + "/models/loans/invocations", data=body, headers=headers, timeout=120)
    if answer.status_code == 415:
        headers["Content-Type"] = "application/vnd.apache.parquet"
        answer = requests.post(gateway.url + "/models/loans/invocations", data=body, headers=headers, timeout=120)
    assert answer.status_code == 400 and "1000000 rows" in answer.text, answer.text[:300]


def test_clients_that_are_slow_or_leave(gateway, keys):
    head = (f"POST /models/loans/invocations HTTP/1.1\r\nHost: 127.0.0.1:{gateway.port}\r\nAuthorization: Bearer {keys['desk'][0]}\r\n"
            "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n")
    slow = []
    for _ in range(64):
        connection = socket.create_connection(("127.0.0.1", gateway.port))
        connection.sendall((head % 100_000).encode() + b'{"dataframe_split"')
        slow.append(connection)
    begun = time.monotonic()
    assert send(gateway, "desk", keys=keys).status_code == 200
    assert time.monotonic() - begun < 5
    for connection in slow:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
    with socket.create_connection(("127.0.0.1", gateway.port)) as connection:
        connection.sendall((head % (33 << 20)).encode())
        assert connection.recv(4096).startswith(b"HTTP/1.1 400")
    with socket.create_connection(("127.0.0.1", gateway.port)) as connection:
        connection.sendall(b"\x16\x03\x01 not HTTP\r\n\r\n")
        connection.settimeout(20)
        assert b"200" not in connection.recv(4096)[:20]
    assert send(gateway, "desk", keys=keys).status_code == 200


def test_without_callers_limits_hold_for_all(house):
    with Gateway(house, "--model", "loans", "--rows-per-request", "1", "--requests-per-second", "1") as gateway:
        assert "serves 1 model at" in gateway.announcement
        assert "at most 1" in gateway.ask("/models/loans/invocations").text
        statuses = [gateway.ask("/models/loans/invocations", rows=[[1.0, 0.0]]).status_code for _ in range(12)]
        assert statuses[0] == 200 and statuses[-1] == 429, statuses


def test_the_file_is_read_again_when_it_changes(house):
    desk, (other, digest) = key("desk"), key("other")
    file = house.folder / "changing.yaml"

    def write(*lines):
        fresh = house.folder / "fresh.yaml"
        fresh.write_text("assay: callers/v1\ncallers:\n" + "".join(f"  - {line}\n" for line in lines))
        fresh.chmod(0o600)
        fresh.rename(file)

    first = f'{{name: desk, keys: ["{desk[1]}"], models: ["*"]}}'
    write(first)
    with Gateway(house, "--callers", str(file)) as gateway:
        def status(token):
            return send(gateway, token).status_code

        assert (status(desk[0]), status(other)) == (200, 401)
        write(first, f'{{name: other, keys: ["{digest}"], models: ["*"]}}')
        eventually(lambda: status(other) == 200)
        # Who asks how much is not told to whoever reads numbers, which takes no key.
        numbers = requests.get(gateway.url + "/metrics", timeout=30).text
        assert "desk" not in numbers and 'assay_gateway_caller_requests_total{outcome="answered"} ' in numbers
        assert "\nassay_gateway_caller_rows_total " in numbers
        # A file that is wrong is told of and changes nothing.
        write("{name: desk, keys: [], models: 7}")
        eventually(lambda: "the callers before stay" in gateway.words)
        assert (status(desk[0]), status(other)) == (200, 200) and "changing.yaml:3" in gateway.words
        write(f'{{name: other, keys: ["{digest}"], models: ["*"]}}')
        eventually(lambda: status(desk[0]) == 401)
        assert status(other) == 200 and desk[0] not in gateway.words
        file.unlink()
        eventually(lambda: "There is no file" in gateway.words)
        assert status(other) == 200
