"""Files of runs as addresses: what may stand where, what comes back, and in which form it cannot do harm."""

import json

import numpy as np
import pytest
from wire import call


def test_large_artifacts_stream(client, experiment, tmp_path):
    run = client.create_run(experiment).info.run_id
    content = np.random.default_rng(7).bytes(20_000_001)
    (tmp_path / "large.bin").write_bytes(content)
    client.log_artifact(run, str(tmp_path / "large.bin"))
    (tmp_path / "down").mkdir()
    client.download_artifacts(run, "large.bin", str(tmp_path / "down"))
    assert (tmp_path / "down" / "large.bin").read_bytes() == content


def artifact_path(experiment, run, path):
    return f"/api/2.0/mlflow-artifacts/artifacts/{experiment}/{run}/artifacts/{path}"


def test_artifact_answers_are_harmless(client, experiment, url):
    run = client.create_run(experiment).info.run_id
    for name, type in [
        ("page.html", "application/octet-stream"), ("x.svg", "application/octet-stream"), ("a.png", "image/png"),
        ("noending", "application/octet-stream"), ("t.csv", "text/plain; charset=utf-8"),
    ]:
        assert call(url, "PUT", artifact_path(experiment, run, name), b"<script>")[0] == 200
        for path in [artifact_path(experiment, run, name), f"/get-artifact?run_id={run}&path={name}"]:
            status, headers, body = call(url, "GET", path)
            assert (status, body) == (200, b"<script>")
            assert headers["Content-Type"] == type and headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Content-Security-Policy"].startswith("sandbox") and headers["Content-Length"] == "8"
            assert headers["Content-Disposition"].startswith("attachment") == (type == "application/octet-stream")


@pytest.mark.parametrize(
    "path", ["../x", "a/../../x", "%2e%2e/x", "a/%2e%2e/x", "..%2fx", "%252e%252e/x", "a%5cb", "a%00b", "a%0ab", "C:%5cx", "a%23b"])
def test_paths_that_lead_elsewhere_are_refused(client, experiment, url, path):
    run = client.create_run(experiment).info.run_id
    for method, body in [("PUT", b"x"), ("GET", None), ("DELETE", None)]:
        status, _, answer = call(url, method, artifact_path(experiment, run, path), body)
        assert status in (400, 404) and json.loads(answer)["error_code"], (method, status, answer)
    assert client.list_artifacts(run) == []
    assert call(url, "GET", f"/api/2.0/mlflow/artifacts/list?run_id={run}&path=../a")[0] == 400


def test_artifacts_need_an_owner(client, experiment, url):
    run = client.create_run(experiment).info.run_id
    for path in [
        "x.txt", "0/x.txt", f"0/{run}/artifacts/x.txt", f"{experiment}/{run}/x.txt", f"{experiment}/{'0' * 32}/artifacts/x.txt",
        f"{experiment}/models/m-{'0' * 32}/artifacts/x.txt", f"{experiment}/models/{run}/artifacts/x",
    ]:
        status, _, answer = call(url, "PUT", f"/api/2.0/mlflow-artifacts/artifacts/{path}", b"x")
        assert status == 404 and json.loads(answer)["error_code"] == "RESOURCE_DOES_NOT_EXIST", path
    for method in ["PUT", "DELETE"]:
        status, _, answer = call(url, method, "/api/2.0/mlflow-artifacts/artifacts/versions/abc/model.skops", b"x")
        assert status == 403 and "frozen" in json.loads(answer)["message"]


def test_artifacts_are_deleted_file_by_file_and_folder_by_folder(client, experiment, url):
    run = client.create_run(experiment).info.run_id
    for path in ["a/1", "a/2", "ab", "b"]:
        client.log_text(run, path, path)
    assert call(url, "DELETE", artifact_path(experiment, run, "a"))[0] == 200
    assert [f.path for f in client.list_artifacts(run)] == ["ab", "b"]
    assert call(url, "DELETE", artifact_path(experiment, run, "a"))[0] == 200
    assert call(url, "PUT", artifact_path(experiment, run, "b/c"), b"x")[0] == 409
    assert call(url, "GET", artifact_path(experiment, run, "b"))[2] == b"b"
