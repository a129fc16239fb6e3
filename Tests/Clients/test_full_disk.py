"""A disk that fills up in the middle of an upload or a batch: one clear refusal that clients do not repeat, nothing half
written, and a server that goes on when there is room again. The disk is a small one in memory that only the server sees.
"""

import http.client
import json
import shutil
import subprocess
from pathlib import Path

import mlflow
import pytest
from artifacts import Server, call, new_run, put
from mlflow import MlflowClient

MOUNT = 'mount --make-rprivate / && mkdir -p "$0" && mount -t tmpfs -o size=64m tmpfs "$0" && exec "$@"'


def may_mount():
    if shutil.which("unshare") is None:
        return False
    probe = ["unshare", "-m", "bash", "-c", "mount --make-rprivate / && mount -t tmpfs tmpfs /mnt"]
    return subprocess.run(probe, capture_output=True).returncode == 0


pytestmark = pytest.mark.skipif(not may_mount(), reason="a small disk needs the right to mount one (root, unshare)")


@pytest.fixture
def server(tmp_path):
    data = tmp_path / "data"
    server = Server(data, prefix=["unshare", "-m", "bash", "-c", MOUNT, str(data)])
    server.view = Path(f"/proc/{server.process.pid}/root{data}")
    yield server
    server.stop()
    assert server.process.returncode == 0
    assert "unexpected error" not in server.log()


def refused(status, answer):
    assert status == 507, (status, answer)
    answer = json.loads(answer)
    assert answer["error_code"] == "RESOURCE_EXHAUSTED" and "Make room" in answer["message"]


def upload(server, path, size, announced):
    """Sends zeros, and reads the answer wherever it comes."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    block = bytes(1 << 20)
    headers = {"Content-Length": str(size)} if announced else {"Transfer-Encoding": "chunked"}
    try:
        connection.request(
            "PUT", f"/api/2.0/mlflow-artifacts/artifacts/{path}", (block for _ in range(size >> 20)), headers, encode_chunked=not announced)
    except (BrokenPipeError, ConnectionResetError):
        pass
    answer = connection.getresponse()
    return answer.status, answer.read()


@pytest.mark.parametrize("announced", [True, False])
def test_uploads_that_do_not_fit(server, announced):
    run = new_run(server.url)
    put(server.url, f"{run.root}/kept", b"old")
    for name in ["kept", "new"]:
        refused(*upload(server, f"{run.root}/{name}", 100 << 20, announced))
    assert call(server.url, "GET", f"/get-artifact?run_id={run.id}&path=kept").body == b"old"
    assert call(server.url, "GET", f"/get-artifact?run_id={run.id}&path=new").status == 404
    assert server.blobs() == server.mentioned() and len(server.blobs()) == 1
    # What fits is still taken, and records are, too: uploads leave room for them.
    put(server.url, f"{run.root}/fits", bytes(20 << 20))
    assert call(server.url, "DELETE", f"/api/2.0/mlflow-artifacts/artifacts/{run.root}/fits").status == 200
    put(server.url, f"{run.root}/again", bytes(20 << 20))


def test_the_client_is_told_once(server, tmp_path, monkeypatch):
    monkeypatch.delenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", raising=False)
    run = new_run(server.url)
    large = tmp_path / "large.bin"
    with open(large, "wb") as file:
        file.truncate(100 << 20)
    with pytest.raises(Exception, match="507 Server Error.*no room"):
        MlflowClient(server.url).log_artifact(run.id, str(large))
    assert server.log().count("no room") == 1


def test_batches_on_a_full_disk(server, monkeypatch):
    monkeypatch.delenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", raising=False)
    run = new_run(server.url)
    put(server.url, f"{run.root}/kept", b"kept")
    metrics = [{"key": f"m{number}", "value": 1, "timestamp": 1, "step": 0} for number in range(998)]
    batch = {"metrics": metrics, "params": [{"key": "p", "value": "x" * 5_000}], "tags": [{"key": "t", "value": "x" * 5_000}]}
    filler = server.view / "filler"
    with open(filler, "wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(1 << 16))
        except OSError:
            pass
    stored, refusals = 0, 0
    for number in range(200):
        for metric in metrics:
            metric["step"] = number
        answer = call(server.url, "POST", "/api/2.0/mlflow/runs/log-batch", {"run_id": run.id, **batch})
        if answer.status == 200:
            assert refusals == 0
            stored += 1
            continue
        refused(answer.status, answer.body)
        refusals += 1
        if refusals == 5:
            break
    assert refusals == 5
    refused(*upload(server, f"{run.root}/more", 1 << 20, True))
    # Reading goes on, and shows whole batches only.
    assert call(server.url, "GET", f"/get-artifact?run_id={run.id}&path=kept").body == b"kept"
    for key in ["m0", "m997"]:
        history = call(server.url, "GET", f"/api/2.0/mlflow/metrics/get-history?run_id={run.id}&metric_key={key}").json.get("metrics", [])
        assert len(history) == stored
    with pytest.raises(mlflow.exceptions.MlflowException, match="disk is full"):
        MlflowClient(server.url).log_param(run.id, "q", "x" * 5_000)
    filler.unlink()
    for metric in metrics:
        metric["step"] = 1_000
    assert call(server.url, "POST", "/api/2.0/mlflow/runs/log-batch", {"run_id": run.id, **batch}).status == 200
    put(server.url, f"{run.root}/more", b"more")
    assert server.blobs() == server.mentioned()
